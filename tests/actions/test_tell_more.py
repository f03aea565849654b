from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.tell_more import ActionTellMore
from bot.content.references import response_name
from bot.content.values import Content


async def run(content: Content, last: str | None) -> tuple[list[dict[str, Any]], list[Any]]:
    dispatcher = CollectingDispatcher()
    tracker = Tracker("x", {"last_answer": last}, {}, [], False, None, {}, None)
    action = ActionTellMore(SimpleNamespace(current=content))
    events = await action.run(dispatcher, tracker, {})
    given = [(message["response"], message["part"]) for message in dispatcher.messages]
    return given, events


async def test_more_is_told_about_every_answer(content: Content) -> None:
    """ "Tell me more" gives the long text of whichever answer was last."""
    for answer_id in content.answers:
        given, events = await run(content, answer_id)
        assert given == [(response_name(answer_id), "more")]
        assert events == []


async def test_the_parameters_of_the_last_answer_do_not_matter(content: Content) -> None:
    """More about a list of services is more about finding services."""
    given, _ = await run(content, "services.find?nation=wales&need=refuge&speak=any")
    assert given == [("utter_services_find", "more")]


@pytest.mark.parametrize("last", [None, "", "gone.answer"])
async def test_at_the_beginning_there_is_nothing_to_tell_more_about(
    content: Content, last: str | None
) -> None:
    """Without an answer before it, the question is asked back instead of failing."""
    assert await run(content, last) == ([("utter_bot_more", "none")], [])
