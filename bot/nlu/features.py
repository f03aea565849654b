"""What the models read of a message: its sentence vector, centred, and its words and letters."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.normalisation import fold

Matrix = NDArray[np.float32]

_FILE = "features.json"


@dataclass(frozen=True)
class Terms:
    """Runs of words or of letters that training phrases have.

    Attributes:
        numbers: of each term.
        weights: how telling each is, by its number: the fewer phrases have it, the more.
        split: returns the terms of a folded text, known or not.
    """

    numbers: Mapping[str, int]
    weights: NDArray[np.float_]
    split: Callable[[str], Sequence[str]]

    @classmethod
    def of(cls, vectorizer: TfidfVectorizer) -> Terms:
        """Takes over what a vectorizer has learnt."""
        return cls(vectorizer.vocabulary_, vectorizer.idf_, vectorizer.build_analyzer())

    def weighed(self, folded: str) -> tuple[NDArray[np.int_], NDArray[np.float_]]:
        """Returns which terms a text has, in order, and what each weighs: a row of `transform`.

        scikit-learn, made for many texts, takes five times as long for one.
        """
        numbers = self.numbers
        counts = Counter(numbers[term] for term in self.split(folded) if term in numbers)
        terms = np.array(sorted(counts), dtype=int)
        weights = (1 + np.log([counts[term] for term in terms])) * self.weights[terms]
        return terms, weights / max(float(np.linalg.norm(weights)), 1e-12)

    def stored(self) -> dict[str, list[str] | list[float]]:
        """Returns what a file holds of them."""
        return {
            "terms": sorted(self.numbers, key=self.numbers.__getitem__),
            "idf": self.weights.tolist(),
        }


@dataclass(frozen=True)
class Features:
    """Fitted on the training phrases; it never learns from what it is asked.

    Attributes:
        mean: of all training vectors, (384,).
        words: of one and two words.
        letters: of two to four letters within a word.
    """

    mean: Matrix
    words: Terms
    letters: Terms

    @classmethod
    def fit(cls, vectors: Matrix, texts: Sequence[str]) -> tuple[Features, Matrix, csr_matrix]:
        """Fits the features on sentence vectors (n, 384) and their texts.

        Returns:
            The features, and what they make of the same texts: `dense` and `sparse`.
        """
        words, letters = _vectorizers()
        folded = [fold(text) for text in texts]
        parts = [words.fit_transform(folded), letters.fit_transform(folded)]
        features = cls(vectors.mean(axis=0), Terms.of(words), Terms.of(letters))
        return features, features.dense(vectors), hstack(parts, dtype=np.float32).tocsr()

    def dense(self, vectors: Matrix) -> Matrix:
        """Takes away what all sentences share, which hides how they differ; restores length 1."""
        shifted = vectors - self.mean
        lengths = np.linalg.norm(shifted, axis=1, keepdims=True)
        return np.asarray(shifted / np.maximum(lengths, 1e-6), dtype=np.float32)

    def sparse(self, texts: Sequence[str]) -> csr_matrix:
        """Returns a row of weighted words and letters for each text."""
        parts = (self.words, self.letters)
        starts = (0, len(self.words.numbers))
        columns, values, ends = [], [], [0]
        for folded in map(fold, texts):
            for part, start in zip(parts, starts):
                terms, weights = part.weighed(folded)
                columns.append(terms + start)
                values.append(weights)
            ends.append(ends[-1] + len(columns[-2]) + len(columns[-1]))
        shape = (len(texts), sum(len(part.numbers) for part in parts))
        row = (np.concatenate(values), np.concatenate(columns), np.array(ends))
        return csr_matrix(row, shape=shape, dtype=np.float32)

    def known_share(self, text: str) -> float:
        """Returns the share of a text's words that several training phrases have."""
        words = fold(text).split()
        return sum(word in self.words.numbers for word in words) / len(words) if words else 0.0

    def save(self, directory: Path) -> None:
        """Writes plain JSON: nothing that runs when it is read."""
        document = {
            "mean": self.mean.tolist(),
            "words": self.words.stored(),
            "letters": self.letters.stored(),
        }
        (directory / _FILE).write_text(json.dumps(document), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> Features:
        """Reads what `save` wrote."""
        document = json.loads((directory / _FILE).read_text(encoding="utf-8"))
        words, letters = (
            Terms(
                {term: number for number, term in enumerate(document[name]["terms"])},
                np.array(document[name]["idf"]),
                vectorizer.build_analyzer(),
            )
            for name, vectorizer in zip(("words", "letters"), _vectorizers())
        )
        return cls(np.array(document["mean"], np.float32), words, letters)


def _vectorizers() -> tuple[TfidfVectorizer, TfidfVectorizer]:
    # Longer runs of letters, and what stands in one phrase alone, treble the size of the models
    # for a tenth of a point in cross-validation.
    words = TfidfVectorizer(
        tokenizer=str.split, token_pattern=None, ngram_range=(1, 2), sublinear_tf=True, min_df=2
    )
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, min_df=2)
    return words, letters
