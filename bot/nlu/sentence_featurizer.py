"""The Rasa featurizer that turns a message into the vector of what it means."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Dict, List

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.danger import DangerRules
from bot.nlu.danger_override import DANGER_PART, ruled_danger
from bot.nlu.encoder.build import build, is_built
from bot.nlu.encoder.encoder import SentenceEncoder
from bot.nlu.encoder.phrase_vectors import vectors_of
from bot.nlu.language_identifier import READING_LANGUAGE
from bot.nlu.reader import Reader
from bot.settings import Settings

#: What a classifier should read: the words written out, and for Welsh their gloss behind them.
READING = "reading"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds the sentence encoder's vector of each text; Welsh is glossed in English first.

    On published figures the encoder reads Welsh no better than a model that knows
    none of it; over an English gloss it gains some twenty points.
    """

    @classmethod
    def required_components(cls) -> List[Any]:
        """Components that must come before this one."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Returns the component's default config."""
        # `encoder: null`: the folder of the settings (ASSISTANT_MODELS), so that a
        # model archive carries no path of the machine that trained it.
        return {**DenseFeaturizer.get_default_config(), "encoder": None}

    def __init__(self, config: Dict[str, Any], name: str) -> None:
        super().__init__(name, config)
        directory = Path(config["encoder"] or Settings.from_environment(os.environ).encoder)
        if not is_built(directory):
            build(directory)
        self._directory = directory
        self._encoder = SentenceEncoder(directory)
        self._reader = Reader.load()
        self._rules = DangerRules.load()

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceFeaturizer:
        """Creates the component (see parent class for full docstring)."""
        return cls(config, execution_context.node_name or cls.__name__)

    @staticmethod
    def validate_config(config: Dict[str, Any]) -> None:
        """Nothing of the configuration can be wrong in a way that shows before it is used."""

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds a vector to each training phrase; those of an earlier training are read again."""
        examples = [example for example in training_data.training_examples if example.get(TEXT)]
        texts = [self._read_whole(example) for example in examples]
        vectors = vectors_of(texts, self._directory)
        for example, vector in zip(examples, vectors):
            self._add(example, vector)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Adds a vector to each message, and one of the part that danger is found in."""
        vectors = self._encoder.encode([self._read_whole(message) for message in messages])
        for message, vector in zip(messages, vectors):
            self._add(message, vector)
            part = self._rules.part(message.get(TEXT)) if self._is_danger(message) else None
            if part:
                text, reading = self._reader.read(part, part, message.get(READING_LANGUAGE))
                message.set(DANGER_PART, (self._encoder.encode([text])[0], reading))
        return messages

    def _is_danger(self, message: Message) -> bool:
        return ruled_danger(message, self._rules) is not None

    def _read_whole(self, message: Message) -> str:
        """Sets what a classifier reads of a message, and returns what the encoder does."""
        words = " ".join(token.text for token in message.get(TOKENS_NAMES[TEXT], []))
        language = message.get(READING_LANGUAGE)
        text, reading = self._reader.read(message.get(TEXT) or "", words, language)
        message.set(READING, reading)
        return text

    def _add(self, message: Message, vector: NDArray[np.float32]) -> None:
        message.add_features(
            Features(vector[np.newaxis, :], FEATURE_TYPE_SENTENCE, TEXT, self._identifier)
        )
