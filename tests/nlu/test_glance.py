"""What looks like danger is told by its words, in a moment, and nothing of it is kept."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from bot.nlu.danger_model import DangerModel
from bot.nlu.features import Features
from bot.nlu.glance import Glance
from tests.nlu.test_danger_model import CANARY, KINDS, train


@pytest.fixture(scope="module")
def trained() -> tuple[Features, DangerModel]:
    return train([(kind, text, axis, 300) for axis, (kind, text) in enumerate(KINDS.items())])


@pytest.fixture(scope="module")
def glance(trained: tuple[Features, DangerModel]) -> Glance:
    return Glance(*trained)


def test_a_glance_tells_what_looks_like_danger(glance: Glance) -> None:
    """Words alone decide who is answered first; words that nobody knows are nobody's danger."""
    sure = [glance(text) for text in ("He comes with KNIFE", "no reason to live!!")]
    calm = glance("a film about it")
    assert min(sure) > 1 > -1 > calm
    assert calm < glance("मदद") < min(sure)


@pytest.mark.parametrize("text", [*KINDS.values(), "film with knife", "", "zzz"])
def test_it_is_the_part_of_the_letters_in_the_model(
    trained: tuple[Features, DangerModel], glance: Glance, text: str
) -> None:
    """But for letters that come twice, which there weigh a little more."""
    features, danger = trained
    typed = (features.sparse([text]) @ danger.weights + danger.bias)[0]
    assert glance(text) == pytest.approx(float(typed), abs=0.1)


def test_nothing_of_a_message_is_kept(glance: Glance) -> None:
    before = glance("film")
    glance(f"{CANARY} knife")
    assert glance("film") == before
    kept = pickle.dumps([(terms.numbers, signs) for terms, signs, _ in glance._parts])
    assert CANARY.encode() not in kept
    assert np.isfinite(before)
