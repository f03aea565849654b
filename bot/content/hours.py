"""When a service is open: its hours as data, and what they mean at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

import holidays

from bot.clock import UK_TIME

#: As `datetime.weekday()` counts them.
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

#: The names that the holidays library gives to the parts of the UK.
_SUBDIVISIONS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern-ireland": "NIR"}

#: How far ahead an opening is looked for. Christmas and a weekend are five days.
_DAYS_AHEAD = 10


@dataclass(frozen=True)
class Period:
    """Hours that are the same on several days of the week, in UK time, within one day."""

    days: tuple[str, ...]
    opens: time
    closes: time


@dataclass(frozen=True)
class Opening:
    """Whether a service is open at a moment.

    `until` is when it closes, None when it never does or is closed; `next` is when it
    opens again, None when it is open or nobody can say.
    """

    is_open: bool
    until: datetime | None = None
    next: datetime | None = None


def period_from_data(data: Mapping[str, Any]) -> Period:
    """Makes a period of `{days: [mon], opens: "09:00", closes: "17:00"}`.

    Raises:
        ValueError, KeyError, TypeError: when it is not well formed.
    """
    days = tuple(data["days"])
    unknown = [day for day in days if day not in WEEKDAYS]
    if unknown or not days or set(data) != {"days", "opens", "closes"}:
        raise ValueError(f"{dict(data)!r} is not days, opens and closes")
    opens, closes = time.fromisoformat(data["opens"]), time.fromisoformat(data["closes"])
    if opens >= closes:
        raise ValueError(f"it closes at {closes:%H:%M}, before it opens")
    return Period(days, opens, closes)


def opening(
    hours: Sequence[Period],
    moment: datetime,
    *,
    nations: Iterable[str],
    bank_holidays: str | None,
) -> Opening | None:
    """Returns whether a service is open at a moment, None when nobody can say.

    Nobody can on a bank holiday of its nation when no source tells what it does then.

    Args:
        hours: its periods; empty: day and night.
        moment: with its time zone.
        nations: where it works; a day counts when it is a bank holiday in any of them.
        bank_holidays: `open`, `closed`, or None when not known.
    """
    if not hours:
        return Opening(is_open=True)
    here = moment.astimezone(UK_TIME)
    names = tuple(sorted(nations))
    if bank_holidays is None and is_bank_holiday(here.date(), names):
        return None
    is_closed_then = bank_holidays == "closed"
    for opens, closes in _spans(hours, here.date(), names, is_closed_then=is_closed_then):
        if opens <= here < closes:
            return Opening(is_open=True, until=closes)
        if here < opens:
            is_sure = bank_holidays is not None or not is_bank_holiday(opens.date(), names)
            return Opening(is_open=False, next=opens if is_sure else None)
    return Opening(is_open=False)


def is_bank_holiday(day: date, nations: tuple[str, ...]) -> bool:
    """Says whether a day is a bank holiday in any of the nations."""
    return any(day in _calendar(nation, day.year) for nation in nations)


def _spans(
    hours: Sequence[Period], first: date, nations: tuple[str, ...], *, is_closed_then: bool
) -> Iterable[tuple[datetime, datetime]]:
    for offset in range(_DAYS_AHEAD):
        day = first + timedelta(days=offset)
        if is_closed_then and is_bank_holiday(day, nations):
            continue
        periods = [period for period in hours if WEEKDAYS[day.weekday()] in period.days]
        for period in sorted(periods, key=lambda one: one.opens):
            yield (
                datetime.combine(day, period.opens, UK_TIME),
                datetime.combine(day, period.closes, UK_TIME),
            )


@lru_cache(maxsize=16)
def _calendar(nation: str, year: int) -> Any:
    return holidays.country_holidays("GB", subdiv=_SUBDIVISIONS[nation], years=year)
