from __future__ import annotations

import importlib.metadata
import inspect
import logging
from typing import Any

import pytest
from jsonschema import validate
from rasa.core.actions.action import RemoteAction
from rasa.shared.utils.schemas.events import EVENTS_SCHEMA
from rasa_sdk import Action
from rasa_sdk.events import SlotSet

from bot.conversation.action_endpoint import InProcessActions
from bot.settings import ROOT
from bot.web.contract import TurnRequest

CANARY = "zarzaparrilla"
APOLOGY = {"events": [], "responses": [{"response": "utter_bot_trouble"}]}


class ActionWorks(Action):
    def name(self) -> str:
        return "action_works"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        dispatcher.utter_message(response="utter_nrm_what", part="more")
        return [SlotSet("nation", "wales")]


class ActionFails(Action):
    def name(self) -> str:
        return "action_fails"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        dispatcher.utter_message(text="half an answer")
        raise RuntimeError(tracker.latest_message["text"])


def call(name: str) -> dict[str, Any]:
    """Returns what Rasa sends to an action server."""
    return {
        "next_action": name,
        "sender_id": "x",
        "domain": {},
        "tracker": {
            "sender_id": "x",
            "slots": {"nation": CANARY},
            "latest_message": {"text": f"my name is {CANARY}"},
            "events": [],
            "paused": False,
            "followup_action": None,
            "active_loop": {},
            "latest_action_name": None,
        },
    }


@pytest.fixture
def endpoint() -> InProcessActions:
    return InProcessActions([ActionWorks(), ActionFails()])


async def test_an_action_runs_in_this_process(endpoint: InProcessActions) -> None:
    """Events and responses come back as from an action server, without one."""
    result = await endpoint.request(json=call("action_works"), method="post", timeout=1)
    assert result["events"] == [SlotSet("nation", "wales")]
    assert [response["response"] for response in result["responses"]] == ["utter_nrm_what"]
    assert result["responses"][0]["part"] == "more"


async def test_a_failing_action_becomes_an_apology(endpoint: InProcessActions) -> None:
    """She never gets silence, and never half an answer."""
    assert await endpoint.request(json=call("action_fails")) == APOLOGY


async def test_a_failing_action_logs_its_name_and_no_word(
    endpoint: InProcessActions,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The tracker that an action was handed stays out of the log."""
    with caplog.at_level(logging.DEBUG):
        await endpoint.request(json=call("action_fails"))
    ours = [record for record in caplog.records if record.name.startswith("bot")]
    assert [record.getMessage() for record in ours] == ["action_fails failed: RuntimeError"]
    assert CANARY not in caplog.text
    assert CANARY not in "".join(capfd.readouterr())


async def test_an_action_that_is_not_there_becomes_an_apology(endpoint: InProcessActions) -> None:
    """A domain that names an action nobody registered does not end in silence."""
    assert await endpoint.request(json=call("action_gone")) == APOLOGY


def test_the_domain_is_not_copied_into_each_call(endpoint: InProcessActions) -> None:
    """Rasa reads this switch from the endpoint; without it a tap takes many times longer."""
    assert endpoint.kwargs == {"enable_selective_domain": True}
    assert "://" not in endpoint.url


def test_every_action_of_the_domain_is_registered() -> None:
    """Each custom action that a rule may call can be run, and none is registered in vain."""
    from rasa.shared.core.domain import Domain

    from bot.service import ACTIONS

    domain = Domain.load(str(ROOT / "domain.yml"))
    custom = {name for name in domain.user_actions if name.startswith("action_")}
    assert InProcessActions([action(None) for action in ACTIONS]).names == custom


async def test_our_own_actions_send_what_rasa_would_accept(
    dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each turn nobody looks any more: so here, each of them, against Rasa's own schema."""
    schema = {"type": "object", "properties": {"events": EVENTS_SCHEMA}, "required": ["events"]}
    sent: dict[str, dict[str, Any]] = {}
    run = InProcessActions.request

    async def watched(self: InProcessActions, json: dict[str, Any], **more: Any) -> Any:
        sent[json["next_action"]] = await run(self, json, **more)
        validate(sent[json["next_action"]], schema)
        return sent[json["next_action"]]

    monkeypatch.setattr(InProcessActions, "request", watched)
    state = None
    for asked in (
        *({"choose": name} for name in ("sharing.risk", "bot.more", "bot.sources", "bot.what")),
        *({"choose": name} for name in ("services.find?nation=wales", "services.named")),
        *({"choose": name} for name in ("services.card?to=en&speak=pt", "bot.unsure")),
        *({"message": text} for text in ("and is it free", "in Spanish please", "zxcv qwer asdf")),
    ):
        reply = await dialogue.turn(TurnRequest(state=state, **asked))
        state = reply.state
    assert set(sent) == dialogue.agent.processor.action_endpoint.names


def test_this_is_the_rasa_whose_check_is_left_out() -> None:
    """Another may do more there than hold a schema: read `RemoteAction.run`, then change this."""
    assert importlib.metadata.version("rasa") == "3.6.21"
    source = inspect.getsource(RemoteAction._validate_action_result)
    assert "self.action_response_format_spec()" in source
