"""Looking back: the history a page at a time, and what each revision changed."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import func, select

from bot.clock import in_utc
from bot.content.database import Database
from bot.content.rows import Stored
from bot.content.store import ContentStore
from bot.content.tables import records, revisions, texts
from bot.editing.draft import RECORDS
from bot.editing.history import Deed
from bot.editing.tables import history

PAGE = 50
#: What is done with accounts and not with content.
OF_ACCOUNTS = (
    *("signed in", "failed to sign in", "failed to confirm", "locked out", "signed up"),
    *("invited", "invited again", "changed account"),
)

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a long list, the newest first; `number` counts from 1 to `last`."""

    rows: tuple[Row, ...]
    number: int
    last: int
    total: int


@dataclass(frozen=True)
class Revision:
    """A revision, and how much it changed."""

    id: int
    at: datetime
    origin: str
    note: str
    texts: int
    records: int


@dataclass(frozen=True)
class Changed:
    """A text (`part` its language) or a record that a revision changed, old and new in words."""

    subject: str
    part: str
    name: str
    old: str
    new: str


def deeds(
    database: Database,
    *,
    who: str = "",
    what: str = "",
    act: str = "",
    number: int = 1,
    but: Collection[str] = (),
) -> Page[Deed]:
    """Returns a page of the history.

    Args:
        database: where it lies.
        who: only what this person did.
        what: only what was done to something with this in its name.
        act: only this act.
        number: of the page; one that is not there is the nearest.
        but: acts to leave out.
    """
    where = [history.c.act.not_in(but)]
    if who:
        where.append(history.c.who == who)
    if act:
        where.append(history.c.act == act)
    if what:
        where.append(func.lower(history.c.what).contains(what.strip().lower(), autoescape=True))
    with database.connect() as connection:
        total = connection.execute(select(func.count()).where(*where)).scalar() or 0
        number, last = _within(number, total)
        query = (
            select(*(column for column in history.c if column.name != "digest"))
            .where(*where)
            .order_by(history.c.id.desc())
        )
        rows = connection.execute(query.limit(PAGE).offset((number - 1) * PAGE))
        return Page(tuple(Deed(*row) for row in rows), number, last, total)


def actors(database: Database, but: Collection[str] = ()) -> tuple[list[str], list[str]]:
    """Returns who has done something, and which acts there are."""
    query = select(history.c.who, history.c.act).where(history.c.act.not_in(but)).distinct()
    with database.connect() as connection:
        rows = connection.execute(query).all()
    return sorted({row.who for row in rows}, key=str.casefold), sorted({row.act for row in rows})


def all_revisions(database: Database, number: int = 1) -> Page[Revision]:
    """Returns a page of the revisions."""
    with database.connect() as connection:
        total = connection.execute(select(func.count()).select_from(revisions)).scalar() or 0
    number, last = _within(number, total)
    return Page(tuple(_revisions(database, offset=(number - 1) * PAGE)), number, last, total)


def one_revision(database: Database, revision: int) -> Revision | None:
    """Returns a revision, None when there is none of this number."""
    return next(iter(_revisions(database, revision=revision)), None)


def changed(store: ContentStore, revision: int) -> list[Changed]:
    """Returns what a revision changed, by subject in the order of their names."""
    before = store.read(revision - 1)
    with store.database.connect() as connection:
        of_texts = connection.execute(select(texts).where(texts.c.revision_id == revision)).all()
        of_records = connection.execute(
            select(records).where(records.c.revision_id == revision)
        ).all()
    found = [
        Changed(
            row.msgid.rpartition(".")[0],
            row.language,
            row.msgid,
            before.texts.get((row.language, row.msgid), ""),
            row.text or "",
        )
        for row in of_texts
    ]
    for row in of_records:
        subject = {"answers": row.id, "services": f"service.{row.id}"}.get(row.kind, "")
        old = before.records.get(row.kind, {}).get(row.id)
        found.append(
            Changed(subject, RECORDS, f"{row.kind}/{row.id}", _lines(old), _lines(row.data))
        )
    return sorted(found, key=lambda one: (one.subject or one.name, one.part, one.name))


def stood(stored: Stored, subject: str) -> dict[tuple[str, str], Any]:
    """Returns everything of an answer, or of `service.` and an id, as a revision had it."""
    found: dict[tuple[str, str], Any] = {
        key: text for key, text in stored.texts.items() if key[1].rpartition(".")[0] == subject
    }
    kind = "services" if subject.startswith("service.") else "answers"
    record = stored.records[kind].get(subject.removeprefix("service."))
    return found if record is None else {**found, (RECORDS, kind): record}


def _revisions(
    database: Database, *, revision: int | None = None, offset: int = 0
) -> list[Revision]:
    def count(table: Any) -> Any:
        return (
            select(func.count())
            .where(table.c.revision_id == revisions.c.id)
            .scalar_subquery()
            .label(table.name)
        )

    query = select(revisions, count(texts), count(records)).order_by(revisions.c.id.desc())
    if revision is not None:
        query = query.where(revisions.c.id == revision)
    with database.connect() as connection:
        return [
            Revision(row.id, in_utc(row.published_at), row.origin, row.note, row.texts, row.records)
            for row in connection.execute(query.limit(PAGE).offset(offset))
        ]


def _within(number: int, total: int) -> tuple[int, int]:
    last = max(1, -(-total // PAGE))
    return min(max(1, number), last), last


def _lines(data: Any) -> str:
    """Returns a record a field a line, so that a difference shows the field alone."""
    if data is None:
        return ""
    return "\n".join(
        f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in sorted(data.items())
    )
