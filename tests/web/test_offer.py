from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.clock import Clock
from bot.content.values import Content
from bot.conversation.rendering import Message, Renderer
from bot.conversation.sealed_state import ConversationState
from bot.i18n import Phrases
from bot.languages import LANGUAGES
from bot.web.offer import language_offer

PAIRS = [(one, two) for one in LANGUAGES for two in LANGUAGES if one != two]


@pytest.fixture
def render(content: Content, phrases: Phrases, clock: Clock) -> Callable[[str], Renderer]:
    return lambda language: Renderer(content, phrases, language, clock)


@pytest.fixture
def answer(render: Callable[[str], Renderer]) -> list[Message]:
    return [render("en").message("nrm.what")]


@pytest.mark.parametrize(("picked", "written"), PAIRS)
def test_the_offer_is_made_in_both_languages(
    render: Callable[[str], Renderer],
    answer: list[Message],
    content: Content,
    picked: str,
    written: str,
) -> None:
    """Whoever sits at the page reads the question, in the language written or the one picked."""
    state = ConversationState(language=picked, picked=True)
    messages, after = language_offer(answer, state, written, render)
    assert messages[:1] == answer
    assert [offer["text"] for offer in messages[1:]] == [
        content.text(language, f"bot.language.offer-{written}") for language in (written, picked)
    ]
    assert after.offered == written
    assert (after.language, after.picked) == (picked, True)


@pytest.mark.parametrize(("picked", "written"), PAIRS)
def test_the_second_time_it_is_only_a_button(
    render: Callable[[str], Renderer],
    answer: list[Message],
    content: Content,
    picked: str,
    written: str,
) -> None:
    """The way stays open under her answer, titled in the language it leads to."""
    state = ConversationState(language=picked, picked=True, offered=written)
    (message,), after = language_offer(answer, state, written, render)
    assert after == state
    assert message["buttons"] == [
        *answer[0]["buttons"],
        {
            "title": content.text(written, "bot.language.switch"),
            "choose": f"bot.language?lang={written}",
        },
    ]


def test_a_third_language_is_offered_in_words_again(
    render: Callable[[str], Renderer], answer: list[Message]
) -> None:
    """Another language than the one offered before is another question."""
    state = ConversationState(language="en", picked=True, offered="es")
    messages, after = language_offer(answer, state, "pt", render)
    assert len(messages) == 3
    assert after.offered == "pt"


@pytest.mark.parametrize(
    ("state", "written"),
    [
        (ConversationState(language="en"), "es"),
        (ConversationState(language="en", picked=True), "en"),
        (ConversationState(language="en", picked=True), None),
        (ConversationState(language="en", picked=True, offered="es"), None),
    ],
)
def test_without_a_picked_language_that_differs_there_is_no_offer(
    render: Callable[[str], Renderer],
    answer: list[Message],
    state: ConversationState,
    written: str | None,
) -> None:
    """Nobody is asked whose words tell nothing, or who writes what she picked."""
    assert language_offer(answer, state, written, render) == (answer, state)


def test_the_answer_it_was_given_is_not_changed(
    render: Callable[[str], Renderer], answer: list[Message]
) -> None:
    """The button goes on a copy: a rendered answer may be in use elsewhere."""
    before = len(answer[0]["buttons"])
    state = ConversationState(language="en", picked=True, offered="es")
    language_offer(answer, state, "es", render)
    assert len(answer[0]["buttons"]) == before
