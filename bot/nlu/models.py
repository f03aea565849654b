"""The models that read a message, trained together on the same phrases."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from bot.content.references import rasa_name
from bot.nlu.answer_model import AnswerModel, Understood
from bot.nlu.danger.judgement import Learnt
from bot.nlu.danger.phrase_files import DANGER_ANSWERS, SUICIDE
from bot.nlu.danger_model import DangerModel
from bot.nlu.features import Features, Matrix

#: The intents of danger now, and which of them is of harming oneself.
DANGER_INTENTS = tuple(map(rasa_name, DANGER_ANSWERS))
SUICIDE_INTENT = rasa_name(SUICIDE)


@dataclass(frozen=True)
class Reading:
    """What the models made of one message.

    Attributes:
        answers: which answers it may ask for.
        danger: how likely it speaks of danger now.
        known_share: the share of its words that training phrases have; low for keyboard
            mashing and for languages that are none of the four.
    """

    answers: Understood
    danger: Learnt
    known_share: float


@dataclass(frozen=True)
class Models:
    """Features and the two models on them; nothing of a message stays in any of them."""

    features: Features
    answers: AnswerModel
    danger: DangerModel

    @classmethod
    def train(cls, vectors: Matrix, texts: Sequence[str], labels: Sequence[str]) -> Models:
        """Trains on sentence vectors (n, 384), their texts and their intents."""
        features, dense, sparse = Features.fit(vectors, texts)
        intents = np.asarray(labels)
        is_danger, is_suicide = np.isin(intents, DANGER_INTENTS), intents == SUICIDE_INTENT
        # Products this small are slower on several threads than on one.
        with threadpool_limits(1), warnings.catch_warnings():
            # That a network has not converged: it is to stop before it knows them by heart.
            warnings.simplefilter("ignore", ConvergenceWarning)
            # Side by side on a core each, they take about as long.
            with ThreadPoolExecutor() as pool:
                danger = pool.submit(DangerModel.train, dense, sparse, is_danger, is_suicide)
                answers = AnswerModel.train(dense, sparse, labels)
                return cls(features, answers, danger.result())

    def read(self, vector: NDArray[np.float32], text: str) -> Reading:
        """Reads one message.

        Args:
            vector: its sentence vector, (384,).
            text: its words, written out; for Welsh with their gloss behind them.
        """
        dense, sparse = self.features.dense(vector[np.newaxis, :]), self.features.sparse([text])
        answers = self.answers.understand(dense, sparse)
        danger, suicide = self.danger.danger(dense, sparse)
        asked = sum(share for label, share in answers.ranking if label in DANGER_INTENTS)
        return Reading(
            answers=answers,
            danger=Learnt(danger, suicide, asked),
            known_share=self.features.known_share(text),
        )

    def save(self, directory: Path) -> None:
        """Writes plain arrays and JSON: nothing that runs when it is read."""
        for part in (self.features, self.answers, self.danger):
            part.save(directory)

    @classmethod
    def load(cls, directory: Path) -> Models:
        """Reads what `save` wrote."""
        return cls(
            Features.load(directory), AnswerModel.load(directory), DangerModel.load(directory)
        )
