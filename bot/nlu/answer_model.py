"""Which answer a message asks for: two models and the nearest training phrases.

A small network reads the sentence vector (what is meant), a linear model the letters and
words (what is typed: names, abbreviations, slips), and the nearest phrases of each answer
have a say too. How near the nearest of all is tells whether the message is about any of
this: a classifier alone is sure of nonsense.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from bot.nlu.features import Matrix
from bot.nlu.neighbours import Neighbours
from bot.nlu.network import Network

#: What each part weighs in the sum; chosen by cross-validation on the training phrases, in
#: accuracy and in log-loss (docs/UNDERSTANDING.md has the table).
DENSE_SHARE, SPARSE_SHARE, NEAREST_SHARE = 0.5, 0.5, 8.0
#: The network: width, strength and length of learning.
WIDTH, DECAY, EPOCHS = 512, 1e-2, 12
#: Inverse strength of regularisation of the letters' model, and what stretches its margins
#: so that they become log-probabilities; chosen with the shares above.
SPARSE_C, SPARSE_SCALE = 1.0, 4.0

#: Numbers of the letters' model in a file: half the size.
_STORED = np.float16
_FILES = ("answers.npz", "answers.json")


@dataclass(frozen=True)
class Understood:
    """What was made of a message.

    Attributes:
        ranking: (label, probability), likeliest first.
        familiarity: cosine to the nearest training phrase × √(highest probability),
            0 to 1; low for what is about something else.
    """

    ranking: list[tuple[str, float]]
    familiarity: float


@dataclass(frozen=True)
class Letters:
    """A linear model of words and letters: weights (features, labels) and bias (labels,)."""

    weights: Matrix
    bias: Matrix

    @classmethod
    def train(cls, sparse: csr_matrix, numbers: NDArray[np.int_]) -> Letters:
        """Trains on words and letters (n, features) and labels 0 to k - 1."""
        # A linear support vector machine: as right as logistic regression on letters and
        # words, and trained in seconds where that takes minutes. Balanced: an answer with more
        # phrases is not for that reason more likely.
        model = LinearSVC(C=SPARSE_C, class_weight="balanced", random_state=0).fit(sparse, numbers)
        # Row by row: a message has a few hundred of some ten thousand features, and in the
        # order that scikit-learn gives them each of them would be copied at every turn.
        return cls(
            *(
                # As exact as it is stored: of a sum of hundreds nothing is lost.
                np.ascontiguousarray(part * SPARSE_SCALE, _STORED).astype(np.float32)
                for part in (model.coef_.T, model.intercept_)
            )
        )

    def scores(self, sparse: csr_matrix) -> Matrix:
        """Returns a row of scores for each row of features."""
        found: Matrix = sparse @ self.weights + self.bias
        return found

    def arrays(self) -> dict[str, NDArray[np.float16]]:
        """Returns what is to be stored."""
        return {name: part.astype(_STORED) for name, part in asdict(self).items()}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[np.floating[Any]]]) -> Letters:
        """Takes what `arrays` gave."""
        return cls(*(arrays[one.name].astype(np.float32) for one in fields(cls)))


@dataclass(frozen=True)
class AnswerModel:
    """A trained model; it never learns from what it is asked."""

    labels: tuple[str, ...]
    network: Network
    neighbours: Neighbours
    letters: Letters

    @classmethod
    def train(cls, dense: Matrix, sparse: csr_matrix, labels: Sequence[str]) -> AnswerModel:
        """Trains on centred sentence vectors (n, 384), words and letters, and labels."""
        # Sorted by label, so that the phrases of an answer lie side by side.
        order = np.argsort(np.asarray(labels), kind="stable")
        dense, sparse = dense[order], sparse[order]
        names, numbers, counts = np.unique(
            np.asarray(labels)[order], return_inverse=True, return_counts=True
        )
        # Beside each other: neither holds Python's lock while it counts.
        with ThreadPoolExecutor() as pool:
            letters = pool.submit(Letters.train, sparse, numbers)
            network = Network.train(dense, numbers, width=WIDTH, decay=DECAY, epochs=EPOCHS)
            return cls(
                labels=tuple(str(name) for name in names),
                network=network,
                neighbours=Neighbours.train(dense, counts),
                letters=letters.result(),
            )

    def understand(self, dense: Matrix, sparse: csr_matrix) -> Understood:
        """Ranks the labels for one message.

        Args:
            dense: its centred sentence vector, (1, 384).
            sparse: its words and letters, (1, features).
        """
        meant = _log_softmax(self.network.scores(dense))
        typed = _log_softmax(self.letters.scores(sparse))
        nearness = self.neighbours.nearness(dense)
        mixed = DENSE_SHARE * meant + SPARSE_SHARE * typed + NEAREST_SHARE * nearness
        probabilities = np.exp(_log_softmax(mixed))[0]
        order = np.argsort(-probabilities)
        return Understood(
            ranking=[(self.labels[index], float(probabilities[index])) for index in order],
            familiarity=max(float(nearness.max()), 0.0) * float(np.sqrt(probabilities[order[0]])),
        )

    def save(self, directory: Path) -> None:
        """Writes arrays, JSON and a graph of one product: nothing that runs when it is read."""
        arrays, labels = (directory / name for name in _FILES)
        np.savez(arrays, **self.letters.arrays(), **self.network.arrays("network"))
        labels.write_text(json.dumps(self.labels), encoding="utf-8")
        self.neighbours.save(directory)

    @classmethod
    def load(cls, directory: Path) -> AnswerModel:
        """Reads a model that `save` wrote."""
        arrays, labels = (directory / name for name in _FILES)
        with np.load(arrays, allow_pickle=False) as file:
            stored = dict(file)
        return cls(
            labels=tuple(json.loads(labels.read_text(encoding="utf-8"))),
            network=Network.of_arrays("network", stored),
            neighbours=Neighbours.load(directory),
            letters=Letters.of_arrays(stored),
        )


def _log_softmax(scores: Matrix) -> Matrix:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))
