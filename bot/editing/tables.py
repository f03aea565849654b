"""The tables of editing. People here are staff; nothing about a conversation has a place here."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.content.tables import metadata

people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    # As they sign in; compared without regard to case.
    Column("name", String(60), nullable=False),
    Column("key", String(60), nullable=False),
    # Argon2id; NULL until an invitation is taken up.
    Column("password", String(200), nullable=True),
    # In the clear, as it was kept before; the desk seals it at its start and empties this.
    Column("totp_secret", String(64), nullable=True),
    Column("totp_sealed", String(200), nullable=True),
    # The time step of the last code, so that none is used twice.
    Column("totp_step", Integer, nullable=False),
    Column("roles", JSON, nullable=False),
    # Which languages they translate, or read well enough to approve.
    Column("languages", JSON, nullable=False),
    Column("reads", String(8), nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", DateTime(timezone=True), nullable=True),
    UniqueConstraint("key"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
)

# The browser holds a random token, this table its digest.
sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
)

# A change that somebody is working on. `subject` is an answer's id, `service.` and an id, or
# `import`; `kind` how a change of English bears on its translations (one of CHANGES).
drafts = Table(
    "drafts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject", String(100), nullable=False),
    Column("kind", String(20), nullable=True),
    # `open`, `waiting` for approval, `published`, `dropped`.
    Column("state", String(20), nullable=False),
    Column("why", Text, nullable=False),
    Column("opened_by", ForeignKey("people.id"), nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("revision_id", ForeignKey("revisions.id"), nullable=True),
)

# What a draft would have stand: a text (`language`, `msgid`) or a record (kind and id in the same
# columns, `value` its data). NULL takes away.
draft_entries = Table(
    "draft_entries",
    metadata,
    Column("draft_id", ForeignKey("drafts.id"), primary_key=True),
    Column("part", String(20), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("value", JSON(none_as_null=True), nullable=True),
    Column("author_id", ForeignKey("people.id"), nullable=False),
    Column("saved_at", DateTime(timezone=True), nullable=False),
    # Counts up; whoever saves says which one they saw.
    Column("version", Integer, nullable=False),
    # The newest revision when it was saved: what is live must be no newer when it is published.
    Column("base_revision", Integer, nullable=False),
)

# A call to a service: who rang, whom they spoke to, and what was confirmed. Holds for the number as
# the draft had it then, by its digest; with none it holds for nothing.
confirmations = Table(
    "confirmations",
    metadata,
    Column("draft_id", ForeignKey("drafts.id"), primary_key=True),
    Column("service_id", String(100), primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("called_on", String(10), nullable=False),
    Column("spoke_to", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("digest", String(64), nullable=True),
)

# `part` is a language, or `records`. Holds for what stood there then, by its digest.
approvals = Table(
    "approvals",
    metadata,
    Column("draft_id", ForeignKey("drafts.id"), primary_key=True),
    Column("part", String(20), primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

# Each row's digest covers the row before it: a quiet change breaks the chain.
history = Table(
    "history",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(40), nullable=False),
    Column("who", String(60), nullable=False),
    Column("act", String(40), nullable=False),
    Column("what", String(140), nullable=False),
    Column("old", Text, nullable=True),
    Column("new", Text, nullable=True),
    Column("why", Text, nullable=False),
    Column("digest", String(64), nullable=False),
)

# A draft shown in the real chat, to whoever holds the token.
previews = Table(
    "previews",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("draft_id", ForeignKey("drafts.id"), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
)
