from __future__ import annotations

import pickle
import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from bot.nlu.danger_model import DangerModel
from bot.nlu.features import Features, Matrix

#: Each kind has a direction of its own and words of its own.
KINDS = {"danger": "he comes with knife", "suicide": "no reason to live", "calm": "film about it"}
#: Beside them what two kinds say in the same words.
TIED = "everything hurts"
CANARY = "zarzaparrilla"


def around(axis: int, count: int, seed: int = 1) -> Matrix:
    """Returns noisy points of length 1 around a direction of its own."""
    points = np.random.default_rng([seed, axis]).normal(0, 0.01, (count, 384))
    points[:, axis] += 1
    return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True), np.float32)


def train(rows: list[tuple[str, str, int, int]]) -> tuple[Features, DangerModel]:
    """Trains on (kind, text, direction, number of phrases)."""
    vectors = np.concatenate(
        [around(axis, count, seed) for seed, (_, _, axis, count) in enumerate(rows)]
    )
    texts = [text for _, text, _, count in rows for _ in range(count)]
    kinds = np.array([kind for kind, _, _, count in rows for _ in range(count)])
    features, dense, sparse = Features.fit(vectors, texts)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = DangerModel.train(dense, sparse, kinds != "calm", kinds == "suicide")
    return features, model


@pytest.fixture(scope="module")
def trained() -> tuple[Features, DangerModel]:
    return train([(kind, text, axis, 300) for axis, (kind, text) in enumerate(KINDS.items())])


def ask(trained: tuple[Features, DangerModel], axis: int, text: str) -> tuple[float, float]:
    features, model = trained
    return model.danger(features.dense(around(axis, 1, seed=99)), features.sparse([text]))


def test_danger_is_likely_where_its_phrases_are(trained: tuple[Features, DangerModel]) -> None:
    """Danger of either kind is told from talk where nothing is happening now."""
    danger, suicide, calm = (ask(trained, axis, text) for axis, text in enumerate(KINDS.values()))
    assert danger[0] > 0.9
    assert suicide[0] > 0.9
    assert calm[0] < 0.1


def test_harm_to_oneself_is_told_from_an_attack(trained: tuple[Features, DangerModel]) -> None:
    """Of two dangers she gets the answer to hers."""
    assert ask(trained, 0, KINDS["danger"])[1] < 0.5 < ask(trained, 1, KINDS["suicide"])[1]


@pytest.mark.parametrize(
    ("axis", "text"), [(0, KINDS["calm"]), (2, KINDS["danger"])], ids=["meant", "typed"]
)
def test_meaning_and_words_both_have_a_say(
    trained: tuple[Features, DangerModel], axis: int, text: str
) -> None:
    """What only sounds like danger, or only is meant so, lies between calm and danger."""
    lowest, highest = ask(trained, 2, KINDS["calm"])[0], ask(trained, 0, KINDS["danger"])[0]
    assert lowest < ask(trained, axis, text)[0] < highest


@pytest.mark.parametrize(("few", "many"), [("danger", "calm"), ("calm", "danger")])
def test_ten_times_the_phrases_do_not_make_danger_likelier(few: str, many: str) -> None:
    """What calm and danger say alike is undecided, however many phrases either has.

    Ten times the phrases would otherwise make it ten times as likely: 0.09 or 0.91.
    """
    tied = train([(many, TIED, 3, 3000), (few, TIED, 3, 300), ("suicide", KINDS["suicide"], 1, 50)])
    assert ask(tied, 3, TIED)[0] == pytest.approx(0.5, abs=0.2)


@pytest.mark.parametrize(("few", "many"), [("danger", "suicide"), ("suicide", "danger")])
def test_ten_times_the_phrases_do_not_make_suicide_likelier(few: str, many: str) -> None:
    """What both kinds of danger say alike is undecided between them."""
    tied = train([(many, TIED, 3, 300), (few, TIED, 3, 30), ("calm", KINDS["calm"], 2, 330)])
    assert ask(tied, 3, TIED)[1] == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("text", [*KINDS.values(), CANARY, "", "मदद"])
def test_a_stored_danger_model_judges_as_before(
    trained: tuple[Features, DangerModel], tmp_path: Path, text: str
) -> None:
    """After saving and loading, every message is as dangerous as it was."""
    features, model = trained
    model.save(tmp_path)
    loaded = features, DangerModel.load(tmp_path)
    for axis in range(4):
        assert ask(loaded, axis, text) == ask(trained, axis, text)


def test_a_stored_danger_model_holds_nothing_that_runs(
    trained: tuple[Features, DangerModel], tmp_path: Path
) -> None:
    """One file of plain arrays: loading it executes nothing that is in it."""
    trained[1].save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["danger.npz"]
    with np.load(tmp_path / "danger.npz", allow_pickle=False) as stored:
        assert {stored[name].dtype for name in stored.files} == {np.dtype(np.float32)}


def test_what_the_danger_model_is_asked_leaves_no_trace(
    trained: tuple[Features, DangerModel],
) -> None:
    """A model that has been asked is, byte for byte, the one that has not."""
    before = pickle.dumps(trained[1])
    ask(trained, 0, f"{CANARY} he comes with knife")
    assert pickle.dumps(trained[1]) == before


@pytest.mark.parametrize("axis", [0, 1, 2, 300])
def test_whatever_is_asked_gets_probabilities(
    trained: tuple[Features, DangerModel], axis: int
) -> None:
    """What comes out can be weighed with the rules: two numbers from 0 to 1."""
    for text in (*KINDS.values(), "", " ".join(KINDS.values()) * 20):
        assert all(0 <= share <= 1 for share in ask(trained, axis, text))
