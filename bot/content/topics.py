"""The topics, and the questions under each: the way to every answer by tapping alone."""

from __future__ import annotations

from collections.abc import Mapping

from bot.content.values import Answer

#: The reference parameter that lists the topics themselves.
ALL = "all"

#: Said by the assistant of itself, or about the answer before: no questions of their own.
NOT_LISTED = frozenset(
    {
        "bot.fresh-start",
        "bot.interim",
        "bot.more",
        "bot.out-of-scope",
        "bot.sources",
        "bot.trouble",
        "bot.unsure",
    }
)


def topics(answers: Mapping[str, Answer]) -> list[str]:
    """Returns the topics in the order of the records: the first part of each answer's id."""
    return list(dict.fromkeys(answer.topic for answer in answers.values()))


def questions_of(answers: Mapping[str, Answer], topic: str) -> list[str]:
    """Returns the ids of a topic's answers that somebody can ask for, in their order."""
    return [
        name for name, answer in answers.items() if answer.topic == topic and name not in NOT_LISTED
    ]
