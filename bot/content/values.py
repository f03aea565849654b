"""The values that content is made of, and the one form they must have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from bot.errors import ContentError, ContentUnavailableError

NATIONS = ("england", "wales", "scotland", "northern-ireland")
NEEDS = ("talk", "refuge", "legal", "exploitation", "sexual-violence", "crisis")

#: What happens to an answer whose review is overdue depends on the harm it could do.
RISKS = ("high", "low", "lifeline")

#: A: several independent sources agree. B: one source, or an old one. C: no number
#: may be shown. Only A is shown before a service has confirmed its number.
PUBLISH_MARKS = ("A", "B", "C")


Record = TypeVar("Record", "Source", "Answer", "Service")


@dataclass(frozen=True)
class Source:
    """A published page that facts come from. `date` is written as its publisher dates it."""

    id: str
    title: str
    publisher: str
    url: str
    date: str


@dataclass(frozen=True)
class Answer:
    """What is true of an answer in every language.

    `next` holds what a button sends: an answer id, perhaps with parameters.
    `as_of` is the day the published sources were read; `checked_on` the day a
    person of a service confirmed the answer, None until one has.
    """

    id: str
    risk: str
    nations: tuple[str, ...]
    facts: tuple[str, ...]
    sources: tuple[str, ...]
    next: tuple[str, ...]
    services: tuple[str, ...]
    as_of: date
    checked_on: date | None


@dataclass(frozen=True)
class Service:
    """A service she can turn to. `languages` holds only those that a source confirms."""

    id: str
    nations: tuple[str, ...]
    needs: tuple[str, ...]
    languages: tuple[str, ...]
    interpreters: bool
    phone: str | None
    publish: str
    sms: str | None
    url: str | None
    always_open: bool
    as_of: date
    checked_on: date | None

    @property
    def shown_phone(self) -> str | None:
        """The number, if it may be shown to anyone."""
        return self.phone if self.publish == "A" else None


@dataclass(frozen=True)
class Content:
    """One revision of everything that is published, in four languages.

    `texts` maps (language, msgid) to a text; a msgid is an answer's id and a part
    (`sharing.risk.short`), or `service.`, a service's id and a part.
    """

    revision: int
    answers: Mapping[str, Answer] = field(repr=False)
    services: Mapping[str, Service] = field(repr=False)
    sources: Mapping[str, Source] = field(repr=False)
    texts: Mapping[tuple[str, str], str] = field(repr=False)

    def text(self, language: str, msgid: str) -> str:
        """Returns a text.

        Raises:
            ContentUnavailableError: when it does not exist in this language. Another
                language never stands in for it unasked.
        """
        try:
            return self.texts[language, msgid]
        except KeyError:
            raise ContentUnavailableError(f"no text for {msgid} in {language}") from None

    def has_text(self, language: str, msgid: str) -> bool:
        """Says whether a text exists in this language."""
        return (language, msgid) in self.texts


def source_from_data(record_id: str, data: Mapping[str, Any]) -> Source:
    """Makes a source of its record. Raises ContentError when the record is not well formed."""
    _check_mapping(record_id, data)
    return _build(Source, record_id, data)


def answer_from_data(record_id: str, data: Mapping[str, Any]) -> Answer:
    """Makes an answer of its record. Raises ContentError when the record is not well formed."""
    _check_mapping(record_id, data)
    _one_of(record_id, RISKS, [data.get("risk")])
    _one_of(record_id, NATIONS, data.get("nations", ()))
    return _build(Answer, record_id, data)


def service_from_data(record_id: str, data: Mapping[str, Any]) -> Service:
    """Makes a service of its record. Raises ContentError when the record is not well formed."""
    _check_mapping(record_id, data)
    _one_of(record_id, PUBLISH_MARKS, [data.get("publish")])
    _one_of(record_id, NATIONS, data.get("nations", ()))
    _one_of(record_id, NEEDS, data.get("needs", ()))
    return _build(Service, record_id, data)


def _build(kind: Callable[..., Record], record_id: str, data: Mapping[str, Any]) -> Record:
    try:
        return kind(id=record_id, **{name: _value(name, value) for name, value in data.items()})
    except (TypeError, ValueError) as error:
        raise ContentError(f"{record_id}: {error}") from error


def _value(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if name in ("as_of", "checked_on") and isinstance(value, str):
        return date.fromisoformat(value)
    return value


def _check_mapping(record_id: str, data: Any) -> None:
    if not isinstance(data, Mapping):
        raise ContentError(f"{record_id}: not a record")


def _one_of(record_id: str, allowed: tuple[str, ...], values: Any) -> None:
    if not isinstance(values, list | tuple):
        raise ContentError(f"{record_id}: {values!r} is not a list")
    for value in values:
        if value not in allowed:
            raise ContentError(f"{record_id}: {value!r} is not one of {', '.join(allowed)}")
