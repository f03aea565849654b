"""The products of the network in 8 bits stay close to those in full precision."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu.encoder.products import in_eight_bits, smoothing_factors


@pytest.fixture
def random() -> np.random.Generator:
    """Numbers that are the same in every run."""
    return np.random.default_rng(0)


def test_weights_come_back_within_half_a_step(random: np.random.Generator) -> None:
    """Each column is stored with its own scale, so that a small one loses no more than a large."""
    weights = random.normal(size=(64, 8)).astype(np.float32) * np.logspace(-3, 1, 8)

    whole, scales = in_eight_bits(weights)

    assert whole.dtype == np.int8
    assert (np.abs(whole * scales - weights) <= scales / 2 * 1.001).all()


def test_a_column_of_noughts_stays_one() -> None:
    """Nothing is divided by nothing."""
    whole, scales = in_eight_bits(np.zeros((4, 2), np.float32))

    assert not whole.any()
    assert np.isfinite(scales).all()


def test_a_wide_channel_is_evened_out(random: np.random.Generator) -> None:
    """One channel a hundred times as wide would leave all others a few steps of 8 bits."""
    weights = random.normal(size=(64, 8)).astype(np.float32)
    widths = np.ones(64, np.float32)
    widths[3] = 100

    factors = smoothing_factors(widths, weights)

    even = widths / factors
    assert even.max() / even.min() < 10 < widths.max() / widths.min()
    assert np.exp(np.log(factors).mean()) == pytest.approx(1, rel=1e-5)


def test_a_channel_that_was_never_used_has_a_factor(random: np.random.Generator) -> None:
    """A channel that calibration left at nought divides by no nought later."""
    factors = smoothing_factors(np.zeros(4, np.float32), random.normal(size=(4, 2)))

    assert np.isfinite(factors).all()
    assert (factors > 0).all()
