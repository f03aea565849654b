from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message

from bot.languages import LANGUAGES
from bot.nlu.danger.judgement import Judgement, Learnt
from bot.nlu.danger_override import (
    ALARM_AT_DOOR,
    BESIDE,
    JUDGED_DANGER,
    LEARNT_DANGER,
    DangerOverride,
)
from bot.nlu.spacy_tokenizer import SpacyLanguageTokenizer
from bot.plain_yaml import read_yaml
from bot.settings import ROOT

DANGER = {
    "en": "he is hitting me",
    "es": "me está pegando",
    "cy": "mae o'n fy nharo i rwan",
    "pt": "ele está me batendo agora",
}
#: No rule knows these words.
QUIET = "it has begun again"
SURE, POSSIBLE, CALM = Learnt(0.99, 0.0, 0.9), Learnt(0.3, 0.0, 0.3), Learnt(0.0, 0.0, 0.0)
AT_DOOR = {ALARM_AT_DOOR: True}


@pytest.fixture(scope="module")
def component(tmp_path_factory: pytest.TempPathFactory) -> DangerOverride:
    return DangerOverride.create(
        {},
        LocalModelStorage(Path(tmp_path_factory.mktemp("model"))),
        Resource("danger"),
        ExecutionContext(GraphSchema({})),
    )


def read(
    component: DangerOverride,
    text: str,
    intent: str | None,
    learnt: Learnt | None = None,
    metadata: dict[str, Any] | None = None,
) -> Message:
    classified = {"name": intent, "confidence": 0.8} if intent else None
    data = {"text": text, "intent": classified, "metadata": metadata, LEARNT_DANGER: learnt}
    message = Message(data={**data, "intent_ranking": [classified] if classified else []})
    component.process([message])
    return message


def names(message: Message) -> list[str]:
    """Returns the intent and those of the ranking."""
    return [one["name"] for one in (message.get("intent"), *message.get("intent_ranking"))]


def judged(message: Message) -> Any:
    return message.as_dict(only_output_properties=True).get(JUDGED_DANGER)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("intent", ["bot_greet", "nlu_fallback", None])
def test_danger_by_rules_outvotes_the_classifier(
    component: DangerOverride, language: str, intent: str | None
) -> None:
    """Whatever the classifier made of a message, danger by rules is its intent."""
    message = read(component, DANGER[language], intent)
    assert message.get("intent") == {"name": "safety_danger", "confidence": 1.0}
    assert names(message) == ["safety_danger"] * 2 + ([intent] if intent else [])


@pytest.mark.parametrize(
    ("learnt", "intent"),
    [(SURE, "safety_danger"), (Learnt(0.99, 0.9, 0.9), "safety_suicide")],
)
def test_danger_that_only_the_models_hear_outvotes_the_classifier(
    component: DangerOverride, learnt: Learnt, intent: str
) -> None:
    """What is said quietly is heard too, and gets the answer to that danger."""
    message = read(component, QUIET, "bot_greet", learnt)
    assert names(message) == [intent, intent, "bot_greet"]


def test_possible_danger_leaves_the_intent(component: DangerOverride) -> None:
    """Where it may be danger she is answered what she asked, and what may be is handed on."""
    message = read(component, QUIET, "sharing_risk", POSSIBLE)
    assert names(message) == ["sharing_risk", "sharing_risk"]
    assert judged(message) == asdict(Judgement("safety.danger", False, None))


@pytest.mark.parametrize("metadata", [None, {}, AT_DOOR])
@pytest.mark.parametrize("learnt", [SURE, POSSIBLE])
@pytest.mark.parametrize("intent", ["nlu_fallback", None])
def test_danger_that_was_not_understood_is_danger(
    component: DangerOverride,
    intent: str | None,
    learnt: Learnt,
    metadata: dict[str, Any] | None,
) -> None:
    """Beside danger, sure or possible, nobody is told that she was not understood."""
    assert names(read(component, QUIET, intent, learnt, metadata))[0] == "safety_danger"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("learnt", [None, SURE])
def test_a_question_beside_danger_at_the_door_keeps_its_intent(
    component: DangerOverride, language: str, learnt: Learnt | None
) -> None:
    """The channel gives the emergency answer; what she asked beside it is answered too."""
    message = read(component, DANGER[language], "sharing_risk", learnt, AT_DOOR)
    assert names(message) == ["sharing_risk", "sharing_risk"]
    assert judged(message) == asdict(Judgement("safety.danger", True, language))


