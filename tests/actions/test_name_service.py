from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.name_service import ActionNameService
from bot.content.references import make_reference, parse_reference
from bot.content.values import NEEDS, Content
from bot.languages import LANGUAGES


async def run(content: Content, parameters: dict[str, str] | None = None) -> dict[str, Any]:
    """Runs the action with a real dispatcher; returns its one message."""
    dispatcher = CollectingDispatcher()
    tracker = Tracker("x", {}, {"parameters": parameters or {}}, [], False, None, {}, None)
    action = ActionNameService(SimpleNamespace(current=content))
    assert await action.run(dispatcher, tracker, {}) == []
    (message,) = dispatcher.messages
    assert message["response"] == "utter_services_named"
    return message


@pytest.mark.parametrize(
    "parameters", [{}, {"need": "money"}, {"need": "any"}, {"id": "gone"}, {"id": ""}]
)
async def test_the_needs_are_offered(content: Content, parameters: dict[str, str]) -> None:
    """Whoever asks for the list chooses first what it is for; an unknown choice is asked again."""
    message = await run(content, parameters)
    assert message["next"] == [f"services.named?need={need}" for need in NEEDS]
    # Its short text, and nobody shown yet.
    assert "part" not in message
    assert "services" not in message


@pytest.mark.parametrize("need", NEEDS)
async def test_a_need_lists_its_services(content: Content, need: str) -> None:
    """Each service for a need is on a button, in the directory's order; then the way back."""
    message = await run(content, {"need": need})
    *choices, back = message["next"]
    listed = [parse_reference(choice) for choice in choices]
    assert message["part"] == "which"
    assert {answer_id for answer_id, _ in listed} == {"services.named"}
    names = [parameters["id"] for _, parameters in listed]
    assert names == [name for name in content.services if name in names]
    assert {name for name, one in content.services.items() if need in one.needs} <= set(names)
    assert back == "services.named"


async def test_no_service_is_left_out(content: Content) -> None:
    """Every service of the directory stands under some need, those for no need at all too."""
    listed: set[str] = set()
    for need in NEEDS:
        message = await run(content, {"need": need})
        listed |= {parse_reference(choice)[1]["id"] for choice in message["next"][:-1]}
    assert listed == set(content.services)
    assert any(not one.needs for one in content.services.values())


async def test_a_chosen_service_is_shown_alone(content: Content) -> None:
    """Each service can be looked at by itself, with what to ask first above it."""
    for name in content.services:
        message = await run(content, {"id": name})
        assert (message["part"], message["services"]) == ("one", [name])
        # The answer's own next steps stand below.
        assert "next" not in message


async def test_a_service_counts_more_than_a_need(content: Content) -> None:
    """Who has chosen one is not shown the list again."""
    message = await run(content, {"id": "bawso", "need": "talk"})
    assert message["services"] == ["bawso"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_step_has_words_in_her_language(content: Content, language: str) -> None:
    """Both questions, the service's introduction and every button are there in each language."""
    for part in ("short", "which", "one"):
        assert content.has_text(language, f"services.named.{part}")
    for need in NEEDS:
        assert content.has_text(language, f"services.find.need-{need}")
    for name in content.services:
        assert content.has_text(language, f"service.{name}.name")
        reference = make_reference("services.named", {"id": name})
        assert parse_reference(reference) == ("services.named", {"id": name})
