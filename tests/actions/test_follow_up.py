from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.follow_up import ActionFollowUp
from bot.content.published import PublishedContent
from bot.content.values import Content
from bot.languages import LANGUAGES


async def run(content: Content, kind: str, last: str | None) -> dict[str, Any]:
    """Runs the action with a real dispatcher; returns its one message."""
    dispatcher = CollectingDispatcher()
    message = {"intent": {"name": f"followup_{kind}", "confidence": 0.9}}
    tracker = Tracker("x", {"last_answer": last}, message, [], False, None, {}, None)
    published = cast(PublishedContent, SimpleNamespace(current=content))
    assert await ActionFollowUp(published).run(dispatcher, tracker, {}) == []
    sent: dict[str, Any]
    (sent,) = dispatcher.messages
    return sent


@pytest.mark.parametrize(
    ("kind", "last", "response"),
    [
        ("refuse", "nrm.what", "utter_nrm_consent"),
        ("refuse", "sharing.risk?part=more", "utter_sharing_consent"),
        ("cost", "status.mvdac", "utter_status_fees"),
        ("time", "nrm.support", "utter_nrm_decisions"),
        ("sign", "nrm.what", "utter_nrm_consent"),
        ("sign", "nrm.decisions?part=more", "utter_nrm_consent"),
        ("sign", "services.modern-slavery", "utter_nrm_consent"),
        ("sign", "sharing.risk", "utter_sharing_consent"),
        ("sign", "reporting.support", "utter_sharing_consent"),
        ("sign", "supercomplaint.outcome", "utter_sharing_consent"),
        ("sign", "rights.access", "utter_sharing_consent"),
        ("rejected", "nrm.what", "utter_nrm_negative"),
        ("rejected", "nrm.support?part=more", "utter_nrm_negative"),
        ("rejected", "living.nrpf", "utter_living_council"),
        ("rejected", "living.refuge", "utter_living_council"),
        ("rejected", "living.health", "utter_living_health"),
        ("rejected", "status.mvdac", "utter_status_legal_advice"),
    ],
)
async def test_a_follow_up_is_about_the_last_answer(
    content: Content, kind: str, last: str, response: str
) -> None:
    """ "And if I say no?" after the NRM is about the NRM, and after the police about the police."""
    assert (await run(content, kind, last))["response"] == response


async def test_yes_means_more_of_the_last_answer(content: Content) -> None:
    """A bare "yes" goes on with what was said."""
    sent = await run(content, "yes", "nrm.what")

    assert (sent["response"], sent["part"]) == ("utter_nrm_what", "more")


@pytest.mark.parametrize(
    ("kind", "last", "offered"),
    [
        ("refuse", None, ["sharing.consent", "nrm.consent"]),
        ("refuse", "living.refuge", ["sharing.consent", "nrm.consent"]),
        ("sign", None, ["sharing.consent", "nrm.consent"]),
        ("sign", "living.refuge", ["sharing.consent", "nrm.consent"]),
        ("sign", "gone.answer", ["sharing.consent", "nrm.consent"]),
        ("rejected", None, ["living.council", "nrm.negative", "status.legal-advice"]),
        ("rejected", "sharing.risk", ["living.council", "nrm.negative", "status.legal-advice"]),
    ],
)
async def test_what_does_not_tell_is_asked_with_buttons(
    content: Content, kind: str, last: str | None, offered: list[str]
) -> None:
    """Where several answers may be meant, one short question offers them, and none is guessed."""
    sent = await run(content, kind, last)

    assert (sent["response"], sent["part"]) == ("utter_bot_unsure", "which")
    assert sent["next"] == offered


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_short_question_has_its_own_words(content: Content, language: str) -> None:
    """ "I did not understand" would be wrong: she was understood, and it can mean two things."""
    which = content.text(language, "bot.unsure.which")

    assert which != content.text(language, "bot.unsure.short")
    assert which.endswith("?")


@pytest.mark.parametrize(("kind", "last"), [("no", "nrm.what"), ("yes", None), ("no", None)])
async def test_no_leads_to_all_topics(content: Content, kind: str, last: str | None) -> None:
    """ "No, not that" is no end: the topics are offered, and nothing is guessed."""
    sent = await run(content, kind, last)

    assert (sent["response"], sent["part"]) == ("utter_bot_what", "in-topic")
    assert "bot.what?topic=sharing" in sent["next"]
