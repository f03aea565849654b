"""The hours in the form of a service: rows as they are typed, and the hours that they make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from typing import Any

from babel.dates import get_day_names
from flask import g
from werkzeug.datastructures import MultiDict

from bot.content.hours import WEEKDAYS
from bot.content.values import PUBLISH_MARKS
from bot.desk.parts import _
from bot.languages import LOCALES

Record = Mapping[str, Any]
Fields = dict[str, Any]
Problems = dict[str, str]
#: Of a row that holds anything: its number, its days in their order, opens and closes.
Filled = tuple[int, list[str], str, str]

#: What of a record this part of the form holds.
HOURS = ("hours", "hours_publish", "bank_holidays")
#: As many rows as anybody needs: two on each day, and some.
MOST_ROWS = 20

_ALWAYS, _UNKNOWN, _ROWS = "always", "unknown", "rows"
_ROW = ("days", "opens", "closes")
_NOT_SHOWN = "C"
# 9, 9:00, 09.00 and 0900 are all nine o'clock.
_TIME = re.compile(r"([0-9]{1,2})(?:[:.]?([0-9]{2}))?")


def fields_of(record: Record) -> Fields:
    """Returns the fields as a record fills them, and one empty row more."""
    hours = record["hours"]
    kind = _UNKNOWN if hours is None else _ALWAYS if hours == _ALWAYS else _ROWS
    rows = hours if kind == _ROWS else []
    return {
        "hours": kind,
        "hours_publish": record["hours_publish"] or _NOT_SHOWN,
        "bank_holidays": record["bank_holidays"] or "",
        **_numbered(rows, len(rows) + 1),
    }


def fields_sent(form: MultiDict[str, str]) -> Fields:
    """Returns the fields as somebody has filled them; empty rows move to the end."""
    numbers = range(1, MOST_ROWS + 1)
    last = max((n for n in numbers if any(f"{one}-{n}" in form for one in _ROW)), default=0)
    rows = [
        {
            "days": form.getlist(f"days-{n}"),
            "opens": form.get(f"opens-{n}", "").strip(),
            "closes": form.get(f"closes-{n}", "").strip(),
        }
        for n in range(1, last + 1)
    ]
    filled = [row for row in rows if any(row.values())]
    more = last + 1 if form.get("again") == "row" else last
    return {
        **{name: form.get(name, "").strip() for name in HOURS},
        **_numbered(filled, max(len(filled) + 1, more)),
    }


def take(fields: Fields, before: Record, problems: Problems) -> dict[str, Any]:
    """Makes what a record has of hours.

    Args:
        fields: as `fields_sent` returns them.
        before: the record that the form showed.
        problems: to which what is wrong is added, by field.
    """
    hours = _hours(fields, before, problems)
    mark = fields["hours_publish"]
    if mark not in PUBLISH_MARKS:
        problems["hours_publish"] = _("Choose one.")
    if fields["bank_holidays"] not in ("", "open", "closed"):
        problems["bank_holidays"] = _("Choose one.")
    is_as_it_was = mark == (before["hours_publish"] or _NOT_SHOWN)
    if hours is None:
        # There is nothing to show.
        mark = before["hours_publish"] if before["hours"] is None else None
    elif is_as_it_was:
        mark = before["hours_publish"]
    return {
        "hours": hours,
        "hours_publish": mark,
        "bank_holidays": fields["bank_holidays"] or None,
    }


def must_ring(record: Record, confirmed: Record) -> bool:
    """Says whether a record has hours, or shows them, as nobody has confirmed them.

    To take hours away, or to stop showing them, nobody need ring.
    """
    if record["hours"] is None:
        return False
    changed = {name for name in HOURS if record[name] != confirmed[name]}
    return bool(changed - ({"hours_publish"} if record["hours_publish"] == _NOT_SHOWN else set()))


def rows(fields: Fields) -> range:
    """Returns the numbers of the rows that are on the page."""
    return range(1, 1 + sum(name.startswith("opens-") for name in fields))


def filled(fields: Fields) -> list[Filled]:
    """Returns the rows that hold anything, as they are typed."""
    found = [
        (
            n,
            [day for day in WEEKDAYS if day in fields[f"days-{n}"]],
            fields[f"opens-{n}"],
            fields[f"closes-{n}"],
        )
        for n in rows(fields)
    ]
    return [row for row in found if any(row[1:])]


def is_of_hours(name: str) -> bool:
    """Says whether a field is one of these."""
    return name in HOURS or name.partition("-")[0] in _ROW


def day_names() -> dict[str, str]:
    """Returns what the days of the week are called, in the language of the reader."""
    names = get_day_names("wide", locale=LOCALES[g.language])
    return {day: names[number] for number, day in enumerate(WEEKDAYS)}


def _numbered(rows: Sequence[Record], number: int) -> Fields:
    empty: Record = {"days": [], "opens": "", "closes": ""}
    shown = [*rows, *[empty] * (number - len(rows))][: max(MOST_ROWS, len(rows))]
    return {f"{name}-{n}": row[name] for n, row in enumerate(shown, 1) for name in _ROW}


def _hours(fields: Fields, before: Record, problems: Problems) -> Any:
    kind = fields["hours"]
    typed = filled(fields)
    if kind == _ROWS:
        return _periods(typed, before, problems)
    if kind not in (_ALWAYS, _UNKNOWN):
        problems["hours"] = _("Choose one.")
    elif typed and typed != filled(fields_of(before)):
        problems["hours"] = _(
            "You have typed times below. Choose “At the times below”, or empty the rows."
        )
    return _ALWAYS if kind == _ALWAYS else None


def _periods(typed: Iterable[Filled], before: Record, problems: Problems) -> list[dict[str, Any]]:
    made: dict[int, dict[str, Any]] = {}
    for n, days, opens, closes in typed:
        if not days:
            problems[f"days-{n}"] = _("Choose at least one day.")
        times = {}
        for name, text in (("opens", opens), ("closes", closes)):
            at = _time(text)
            if at is None:
                problems[f"{name}-{n}"] = _("Write a time by the 24-hour clock, such as 17:30.")
            else:
                times[name] = at
        if len(times) == len(("opens", "closes")) and times["opens"] >= times["closes"]:
            problems[f"closes-{n}"] = _(
                "It closes before it opens, or at once. For a night, write one row until 23:59,"
                " and one from 00:00 for the days after."
            )
        made[n] = {"days": days, **times}
        if not any(f"{name}-{n}" in problems for name in _ROW):
            _look_for_overlap(n, made, problems)
    if not made:
        problems["hours"] = _("Fill in a row below, or choose another answer.")
    found = list(made.values())
    # Left as it stands where it says the same, so that nothing seems to have changed.
    return before["hours"] if _same(found, before["hours"]) else found


def _look_for_overlap(n: int, made: Mapping[int, Record], problems: Problems) -> None:
    this = made[n]
    for other, row in made.items():
        if other == n or any(f"{name}-{other}" in problems for name in _ROW):
            continue
        twice = [day for day in this["days"] if day in row["days"]]
        if twice and this["opens"] < row["closes"] and row["opens"] < this["closes"]:
            problems[f"days-{n}"] = _(
                "{day} is in row {row} too, at times that overlap with these."
            ).format(day=day_names()[twice[0]], row=other)
            return


def _same(found: list[dict[str, Any]], known: Any) -> bool:
    return isinstance(known, list) and found == [
        {**row, "days": [day for day in WEEKDAYS if day in row["days"]]} for row in known
    ]


def _time(text: str) -> str | None:
    """Returns a time as records have it."""
    found = _TIME.fullmatch(text)
    try:
        return f"{time(int(found[1]), int(found[2] or 0)):%H:%M}" if found else None
    except ValueError:
        return None
