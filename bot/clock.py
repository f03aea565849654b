"""What time it is in the UK, and how a test says that it is another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

#: Opening hours, review dates and bank holidays are all British.
UK_TIME = ZoneInfo("Europe/London")

Clock = Callable[[], datetime]


def uk_now() -> datetime:
    """Returns the present moment in UK time."""
    return datetime.now(UK_TIME)


def stopped_at(moment: datetime) -> Clock:
    """Returns a clock that always shows one moment, given in UK time when it names no zone."""
    shown = moment.astimezone(UK_TIME) if moment.tzinfo else moment.replace(tzinfo=UK_TIME)
    return lambda: shown


def in_utc(moment: datetime) -> datetime:
    """Returns a stored moment with its zone: SQLite gives moments back without one."""
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
