from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.follow_up import ActionFollowUp
from bot.content.values import Content


async def run(content: Content, kind: str, last: str | None) -> dict[str, Any]:
    """Runs the action with a real dispatcher; returns its one message."""
    dispatcher = CollectingDispatcher()
    message = {"intent": {"name": f"followup_{kind}", "confidence": 0.9}}
    tracker = Tracker("x", {"last_answer": last}, message, [], False, None, {}, None)
    assert await ActionFollowUp(SimpleNamespace(current=content)).run(dispatcher, tracker, {}) == []
    (sent,) = dispatcher.messages
    return sent


@pytest.mark.parametrize(
    ("kind", "last", "response"),
    [
        ("refuse", "nrm.what", "utter_nrm_consent"),
        ("refuse", "sharing.risk?part=more", "utter_sharing_consent"),
        ("cost", "status.mvdac", "utter_status_fees"),
        ("time", "nrm.support", "utter_nrm_decisions"),
    ],
)
async def test_a_follow_up_is_about_the_last_answer(content, kind, last, response) -> None:
    """ "And if I say no?" after the NRM is about the NRM, and after the police about the police."""
    assert (await run(content, kind, last))["response"] == response


async def test_yes_means_more_of_the_last_answer(content) -> None:
    """A bare "yes" goes on with what was said."""
    sent = await run(content, "yes", "nrm.what")

    assert (sent["response"], sent["part"]) == ("utter_nrm_what", "more")


@pytest.mark.parametrize("last", [None, "living.refuge"])
async def test_what_does_not_tell_is_asked_with_buttons(content, last) -> None:
    """Where two answers may be meant, one short question offers both."""
    sent = await run(content, "refuse", last)

    assert sent["response"] == "utter_bot_unsure"
    assert sent["next"] == ["sharing.consent", "nrm.consent"]


@pytest.mark.parametrize(("kind", "last"), [("no", "nrm.what"), ("yes", None), ("no", None)])
async def test_no_leads_to_all_topics(content, kind, last) -> None:
    """ "No, not that" is no end: the topics are offered, and nothing is guessed."""
    sent = await run(content, kind, last)

    assert (sent["response"], sent["part"]) == ("utter_bot_what", "in-topic")
    assert "bot.what?topic=sharing" in sent["next"]
