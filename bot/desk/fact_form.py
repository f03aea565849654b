"""The form of a fact: what it shows of a record, and the records that it makes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from bot.content.values import CONFIDENCES, NATIONS
from bot.desk.addresses import is_web_address
from bot.desk.editor import cleaned
from bot.desk.parts import _

Record = Mapping[str, Any]
Fields = dict[str, Any]

#: The ids that the desk gives. Shipped facts are F and a number, and shipped sources are named
#: after their publishers: so a later version brings none of these, and overwrites none.
FACT_MARK, SOURCE_MARK = "D", "desk-"
#: Marks that say somebody has read a page; it must be named.
_READ = ("V", "V2")
_SOURCE = {"title": "source_title", "publisher": "publisher", "url": "url", "date": "source_date"}
_LINES = ("confidence", "as_of", "claimed_by", *_SOURCE.values(), "q", "why")
_MOST_CHARACTERS = {
    **{"says": 1000, "claimed_by": 200, "source_title": 300, "publisher": 200, "url": 500},
    "why": 300,
}
_LOOSE_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", re.ASCII)


@dataclass(frozen=True)
class Sent:
    """What was sent: the fact, a new source if there is one, what is wrong by field."""

    record: dict[str, Any]
    source: dict[str, Any] | None
    problems: dict[str, str] = field(default_factory=dict)


def fields_of(record: Record | None) -> Fields:
    """Returns the fields as a record fills them; empty ones for a fact that is to be written."""
    known = record or {"nations": (), "sources": ()}
    return {
        **dict.fromkeys(_LINES, ""),
        **{name: known.get(name) or "" for name in ("says", "confidence", "as_of", "claimed_by")},
        **{name: list(known[name]) for name in ("nations", "sources")},
    }


def fields_sent(form: MultiDict[str, str]) -> Fields:
    """Returns the fields as somebody has filled them."""
    return {
        **{name: " ".join(cleaned(form.get(name, "")).split()) for name in _LINES},
        "says": cleaned(form.get("says", "")),
        **{name: form.getlist(name) for name in ("nations", "sources")},
    }


def take(
    fields: Fields,
    before: Record | None,
    known: Mapping[str, Record],
    today: date,
    *,
    has_why: bool,
) -> Sent:
    """Makes records of what was sent; the new source is not yet among those of the fact.

    Args:
        fields: as `fields_sent` returns them.
        before: the record that the form showed, None for a new fact.
        known: the sources that can be chosen, by their ids.
        today: a source is not of the future.
        has_why: whether its draft has its reason already.
    """
    problems: dict[str, str] = {}
    source = _new_source(fields, known, today, problems)
    record = {**(before or {"check": None, "publish": True}), **_plain(fields, before, known)}
    if before and "publish" not in before:
        record.pop("publish", None)
    if not record["says"]:
        problems["says"] = _("Write what is true, with its limits.")
    if record["confidence"] not in CONFIDENCES:
        problems["confidence"] = _("Choose one.")
    problem = _problem_of_day(fields["as_of"], today)
    if problem:
        problems["as_of"] = problem
    if not has_why and not fields["why"]:
        problems["why"] = _("Say why, in a few words. It goes into the history.")
    is_bare = not record["sources"] and source is None
    # Some facts that ship name no page: their words can be mended all the same.
    if record["confidence"] in _READ and is_bare and (before is None or before["sources"]):
        problems["sources"] = _("Somebody has read this on a page: choose the page, or add it.")
    for name, most in _MOST_CHARACTERS.items():
        if len(fields[name]) > most:
            problems[name] = _("At most {most} letters.").format(most=most)
    return Sent(record, source, problems)


def next_fact_id(known: Collection[str]) -> str:
    """Returns the next free id of a fact that is written at the desk."""
    return f"{FACT_MARK}{_next(known, FACT_MARK)}"


def next_source_id(fact_id: str, known: Collection[str]) -> str:
    """Returns the next free id of a source that is added with a fact.

    It names the fact: only one draft of a fact is open, so no two drafts give the same.
    """
    mark = f"{SOURCE_MARK}{fact_id.lower()}-"
    return f"{mark}{_next(known, mark)}"


def _next(known: Collection[str], mark: str) -> int:
    found = [re.fullmatch(rf"{re.escape(mark)}(\d+)", name, re.ASCII) for name in known]
    return max((int(one[1]) for one in found if one), default=0) + 1


def _plain(fields: Fields, before: Record | None, known: Mapping[str, Record]) -> dict[str, Any]:
    old = before or {"nations": (), "sources": ()}
    chosen = [name for name in dict.fromkeys(fields["sources"]) if name in known]
    return {
        "says": fields["says"],
        # What stays keeps its place, so that nothing else seems to have changed.
        "sources": [
            *(name for name in old["sources"] if name in chosen),
            *(name for name in chosen if name not in old["sources"]),
        ],
        "as_of": fields["as_of"] or None,
        "nations": list(old["nations"])
        if set(old["nations"]) == set(fields["nations"])
        else [one for one in NATIONS if one in fields["nations"]],
        "confidence": fields["confidence"],
        "claimed_by": fields["claimed_by"] or None,
    }


def _new_source(
    fields: Fields, known: Mapping[str, Record], today: date, problems: dict[str, str]
) -> dict[str, Any] | None:
    if not any(fields[name] for name in _SOURCE.values()):
        return None
    for name in ("source_title", "publisher"):
        if not fields[name]:
            problems[name] = _("Fill this in, or leave the whole new source empty.")
    url = fields["url"]
    twin = next((one for one in known.values() if one["url"] == url), None)
    if not is_web_address(url):
        problems["url"] = _("A web address begins with https:// and has no spaces.")
    elif twin is not None:
        problems["url"] = _("This page is in the register already: search for “{title}”.").format(
            title=twin["title"]
        )
    problem = _problem_of_day(fields["source_date"], today)
    if problem:
        problems["source_date"] = problem
    return {name: fields[typed] for name, typed in _SOURCE.items()}


def _problem_of_day(text: str, today: date) -> str:
    """Returns what is wrong with a year, a month or a day; nothing when it may stand."""
    if not text:
        return ""
    found = _LOOSE_DATE.fullmatch(text)
    try:
        if found:
            date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        found = None
    if not found:
        return _("Write a year, a month or a day: 2026, 2026-10 or 2026-10-05.")
    is_ahead = text > today.isoformat()[: len(text)]
    return _("This day is still to come.") if is_ahead else ""
