from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.nlu.answer_model import AnswerModel, Understood

#: Two words are in most phrases of a label, as letters are in real ones.
TEXTS = {
    "bread": ["bake some bread", "bread with butter", "how to bake bread", "baked bread please"],
    "police": ["call the police", "are the police here", "police and papers", "the police called"],
    "visa": ["my visa ended", "a visa for work", "visa or papers", "when does my visa end"],
}
CANARY = "zarzaparrilla"


def vectors(label: str, count: int, seed: int = 1) -> np.ndarray:
    """Returns noisy points around a label's own direction."""
    random = np.random.default_rng([seed, list(TEXTS).index(label)])
    centre = np.zeros(384)
    centre[list(TEXTS).index(label)] = 1
    points = centre + random.normal(0, 0.01, (count, 384))
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def model() -> AnswerModel:
    # Mixed up, as training data is.
    rows = [
        (text, label, vector)
        for label, texts in TEXTS.items()
        for text, vector in zip(texts, vectors(label, len(texts)))
    ]
    rows = rows[::2] + rows[1::2]
    texts, labels, points = zip(*rows)
    return AnswerModel.train(np.stack(points), texts, labels)


def ask(model: AnswerModel, label: str, text: str, seed: int = 2) -> Understood:
    return model.understand(vectors(label, 1, seed)[0], text)


@pytest.mark.parametrize("label", TEXTS)
def test_meaning_and_words_that_agree_are_understood(model: AnswerModel, label: str) -> None:
    """What is like a label's phrases in meaning and in letters gets that label, surely."""
    understood = ask(model, label, f"{label} {label}")
    assert understood.ranking[0][0] == label
    assert understood.ranking[0][1] > 0.8
    assert understood.familiarity > 0.7


def test_every_label_is_ranked_and_probabilities_sum_to_one(model: AnswerModel) -> None:
    """The ranking holds all labels, likeliest first."""
    ranking = ask(model, "visa", "my visa").ranking
    probabilities = [probability for _, probability in ranking]
    assert {label for label, _ in ranking} == set(TEXTS)
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(1, abs=1e-5)


def test_what_is_about_something_else_is_not_familiar(model: AnswerModel) -> None:
    """A direction that no phrase has lowers familiarity, however sure a classifier would be."""
    away = np.zeros(384, np.float32)
    away[300] = 1
    near, far = ask(model, "visa", "visa"), model.understand(away, "visa")
    assert far.familiarity < 0.5 * near.familiarity
    assert 0 <= far.familiarity <= 1


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("police papers", 1),
        ("POLICE, papers!", 1),
        ("police asdfgh", 0.5),
        ("asdfgh qwerty", 0),
        ("", 0),
        ("😀", 0),
    ],
)
def test_the_share_of_known_words_is_told(model: AnswerModel, text: str, share: float) -> None:
    """Keyboard mashing is told by words that no phrase has."""
    assert ask(model, "police", text).known_share == share


@pytest.mark.parametrize("label", TEXTS)
@pytest.mark.parametrize("text", ["police", "my visa bread", CANARY, "", "मदद"])
def test_a_stored_model_ranks_as_before(
    model: AnswerModel, tmp_path: Path, label: str, text: str
) -> None:
    """After saving and loading, every answer has the same place and the same probability."""
    model.save(tmp_path)
    before, after = ask(model, label, text), ask(AnswerModel.load(tmp_path), label, text)
    assert [name for name, _ in after.ranking] == [name for name, _ in before.ranking]
    assert dict(after.ranking) == pytest.approx(dict(before.ranking), abs=1e-6)
    assert after.familiarity == pytest.approx(before.familiarity, abs=1e-6)
    assert after.known_share == before.known_share


def test_a_stored_model_holds_nothing_that_runs(model: AnswerModel, tmp_path: Path) -> None:
    """Arrays and JSON only: loading a model executes nothing that is in it."""
    model.save(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"arrays.npz", "model.json"}
    with np.load(tmp_path / "arrays.npz", allow_pickle=False) as stored:
        assert all(stored[name].dtype == np.float32 for name in stored.files)


def test_what_it_is_asked_leaves_no_trace(model: AnswerModel, tmp_path: Path) -> None:
    """A model that has been asked is, byte for byte, the one that has not."""
    untouched, asked = tmp_path / "untouched", tmp_path / "asked"
    untouched.mkdir()
    asked.mkdir()
    model.save(untouched)
    ask(model, "visa", f"my name is {CANARY}")
    model.save(asked)
    for name in ("model.json", "arrays.npz"):
        assert (asked / name).read_bytes() == (untouched / name).read_bytes()
    assert CANARY not in (asked / "model.json").read_text()
