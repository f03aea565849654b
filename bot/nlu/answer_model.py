"""Which answer a message asks for: two linear models and the nearest training phrases.

One model reads the sentence vector (what is meant), one the letters and words (what
is typed: names, abbreviations, slips), and the nearest phrases of each answer have a
say too. How near the nearest of all is tells whether the message is about any of
this: a classifier alone is sure of nonsense.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from bot.normalisation import fold

Matrix = NDArray[np.float32]

#: What each part weighs in the sum. Chosen by cross-validation on the training phrases, in
#: which both accuracy and log-loss are best here: either model alone is right in 80% and 73%
#: of phrases of 84 answers, all together in 84%.
DENSE_SHARE, SPARSE_SHARE, NEAREST_SHARE = 0.5, 0.5, 10.0
#: Of each answer's phrases as many count as near.
NEAREST = 3
#: Inverse strength of regularisation of the two models, and the length given to a
#: centred sentence vector (1 would leave the model unable to be sure of anything).
DENSE_C, SPARSE_C, DENSE_SCALE = 2.0, 1.0, 10.0
#: The margins of the letters' model become log-probabilities when they are stretched by
#: this; chosen with the shares above.
SPARSE_SCALE = 4.0

_ARRAYS = (
    "mean",
    "dense_weights",
    "dense_bias",
    "sparse_weights",
    "sparse_bias",
    "phrases",
    "phrase_counts",
)


@dataclass(frozen=True)
class Understood:
    """What was made of a message.

    Attributes:
        ranking: (label, probability), likeliest first.
        familiarity: cosine to the nearest training phrase × √(highest probability),
            0 to 1; low for what is about something else.
        known_share: the share of its words that any training phrase has; low for
            keyboard mashing and for languages that are none of the four.
    """

    ranking: list[tuple[str, float]]
    familiarity: float
    known_share: float


@dataclass(frozen=True)
class AnswerModel:
    """A trained model; it holds training phrases as vectors and never what it is asked."""

    labels: tuple[str, ...]
    arrays: dict[str, NDArray[np.float32]]
    words: TfidfVectorizer
    letters: TfidfVectorizer

    @classmethod
    def train(cls, vectors: Matrix, texts: Sequence[str], labels: Sequence[str]) -> AnswerModel:
        """Trains on sentence vectors (n, 384), their texts and their labels."""
        # Sorted by label, so that the phrases of an answer lie side by side.
        order = np.argsort(np.asarray(labels), kind="stable")
        vectors, labels = vectors[order], [labels[index] for index in order]
        texts = [texts[index] for index in order]
        mean = vectors.mean(axis=0)
        centred = _centred(vectors, mean)
        words, letters = _vectorizers()
        folded = [fold(text) for text in texts]
        sparse = hstack([words.fit_transform(folded), letters.fit_transform(folded)]).tocsr()
        # Balanced: an intent with more phrases is not for that reason more likely.
        dense_model = LogisticRegression(
            C=DENSE_C, max_iter=100, tol=1e-2, class_weight="balanced"
        ).fit(centred * DENSE_SCALE, labels)
        # A linear support vector machine: as right as logistic regression on letters and
        # words, and trained in seconds where that takes minutes.
        sparse_model = LinearSVC(C=SPARSE_C, class_weight="balanced").fit(sparse, labels)
        arrays = {
            "mean": mean,
            "dense_weights": dense_model.coef_.T,
            "dense_bias": dense_model.intercept_,
            "sparse_weights": sparse_model.coef_.T * SPARSE_SCALE,
            "sparse_bias": sparse_model.intercept_ * SPARSE_SCALE,
            "phrases": centred,
            "phrase_counts": np.unique(labels, return_counts=True)[1],
        }
        return cls(
            labels=tuple(str(label) for label in dense_model.classes_),
            # Row by row: a message has a few hundred of some hundred thousand features, and in
            # the order that scikit-learn gives them each of them would be copied at every turn.
            arrays={
                name: np.ascontiguousarray(array, np.float32) for name, array in arrays.items()
            },
            words=words,
            letters=letters,
        )

    def understand(self, vector: NDArray[np.float32], text: str) -> Understood:
        """Ranks the labels for one message.

        Args:
            vector: its sentence vector, (384,).
            text: its words as typed; for Welsh with their gloss behind them.
        """
        centred = _centred(vector[np.newaxis, :], self.arrays["mean"])
        dense = _log_softmax(
            (centred * DENSE_SCALE) @ self.arrays["dense_weights"] + self.arrays["dense_bias"]
        )
        sparse = _log_softmax(
            self._sparse(text) @ self.arrays["sparse_weights"] + self.arrays["sparse_bias"]
        )
        nearness = self.arrays["phrases"] @ centred[0]
        mixed = DENSE_SHARE * dense + SPARSE_SHARE * sparse + NEAREST_SHARE * self._near(nearness)
        probabilities = np.exp(_log_softmax(mixed))[0]
        order = np.argsort(-probabilities)
        return Understood(
            ranking=[(self.labels[index], float(probabilities[index])) for index in order],
            familiarity=max(float(nearness.max()), 0.0) * float(np.sqrt(probabilities[order[0]])),
            known_share=self._known_share(text),
        )

    def save(self, directory: Path) -> None:
        """Writes the model as plain arrays and JSON: nothing that runs when it is read."""
        np.savez(directory / "arrays.npz", **self.arrays)
        vocabulary = {
            name: {"terms": _terms(vectorizer), "idf": vectorizer.idf_.tolist()}
            for name, vectorizer in (("words", self.words), ("letters", self.letters))
        }
        document = {"labels": self.labels, **vocabulary}
        (directory / "model.json").write_text(json.dumps(document), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> AnswerModel:
        """Reads a model that `save` wrote."""
        document = json.loads((directory / "model.json").read_text(encoding="utf-8"))
        with np.load(directory / "arrays.npz", allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in _ARRAYS}
        words, letters = _vectorizers()
        for name, vectorizer in (("words", words), ("letters", letters)):
            vectorizer.vocabulary_ = {term: i for i, term in enumerate(document[name]["terms"])}
            vectorizer.idf_ = np.array(document[name]["idf"])
        return cls(tuple(document["labels"]), arrays, words, letters)

    def _known_share(self, text: str) -> float:
        words = fold(text).split()
        return sum(word in self.words.vocabulary_ for word in words) / len(words) if words else 0.0

    def _near(self, nearness: NDArray[np.float32]) -> NDArray[np.float32]:
        """Returns the mean cosine of each label's nearest phrases, (1, labels)."""
        ends = np.cumsum(self.arrays["phrase_counts"].astype(int))
        groups = np.split(nearness, ends[:-1])
        return np.array([[np.sort(group)[-NEAREST:].mean() for group in groups]], np.float32)

    def _sparse(self, text: str) -> csr_matrix:
        folded = [fold(text)]
        return hstack([self.words.transform(folded), self.letters.transform(folded)]).tocsr()


def _vectorizers() -> tuple[TfidfVectorizer, TfidfVectorizer]:
    words = TfidfVectorizer(
        tokenizer=str.split, token_pattern=None, ngram_range=(1, 2), sublinear_tf=True
    )
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    return words, letters


def _centred(vectors: Matrix, mean: Matrix) -> Matrix:
    """Takes away what all sentences share, which hides how they differ, and restores length 1."""
    shifted = vectors - mean
    lengths = np.linalg.norm(shifted, axis=1, keepdims=True)
    return np.asarray(shifted / np.maximum(lengths, 1e-6), dtype=np.float32)


def _log_softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def _terms(vectorizer: TfidfVectorizer) -> list[str]:
    return sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__)
