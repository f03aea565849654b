"""Which classifier understands best, and whether more training phrases would help.

Run it with `python -m bench.classifiers`. Two tables: cross-validation on the training phrases
(four folds), classifier by classifier; and a learning curve, the share of unseen messages
(`tests/understanding/held_out/`) that the model gets right when it learns a part of the phrases.
Nothing of a conversation plays a part here: no danger rules, no threshold, no language prior.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from bench.messages import HELD_OUT, NOT_ASKED, read_cases
from bot.content.references import rasa_name
from bot.languages import LANGUAGES
from bot.nlu import answer_model
from bot.nlu.answer_model import AnswerModel
from bot.nlu.encoder.encoder import SentenceEncoder
from bot.nlu.encoder.phrase_vectors import vectors_of
from bot.nlu.features import Features
from bot.nlu.reader import Reader
from bot.normalisation import clean
from bot.plain_yaml import read_yaml
from bot.settings import ROOT, Settings

FOLDS = 4
PARTS = (0.25, 0.5, 0.75, 1.0)
#: What each share of the model is when it stands alone: (network, letters, nearest).
ALONE = {
    "sentence vectors, small network": (1.0, 0.0, 0.0),
    "letters and words, linear SVM": (0.0, 1.0, 0.0),
    "nearest phrase": (0.0, 0.0, 10.0),
    "network and letters": (0.5, 0.5, 0.0),
    "network and nearest": (0.5, 0.0, 8.0),
    "all three (in use)": (0.5, 0.5, 8.0),
}
REGRESSION = "sentence vectors, logistic regression"

Texts = list[str]


def phrases() -> Iterator[tuple[str, str, str]]:
    """Yields language, intent and text of each training phrase."""
    for path in sorted((ROOT / "data" / "nlu").rglob("*.yml")):
        for block in read_yaml(path)["nlu"]:
            for line in block["examples"].splitlines():
                yield block["metadata"]["language"], block["intent"], line.removeprefix("- ")


def read(texts: list[tuple[str, str]]) -> tuple[Texts, Texts]:
    """Returns what the encoder reads and what the letters' model reads of (language, text)."""
    reader = Reader.load()
    both = [reader.read(text, clean(text), language) for language, text in texts]
    return [seen for seen, _ in both], [letters for _, letters in both]


@dataclass(frozen=True)
class Phrases:
    """All training phrases, read and encoded: a row of each array is one phrase."""

    languages: NDArray[np.str_]
    labels: NDArray[np.str_]
    texts: NDArray[np.str_]
    vectors: NDArray[np.float32]

    @classmethod
    def load(cls, encoder: SentenceEncoder) -> Phrases:
        """Reads `data/nlu`; vectors that a training has left are used again."""
        rows = list(phrases())
        seen, texts = read([(language, text) for language, _, text in rows])
        return cls(
            np.array([language for language, _, _ in rows]),
            np.array([intent for _, intent, _ in rows]),
            np.array(texts),
            vectors_of(seen, Settings().encoder),
        )

    def folds(self) -> list[tuple[NDArray[np.int_], NDArray[np.int_]]]:
        """Returns what is learnt and what is held out, fold by fold."""
        split = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
        return list(split.split(self.vectors, self.labels))

    def train(self, part: NDArray[np.int_]) -> tuple[Features, AnswerModel]:
        """Trains on some of the phrases."""
        features, dense, sparse = Features.fit(self.vectors[part], list(self.texts[part]))
        return features, AnswerModel.train(dense, sparse, list(self.labels[part]))


def first_labels(
    features: Features, model: AnswerModel, vectors: NDArray[np.float32], texts: Sequence[str]
) -> NDArray[np.str_]:
    """Returns the likeliest label of each message."""
    dense, sparse = features.dense(vectors), features.sparse(texts)
    found = [
        model.understand(dense[[index]], sparse[index]).ranking[0][0] for index in range(len(texts))
    ]
    return np.asarray(found)


def cross_validate(known: Phrases) -> NDArray[np.bool_]:
    """Returns for each phrase whether a model that did not learn it understands it."""
    right = np.zeros(len(known.labels), bool)
    for learnt, held_out in known.folds():
        features, model = known.train(learnt)
        found = first_labels(features, model, known.vectors[held_out], list(known.texts[held_out]))
        right[held_out] = found == known.labels[held_out]
    return right


def main() -> None:
    """Prints both tables."""
    encoder = SentenceEncoder(Settings().encoder)
    known = Phrases.load(encoder)
    count = len(known.labels)
    print(f"{count} phrases, {len(set(known.labels))} intents; right in cross-validation\n")
    heading("classifier")
    right = {name: np.zeros(count, bool) for name in (REGRESSION, *ALONE)}
    for learnt, held_out in known.folds():
        features, model = known.train(learnt)
        truth, texts = known.labels[held_out], list(known.texts[held_out])
        right[REGRESSION][held_out] = _regression(known, learnt, held_out) == truth
        for name, shares in ALONE.items():
            set_shares(shares)
            found = first_labels(features, model, known.vectors[held_out], texts)
            right[name][held_out] = found == truth
    for name, is_right in right.items():
        row(name, is_right, known.languages)
    learning_curve(encoder, known)


def learning_curve(encoder: SentenceEncoder, known: Phrases) -> None:
    """Prints how many unseen messages are right, by the share of the phrases that is learnt."""
    set_shares(ALONE["all three (in use)"])
    cases = [case for case in read_cases(HELD_OUT) if case.kind not in NOT_ASKED]
    seen, texts = read([(case.language, case.message) for case in cases])
    expected = np.array([rasa_name(case.expected) for case in cases])
    languages = np.array([case.language for case in cases])
    unseen = encoder.encode(seen)
    order = np.random.default_rng(0).permutation(len(known.labels))
    print(f"\n{len(cases)} unseen messages, by the share of the phrases that is learnt\n")
    heading("learnt")
    for part in PARTS:
        features, model = known.train(order[: int(part * len(order))])
        row(f"{part:.0%}", first_labels(features, model, unseen, texts) == expected, languages)


def _regression(
    known: Phrases, learnt: NDArray[np.int_], held_out: NDArray[np.int_]
) -> NDArray[np.str_]:
    mean = known.vectors[learnt].mean(axis=0)
    model = LogisticRegression(C=2.0, max_iter=100, tol=1e-2, class_weight="balanced")
    model.fit((known.vectors[learnt] - mean) * 30, known.labels[learnt])
    return np.asarray(model.predict((known.vectors[held_out] - mean) * 30))


def set_shares(shares: tuple[float, float, float]) -> None:
    """Gives the parts of the model their weights in the sum."""
    (
        answer_model.DENSE_SHARE,
        answer_model.SPARSE_SHARE,
        answer_model.NEAREST_SHARE,
    ) = shares


def heading(name: str) -> None:
    """Prints the head of a table."""
    print(f"| {name} | all | {' | '.join(LANGUAGES)} |\n|---|---|{'---|' * len(LANGUAGES)}")


def row(name: str, right: NDArray[np.bool_], languages: NDArray[np.str_]) -> None:
    """Prints a row of a table: all, and each language."""
    shares = [right.mean(), *(right[languages == language].mean() for language in LANGUAGES)]
    print(f"| {name} | {' | '.join(f'{100 * share:.1f}' for share in shares)} |", flush=True)


if __name__ == "__main__":
    main()
