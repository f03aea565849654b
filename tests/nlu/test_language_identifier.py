from __future__ import annotations

from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.conversation.sealed_state import ConversationState
from bot.conversation.tracker_store import events_of
from bot.languages import LANGUAGES
from bot.nlu.language_identifier import (
    LANGUAGE,
    READING_LANGUAGE,
    LanguageIdentifier,
    annotated_language,
)
from bot.settings import ROOT

CONTEXT = ExecutionContext(GraphSchema({}))
RESOURCE = Resource("languages")

PHRASES = {
    "en": ["can the police tell the home office", "who can help me with my visa"],
    "es": ["la policía le dice a migración", "quién me puede ayudar con la visa"],
    "cy": ["ydi'r heddlu'n dweud wrth y Swyddfa Gartref", "pwy all fy helpu gyda fy fisa"],
    "pt": ["a polícia conta para a imigração", "quem pode me ajudar com o visto"],
}


def phrase(text: str, language: str | None) -> Message:
    data = {"text": text, "intent": "any"}
    if language:
        data["metadata"] = {"intent": {"language": language}}
    return Message(data=data)


def phrases() -> TrainingData:
    return TrainingData([phrase(text, lang) for lang in PHRASES for text in PHRASES[lang]])


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> LocalModelStorage:
    return LocalModelStorage(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def loaded(storage: LocalModelStorage) -> LanguageIdentifier:
    LanguageIdentifier.create({}, storage, RESOURCE, CONTEXT).train(phrases())
    return LanguageIdentifier.load({}, storage, RESOURCE, CONTEXT)


def tracker(state: ConversationState | None) -> DialogueStateTracker:
    slots = Domain.load(str(ROOT / "domain.yml")).slots
    return DialogueStateTracker.from_events("x", events_of(state) if state else [], slots)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_she_surely_writes_goes_out_with_the_message(
    loaded: LanguageIdentifier, language: str
) -> None:
    """A clear message carries its language to the policies and to the channel."""
    message = Message.build(PHRASES[language][1])
    loaded.process([message], tracker(None))
    assert (message.get(LANGUAGE), message.get(READING_LANGUAGE)) == (language, language)
    assert message.as_dict(only_output_properties=True)[LANGUAGE] == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_does_not_tell_is_read_in_the_conversations_language(
    loaded: LanguageIdentifier, language: str
) -> None:
    """ "999?" in a Welsh conversation is read as Welsh, and is not taken as said in it."""
    message = Message.build("999?")
    loaded.process([message], tracker(ConversationState(language=language)))
    assert (message.get(LANGUAGE), message.get(READING_LANGUAGE)) == (None, language)


def test_without_a_conversation_it_works_too(loaded: LanguageIdentifier) -> None:
    """Rasa's own tests hand over no tracker."""
    message = Message.build("999?")
    loaded.process([message], None)
    assert (message.get(LANGUAGE), message.get(READING_LANGUAGE)) == (None, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_learnt_is_there_after_loading(
    loaded: LanguageIdentifier, storage: LocalModelStorage, language: str
) -> None:
    """A loaded component has the n-grams of training, not an empty model."""
    with storage.read_from(RESOURCE) as directory:
        assert [path.suffix for path in Path(directory).iterdir()] == [".json"]
    known = loaded._identification._ngrams.log_probabilities(PHRASES[language][0])
    assert max(known, key=known.__getitem__) == language


@pytest.mark.parametrize("language", [*LANGUAGES, None, "fr"])
def test_training_phrases_are_read_in_the_language_of_their_file(
    loaded: LanguageIdentifier, language: str | None
) -> None:
    """The folder says in which language a phrase is; without one it is English."""
    example = phrase("999", language)
    expected = language if language in LANGUAGES else None
    assert annotated_language(example) == expected
    loaded.process_training_data(TrainingData([example]))
    assert example.get(READING_LANGUAGE) == (expected or "en")
