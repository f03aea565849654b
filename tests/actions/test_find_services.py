from __future__ import annotations

from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.find_services import QUESTIONS, ActionFindServices
from bot.content.directory import ALWAYS_SHOWN
from bot.content.references import parse_reference
from bot.content.values import NATIONS, NEEDS, Content
from bot.languages import LANGUAGES

NOT_YET = {"nation": None, "speak": None}
ALL_CHOICES = list(product(*((*values, "any") for values in QUESTIONS.values())))


async def run(
    content: Content,
    parameters: dict[str, str] | None = None,
    slots: dict[str, Any] | None = None,
    found: dict[str, str] | None = None,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Runs the action with a real dispatcher; returns its one message and its events."""
    dispatcher = CollectingDispatcher()
    message = {"parameters": parameters or {}, "found": found or {}}
    tracker = Tracker("x", {**NOT_YET, **(slots or {})}, message, [], False, None, {}, None)
    events = await ActionFindServices(SimpleNamespace(current=content)).run(dispatcher, tracker, {})
    (message,) = dispatcher.messages
    assert message["response"] == "utter_services_find"
    return message, events


@pytest.mark.parametrize(
    ("parameters", "question"),
    [
        ({}, "nation"),
        ({"nation": "wales"}, "need"),
        ({"nation": "any"}, "need"),
        ({"nation": "wales", "need": "refuge"}, "speak"),
        ({"nation": "any", "need": "any"}, "speak"),
        ({"need": "legal"}, "nation"),
        ({"speak": "cy"}, "nation"),
        ({"nation": "mars"}, "nation"),
        ({"nation": "wales", "need": "money"}, "need"),
        ({"nation": "wales", "need": "talk", "speak": "fr"}, "speak"),
    ],
)
async def test_the_next_open_question_is_asked(
    content: Content, parameters: dict[str, str], question: str
) -> None:
    """Nation, need and language are asked in this order; an unknown value is asked again."""
    message, _ = await run(content, parameters)
    choices = [parse_reference(reference)[1] for reference in message["next"]]
    assert [choice[question] for choice in choices] == [*QUESTIONS[question], "any"]
    # What is known already goes along with each button.
    known = {
        name: value
        for name, value in parameters.items()
        if value in (*QUESTIONS[name], "any") and name != question
    }
    assert all(choice.items() >= known.items() for choice in choices)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "parameters", [{}, {"nation": "any"}, {"nation": "any", "need": "any"}], ids=len
)
async def test_each_question_has_a_text_of_its_own(
    content: Content, language: str, parameters: dict[str, str]
) -> None:
    """Each question is asked in words, not by the text of the result."""
    message, _ = await run(content, parameters)
    assert content.has_text(language, f"services.find.{message['part']}"), message["part"]


async def test_three_answers_are_enough(content: Content) -> None:
    """After nation, need and language nothing more is asked, whatever she chose or skipped."""
    for nation, need, speak in ALL_CHOICES:
        message, events = await run(content, {"nation": nation, "need": need, "speak": speak})
        assert message["services"]
        assert "part" not in message
        assert events == [SlotSet("nation", nation), SlotSet("speak", speak)]


async def test_the_emergency_lines_are_always_shown(content: Content) -> None:
    """999, 111 and Samaritans stand under every result."""
    for nation, need, speak in ALL_CHOICES:
        message, _ = await run(content, {"nation": nation, "need": need, "speak": speak})
        assert set(ALWAYS_SHOWN) <= set(message["services"])
    numbers = {content.services[name].shown_phone for name in ALWAYS_SHOWN}
    assert numbers == {"999", "111", "116 123"}


async def test_nothing_of_the_wrong_nation_is_shown(content: Content) -> None:
    """A woman in Wales is not sent to a refuge that takes nobody from Wales."""
    message, _ = await run(content, {"nation": "wales", "need": "refuge", "speak": "es"})
    shown = [name for name in message["services"] if name not in ALWAYS_SHOWN]
    assert shown
    assert all("wales" in content.services[name].nations for name in shown)


@pytest.mark.parametrize("speak", ["es", "pt"])
async def test_who_speaks_her_language_comes_first(content: Content, speak: str) -> None:
    """The first service shown speaks the language she chose, and it is named as one that does."""
    message, _ = await run(content, {"nation": "england", "need": "talk", "speak": speak})
    first = message["services"][0]
    assert speak in content.services[first].languages
    assert message["note"] == f"spoken-{speak}"
    assert first in message["note_names"]


@pytest.mark.parametrize("speak", [name for name in LANGUAGES if name != "en"])
async def test_those_who_speak_her_language_are_named(content: Content, speak: str) -> None:
    """Above the list stand the names of those in it that speak her language, and of no other."""
    for nation, need in product((*NATIONS, "any"), (*NEEDS, "any")):
        message, _ = await run(content, {"nation": nation, "need": need, "speak": speak})
        listed = [name for name in message["services"] if name not in ALWAYS_SHOWN]
        speaking = [name for name in listed if speak in content.services[name].languages]
        if speaking:
            assert (message["note"], message["note_names"]) == (f"spoken-{speak}", speaking)
        else:
            assert message["note"] == "no-language"
            assert "note_names" not in message


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("speak", [name for name in LANGUAGES if name != "en"])
def test_the_note_has_a_place_for_the_names(content: Content, language: str, speak: str) -> None:
    """In each language the sentence about who speaks hers has room for the names, once."""
    assert content.text(language, f"services.find.spoken-{speak}").count("{names}") == 1


@pytest.mark.parametrize("speak", ["pt", "other"])
async def test_it_is_said_when_nobody_is_known_to_speak_her_language(
    content: Content, speak: str
) -> None:
    """She reads that none is confirmed to speak her language, rather than finding out by phone."""
    message, _ = await run(content, {"nation": "scotland", "need": "refuge", "speak": speak})
    assert message["note"] == "no-language"


@pytest.mark.parametrize("speak", ["en", "any"])
async def test_of_english_nothing_is_said(content: Content, speak: str) -> None:
    """All of them speak English: who chose it, or skipped, reads no note about languages."""
    message, _ = await run(content, {"nation": "england", "need": "talk", "speak": speak})
    assert message.get("note") is None
    assert "note_names" not in message


async def test_what_she_chose_goes_along_with_the_services(content: Content) -> None:
    """So that each card can say why it is shown, whether she tapped it or it was remembered."""
    chosen = {"nation": "wales", "need": "refuge", "speak": "cy"}
    message, _ = await run(content, chosen)
    assert message["chosen"] == chosen
    message, _ = await run(content, {"need": "refuge"}, {"nation": "wales", "speak": "cy"})
    assert message["chosen"] == chosen


async def test_what_she_said_once_is_not_asked_again(content: Content) -> None:
    """Nation and language are remembered; only the need is asked for anew."""
    message, events = await run(content, slots={"nation": "wales", "speak": "cy"})
    assert message["part"] == "ask-need"
    assert events == [SlotSet("nation", "wales"), SlotSet("speak", "cy")]


async def test_a_skip_is_remembered_too(content: Content) -> None:
    """A question that she skipped is not asked a second time."""
    message, _ = await run(content, {"need": "talk"}, {"nation": "any", "speak": "any"})
    assert message["services"]


async def test_a_tap_counts_more_than_what_is_remembered(content: Content) -> None:
    """A woman who moved can say so."""
    message, events = await run(
        content, {"nation": "scotland", "need": "talk"}, {"nation": "wales", "speak": "any"}
    )
    assert "scotland-helpline" in message["services"]
    assert events == [SlotSet("nation", "scotland"), SlotSet("speak", "any")]


async def test_she_can_be_asked_again(content: Content) -> None:
    """The last button under a result opens all three questions again."""
    chosen = {"nation": "wales", "need": "talk", "speak": "cy"}
    message, _ = await run(content, chosen)
    _, again = parse_reference(message["next"][-1])
    message, events = await run(content, again, chosen)
    assert (message["part"], events) == ("ask-nation", [])


async def test_the_next_steps_of_the_answer_are_offered(content: Content) -> None:
    """Under the services stand the answer's own next steps."""
    message, _ = await run(content, {"nation": "any", "need": "any", "speak": "any"})
    assert message["next"][:-1] == list(content.answers["services.find"].next)


async def test_more_about_the_services_is_told_and_not_asked(content: Content) -> None:
    """The button for more under a result gives the long text, with the answer's own next steps."""
    message, events = await run(content, {"part": "more"}, {"nation": "wales", "speak": "cy"})
    assert message.get("part") in (None, "more")
    assert message.get("next") is None
    assert events == []
