"""The tables of the content store. Nothing about a conversation has a place here.

Rows are never changed: publishing adds a revision and the rows that differ, so
that what was said on any day can be read back, and going back is a new revision.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

#: Named constraints, so that a later migration can change them on any database.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)

revisions = Table(
    "revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("published_at", DateTime(timezone=True), nullable=False),
    # `shipped`: it came with the project. `desk`: staff published it.
    Column("origin", String(20), nullable=False),
    # Of everything that shipped, so that a start knows whether there is news.
    Column("fingerprint", String(64), nullable=True),
    Column("note", Text, nullable=False),
)

# A record or a text of a revision stands until a later revision has another.
# `data` or `text` of NULL takes it away.
records = Table(
    "records",
    metadata,
    Column("revision_id", ForeignKey("revisions.id"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("id", String(100), primary_key=True),
    Column("data", JSON(none_as_null=True), nullable=True),
)

texts = Table(
    "texts",
    metadata,
    Column("revision_id", ForeignKey("revisions.id"), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("msgid", String(100), primary_key=True),
    Column("text", Text, nullable=True),
    # Digest of the English that a translation was made from; it is stale when that differs.
    Column("source_fingerprint", String(64), nullable=True),
    # Of an English text: how its change bears on the translations made before it.
    Column("change", String(20), nullable=True),
)
