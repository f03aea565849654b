"""What the content report shows, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.content.checks import readability
from bot.content.checks.every import find
from bot.content.checks.finding import NAMES, Finding
from bot.content.freshness import (
    DANGEROUS,
    IMPROVED,
    OVERDUE,
    SWITCHED_OFF,
    Due,
    due,
    standing,
)
from bot.content.launch import LaunchCheck, launch_checks
from bot.content.values import Answer, Content, Service, Source
from bot.languages import LANGUAGES


@dataclass(frozen=True)
class TextRow:
    """An answer in one language."""

    language: str
    status: str
    is_good: bool
    words: int
    measure: str
    native: str


@dataclass(frozen=True)
class AnswerRow:
    """An answer and its texts."""

    answer: Answer
    sources: tuple[Source, ...]
    texts: tuple[TextRow, ...]


@dataclass(frozen=True)
class LanguageFigures:
    """What the answers of a language are like as a whole."""

    language: str
    words: int
    measure: str
    hardest: str
    read_by_native: int


@dataclass(frozen=True)
class Report:
    """Everything on the page."""

    today: date
    revision: int
    findings: tuple[Finding, ...]
    due: tuple[Due, ...]
    languages: tuple[LanguageFigures, ...]
    answers: tuple[AnswerRow, ...]
    services: tuple[Service, ...]
    checks: dict[int, list[LaunchCheck]]


def report(content: Content, today: date) -> Report:
    """Returns the figures of a revision on a day.

    Raises:
        ContentError: when a check cannot be run on this machine.
    """
    return Report(
        today=today,
        revision=content.revision,
        findings=tuple(find(content, today)),
        due=tuple(due(content, today)),
        languages=tuple(_language(content, language) for language in LANGUAGES),
        answers=tuple(_answer(content, answer, today) for answer in content.answers.values()),
        services=tuple(content.services.values()),
        checks=launch_checks(content),
    )


def measure_of(reading: readability.Reading, language: str) -> str:
    """Writes how hard a text is, in the measure of its language."""
    if reading.grade is None:
        return f"{reading.words_per_sentence:.1f} words a sentence"
    kind = {"en": "grade", "es": "ease (Fernández-Huerta)", "pt": "ease (Martins)"}[language]
    return f"{kind} {reading.grade:.1f}"


def _answer(content: Content, answer: Answer, today: date) -> AnswerRow:
    return AnswerRow(
        answer,
        tuple(content.sources[name] for name in content.sources_of(answer)),
        tuple(_text(content, answer, language, today) for language in LANGUAGES),
    )


def _text(content: Content, answer: Answer, language: str, today: date) -> TextRow:
    reading = readability.read(readability.said(content, answer.id, language), language)
    status = _status(content, answer, language, today)
    native = (
        "read by a native specialist"
        if language in answer.native_read
        else "not yet read by a native specialist"
    )
    return TextRow(
        language,
        status,
        status == "published",
        reading.words,
        measure_of(reading, language),
        native,
    )


def _status(content: Content, answer: Answer, language: str, today: date) -> str:
    if not content.has_text(language, f"{answer.id}.short"):
        return "missing"
    stands = standing(content, answer, language, today)
    why = {
        OVERDUE: "its review is overdue",
        SWITCHED_OFF: "staff have switched it off",
        DANGEROUS: "the English has changed in a way that matters",
        IMPROVED: "the English has been improved since",
    }
    if stands.is_withheld:
        return f"withheld, the interim text is shown: {why[str(stands.warning)]}"
    if stands.warning:
        return f"published with a warning: {why[stands.warning]}"
    if answer.id in content.fact_changes:
        return f"published; facts have changed: {', '.join(content.fact_changes[answer.id])}"
    return "published"


def _language(content: Content, language: str) -> LanguageFigures:
    readings = {
        name: readability.read(readability.said(content, name, language), language)
        for name in content.answers
    }
    hardest = max(readings, key=lambda name: _hardness(readings[name], language))
    means = [_measure(reading) for reading in readings.values()]
    mean = sum(means) / max(len(means), 1)
    unit = {"en": "grade", "es": "ease", "cy": "words a sentence", "pt": "ease"}[language]
    return LanguageFigures(
        NAMES[language],
        sum(reading.words for reading in readings.values()),
        f"{unit} {mean:.1f} on average",
        f"{hardest}: {measure_of(readings[hardest], language)}",
        sum(language in answer.native_read for answer in content.answers.values()),
    )


def _measure(reading: readability.Reading) -> float:
    return reading.words_per_sentence if reading.grade is None else reading.grade


def _hardness(reading: readability.Reading, language: str) -> float:
    measure = _measure(reading)
    return -measure if language in readability.MIN_EASE else measure


def names(values: Iterable[str]) -> str:
    """Returns values as one list, or a dash where there are none."""
    return ", ".join(values) or "–"
