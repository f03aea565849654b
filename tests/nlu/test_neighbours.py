"""The nearest phrase of each answer, in 8 bits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.nlu.neighbours import Neighbours

COUNTS = np.array([3, 1, 5])


@pytest.fixture(scope="module")
def phrases() -> np.ndarray:
    """Nine unit vectors, in the order of three labels."""
    points = np.random.default_rng(0).normal(size=(int(COUNTS.sum()), 384)).astype(np.float32)
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def test_each_label_has_the_cosine_of_its_nearest_phrase(phrases: np.ndarray) -> None:
    """Eight bits leave the cosines as they are to the second place."""
    neighbours = Neighbours.train(phrases, COUNTS)
    asked = phrases[[7]]

    cosines = (asked @ phrases.T)[0]
    expected = [cosines[:3].max(), cosines[3:4].max(), cosines[4:].max()]

    assert neighbours.nearness(asked)[0] == pytest.approx(expected, abs=0.01)
    assert neighbours.nearness(asked).argmax() == 2


def test_what_was_saved_is_what_is_loaded(phrases: np.ndarray, tmp_path: Path) -> None:
    """A loaded model ranks as the trained one did."""
    trained = Neighbours.train(phrases, COUNTS)
    trained.save(tmp_path)
    loaded = Neighbours.load(tmp_path)

    asked = phrases[[2]]
    assert np.array_equal(loaded.nearness(asked), trained.nearness(asked))
