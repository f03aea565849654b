"""What the tests of a run reached, and what none of them did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.content.values import Content
from bot.languages import LANGUAGES
from bot.nlu.danger import DangerRules
from bot.nlu.danger.phrase_files import DANGER_ANSWERS
from bot.testing.playing import Run
from bot.testing.situation import SAYS

#: So many tests must have read each answer in each language.
LEAST_READINGS = 2
#: The texts of an answer that a reply may consist of.
PARTS = ("short", "more", "none", "plain", "also", "which", "one", "line")
#: They come only when something fails, is late or out of date, or before a talk was opened, which
#: no conversation can bring about: these tests read them in each language.
READ_ELSEWHERE = {
    "bot.more": "tests/web/test_dialogue_answers.py",
    "bot.trouble": "tests/web/test_dialogue_failures.py",
    "bot.interim": "tests/conversation/test_interim.py",
    "bot.fresh-start": "tests/web/test_dialogue_state.py",
}


@dataclass(frozen=True)
class Coverage:
    """What was reached.

    Attributes:
        readings: (answer, language) → how many steps read its words.
        services: (service, language) of those that were shown.
        families: (family of danger phrases, language) → how many alarms were raised by one.
        lacks: a sentence for everything that was not reached and should have been.
    """

    readings: Mapping[tuple[str, str], int]
    services: frozenset[tuple[str, str]]
    families: Mapping[tuple[str, str], int]
    lacks: tuple[str, ...]


def coverage(runs: Iterable[Run], content: Content) -> Coverage:
    """Returns what the runs reached, over all answers, services and families of danger."""
    readings: Counter[tuple[str, str]] = Counter()
    services: set[tuple[str, str]] = set()
    families: Counter[tuple[str, str]] = Counter()
    rules = DangerRules.load()
    for run in runs:
        for played in run.played:
            for message in played.reply.messages if played.reply else ():
                if _is_read(message.answer, message.language, message.text, content):
                    readings[message.answer, message.language] += 1
                services.update((name, message.language) for name in message.services)
            if played.step.act == SAYS and played.reply and played.reply.messages:
                found = rules.detect(played.did)
                if found and played.reply.messages[0].answer in DANGER_ANSWERS:
                    families[found.kind, run.language] += 1
    return Coverage(
        readings,
        frozenset(services),
        families,
        tuple(_lacks(readings, services, families, content)),
    )


def _is_read(answer: str, language: str, text: str, content: Content) -> bool:
    """Says whether a message holds the words that are published, and not those in their place."""
    read = " ".join(text.split())
    parts = (content.texts.get((language, f"{answer}.{part}"), "") for part in PARTS)
    return any(part and _first_line(part) in read for part in parts)


def _first_line(text: str) -> str:
    # Lists are drawn as lists: their marks are gone from the page.
    return " ".join(text.splitlines()[0].split())


def _lacks(
    readings: Mapping[tuple[str, str], int],
    services: set[tuple[str, str]],
    families: Mapping[tuple[str, str], int],
    content: Content,
) -> Iterable[str]:
    for language in LANGUAGES:
        for name in content.answers:
            number = readings.get((name, language), 0)
            if name not in READ_ELSEWHERE and number < LEAST_READINGS:
                yield f"{name} in {language}: read by {number} of {LEAST_READINGS} tests."
        for name in content.services:
            if (name, language) not in services:
                yield f"service {name} in {language}: shown by no test."
        for family in DangerRules.load().kinds:
            if not families.get((family, language)):
                yield f"danger of the kind {family} in {language}: no test says it."
