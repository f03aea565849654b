"""Drafts as the database has them: what is read of them, and of what is live, in a transaction."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import String, Table, cast, func, literal, select
from sqlalchemy.engine import Connection

from bot.content.tables import records as live_records
from bot.content.tables import revisions
from bot.content.tables import texts as live_texts
from bot.editing.draft import RECORDS, Approval, Draft, Entry, call_digest, record_key
from bot.editing.tables import approvals, confirmations, draft_entries, drafts, people
from bot.editing.tables import history as deeds
from bot.errors import EditingError

#: In front of a draft's number where the history tells of a save.
_IN_DRAFT = "draft "


def read_draft(connection: Connection, draft_id: int) -> Draft:
    """Returns a draft. Raises EditingError when there is none."""
    found = _read(connection, drafts.c.id == draft_id)
    if not found:
        raise EditingError("no_draft")
    return found[0]


def read_drafts(connection: Connection, states: Sequence[str]) -> list[Draft]:
    """Returns the drafts in these states, the newest first."""
    return _read(connection, drafts.c.state.in_(states))


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
    return f"{_IN_DRAFT}{draft_id}"


def live_value(connection: Connection, entry: Entry) -> Any:
    """Returns what is published now of what an entry would change."""
    return _value_at(connection, entry)


def call_of(connection: Connection, entry: Entry) -> str:
    """Returns the digest of a call that confirms a service's entry as it stands."""
    return call_digest(entry.value, _value_at(connection, entry, entry.base_revision))


def as_text(value: Any) -> str | None:
    """Returns an entry's value as the history writes it."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _read(connection: Connection, which: Any) -> list[Draft]:
    """Returns the drafts that a condition chooses; each table is read once for all of them."""
    rows = connection.execute(select(drafts).where(which).order_by(drafts.c.id.desc())).all()
    if not rows:
        return []
    names = {one.id: one.name for one in connection.execute(select(people.c.id, people.c.name))}
    entries, agreed, calls = (
        _by_draft(connection, table, which) for table in (draft_entries, approvals, confirmations)
    )
    writers = _writers(connection, which, {name: number for number, name in names.items()})
    found = []
    for row in rows:
        its = tuple(_entry(one, names) for one in entries[row.id])
        found.append(
            Draft(
                row.id,
                row.subject,
                row.kind,
                row.state,
                row.why,
                row.opened_by,
                row.opened_at,
                row.revision_id,
                its,
                tuple(
                    Approval(one.part, one.person_id, names[one.person_id], one.digest, one.at)
                    for one in agreed[row.id]
                ),
                _rung(connection, its, calls[row.id]),
                frozenset(writers[in_draft(row.id)]),
            )
        )
    return found


def _by_draft(connection: Connection, table: Table, which: Any) -> dict[int, list[Any]]:
    """Returns the rows of a table of drafts, draft by draft, in the order of their keys."""
    chosen = select(drafts.c.id).where(which)
    query = select(table).where(table.c.draft_id.in_(chosen)).order_by(*table.primary_key)
    found: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.draft_id].append(row)
    return found


def _writers(
    connection: Connection, which: Any, ids: Mapping[str, int]
) -> dict[str, set[tuple[str, int]]]:
    """Returns who saved in which part of a draft, by what the history says of its saves."""
    told = select(literal(_IN_DRAFT) + cast(drafts.c.id, String)).where(which)
    query = select(deeds.c.who, deeds.c.what, deeds.c.why).where(
        deeds.c.act == "saved", deeds.c.why.in_(told)
    )
    found: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for row in connection.execute(query.distinct()):
        found[row.why].add((row.what.partition(" ")[0], ids[row.who]))
    return found


def _entry(row: Any, names: Mapping[int, str]) -> Entry:
    return Entry(
        row.part,
        row.name,
        row.value,
        row.author_id,
        names[row.author_id],
        row.saved_at,
        row.version,
        row.base_revision,
    )


def _rung(connection: Connection, entries: Iterable[Entry], calls: Iterable[Any]) -> frozenset[str]:
    """Returns the services whose call was about the record as it stands."""
    about = {call.service_id: call.digest for call in calls if call.digest}
    if not about:
        return frozenset()
    return frozenset(
        name
        for name, digest in about.items()
        for entry in entries
        if (entry.part, entry.name) == (RECORDS, f"services/{name}")
        and call_of(connection, entry) == digest
    )


def _value_at(connection: Connection, entry: Entry, until: int | None = None) -> Any:
    table, where = _row(entry)
    column = table.c.text if table is live_texts else table.c.data
    query = select(column).where(*where).order_by(table.c.revision_id.desc()).limit(1)
    if until is not None:
        query = query.where(table.c.revision_id <= until)
    return connection.execute(query).scalar()


def _row(entry: Entry) -> tuple[Any, tuple[Any, ...]]:
    if entry.part == RECORDS:
        kind, record_id = record_key(entry.name)
        return live_records, (live_records.c.kind == kind, live_records.c.id == record_id)
    return live_texts, (live_texts.c.language == entry.part, live_texts.c.msgid == entry.name)
