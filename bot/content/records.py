"""Makes values of plain records, as YAML and the database hold them, and refuses bad ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from bot.content.hours import period_from_data
from bot.content.values import (
    CONFIDENCES,
    NATIONS,
    NEEDS,
    PUBLISH_MARKS,
    RISKS,
    WARNINGS,
    Answer,
    Fact,
    Service,
    Source,
)
from bot.errors import ContentError
from bot.languages import LANGUAGES

Record = TypeVar("Record", Source, Fact, Answer, Service)

_DAYS = ("as_of", "checked_on", "review_by")
_LOOSE_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


def source_from_data(record_id: str, data: Mapping[str, Any]) -> Source:
    """Makes a source of its record. Raises ContentError when the record is not well formed."""
    _check_mapping(record_id, data)
    _texts(record_id, data, "title", "publisher", "url", "date")
    return _build(Source, record_id, _tuples(data))


def fact_from_data(record_id: str, data: Mapping[str, Any]) -> Fact:
    """Makes a fact of its record. Raises ContentError when the record is not well formed."""
    _check_mapping(record_id, data)
    _one_of(record_id, CONFIDENCES, [data.get("confidence")])
    _one_of(record_id, NATIONS, data.get("nations", ()))
    as_of = data.get("as_of")
    if as_of is not None and not _LOOSE_DATE.fullmatch(str(as_of)):
        raise ContentError(f"{record_id}: {as_of!r} is not a year, a month or a day")
    if not isinstance(data.get("check"), int | None):
        raise ContentError(f"{record_id}: {data['check']!r} is not a rank")
    _texts(record_id, data, "says", "claimed_by")
    _lists(record_id, data, "sources")
    return _build(Fact, record_id, _tuples(data))


def answer_from_data(record_id: str, data: Mapping[str, Any]) -> Answer:
    """Makes an answer of its record. Raises ContentError when the record is not well formed."""
    _check_mapping(record_id, data)
    _one_of(record_id, RISKS, [data.get("risk")])
    _one_of(record_id, NATIONS, data.get("nations", ()))
    _one_of(record_id, LANGUAGES, data.get("native_read", ()))
    _texts(record_id, data, "owner")
    _lists(record_id, data, "facts", "next", "services")
    return _build(Answer, record_id, _tuples(_days(record_id, data)))


def keeps_from_data(record_id: str, data: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Makes language → phrases of its record. Raises ContentError when it is not well formed."""
    _check_mapping(record_id, data)
    _one_of(record_id, LANGUAGES, list(data))
    _lists(record_id, data, *data)
    return {language: tuple(map(str, phrases)) for language, phrases in data.items()}


def service_from_data(record_id: str, data: Mapping[str, Any]) -> Service:
    """Makes a service of its record. Raises ContentError when the record is not well formed."""
    _check_mapping(record_id, data)
    _one_of(record_id, PUBLISH_MARKS, [data.get("publish")])
    _one_of(record_id, (None, *PUBLISH_MARKS), [data.get("hours_publish")])
    _one_of(record_id, (None, "open", "closed"), [data.get("bank_holidays")])
    _one_of(record_id, (None, *WARNINGS), [data.get("warning")])
    for flag in ("free", "papers_needed"):
        _one_of(record_id, (None, True, False), [data.get(flag)])
    _one_of(record_id, NATIONS, data.get("nations", ()))
    _one_of(record_id, NEEDS, data.get("needs", ()))
    _one_of(record_id, LANGUAGES, data.get("languages", ()))
    _one_of(record_id, LANGUAGES, data.get("native_read", ()))
    _texts(record_id, data, "phone", "sms", "email", "url", "owner")
    _lists(record_id, data, "sources")
    known = _tuples(_days(record_id, data))
    if "hours" in data:
        known["hours"] = _hours(record_id, data["hours"])
    return _build(Service, record_id, known)


def _hours(record_id: str, data: Any) -> Any:
    if data is None:
        return None
    if data == "always":
        return ()
    if not isinstance(data, list) or not data:
        raise ContentError(f"{record_id}: hours are `always`, null or a list of periods")
    try:
        return tuple(period_from_data(period) for period in data)
    except (TypeError, ValueError, KeyError) as error:
        raise ContentError(f"{record_id}: hours: {error}") from error


def _build(kind: Callable[..., Record], record_id: str, data: Mapping[str, Any]) -> Record:
    try:
        return kind(id=record_id, **data)
    except TypeError as error:
        raise ContentError(f"{record_id}: {error}") from error


def _tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
    }


def _days(record_id: str, data: Mapping[str, Any]) -> dict[str, Any]:
    for name in _DAYS:
        # A row counts as confirmed when there is such a day, so nothing else may stand there.
        is_none = name == "checked_on" and data.get(name) is None
        if name in data and not is_none and not isinstance(data[name], str | date):
            raise ContentError(f"{record_id}: {name} is not a day")
    try:
        return {
            name: date.fromisoformat(value) if name in _DAYS and isinstance(value, str) else value
            for name, value in data.items()
        }
    except ValueError as error:
        raise ContentError(f"{record_id}: {error}") from error


def _check_mapping(record_id: str, data: Any) -> None:
    if not isinstance(data, Mapping):
        raise ContentError(f"{record_id}: not a record")


def _lists(record_id: str, data: Mapping[str, Any], *names: str) -> None:
    for name in names:
        if name in data and not isinstance(data[name], list | tuple):
            raise ContentError(f"{record_id}: {name} is not a list")
        for item in data.get(name, ()):
            if not isinstance(item, str):
                raise ContentError(f"{record_id}: {name} holds {item!r}, which is not a text")


def _texts(record_id: str, data: Mapping[str, Any], *names: str) -> None:
    for name in names:
        if not isinstance(data.get(name), str | None):
            raise ContentError(f"{record_id}: {name} is not a text: {data[name]!r}")


def _one_of(record_id: str, allowed: tuple[Any, ...], values: Any) -> None:
    if not isinstance(values, list | tuple):
        raise ContentError(f"{record_id}: {values!r} is not a list")
    for value in values:
        if value not in allowed:
            names = ", ".join("null" if name is None else str(name) for name in allowed)
            raise ContentError(f"{record_id}: {value!r} is not one of {names}")
