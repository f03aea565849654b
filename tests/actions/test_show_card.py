from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.show_card import ActionShowCard
from bot.content.card import CARD, READERS
from bot.content.directory import SPOKEN
from bot.content.references import make_reference, parse_reference
from bot.content.values import Content
from bot.languages import LANGUAGES

in_every_language = pytest.mark.parametrize("language", LANGUAGES)


async def run(
    content: Content,
    language: str = "en",
    parameters: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Runs the action with a real dispatcher; returns its one message."""
    dispatcher = CollectingDispatcher()
    slots = {"language": language}
    tracker = Tracker("x", slots, {"parameters": parameters or {}}, [], False, None, {}, None)
    action = ActionShowCard(SimpleNamespace(current=content))
    assert await action.run(dispatcher, tracker, {}) == []
    (message,) = dispatcher.messages
    assert message["response"] == "utter_services_card"
    return message


@in_every_language
async def test_the_card_asks_for_the_language_she_reads(content: Content, language: str) -> None:
    """Without a question she has an English card that asks for her own language."""
    message = await run(content, language)
    assert message["card_for"] == {"to": "en", "speak": language}
    # With the answer's short text above it.
    assert "part" not in message


@pytest.mark.parametrize("to", READERS)
@pytest.mark.parametrize("speak", SPOKEN)
async def test_a_card_is_there_for_every_reader_and_language(
    content: Content, to: str, speak: str
) -> None:
    """Whoever reads it, and whatever she speaks, there is a card, one of no other language."""
    message = await run(content, "es", {"to": to, "speak": speak})
    assert message["card_for"] == {"to": to, "speak": speak}


@pytest.mark.parametrize(("to", "other"), [("en", "cy"), ("cy", "en")])
async def test_under_a_card_stand_the_other_reader_and_the_other_languages(
    content: Content, to: str, other: str
) -> None:
    """One tap gives the same card for the other reader, another asks for the language anew."""
    message = await run(content, "es", {"to": to, "speak": "pt"})
    assert [parse_reference(reference) for reference in message["next"][:2]] == [
        (CARD, {"to": other, "speak": "pt"}),
        (CARD, {"to": to, "speak": "ask"}),
    ]
    assert message["next"][2:] == list(content.answers[CARD].next)


@pytest.mark.parametrize("to", READERS)
@pytest.mark.parametrize("speak", ["ask", "fr"])
async def test_the_language_of_the_card_can_be_chosen(
    content: Content, to: str, speak: str
) -> None:
    """Every language that can be asked for is on a button, and the reader stays the same."""
    message = await run(content, "es", {"to": to, "speak": speak})
    assert message["part"] == "ask-speak"
    assert message["next"] == [make_reference(CARD, {"to": to, "speak": one}) for one in SPOKEN]
    assert "card_for" not in message


@pytest.mark.parametrize("to", ["es", "fr", "ask", ""])
async def test_an_unknown_reader_is_taken_to_read_english(content: Content, to: str) -> None:
    """A card is for those who read English or Welsh; anything else gives the English one."""
    message = await run(content, "pt", {"to": to})
    assert message["card_for"] == {"to": "en", "speak": "pt"}


@in_every_language
async def test_every_button_of_a_card_is_named(content: Content, language: str) -> None:
    """The other reader, the choice of a language and each language have words in hers."""
    parts = [f"to-{to}" for to in READERS] + ["ask-speak", "speak-ask", "short"]
    for part in parts:
        assert content.has_text(language, f"{CARD}.{part}"), part
    for speak in SPOKEN:
        assert content.has_text(language, f"services.find.speak-{speak}")
        assert content.has_text(language, f"{CARD}.line-interpreter-{speak}")
        assert content.has_text(language, f"{CARD}.say-{speak}")
