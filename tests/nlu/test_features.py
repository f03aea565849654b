from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from bot.nlu.features import Features, Matrix

TEXTS = [
    "call the police",
    "the police called me",
    "a polícia me ligou",
    "la policía llamó",
    "my visa ended",
    "is my visa ending",
    "llamó por la visa",
]
ASKED = ["police visa", "POLICÍA!", "zarzaparrilla", "", "मदद", "the the the"]
CANARY = "zarzaparrilla"


def some_vectors(count: int, seed: int = 1) -> Matrix:
    """Returns vectors of length 1 that share most of what they are, as real ones do."""
    points = np.random.default_rng(seed).normal(0.2, 0.1, (count, 384))
    return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True), np.float32)


@pytest.fixture(scope="module")
def features() -> Features:
    return Features.fit(some_vectors(len(TEXTS)), TEXTS)[0]


def test_a_phrase_is_read_in_training_as_it_is_when_asked() -> None:
    """Models are asked about the features that they were trained on, and about no others."""
    vectors = some_vectors(len(TEXTS))
    features, dense, sparse = Features.fit(vectors, TEXTS)
    np.testing.assert_allclose(features.dense(vectors), dense, atol=1e-6)
    np.testing.assert_allclose(features.sparse(TEXTS).toarray(), sparse.toarray(), atol=1e-6)
    assert sparse.shape[0] == len(TEXTS)
    assert sparse.nnz > 0


def test_what_all_sentences_share_is_taken_away(features: Features) -> None:
    """Sentences of one encoder all look alike; centred, they tell apart, each of length 1."""
    vectors = some_vectors(len(TEXTS))
    dense = features.dense(vectors)
    np.testing.assert_allclose(np.linalg.norm(dense, axis=1), 1, atol=1e-5)
    assert (vectors @ vectors.T).min() > 0.5
    assert (dense @ dense.T).min() < 0


def test_a_sentence_that_is_the_mean_itself_has_a_vector(features: Features) -> None:
    """Nothing is divided by zero: what says nothing in particular stops no turn."""
    assert np.isfinite(features.dense(features.mean[np.newaxis, :])).all()


@pytest.mark.parametrize("typed", ["POLICIA", "policía!!", "pollliciia", " policía\u200b "])
def test_hurried_typing_has_the_same_words_and_letters(features: Features, typed: str) -> None:
    """Capitals, missing accents and held-down keys change nothing of what a model reads."""
    plain = features.sparse(["policia"]).toarray()
    assert plain.any()
    np.testing.assert_array_equal(features.sparse([typed]).toarray(), plain)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("police visa", 1),
        ("POLICE, visa!", 1),
        ("policia", 1),
        ("police asdfgh", 0.5),
        ("ending asdfgh", 0),
        ("asdfgh qwerty", 0),
        ("", 0),
        ("😀", 0),
    ],
)
def test_the_share_of_words_that_several_phrases_have_is_told(
    features: Features, text: str, share: float
) -> None:
    """Keyboard mashing is told by words that no phrase has, or one alone."""
    assert features.known_share(text) == share


def test_loaded_features_read_as_the_fitted_ones(features: Features, tmp_path: Path) -> None:
    """What was trained is what is served: the same numbers in the same places."""
    features.save(tmp_path)
    loaded = Features.load(tmp_path)
    vectors = some_vectors(3, seed=2)
    np.testing.assert_array_equal(loaded.dense(vectors), features.dense(vectors))
    np.testing.assert_array_equal(
        loaded.sparse(TEXTS + ASKED).toarray(), features.sparse(TEXTS + ASKED).toarray()
    )
    for text in ASKED:
        assert loaded.known_share(text) == features.known_share(text)


def test_stored_features_are_words_and_numbers(features: Features, tmp_path: Path) -> None:
    """One file of JSON: reading it runs nothing."""
    features.save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["features.json"]
    stored = json.loads((tmp_path / "features.json").read_text(encoding="utf-8"))
    assert set(stored) == {"mean", "words", "letters"}
    for name in ("words", "letters"):
        assert all(isinstance(term, str) for term in stored[name]["terms"])
        assert all(isinstance(weight, float) for weight in stored[name]["idf"])


def test_what_features_are_asked_leaves_no_trace(features: Features, tmp_path: Path) -> None:
    """A word that she typed is neither in the file nor in memory; those of the phrases are."""
    features.save(tmp_path)
    before = (tmp_path / "features.json").read_bytes()
    features.sparse([f"my name is {CANARY}"] * 3)
    features.known_share(CANARY)
    features.save(tmp_path)
    assert (tmp_path / "features.json").read_bytes() == before
    in_memory = pickle.dumps(features)
    assert CANARY.encode() not in in_memory
    assert b"visa" in in_memory
