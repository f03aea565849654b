from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.change_language import ActionChangeLanguage
from bot.content.values import Content
from bot.languages import LANGUAGES


async def run(content: Content, message: dict[str, Any]) -> tuple[list[str], list[dict[str, Any]]]:
    dispatcher = CollectingDispatcher()
    tracker = Tracker("x", {"language": "en"}, message, [], False, None, {}, None)
    action = ActionChangeLanguage(SimpleNamespace(current=content))
    events = await action.run(dispatcher, tracker, {})
    return [given["response"] for given in dispatcher.messages], events


@pytest.mark.parametrize("place", ["parameters", "found"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_named_language_is_taken_as_picked(
    content: Content, language: str, place: str
) -> None:
    """Whether she taps it or writes its name, the language is hers from now on."""
    said, events = await run(content, {place: {"lang": language}})
    # The web channel says the last answer again.
    assert said == []
    assert events == [SlotSet("language", language), SlotSet("language_picked", True)]


async def test_a_tap_counts_more_than_a_word(content: Content) -> None:
    """What she tapped is surer than what was found in her words."""
    _, events = await run(content, {"parameters": {"lang": "cy"}, "found": {"lang": "es"}})
    assert events[0] == SlotSet("language", "cy")


@pytest.mark.parametrize("message", [{}, {"found": {}}, {"parameters": {"lang": "fr"}}])
async def test_without_one_of_the_four_it_is_asked_which(
    content: Content, message: dict[str, Any]
) -> None:
    """A language that is not there changes nothing: the four are offered."""
    assert await run(content, message) == (["utter_bot_language"], [])
