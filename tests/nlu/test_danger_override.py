from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message

from bot.languages import LANGUAGES
from bot.nlu.danger_override import DANGER_ANSWERED, DangerOverride
from bot.nlu.spacy_tokenizer import SpacyLanguageTokenizer

DANGER = {
    "en": "he is hitting me",
    "es": "me está pegando",
    "cy": "mae o'n fy nharo i rwan",
    "pt": "ele está me batendo agora",
}


@pytest.fixture(scope="module")
def component(tmp_path_factory: pytest.TempPathFactory) -> DangerOverride:
    return DangerOverride.create(
        {},
        LocalModelStorage(Path(tmp_path_factory.mktemp("model"))),
        Resource("danger"),
        ExecutionContext(GraphSchema({})),
    )


def read(
    component: DangerOverride, text: str, intent: str | None, metadata: Any = None
) -> tuple[Any, list[str]]:
    classified = {"name": intent, "confidence": 0.8} if intent else None
    data = {"text": text, "intent": classified, "metadata": metadata}
    message = Message(data={**data, "intent_ranking": [classified] if classified else []})
    component.process([message])
    return message.get("intent"), [entry["name"] for entry in message.get("intent_ranking")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("intent", ["bot_greet", "nlu_fallback", None])
def test_danger_outvotes_the_model(
    component: DangerOverride, language: str, intent: str | None
) -> None:
    """Whatever the classifier made of a message, danger by rules is its intent."""
    found, ranking = read(component, DANGER[language], intent)
    assert found == {"name": "safety_danger", "confidence": 1.0}
    assert ranking == ["safety_danger", *([intent] if intent else [])]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_beside_answered_danger_keeps_its_intent(
    component: DangerOverride, language: str
) -> None:
    """The channel has given the emergency answer; what she asked beside it is answered too."""
    answered = {DANGER_ANSWERED: True}
    found, _ = read(component, DANGER[language], "sharing_risk", answered)
    assert found["name"] == "sharing_risk"


@pytest.mark.parametrize("intent", ["nlu_fallback", None])
def test_answered_danger_that_was_not_understood_is_danger(
    component: DangerOverride, intent: str | None
) -> None:
    """Beside danger nobody is told that she was not understood."""
    found, _ = read(component, DANGER["en"], intent, {DANGER_ANSWERED: True})
    assert found["name"] == "safety_danger"


@pytest.mark.parametrize("text", ["", "what is the NRM", "he hit me two years ago"])
def test_without_danger_nothing_changes(component: DangerOverride, text: str) -> None:
    """The model's intent stands where the rules are silent."""
    assert read(component, text, "nrm_what") == (
        {"name": "nrm_what", "confidence": 0.8},
        ["nrm_what"],
    )


def test_it_stands_last_in_the_pipeline() -> None:
    """A component before the classifier would be overwritten by it."""
    from ruamel.yaml import YAML

    from bot.settings import ROOT

    config = YAML(typ="safe", pure=True).load(ROOT / "config.yml")
    names = [component["name"].rpartition(".")[2] for component in config["pipeline"]]
    assert names[-1] == DangerOverride.__name__
    assert SpacyLanguageTokenizer.__name__ in names
