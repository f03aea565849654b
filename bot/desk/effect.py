"""What a switch does: which answers give way, what is said in their place, and what is to do."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from bot.content.freshness import SAID, standing
from bot.content.values import INTERIM, Answer, Content
from bot.editing.history import Deed
from bot.languages import DEFAULT_LANGUAGE, LANGUAGES


@dataclass(frozen=True)
class Effect:
    """What happens when a switch goes off.

    `covered` are the answers that it takes away, `already` those among them that give way
    today for another reason; `stays` how many answers of the chat are not touched.
    """

    covered: tuple[Answer, ...]
    already: frozenset[str]
    stays: int


@dataclass(frozen=True)
class Interim:
    """A text said in the place of answers: of `topic`, or of every other one when it is None."""

    topic: str | None
    texts: dict[str, str]


@dataclass(frozen=True)
class Task:
    """What is to do with a text: `is_done` once it has been published since."""

    answer: Answer
    language: str
    is_done: bool

    @property
    def is_english(self) -> bool:
        """Whether it is written rather than translated."""
        return self.language == DEFAULT_LANGUAGE


def effect(content: Content, switch: str, today: date) -> Effect:
    """Returns what a switch does, beside what is off already."""
    without = replace(content, switches=content.switches - {switch})
    covered = covered_by(content, switch)
    already = frozenset(
        answer.id
        for answer in covered
        if all(standing(without, answer, tag, today).is_withheld for tag in LANGUAGES)
    )
    return Effect(covered, already, len(content.answers) - len(covered))


def covered_by(content: Content, switch: str) -> tuple[Answer, ...]:
    """Returns the answers that a switch takes away; none when there is no such switch."""
    alone = replace(content, switches=frozenset({switch}))
    return tuple(
        answer
        for answer in content.answers.values()
        if alone.is_switched_off(answer) and answer.risk != "lifeline"
    )


def interims(content: Content, answers: Iterable[Answer]) -> list[Interim]:
    """Returns the texts that are said in the place of answers, each once."""
    topics = dict.fromkeys(answer.topic for answer in answers)
    own = [one for one in topics if content.has_text(DEFAULT_LANGUAGE, f"{INTERIM}.{one}")]
    found = [Interim(one, _texts(content, f"{INTERIM}.{one}")) for one in own]
    if len(own) < len(topics):
        found.append(Interim(None, _texts(content, f"{INTERIM}.short")))
    return found


def tasks(
    content: Content, answers: Iterable[Answer], since: int, deeds: Collection[Deed]
) -> list[list[Task]]:
    """Returns what must be written, translated and tested anew: a row for each answer.

    Args:
        content: what is published now.
        answers: those that the switch took away.
        since: the deed of switching off.
        deeds: the history.
    """
    published = {one.what for one in deeds if one.id > since and one.act == "published"}

    def is_done(answer: Answer, language: str) -> bool:
        msgids = [f"{answer.id}.{part}" for part in SAID]
        return any(f"{language} {msgid}" in published for msgid in msgids)

    return [[Task(one, tag, is_done(one, tag)) for tag in LANGUAGES] for one in answers]


def _texts(content: Content, msgid: str) -> dict[str, str]:
    # As the chat does: the general text where a language has none of its own.
    general = f"{INTERIM}.short"
    return {
        tag: content.text(tag, msgid if content.has_text(tag, msgid) else general)
        for tag in LANGUAGES
    }
