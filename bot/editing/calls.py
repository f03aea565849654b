"""Calls to services: a number changes only when somebody has rung, about that very number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from bot.editing import history
from bot.editing.draft import RECORDS, RUNG, Draft
from bot.editing.draft_rows import call_of
from bot.editing.people import Person
from bot.editing.tables import confirmations


def add_call(
    connection: Connection,
    at: datetime,
    by: Person,
    draft: Draft,
    service_id: str,
    called_on: str,
    spoke_to: str,
    said: str,
) -> None:
    """Writes a call down, in the place of an earlier one of the same draft.

    It holds for the record as the draft has it now; where it has none, for nothing.
    """
    entry = draft.entry(RECORDS, f"services/{service_id}")
    key = {"draft_id": draft.id, "service_id": service_id}
    this = [confirmations.c[name] == value for name, value in key.items()]
    before = connection.execute(select(confirmations.c.said).where(*this)).scalar()
    connection.execute(delete(confirmations).where(*this))
    connection.execute(
        insert(confirmations).values(
            **key,
            person_id=by.id,
            called_on=called_on,
            spoke_to=spoke_to,
            said=said,
            digest=call_of(connection, entry) if entry else None,
        )
    )
    history.write(
        connection,
        at,
        by.name,
        "rang",
        f"service.{service_id}",
        old=before,
        new=said,
        why=f"{called_on}: {spoke_to}",
    )


def is_past(day: str, now: datetime) -> bool:
    """Says whether a day, in ISO form, has begun somewhere; what is no day has not."""
    try:
        # A day ends later in the west than in UTC, and begins earlier in the east.
        return date.fromisoformat(day) <= now.date() + timedelta(days=1)
    except ValueError:
        return False


def to_ring(draft: Draft, services: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Returns the services whose number a draft changes or shows, and that nobody has rung.

    Args:
        draft: the one to look at.
        services: id → record, as they are published.
    """
    found = []
    for (kind, record_id), data in draft.changes.records.items():
        if kind != "services" or data is None or record_id in draft.rung:
            continue
        known = services.get(record_id) or {}
        if any(data.get(name) != known.get(name) for name in RUNG):
            found.append(record_id)
    return found
