from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.suggest import ALWAYS_OFFERED, MIN_CONFIDENCE, ActionSuggest
from bot.content.suggestions import MOST
from bot.content.values import Content


async def run(content: Content, ranking: list[tuple[str, float]] | None) -> dict[str, Any]:
    dispatcher = CollectingDispatcher()
    message: dict[str, Any] = {}
    if ranking is not None:
        message["intent_ranking"] = [
            {"name": name, "confidence": confidence} for name, confidence in ranking
        ]
    tracker = Tracker("x", {}, message, [], False, None, {}, None)
    action = ActionSuggest(SimpleNamespace(current=content))
    assert await action.run(dispatcher, tracker, {}) == []
    (message,) = dispatcher.messages
    assert message["response"] == "utter_bot_unsure"
    return message


async def test_the_nearest_answers_are_offered(content: Content) -> None:
    """What she may have meant stands on buttons, likeliest first, and a person after it."""
    message = await run(
        content, [("nlu_fallback", 0.7), ("nrm_who_refers", 0.4), ("sharing_risk", 0.2)]
    )
    assert message["next"] == ["nrm.who-refers", "sharing.risk", *ALWAYS_OFFERED]
    assert "part" not in message


async def test_at_most_three_are_offered(content: Content) -> None:
    """A woman in a hurry reads three choices, not six."""
    names = ["sharing_risk", "sharing_consent", "nrm_what", "nrm_who_refers", "supercomplaint_now"]
    message = await run(content, [(name, 0.2) for name in names])
    nearest = [name for name in message["next"] if name not in ALWAYS_OFFERED]
    assert len(nearest) == MOST == 3


async def test_nothing_is_offered_twice(content: Content) -> None:
    """Danger that is a near answer already is not offered a second time."""
    message = await run(content, [("safety_danger", 0.4), ("services_find", 0.3)])
    assert message["next"] == ["safety.danger", "services.find"]


@pytest.mark.parametrize(
    "ranking",
    [
        None,
        [],
        [("nlu_fallback", 1.0)],
        [("nlu_fallback", 0.9), ("nrm_what", MIN_CONFIDENCE - 0.01)],
        [("bot_greet", 0.5), ("bot_thanks", 0.3)],
        [("an_intent_without_an_answer", 0.9)],
    ],
)
async def test_without_a_near_answer_it_says_so_plainly(
    content: Content, ranking: list[tuple[str, float]] | None
) -> None:
    """Nothing is guessed: the plain apology, with the answer's own next steps."""
    message = await run(content, ranking)
    assert message["part"] == "plain"
    assert "next" not in message


def test_a_person_and_the_way_out_are_always_within_reach(content: Content) -> None:
    """Both forms of "not understood" lead to services and to the emergency answer."""
    assert {"services.find", "safety.danger"} <= set(content.answers["bot.unsure"].next)
    assert set(ALWAYS_OFFERED) == {"services.find", "safety.danger"}
