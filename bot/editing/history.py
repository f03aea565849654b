"""The history of editing: who did what, old and new, and why, in a chain that shows a change.

Nothing of any conversation is ever in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from bot.content.database import Database
from bot.editing.tables import history

_BEGINNING = "0" * 64
_COLUMNS = ("at", "who", "act", "what", "old", "new", "why")


@dataclass(frozen=True)
class Deed:
    """One row of the history."""

    id: int
    at: str
    who: str
    act: str
    what: str
    old: str | None
    new: str | None
    why: str


def write(
    connection: Connection,
    at: datetime,
    who: str,
    act: str,
    what: str,
    *,
    old: str | None = None,
    new: str | None = None,
    why: str = "",
) -> None:
    """Adds a row within the transaction of the act itself: both are there or neither.

    Args:
        connection: one that writes.
        at: when.
        who: the name of the person.
        act: a word for it: `signed in`, `saved`, `approved`, `published`, ….
        what: the text, the record or the person it was done to.
        old: what stood there.
        new: what stands there now.
        why: the reason that was given.
    """
    row = {
        "at": at.isoformat(timespec="seconds"),
        "who": who,
        "act": act,
        "what": what,
        "old": old,
        "new": new,
        "why": why,
    }
    last = connection.execute(
        select(history.c.digest).order_by(history.c.id.desc()).limit(1)
    ).scalar()
    connection.execute(insert(history).values(**row, digest=_digest(last or _BEGINNING, row)))


def read(database: Database, *, what: str | None = None, most: int = 200) -> list[Deed]:
    """Returns the newest deeds first, those on `what` alone when it is given."""
    query = select(history).order_by(history.c.id.desc()).limit(most)
    if what is not None:
        query = query.where(history.c.what == what)
    with database.connect() as connection:
        return [
            Deed(row.id, *(getattr(row, name) for name in _COLUMNS))
            for row in connection.execute(query)
        ]


def broken(database: Database) -> list[int]:
    """Returns the ids of rows that do not follow from those before them; none when all is whole.

    A row taken from the end cannot be seen so: whoever keeps the last digest elsewhere sees it.
    """
    before, found = _BEGINNING, []
    with database.connect() as connection:
        for row in connection.execute(select(history).order_by(history.c.id)):
            if row.digest != _digest(before, {name: getattr(row, name) for name in _COLUMNS}):
                found.append(row.id)
            before = row.digest
    return found


def _digest(before: str, row: dict[str, str | None]) -> str:
    values: Sequence[str | None] = [before, *(row[name] for name in _COLUMNS)]
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()
