"""The Rasa classifier: which answer a message asks for, or that it is not clear."""

from __future__ import annotations

from typing import Any, Dict, List

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.danger.judgement import Learnt
from bot.nlu.danger_override import DANGER_PART, LEARNT_DANGER, LEARNT_PART
from bot.nlu.models import Models, Reading
from bot.nlu.sentence_featurizer import READING

#: The intent of what is understood and not ours to answer.
OUT_OF_SCOPE = "bot_out_of_scope"
#: As many of the likeliest intents go out with a message.
RANKING_LENGTH = 6


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AnswerClassifier(IntentClassifier, GraphComponent):
    """Sets the intent; `nlu_fallback` when the message is unlike all training phrases."""

    @classmethod
    def required_components(cls) -> List[Any]:
        """Components that must come before this one."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Returns the component's default config."""
        # Below this familiarity (see AnswerModel) a message is not answered but asked
        # back. Where fewer than half of its words were ever seen, more is wanted.
        # Chosen by cross-validation: of what is ours 2.4% is asked back, and every
        # second of those would have had a wrong answer.
        return {
            "min_familiarity": 0.30,
            "known_share": 0.5,
            "min_familiarity_unknown": 0.60,
            # Where fewer of its words were ever seen, what was learnt of danger says nothing:
            # in a language that is none of ours everything looks like distress. No message of
            # danger among those kept apart has so few; the rules are asked all the same.
            "known_share_danger": 0.4,
        }

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        models: Models | None = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._models = models

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AnswerClassifier:
        """Creates an untrained component (see parent class for full docstring)."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> AnswerClassifier:
        """Loads a trained component (see parent class for full docstring)."""
        with model_storage.read_from(resource) as directory:
            return cls(config, model_storage, resource, Models.load(directory))

    def train(self, training_data: TrainingData) -> Resource:
        """Trains on the vectors and the words of all phrases."""
        examples = training_data.intent_examples
        self._models = Models.train(
            np.stack([_vector(example) for example in examples]),
            [example.get(READING) for example in examples],
            [example.get(INTENT) for example in examples],
        )
        with self._model_storage.write_to(self._resource) as directory:
            self._models.save(directory)
        return self._resource

    @property
    def models(self) -> Models:
        """The trained models.

        Raises:
            ValueError: when the component is not trained.
        """
        if self._models is None:
            raise ValueError("the classifier is not trained")
        return self._models

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets the intent and the ranking of each message."""
        for message in messages:
            reading = self._read(message)
            ranking = self._ranking(reading)
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking[:RANKING_LENGTH], add_to_output=True)
            message.set(LEARNT_DANGER, self._danger(reading))
            message.set(LEARNT_PART, self._danger(self._read_part(message)))
        return messages

    def _read(self, message: Message) -> Reading | None:
        text = message.get(TEXT) or ""
        # Letters of another alphabet are a language we do not have.
        letters = {char for char in text.casefold() if char.isalpha() and char < "\u0250"}
        # One letter over and over is a cat on the keyboard.
        if self._models is None or not letters or (len(letters) < 2 and len(text) > 3):
            return None
        return self._models.read(_vector(message), message.get(READING))

    def _read_part(self, message: Message) -> Reading | None:
        part = message.get(DANGER_PART)
        return self._models.read(*part) if part and self._models else None

    def _danger(self, reading: Reading | None) -> Learnt | None:
        is_readable = reading and reading.known_share >= self._config["known_share_danger"]
        return reading.danger if reading and is_readable else None

    def _ranking(self, reading: Reading | None) -> list[dict[str, Any]]:
        fallback = {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": 1.0}
        if reading is None:
            return [fallback]
        understood = reading.answers
        ranking = [
            {"name": label, "confidence": probability} for label, probability in understood.ranking
        ]
        is_known = reading.known_share >= self._config["known_share"]
        if not is_known and ranking[0]["name"] == OUT_OF_SCOPE:
            # "Something else" is for what is understood; these are words of no language of ours.
            return [{**fallback, "confidence": 1.0 - reading.known_share}, *ranking]
        least = self._config["min_familiarity" if is_known else "min_familiarity_unknown"]
        if understood.familiarity >= least:
            return ranking
        return [{**fallback, "confidence": 1.0 - understood.familiarity}, *ranking]


def _vector(message: Message) -> NDArray[np.float32]:
    _, features = message.get_dense_features(TEXT)
    return np.asarray(features.features[0], dtype=np.float32)
