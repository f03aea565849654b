"""The form of a service: what it shows of a record, and the record and call that it makes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from bot.content.values import NATIONS, NEEDS, PUBLISH_MARKS, WARNINGS
from bot.desk import hours_form
from bot.desk.addresses import is_web_address
from bot.desk.numbers import digits, problem_of
from bot.desk.parts import _
from bot.desk.reviews import next_review
from bot.languages import LANGUAGES

Record = Mapping[str, Any]
Fields = dict[str, Any]

_NUMBERS = ("phone", "sms")
_LINES = (*_NUMBERS, "email", "url")
_THREE_WAYS = {"": None, "yes": True, "no": False}
_LISTS = {"nations": NATIONS, "needs": NEEDS, "languages": LANGUAGES}
_CALL = ("called_on", "spoke_to", "said", "read_back", "read_back_sms")
#: Whoever changes one of these has rung.
_RUNG = (*_NUMBERS, "publish")
_EMAIL = re.compile(r"[^@\s<>\"']+@[^@\s<>\"']+\.[^@\s<>\"']+")
_LONGEST = timedelta(days=366)
_MOST_CHARACTERS = {"said": 2000, "spoke_to": 200, "email": 200, "url": 500}


@dataclass(frozen=True)
class Call:
    """A call to the service."""

    called_on: str
    spoke_to: str
    said: str


@dataclass(frozen=True)
class Sent:
    """What was sent: the record it makes, the call if there was one, what is wrong by field."""

    record: dict[str, Any]
    call: Call | None
    problems: dict[str, str] = field(default_factory=dict)


def fields_of(record: Record) -> Fields:
    """Returns the fields as a record fills them; those of the call are empty."""
    back = {value: name for name, value in _THREE_WAYS.items()}
    return {
        **{name: record[name] or "" for name in _LINES},
        **{name: list(record[name]) for name in _LISTS},
        "free": back[record["free"]],
        "papers_needed": back[record["papers_needed"]],
        "interpreters": bool(record["interpreters"]),
        "publish": record["publish"],
        "review_by": record["review_by"],
        "warning": record["warning"] or "",
        **hours_form.fields_of(record),
        **dict.fromkeys(_CALL, ""),
    }


def fields_sent(form: MultiDict[str, str]) -> Fields:
    """Returns the fields as somebody has filled them."""
    lines = (*_LINES, *_CALL, "free", "papers_needed", "publish", "review_by", "warning")
    return {
        **{name: form.get(name, "").strip() for name in lines},
        # Whatever kind of space a number was copied with, it is kept with the plain one.
        **{name: " ".join(form.get(name, "").split()) for name in _NUMBERS},
        **{name: form.getlist(name) for name in _LISTS},
        "interpreters": "interpreters" in form,
        **hours_form.fields_sent(form),
    }


def take(service_id: str, fields: Fields, before: Record, confirmed: Record, today: date) -> Sent:
    """Makes a record of what was sent.

    Args:
        service_id: whose.
        fields: as `fields_sent` returns them.
        before: the record that the form showed.
        confirmed: the record whose number and hours stand without another call.
        today: calls are not of the future.
    """
    problems: dict[str, str] = {}
    hours = hours_form.take(fields, before, problems)
    record = {**before, **_plain(fields, before), **hours}
    _look_at_lines(record, problems)
    if fields["publish"] not in PUBLISH_MARKS:
        problems["publish"] = _("Choose one.")
    if fields["warning"] not in ("", *WARNINGS):
        problems["warning"] = _("Choose one.")
    if before["nations"] and not record["nations"]:
        problems["nations"] = _("Choose at least one.")
    for name, most in _MOST_CHARACTERS.items():
        if len(fields[name]) > most:
            problems[name] = _("At most {most} letters.").format(most=most)
    call = _call(fields, record, confirmed, today, problems)
    if call is not None and "called_on" not in problems:
        record["checked_on"] = call.called_on
    record["review_by"] = _review_by(service_id, fields, before, call, today, problems)
    return Sent(record, call, problems)


def seal(record: Record | None) -> str:
    """Returns what a form remembers of the record it was made from."""
    plain = json.dumps(record, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def _plain(fields: Fields, before: Record) -> dict[str, Any]:
    lists = {
        # Left as it stands where it holds the same, so that nothing seems to have changed.
        name: before[name]
        if set(before[name]) == set(fields[name])
        else [one for one in known if one in fields[name]]
        for name, known in _LISTS.items()
    }
    return {
        **{name: fields[name] or None for name in _LINES},
        **lists,
        "free": _THREE_WAYS.get(fields["free"]),
        "papers_needed": _THREE_WAYS.get(fields["papers_needed"]),
        "interpreters": fields["interpreters"],
        "publish": fields["publish"],
        "warning": fields["warning"] or None,
    }


def _look_at_lines(record: Record, problems: dict[str, str]) -> None:
    for name in _NUMBERS:
        problem = problem_of(record[name]) if record[name] else None
        if problem:
            problems[name] = problem
    email, url = record["email"], record["url"]
    if email and not _EMAIL.fullmatch(email):
        problems["email"] = _("This is no email address.")
    if url and not is_web_address(url):
        problems["url"] = _("A web address begins with https:// and has no spaces.")


def _call(
    fields: Fields, record: Record, confirmed: Record, today: date, problems: dict[str, str]
) -> Call | None:
    """Returns the call; there must be one when the number or the hours, or their mark, change."""
    if not any(fields[name] for name in _CALL):
        if any(record[name] != confirmed[name] for name in _RUNG):
            problems["called_on"] = _(
                "The number, or whether it is shown, would change. Ring first, and say here whom"
                " you spoke to. A wrong number can be hidden at once, below."
            )
        elif hours_form.must_ring(record, confirmed):
            problems["called_on"] = _(
                "The hours, or whether they are shown, would change. Ring first, and say here whom"
                " you spoke to. Wrong hours can go without a call: choose “Not known”, or C."
            )
        return None
    day = _day(fields["called_on"])
    if day is None:
        problems["called_on"] = _("Say on which day you rang.")
    elif day > today:
        problems["called_on"] = _("This day is still to come.")
    for name in ("spoke_to", "said"):
        if not fields[name]:
            problems.setdefault(name, _("Say whom you spoke to, and what they confirmed."))
    for name, back in (("phone", "read_back"), ("sms", "read_back_sms")):
        # What is never shown need not be read out.
        must = record[name] and record["publish"] != "C"
        if (must or fields[back]) and digits(fields[back]) != digits(record[name]):
            problems[back] = _(
                "This is not the number above. Have it read back once more, digit by digit."
            )
    return Call(fields["called_on"], fields["spoke_to"], fields["said"])


def _review_by(
    service_id: str,
    fields: Fields,
    before: Record,
    call: Call | None,
    today: date,
    problems: dict[str, str],
) -> str:
    day, known = _day(fields["review_by"]), before["review_by"]
    rung = _day(call.called_on) if call else None
    if day is None:
        problems["review_by"] = _("Say by which day somebody must ring again.")
    elif rung and day.isoformat() == known:
        return next_review(service_id, rung, is_high_risk=True).isoformat()
    elif rung and not today < day <= today + _LONGEST:
        problems["review_by"] = _("The next call must lie ahead, within a year.")
    elif not call and day.isoformat() > known:
        problems["review_by"] = _("Only a call puts the next one off.")
    return day.isoformat() if day else known


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
