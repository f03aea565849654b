"""Which classifier understands best, and whether more training phrases would help.

Run it with `python -m bench.classifiers`. Two tables: cross-validation on the training phrases
(four folds), classifier by classifier; and a learning curve, the share of unseen messages
(`tests/understanding/`) that the model gets right when it learns from a part of the phrases.
Nothing of a conversation plays a part here: no danger rules, no threshold, no language prior.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from bench.understanding import read_cases
from bot.content.references import rasa_name
from bot.languages import LANGUAGES
from bot.nlu import answer_model
from bot.nlu.answer_model import AnswerModel
from bot.nlu.encoder.encoder import SentenceEncoder
from bot.nlu.encoder.phrase_vectors import vectors_of
from bot.nlu.phone_typing import PhoneTyping
from bot.nlu.welsh.gloss import Glossary
from bot.normalisation import clean
from bot.plain_yaml import read_yaml
from bot.settings import ROOT, Settings

FOLDS = 4
PARTS = (0.25, 0.5, 0.75, 1.0)
#: What each share of the model is when it stands alone: (dense, letters, nearest).
ALONE = {
    "sentence vectors, logistic regression": (1.0, 0.0, 0.0),
    "letters and words, linear SVM": (0.0, 1.0, 0.0),
    "nearest phrases": (0.0, 0.0, 10.0),
    "vectors and letters": (0.5, 0.5, 0.0),
    "all three (in use)": (0.5, 0.5, 10.0),
}

Texts = list[str]


def phrases() -> Iterator[tuple[str, str, str]]:
    """Yields language, intent and text of each training phrase."""
    for path in sorted((ROOT / "data" / "nlu").rglob("*.yml")):
        for block in read_yaml(path)["nlu"]:
            for line in block["examples"].splitlines():
                yield block["metadata"]["language"], block["intent"], line.removeprefix("- ")


def read(texts: list[tuple[str, str]]) -> tuple[Texts, Texts]:
    """Returns what the encoder reads and what the letters' model reads of (language, text)."""
    glossary = Glossary.load()
    typing = PhoneTyping.load()
    plain = [typing.write_out(clean(text).lower(), language) for language, text in texts]
    glossed = [
        glossary.gloss(text) if language == "cy" else text
        for (language, _), text in zip(texts, plain)
    ]
    letters = [
        f"{text} {gloss}" if language == "cy" else text
        for (language, _), text, gloss in zip(texts, plain, glossed)
    ]
    return glossed, letters


def accuracy(
    model: AnswerModel, vectors: NDArray[np.float32], texts: Texts, labels: NDArray[np.str_]
) -> NDArray[np.bool_]:
    """Returns for each text whether its label came first."""
    first = [model.understand(vector, text).ranking[0][0] for vector, text in zip(vectors, texts)]
    return np.asarray(np.asarray(first) == labels, dtype=np.bool_)


def main() -> None:
    """Prints both tables."""
    rows = list(phrases())
    languages = np.array([language for language, _, _ in rows])
    labels = np.array([intent for _, intent, _ in rows])
    encoder = SentenceEncoder(Settings().encoder)
    seen, letters = read([(language, text) for language, _, text in rows])
    vectors = vectors_of(seen, Settings().encoder, encoder.encode)
    folds = list(StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(vectors, labels))
    models = [train(vectors, letters, labels, part) for part, _ in folds]
    print(f"{len(rows)} phrases, {len(set(labels))} intents; right in cross-validation\n")
    print(f"| classifier | all | {' | '.join(LANGUAGES)} |\n|---|---|{'---|' * len(LANGUAGES)}")
    for name, shares in ALONE.items():
        set_shares(shares)
        right = np.zeros(len(rows), bool)
        for model, (_, held_out) in zip(models, folds):
            texts = [letters[index] for index in held_out]
            right[held_out] = accuracy(model, vectors[held_out], texts, labels[held_out])
        row(name, right, languages)
    learning_curve(encoder, vectors, letters, labels)


def learning_curve(
    encoder: SentenceEncoder,
    vectors: NDArray[np.float32],
    letters: Texts,
    labels: NDArray[np.str_],
) -> None:
    """Prints how many unseen messages are right, by the share of the phrases that is learnt."""
    set_shares(ALONE["all three (in use)"])
    cases = [
        case
        for case in read_cases(Path(ROOT / "tests" / "understanding"))
        if case.kind not in ("danger", "nonsense")
    ]
    seen, texts = read([(case.language, case.message) for case in cases])
    expected = np.array([rasa_name(case.expected) for case in cases])
    languages = np.array([case.language for case in cases])
    unseen = encoder.encode(seen)
    order = np.random.default_rng(0).permutation(len(labels))
    print(f"\n{len(cases)} unseen messages, by the share of the phrases that is learnt\n")
    print(f"| learnt | all | {' | '.join(LANGUAGES)} |\n|---|---|{'---|' * len(LANGUAGES)}")
    for part in PARTS:
        chosen = order[: int(part * len(order))]
        model = train(vectors, letters, labels, chosen)
        row(f"{part:.0%}", accuracy(model, unseen, texts, expected), languages)


def train(
    vectors: NDArray[np.float32],
    letters: Texts,
    labels: NDArray[np.str_],
    part: NDArray[np.int_],
) -> AnswerModel:
    """Trains the model on some of the phrases."""
    return AnswerModel.train(
        vectors[part], [letters[index] for index in part], [str(labels[index]) for index in part]
    )


def set_shares(shares: tuple[float, float, float]) -> None:
    """Gives the parts of the model their weights in the sum."""
    (
        answer_model.DENSE_SHARE,
        answer_model.SPARSE_SHARE,
        answer_model.NEAREST_SHARE,
    ) = shares


def row(name: str, right: NDArray[np.bool_], languages: NDArray[np.str_]) -> None:
    """Prints a row of a table: all, and each language."""
    shares = [right.mean(), *(right[languages == language].mean() for language in LANGUAGES)]
    print(f"| {name} | {' | '.join(f'{100 * share:.1f}' for share in shares)} |", flush=True)


if __name__ == "__main__":
    main()
