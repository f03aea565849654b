"""The content store: every revision of what the assistant may say, in a database."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import Table, and_, func, insert, select
from sqlalchemy.engine import Connection

from bot.content.database import Database
from bot.content.never import never_said
from bot.content.rows import (
    Changes,
    Stored,
    fact_changes,
    record_rows,
    records_of,
    stale_translations,
    text_rows,
)
from bot.content.shipped import build_content
from bot.content.staleness import EnglishText, digest
from bot.content.tables import records, revisions, texts
from bot.content.values import CHANGES, Content
from bot.errors import ContentError
from bot.languages import DEFAULT_LANGUAGE


class ContentStore:
    """Reads and publishes revisions. No SQLAlchemy error leaves it."""

    def __init__(self, database_url: str) -> None:
        """Opens nothing yet.

        Raises:
            ContentUnavailableError: when there is no such kind of database here, or its
                folder cannot be made.
        """
        self.database = Database(database_url)
        # What was loaded last, by the revision that it was: nothing else changes it.
        self._loaded: tuple[object, Content] | None = None

    def migrate(self) -> None:
        """Brings the tables up to date.

        Raises:
            ContentUnavailableError: when the database cannot be reached or changed.
        """
        self.database.migrate()

    def latest_revision(self) -> int:
        """Returns the number of the newest revision, 0 when nothing is published yet."""
        newest = self._newest()
        return newest[0] if newest else 0

    def shipped_fingerprint(self) -> str | None:
        """Returns the digest of the shipped content that was taken in last."""
        with self.database.connect() as connection:
            return _shipped(connection)[1]

    def load(self) -> Content:
        """Returns the newest revision as a whole.

        Raises:
            ContentUnavailableError: when the database cannot be read.
            ContentError: when what it holds is not well formed.
        """
        newest, loaded = self._newest(), self._loaded
        if loaded and loaded[0] == newest:
            return loaded[1]
        content = content_of(self.read())
        # Not where another came in between.
        if newest and newest[0] == content.revision:
            self._loaded = newest, content
        return content

    def read(self, until: int | None = None) -> Stored:
        """Returns records and texts, and which of them wait for a person.

        Args:
            until: the revision to read; the newest when it is None.

        Raises:
            ContentUnavailableError: when the database cannot be read.
            ContentError: when it holds a record that nobody can read.
        """
        with self.database.connect() as connection:
            newest = connection.execute(select(func.max(revisions.c.id))).scalar() or 0
            revision = newest if until is None else min(until, newest)
            rows = connection.execute(_newest(records, ("kind", "id"), until=until)).all()
            of_texts = connection.execute(_newest(texts, ("language", "msgid"), until=until)).all()
            history = _english_history(connection)
        return Stored(
            revision=revision,
            records=records_of(rows),
            texts={(row.language, row.msgid): row.text for row in of_texts if row.text},
            stale=stale_translations(of_texts, history),
            fact_changes=fact_changes(rows),
        )

    def _newest(self) -> tuple[int, datetime] | None:
        """Returns the newest revision and its time: a backup can bring a number back."""
        columns = revisions.c.id, revisions.c.published_at
        with self.database.connect() as connection:
            row = connection.execute(select(*columns).order_by(columns[0].desc()).limit(1)).first()
            return (row.id, row.published_at) if row else None

    def edited_at_desk(self) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        """Returns the records (kind, id) and texts (language, msgid) that staff decided last.

        What they took away is among them.
        """
        with self.database.connect() as connection:
            of_records = connection.execute(_newest(records, ("kind", "id"), "desk"))
            edited_records = {(row.kind, row.id) for row in of_records}
            of_texts = connection.execute(_newest(texts, ("language", "msgid"), "desk"))
            return edited_records, {(row.language, row.msgid) for row in of_texts}

    def publish(
        self, changes: Changes, *, origin: str, note: str, fingerprint: str | None = None
    ) -> int:
        """Adds a revision in one transaction and returns its number.

        Shipped content that another process has taken in meanwhile is not added again.

        Raises:
            ContentUnavailableError: when the database cannot be written; nothing has changed then.
            ContentError: when a kind of change is none of CHANGES, or it holds a number or an
                address that is known to be wrong or dead.
        """
        check(changes)
        with self.database.connect(write=True) as connection:
            revision, digest = _shipped(connection)
            if fingerprint is not None and fingerprint == digest:
                return revision
            return add_revision(
                connection, changes, origin=origin, note=note, fingerprint=fingerprint
            )

    def close(self) -> None:
        """Closes every connection."""
        self.database.close()


def content_of(stored: Stored) -> Content:
    """Makes of what was read what a turn is answered from.

    Raises:
        ContentError: when it is not well formed.
    """
    return build_content(
        stored.revision,
        stored.records,
        stored.texts,
        stale=stored.stale,
        fact_changes=stored.fact_changes,
    )


def check(changes: Changes) -> None:
    """Refuses what nobody may publish.

    Raises:
        ContentError: when a kind of change is none of CHANGES, or there is a number or an
            address that is known to be wrong or dead.
    """
    unknown = set(changes.kinds.values()) - set(CHANGES)
    if unknown:
        raise ContentError(f"{', '.join(sorted(unknown))}: not a kind of change")
    for key, value in (*changes.records.items(), *changes.texts.items()):
        for reason in never_said(str(value)):
            raise ContentError(f"{' '.join(key)}: {reason}")


def _shipped(connection: Connection) -> tuple[int, str | None]:
    """Returns the revision that took shipped content in last, and the digest of that content."""
    query = (
        select(revisions.c.id, revisions.c.fingerprint)
        .where(revisions.c.origin == "shipped")
        .order_by(revisions.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return (row.id, row.fingerprint) if row else (0, None)


def add_revision(
    connection: Connection,
    changes: Changes,
    *,
    origin: str,
    note: str,
    fingerprint: str | None = None,
) -> int:
    """Adds a revision within a transaction and returns its number."""
    result = connection.execute(
        insert(revisions).values(
            published_at=datetime.now(timezone.utc),
            origin=origin,
            fingerprint=fingerprint,
            note=note,
        )
    )
    revision = int(result.inserted_primary_key[0])
    _insert(connection, records, record_rows(revision, changes))
    _insert(connection, texts, text_rows(revision, changes, _english(connection)))
    return revision


def _newest(
    table: Table, key: tuple[str, ...], origin: str | None = None, until: int | None = None
) -> Any:
    """Selects, for each key, the row of the newest revision that has one.

    Args:
        table: records or texts.
        key: the columns that name an entry.
        origin: when given, only rows whose newest revision has this origin.
        until: when given, no revision after this one is looked at.
    """
    newest = select(
        *(table.c[name] for name in key), func.max(table.c.revision_id).label("newest")
    ).group_by(*(table.c[name] for name in key))
    if until is not None:
        newest = newest.where(table.c.revision_id <= until)
    newest = newest.subquery()
    query = select(table).join(
        newest,
        and_(
            table.c.revision_id == newest.c.newest,
            *(table.c[name] == newest.c[name] for name in key),
        ),
    )
    if origin is not None:
        query = query.join(revisions, revisions.c.id == table.c.revision_id).where(
            revisions.c.origin == origin
        )
    return query


def _english(connection: Connection) -> dict[str, str]:
    rows = connection.execute(_newest(texts, ("language", "msgid")))
    return {row.msgid: row.text for row in rows if row.language == DEFAULT_LANGUAGE}


def _english_history(connection: Connection) -> dict[str, list[EnglishText]]:
    query = (
        select(texts.c.msgid, texts.c.text, texts.c.change)
        .where(texts.c.language == DEFAULT_LANGUAGE)
        .order_by(texts.c.revision_id)
    )
    history: dict[str, list[EnglishText]] = defaultdict(list)
    for row in connection.execute(query):
        history[row.msgid].append(EnglishText(digest(row.text) if row.text else None, row.change))
    return history


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)
