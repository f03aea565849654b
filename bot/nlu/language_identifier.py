"""The Rasa component that tells the language of a message."""

from __future__ import annotations

import json
from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.languages import LANGUAGES
from bot.nlu.conversation_language import conversation_language
from bot.nlu.language_identification import LanguageIdentification
from bot.nlu.ngrams import NgramModel

#: The language she surely wrote in, or None; goes out with the message.
LANGUAGE = "language"
#: The language to read the message in: never None.
READING_LANGUAGE = "reading_language"

_FILE = "ngrams.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class LanguageIdentifier(GraphComponent):
    """Sets `language` (or None when unsure) and `reading_language` on each message."""

    def __init__(self, model_storage: ModelStorage, resource: Resource, ngrams: NgramModel) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._identification = LanguageIdentification(ngrams)

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageIdentifier:
        """Creates an untrained component (see parent class for full docstring)."""
        return cls(model_storage, resource, NgramModel({}))

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LanguageIdentifier:
        """Loads a trained component (see parent class for full docstring)."""
        with model_storage.read_from(resource) as directory:
            stored = json.loads((directory / _FILE).read_text(encoding="utf-8"))
        weights = {ngram: tuple(values) for ngram, values in stored["weights"].items()}
        model = NgramModel(weights, frozenset(stored["shared"]), stored["owners"])
        return cls(model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns how the four languages are typed from the phrases of `data/nlu/<lang>/`."""
        model = NgramModel.train(
            (language, example.get(TEXT))
            for example in training_data.intent_examples
            if (language := annotated_language(example))
        )
        with self._model_storage.write_to(self._resource) as directory:
            stored = {
                "weights": model.weights,
                "shared": sorted(model.shared),
                "owners": model.owners,
            }
            (directory / _FILE).write_text(json.dumps(stored), encoding="utf-8")
        self._identification = LanguageIdentification(model)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Sets the language that each phrase is filed under."""
        for example in training_data.training_examples:
            if example.get(TEXT):
                example.set(READING_LANGUAGE, annotated_language(example) or LANGUAGES[0])
        return training_data

    def process(self, messages: List[Message], tracker: DialogueStateTracker) -> List[Message]:
        """Tells the language of each message; the conversation's is the prior."""
        prior = conversation_language(tracker) if tracker and tracker.events else None
        for message in messages:
            found = self._identification.identify(message.get(TEXT) or "", prior)
            message.set(LANGUAGE, found.language if found.is_sure else None, add_to_output=True)
            message.set(READING_LANGUAGE, found.language)
        return messages


def annotated_language(example: Message) -> str | None:
    """Returns the language that a training phrase is filed under, `metadata: language: cy`."""
    metadata = (example.get(METADATA) or {}).get("intent") or {}
    language = metadata.get("language")
    return language if language in LANGUAGES else None
