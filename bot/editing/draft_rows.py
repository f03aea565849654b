"""Drafts as the database has them: what is read of them, and of what is live, in a transaction."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.content.tables import records as live_records
from bot.content.tables import revisions
from bot.content.tables import texts as live_texts
from bot.editing.draft import RECORDS, Approval, Draft, Entry, record_key
from bot.editing.tables import approvals, confirmations, draft_entries, drafts, people
from bot.editing.tables import history as deeds
from bot.errors import EditingError


def read_draft(connection: Connection, draft_id: int) -> Draft:
    """Returns a draft. Raises EditingError when there is none."""
    row = connection.execute(select(drafts).where(drafts.c.id == draft_id)).first()
    if row is None:
        raise EditingError("no_draft")
    names = {one.id: one.name for one in connection.execute(select(people)).all()}
    entries = connection.execute(
        select(draft_entries)
        .where(draft_entries.c.draft_id == draft_id)
        .order_by(draft_entries.c.part, draft_entries.c.name)
    ).all()
    agreed = connection.execute(select(approvals).where(approvals.c.draft_id == draft_id)).all()
    rung = connection.execute(
        select(confirmations.c.service_id).where(confirmations.c.draft_id == draft_id)
    ).scalars()
    saved = connection.execute(
        select(deeds.c.who, deeds.c.what)
        .where(deeds.c.act == "saved", deeds.c.why == in_draft(draft_id))
        .distinct()
    ).all()
    ids = {name: person_id for person_id, name in names.items()}
    return Draft(
        row.id,
        row.subject,
        row.kind,
        row.state,
        row.why,
        row.opened_by,
        row.opened_at,
        row.revision_id,
        tuple(
            Entry(
                e.part,
                e.name,
                e.value,
                e.author_id,
                names[e.author_id],
                e.saved_at,
                e.version,
                e.base_revision,
            )
            for e in entries
        ),
        tuple(Approval(a.part, a.person_id, names[a.person_id], a.digest, a.at) for a in agreed),
        frozenset(rung),
        frozenset((one.what.partition(" ")[0], ids[one.who]) for one in saved),
    )


def latest_revision(connection: Connection) -> int:
    """Returns the number of the newest revision, 0 when nothing is published yet."""
    return connection.execute(select(func.max(revisions.c.id))).scalar() or 0


def is_overtaken(connection: Connection, entry: Entry) -> bool:
    """Says whether what an entry would change has been changed since it was saved."""
    table, where = _row(entry)
    newest = connection.execute(select(func.max(table.c.revision_id)).where(*where)).scalar() or 0
    return bool(newest > entry.base_revision)


def made_from(connection: Connection, language: str, msgid: str, revision: int) -> str | None:
    """Returns the digest of the English that a translation was made from, at a revision."""
    query = select(live_texts.c.source_fingerprint).where(
        live_texts.c.language == language,
        live_texts.c.msgid == msgid,
        live_texts.c.revision_id <= revision,
    )
    found = connection.execute(query.order_by(live_texts.c.revision_id.desc()).limit(1))
    digest_of_it: str | None = found.scalar()
    return digest_of_it


def in_draft(draft_id: int) -> str:
    """Returns what the history says of a save, so that a draft knows all who wrote in it."""
    return f"draft {draft_id}"


def live_value(connection: Connection, entry: Entry) -> Any:
    """Returns what is published now of what an entry would change."""
    table, where = _row(entry)
    column = table.c.text if table is live_texts else table.c.data
    query = select(column).where(*where).order_by(table.c.revision_id.desc()).limit(1)
    return connection.execute(query).scalar()


def _row(entry: Entry) -> tuple[Any, tuple[Any, ...]]:
    if entry.part == RECORDS:
        kind, record_id = record_key(entry.name)
        return live_records, (live_records.c.kind == kind, live_records.c.id == record_id)
    return live_texts, (live_texts.c.language == entry.part, live_texts.c.msgid == entry.name)


def as_text(value: Any) -> str | None:
    """Returns an entry's value as the history writes it."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
