"""Hours in words: as the chat says them in English, and as the desk tells of their changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel.dates import get_day_names

from bot.content.hours import WEEKDAYS
from bot.content.values import Service
from bot.desk.hours_form import Fields, day_names, filled
from bot.desk.parts import _
from bot.editing.history import Deed
from bot.i18n import written_list
from bot.languages import DEFAULT_LANGUAGE, LOCALES

#: From so many on, days in a row are written as Monday–Wednesday.
_ROW = 3


@dataclass(frozen=True)
class Change:
    """What was published of a field that the page of a service tells of, in words."""

    name: str
    old: str
    new: str


def in_chat(service: Service) -> str | None:
    """Returns what the chat says of hours in English, None when it says nothing.

    It is what `bot.conversation` writes: the two may not know each other, so a test compares.
    """
    if service.shown_hours is None:
        return None
    if not service.shown_hours:
        return "Open 24 hours, every day"
    names = get_day_names("wide", locale=LOCALES[DEFAULT_LANGUAGE])
    called = {day: names[number] for number, day in enumerate(WEEKDAYS)}
    weekly = "; ".join(
        f"{_days(period.days, called, DEFAULT_LANGUAGE)} {period.opens:%H:%M}–{period.closes:%H:%M}"
        for period in service.shown_hours
    )
    holidays = {
        "open": "Also open on bank holidays.",
        "closed": "Closed on bank holidays.",
        None: "It may be closed on bank holidays.",
    }
    return f"{weekly} (UK time). {holidays[service.bank_holidays]}"


def why_silent(service: Service) -> str:
    """Returns why the chat says nothing of hours."""
    if service.hours is None:
        return _("The chat says nothing of hours: they are not known.")
    if service.hours_publish == "B":
        return _("The chat says nothing of hours until somebody has rung.")
    return _("The chat says nothing of hours: they are not to be shown.")


def warnings() -> dict[str, str]:
    """Returns each warning in words."""
    return {
        "police": _("It is the police, or what is said reaches the police"),
        "government": _("It is a part of the government, or a public body"),
        "home-office-contract": _("It works under a contract with the Home Office"),
        "passes-reports-on": _("It passes reports on to others"),
        "refers-to-home-office": _("It refers women to the Home Office"),
    }


def said(name: str, value: Any, language: str) -> str:
    """Returns what stands in one of these fields of a record, in the words of the desk."""
    if name == "hours":
        return _said_hours(value, language)
    words: dict[Any, str] = _words()[name]
    return words.get(value, words[None])


def typed(fields: Fields, language: str) -> str:
    """Returns the hours of a form in words, be they well formed or not."""
    if fields["hours"] != "rows":
        return _said_hours(None if fields["hours"] == "unknown" else "always", language)
    called = day_names()
    return "; ".join(
        f"{_days(days, called, language) if days else '–'} {opens}–{closes}"
        for _n, days, opens, closes in filled(fields)
    )


def labels() -> dict[str, str]:
    """Returns what these fields are called."""
    return {
        "hours": _("Hours"),
        "hours_publish": _("Whether hours are shown"),
        "bank_holidays": _("On bank holidays"),
        "warning": _("Warning"),
    }


def changes(deed: Deed, language: str) -> list[Change]:
    """Returns what the publication of a service changed of its hours and its warning."""
    old, new = (json.loads(text) if text else {} for text in (deed.old, deed.new))
    return [
        Change(label, said(name, old.get(name), language), said(name, new.get(name), language))
        for name, label in labels().items()
        if old.get(name) != new.get(name)
    ]


def _words() -> dict[str, dict[Any, str]]:
    return {
        "hours_publish": {
            "A": _("shown"),
            "B": _("shown once somebody has rung"),
            None: _("not shown"),
        },
        "bank_holidays": {"open": _("open"), "closed": _("closed"), None: _("not known")},
        "warning": {**warnings(), None: _("none")},
    }


def _said_hours(hours: Any, language: str) -> str:
    if hours is None:
        return _("not known")
    if hours == "always":
        return _("day and night")
    called = day_names()
    return "; ".join(
        f"{_days(row['days'], called, language)} {row['opens']}–{row['closes']}" for row in hours
    )


def _days(days: Any, called: Mapping[str, str], language: str) -> str:
    numbers = [WEEKDAYS.index(day) for day in days]
    is_row = len(days) >= _ROW and numbers == list(range(numbers[0], numbers[-1] + 1))
    written = [called[day] for day in days]
    return f"{written[0]}–{written[-1]}" if is_row else written_list(written, language)
