from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from bot.nlu.answer_model import AnswerModel, Understood
from bot.nlu.features import Features, Matrix

#: Two words are in most phrases of a label, as letters are in real ones.
TEXTS = {
    "bread": ["bake some bread", "bread with butter", "how to bake bread", "baked bread please"],
    "police": ["call the police", "are the police here", "police and papers", "the police called"],
    "visa": ["my visa ended", "a visa for work", "visa or papers", "when does my visa end"],
}
LABELS = tuple(TEXTS)
CANARY = "zarzaparrilla"


def around(axis: int, count: int, seed: int = 1) -> Matrix:
    """Returns noisy points of length 1 around a direction of its own."""
    points = np.random.default_rng([seed, axis]).normal(0, 0.01, (count, 384))
    points[:, axis] += 1
    return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True), np.float32)


class Trained:
    """A model, and the features that it was trained on."""

    def __init__(self, vectors: Matrix, texts: list[str], labels: list[str]) -> None:
        self.features, dense, sparse = Features.fit(vectors, texts)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            self.model = AnswerModel.train(dense, sparse, labels)

    def read(self, axis: int, text: str, model: AnswerModel | None = None) -> Understood:
        dense = self.features.dense(around(axis, 1, seed=2))
        return (model or self.model).understand(dense, self.features.sparse([text]))


@pytest.fixture(scope="module")
def trained() -> Trained:
    # Mixed up, as training data is.
    rows = [
        (text, label, vector)
        for axis, (label, texts) in enumerate(TEXTS.items())
        for text, vector in zip(texts, around(axis, len(texts)))
    ]
    texts, labels, vectors = zip(*rows[::2], *rows[1::2])
    return Trained(np.stack(vectors), list(texts), list(labels))


@pytest.mark.parametrize("label", LABELS)
def test_meaning_and_words_that_agree_are_understood(trained: Trained, label: str) -> None:
    """What is like a label's phrases in meaning and in letters gets that label, surely."""
    understood = trained.read(LABELS.index(label), TEXTS[label][0])
    assert understood.ranking[0][0] == label
    assert understood.ranking[0][1] > 0.8
    assert understood.familiarity > 0.7


def test_every_label_is_ranked_and_probabilities_sum_to_one(trained: Trained) -> None:
    """The ranking holds all labels, likeliest first."""
    ranking = trained.read(LABELS.index("visa"), "my visa").ranking
    probabilities = [probability for _, probability in ranking]
    assert sorted(label for label, _ in ranking) == sorted(LABELS)
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(1, abs=1e-5)


def test_what_is_about_something_else_is_not_familiar(trained: Trained) -> None:
    """A direction that no phrase has lowers familiarity, however sure a classifier would be."""
    near, far = trained.read(LABELS.index("visa"), "visa"), trained.read(300, "visa")
    assert far.familiarity < 0.5 * near.familiarity
    assert far.familiarity >= 0


def test_words_tell_apart_what_means_the_same(trained: Trained) -> None:
    """Names and abbreviations, of which the encoder knows little, have a say of their own."""
    away = 300
    for label in LABELS:
        shares = {text: dict(trained.read(away, text).ranking)[label] for text in LABELS}
        assert max(shares, key=shares.__getitem__) == label


@pytest.mark.parametrize(("common", "rare"), [("bread", "police"), ("police", "bread")])
def test_a_label_with_ten_times_the_phrases_does_not_run_away_with_a_tie(
    common: str, rare: str
) -> None:
    """What two answers say alike stays open, so that the rarer one is still offered."""
    labels = [common] * 500 + [rare] * 50 + ["visa"] * 3000
    texts = ["about papers"] * 550 + ["my visa ended"] * 3000
    vectors = np.concatenate([np.repeat(around(0, 1), 550, axis=0), around(1, 3000)])
    shares = dict(Trained(vectors, texts, labels).read(0, "about papers").ranking)
    # A tenth of the phrases, and about a third of the share: scikit-learn weighs what a label
    # has, and not what the others have. With either half unbalanced it is below a fifth.
    assert shares[rare] / (shares[common] + shares[rare]) > 0.25
    assert shares["visa"] < 0.1


@pytest.mark.parametrize("axis", [0, 1, 2, 300])
@pytest.mark.parametrize("text", ["police", "my visa bread", CANARY, "", "मदद"])
def test_a_stored_model_ranks_as_before(
    trained: Trained, tmp_path: Path, axis: int, text: str
) -> None:
    """After saving and loading, every answer has the same place and the same probability."""
    trained.model.save(tmp_path)
    before = trained.read(axis, text)
    after = trained.read(axis, text, AnswerModel.load(tmp_path))
    assert [name for name, _ in after.ranking] == [name for name, _ in before.ranking]
    assert dict(after.ranking) == pytest.approx(dict(before.ranking), abs=1e-6)
    assert after.familiarity == pytest.approx(before.familiarity, abs=1e-6)


def test_a_stored_model_holds_nothing_that_runs(trained: Trained, tmp_path: Path) -> None:
    """Numbers are read as numbers: what an array could hide would not be unpickled."""
    trained.model.save(tmp_path)
    assert {"answers.npz", "answers.json"} <= {path.name for path in tmp_path.iterdir()}
    with np.load(tmp_path / "answers.npz", allow_pickle=False) as stored:
        found = {stored[name].dtype for name in stored.files}
    assert found == {np.dtype(np.float16), np.dtype(np.float32)}


def test_what_it_is_asked_leaves_no_trace(trained: Trained, tmp_path: Path) -> None:
    """A model that has been asked is, byte for byte, the one that has not."""
    untouched, asked = tmp_path / "untouched", tmp_path / "asked"
    untouched.mkdir()
    asked.mkdir()
    trained.model.save(untouched)
    trained.read(LABELS.index("visa"), f"my name is {CANARY}")
    trained.model.save(asked)
    for path in untouched.iterdir():
        assert (asked / path.name).read_bytes() == path.read_bytes()
        assert CANARY.encode() not in path.read_bytes()