@pytest.mark.parametrize("metadata", [None, {}, {ALARM_AT_DOOR: False}, {"other": True}])
def test_a_channel_that_does_not_alarm_has_danger_as_the_intent(
    component: DangerOverride, metadata: dict[str, Any] | None
) -> None:
    """Only a channel that says so gives the answer itself; everywhere else the intent does."""
    message = read(component, DANGER["en"], "sharing_risk", None, metadata)
    assert names(message)[0] == "safety_danger"


def test_danger_stands_once_in_the_ranking(component: DangerOverride) -> None:
    """What the classifier also thought of comes first, and not a second time below."""
    message = read(component, DANGER["en"], "safety_danger")
    assert names(message) == ["safety_danger", "safety_danger"]
    assert message.get("intent_ranking")[0]["confidence"] == 1.0


def test_intent_and_ranking_that_danger_set_are_handed_on(component: DangerOverride) -> None:
    """Rasa's policies read what goes out, not what a component keeps to itself."""
    handed_on = read(component, QUIET, None, SURE).as_dict(only_output_properties=True)
    assert handed_on["intent"]["name"] == "safety_danger"
    assert handed_on["intent_ranking"] == [handed_on["intent"]]


def test_the_judgement_goes_out_and_the_evidence_does_not(component: DangerOverride) -> None:
    """Who answers learns what was judged, as plain data; the models' figures stay inside."""
    handed_on = read(component, QUIET, "bot_greet", SURE).as_dict(only_output_properties=True)
    assert Judgement(**handed_on[JUDGED_DANGER]) == Judgement("safety.danger", True, None)
    assert LEARNT_DANGER not in handed_on


@pytest.mark.parametrize("metadata", [None, AT_DOOR])
@pytest.mark.parametrize("learnt", [None, CALM])
@pytest.mark.parametrize("text", ["", "what is the NRM", "he hit me two years ago"])
def test_without_danger_nothing_changes(
    component: DangerOverride, text: str, learnt: Learnt | None, metadata: dict[str, Any] | None
) -> None:
    """The classifier's intent stands where rules and models are silent, and nothing is judged."""
    message = read(component, text, "nrm_what", learnt, metadata)
    assert message.get("intent") == {"name": "nrm_what", "confidence": 0.8}
    assert message.get("intent_ranking") == [message.get("intent")]
    assert judged(message) is None


def test_models_that_are_sure_of_calm_silence_a_rule(component: DangerOverride) -> None:
    """Words of danger in a message of calm alarm nobody."""
    message = read(component, DANGER["en"], "bot_greet", CALM)
    assert names(message) == ["bot_greet", "bot_greet"]
    assert judged(message) is None


def test_each_message_is_judged_for_itself(component: DangerOverride) -> None:
    """Danger in one message leaves nothing in the component for the next."""
    read(component, DANGER["en"], "bot_greet", SURE)
    assert names(read(component, QUIET, "bot_greet"))[0] == "bot_greet"


def test_it_stands_last_in_the_pipeline() -> None:
    """A component before the classifier would be overwritten by it."""
    config = read_yaml(ROOT / "config.yml")
    names = [component["name"].rpartition(".")[2] for component in config["pipeline"]]
    assert names[-1] == DangerOverride.__name__
    assert SpacyLanguageTokenizer.__name__ in names


@pytest.mark.parametrize(
    ("beside", "expected"),
    [(0.41, "sharing_risk"), (BESIDE, "sharing_risk"), (0.07, "safety_danger")],
)
def test_a_question_beside_danger_is_answered_below_it(
    component: DangerOverride, beside: float, expected: str
) -> None:
    """She tells what is happening and asks: the channel says 999, and the dialogue answers."""
    ranking = [
        {"name": "safety_danger", "confidence": 0.5},
        {"name": "safety_suicide", "confidence": 0.45},
        {"name": "sharing_risk", "confidence": beside},
    ]
    message = Message(
        data={
            "text": DANGER["en"],
            "intent": ranking[0],
            "intent_ranking": ranking,
            "metadata": AT_DOOR,
            LEARNT_DANGER: SURE,
        }
    )
    component.process([message])
    assert message.get("intent")["name"] == expected
    others = [one["name"] for one in ranking if one["name"] != expected]
    assert names(message)[1:] == [expected, *others]
