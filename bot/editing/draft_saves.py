"""What is written of drafts, in a transaction, and what the history says of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.engine import Connection

from bot.editing import history
from bot.editing.draft import OPEN, Draft, Entry
from bot.editing.draft_rows import as_text, in_draft, is_overtaken, latest_revision
from bot.editing.people import Person
from bot.editing.tables import draft_entries, drafts
from bot.errors import ConflictError

#: (part, name) → what a draft would have stand.
Values = Mapping[tuple[str, str], Any]


def add_draft(connection: Connection, at: datetime, by: Person, subject: str, why: str) -> int:
    """Opens a draft and returns its id."""
    result = connection.execute(
        insert(drafts).values(subject=subject, state=OPEN, why=why, opened_by=by.id, opened_at=at)
    )
    history.write(connection, at, by.name, "opened", subject, why=why)
    return int(result.inserted_primary_key[0])


def set_draft(connection: Connection, draft_id: int, **values: Any) -> None:
    """Changes what stands of a draft itself: its state, its kind, why."""
    connection.execute(update(drafts).where(drafts.c.id == draft_id).values(**values))


def unsaved(
    connection: Connection, draft: Draft, values: Values, seen: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str], Any]:
    """Returns those of some values that a draft does not have yet.

    Raises:
        ConflictError: when somebody else has saved one of them since it was seen.
    """
    known, found = _known(draft), {}
    for key, value in values.items():
        entry = known.get(key)
        if entry and entry.value == value and not is_overtaken(connection, entry):
            continue
        version = entry.version if entry else 0
        if version != seen.get(key, 0):
            theirs, who = (entry.value, entry.author) if entry else ("", "")
            raise ConflictError(as_text(theirs) or "", version, who)
        found[key] = value
    return found


def put(connection: Connection, at: datetime, by: Person, draft: Draft, values: Values) -> None:
    """Writes values into a draft, over those that stand there."""
    if not values:
        return
    known, base = _known(draft), latest_revision(connection)
    connection.execute(
        delete(draft_entries).where(
            draft_entries.c.draft_id == draft.id,
            draft_entries.c.part == bindparam("its_part"),
            draft_entries.c.name == bindparam("its_name"),
        ),
        [{"its_part": part, "its_name": name} for part, name in values],
    )
    connection.execute(
        insert(draft_entries),
        [
            {
                "draft_id": draft.id,
                "part": part,
                "name": name,
                "value": value,
                "author_id": by.id,
                "saved_at": at,
                "version": known[part, name].version + 1 if (part, name) in known else 1,
                "base_revision": base,
            }
            for (part, name), value in values.items()
        ],
    )
    for (part, name), value in values.items():
        entry = known.get((part, name))
        history.write(
            connection,
            at,
            by.name,
            "saved",
            f"{part} {name}",
            old=as_text(entry.value) if entry else None,
            new=as_text(value),
            why=in_draft(draft.id),
        )


def _known(draft: Draft) -> dict[tuple[str, str], Entry]:
    return {(entry.part, entry.name): entry for entry in draft.entries}
