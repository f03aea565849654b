from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.show_sources import ActionShowSources
from bot.content.values import Content


async def run(content: Content, last: str | None) -> dict[str, Any]:
    dispatcher = CollectingDispatcher()
    tracker = Tracker("x", {"last_answer": last}, {}, [], False, None, {}, None)
    action = ActionShowSources(SimpleNamespace(current=content))
    assert await action.run(dispatcher, tracker, {}) == []
    (message,) = dispatcher.messages
    assert message["response"] == "utter_bot_sources"
    return message


async def test_the_sources_of_the_last_answer_are_shown(content: Content) -> None:
    """ "How do you know?" is about the answer before it, for every answer that has sources."""
    for answer_id, answer in content.answers.items():
        message = await run(content, answer_id)
        if content.sources_of(answer):
            assert message["sources_of"] == answer_id
            assert "part" not in message
        else:
            assert message["part"] == "none"
            assert "sources_of" not in message


async def test_the_parameters_of_the_last_answer_do_not_matter(content: Content) -> None:
    """The sources of a part are the sources of its answer."""
    assert (await run(content, "nrm.what?part=more"))["sources_of"] == "nrm.what"


@pytest.mark.parametrize("last", [None, "", "gone.answer"])
async def test_at_the_beginning_there_are_no_sources(content: Content, last: str | None) -> None:
    """Without an answer before it, it is said that there is none yet."""
    assert (await run(content, last))["part"] == "none"
