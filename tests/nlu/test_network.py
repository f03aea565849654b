from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from bot.nlu.features import Matrix
from bot.nlu.network import Network


def around(axis: int, count: int, seed: int = 1) -> Matrix:
    """Returns noisy points of length 1 around a direction of its own."""
    points = np.random.default_rng([seed, axis]).normal(0, 0.01, (count, 384))
    points[:, axis] += 1
    return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True), np.float32)


def trained(vectors: Matrix, labels: list[int], *, epochs: int = 30, seed: int = 0) -> Network:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return Network.train(vectors, labels, width=16, decay=1e-2, epochs=epochs, seed=seed)


def of_directions(count: int, seed: int = 0) -> Network:
    """Returns a network that has learnt as many directions, each a label."""
    vectors = np.concatenate([around(axis, 50) for axis in range(count)])
    return trained(vectors, [axis for axis in range(count) for _ in range(50)], seed=seed)


@pytest.mark.parametrize("label", range(3))
def test_what_lies_in_the_direction_of_a_label_scores_highest_there(label: int) -> None:
    """New points are told apart by the direction that their label's phrases have."""
    scores = of_directions(3).scores(around(label, 5, seed=2))
    assert scores.shape == (5, 3)
    assert (scores.argmax(axis=1) == label).all()


def test_of_two_labels_there_is_one_score_above_zero_for_the_second() -> None:
    """With two labels the score is the log-odds of the second against the first."""
    network = of_directions(2)
    first, second = (network.scores(around(label, 5, seed=2)) for label in (0, 1))
    assert first.shape == second.shape == (5, 1)
    assert (first < 0).all()
    assert (second > 0).all()


def test_a_message_scores_the_same_alone_as_among_others() -> None:
    """Whoever else is asking at the same time changes nothing."""
    network = of_directions(3)
    together = around(1, 4, seed=2)
    alone = np.concatenate([network.scores(together[[row]]) for row in range(4)])
    np.testing.assert_allclose(network.scores(together), alone, atol=1e-4)


@pytest.mark.parametrize("others", [0, 330])
def test_a_label_with_ten_times_the_phrases_does_not_win_a_tie(others: int) -> None:
    """How many ways of asking were written down says nothing of what is meant."""
    common, rare = around(0, 3000), around(0, 300, seed=3)
    vectors = np.concatenate([common, rare, around(1, others)])
    network = trained(vectors, [0] * 3000 + [1] * 300 + [2] * others)
    scores = network.scores(around(0, 20, seed=2)).mean(axis=0)
    odds = scores[0] if len(scores) == 1 else scores[1] - scores[0]
    # Uncorrected it would be log 0.1, which is -2.3.
    assert abs(odds) < 0.5


def test_one_seed_is_one_network_and_another_seed_another() -> None:
    """A training can be repeated; a mean over seeds is one of different networks."""
    asked = around(0, 3, seed=2)
    first, again, other = (of_directions(2, seed).scores(asked) for seed in (0, 0, 1))
    np.testing.assert_allclose(first, again, atol=1e-4)
    assert not np.allclose(first, other, atol=1e-2)


def test_stored_networks_score_as_before_side_by_side(tmp_path: Path) -> None:
    """Networks in one file do not take each other's numbers."""
    networks = {name: of_directions(count) for name, count in (("two", 2), ("three", 3))}
    path = tmp_path / "networks.npz"
    np.savez(path, **{k: v for name in networks for k, v in networks[name].arrays(name).items()})
    with np.load(path, allow_pickle=False) as file:
        stored = dict(file)
    asked = around(1, 3, seed=2)
    for name, network in networks.items():
        loaded = Network.of_arrays(name, stored)
        np.testing.assert_array_equal(loaded.scores(asked), network.scores(asked))


def test_what_is_stored_are_small_numbers_alone() -> None:
    """Arrays of 32-bit numbers: nothing that runs, and half of what 64 bits would take."""
    arrays = of_directions(2).arrays("one")
    assert len(arrays) == 4
    assert {array.dtype for array in arrays.values()} == {np.dtype(np.float32)}


def test_what_a_network_is_asked_leaves_no_trace() -> None:
    """A network that has been asked holds the numbers that it held."""
    network = of_directions(3)
    before = {name: array.copy() for name, array in network.arrays("one").items()}
    network.scores(around(200, 5))
    for name, array in network.arrays("one").items():
        np.testing.assert_array_equal(array, before[name])
