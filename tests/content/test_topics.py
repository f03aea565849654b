"""The topics and their questions: the way to every answer by tapping alone."""

from __future__ import annotations

import pytest

from bot.content.topics import ALL, NOT_LISTED, questions_of, topics
from bot.languages import LANGUAGES
from tests.content.making import answer

ROWS = {
    name: answer(name)
    for name in ("b.one", "a.two", "b.three", "bot.greet", "bot.unsure", "a.four", "bot.interim")
}


def test_topics_come_once_each_in_the_order_of_the_records() -> None:
    """A topic stands where its first answer does."""
    assert topics(ROWS) == ["b", "a", "bot"]
    assert topics({}) == []


def test_the_questions_of_a_topic_keep_their_order() -> None:
    """A topic lists its own answers, and none of a topic whose name begins alike."""
    assert questions_of(ROWS, "b") == ["b.one", "b.three"]
    assert questions_of(ROWS, "a") == ["a.two", "a.four"]
    assert questions_of(ROWS, "c") == questions_of(ROWS, ALL) == []


def test_what_nobody_asks_for_is_not_listed() -> None:
    """What the assistant says of itself, or about the answer before, is no question."""
    assert questions_of(ROWS, "bot") == ["bot.greet"]


def test_every_answer_that_ships_is_listed_once_or_said_by_itself(content) -> None:
    """All topics together list every answer but those, which are answers that there are."""
    listed = [
        name for topic in topics(content.answers) for name in questions_of(content.answers, topic)
    ]

    assert len(set(listed)) == len(listed)
    assert set(listed) == set(content.answers) - NOT_LISTED
    assert set(content.answers) >= NOT_LISTED


def test_every_topic_that_ships_has_questions(content) -> None:
    """No button of a topic leads to an empty list."""
    assert [
        topic for topic in topics(content.answers) if not questions_of(content.answers, topic)
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_that_ships_has_a_button(content, language) -> None:
    """Each topic, and the list of them all, has its words; no two are the same."""
    titles = [
        content.text(language, f"bot.what.topic-{name}") for name in (*topics(content.answers), ALL)
    ]

    assert len(set(titles)) == len(titles)
