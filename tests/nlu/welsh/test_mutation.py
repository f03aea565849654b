"""Undoing initial mutations."""

from __future__ import annotations

import pytest

from bot.nlu.welsh.mutation import radicals


@pytest.mark.parametrize(
    ("mutated", "radical"),
    [
        # soft
        ("gath", "cath"),
        ("blentyn", "plentyn"),
        ("dŷ", "tŷ"),
        ("ardd", "gardd"),
        ("ŵr", "gŵr"),
        ("wraig", "gwraig"),
        ("lân", "glân"),
        ("fara", "bara"),
        ("ddrws", "drws"),
        ("loches", "lloches"),
        ("fam", "mam"),
        ("rif", "rhif"),
        # nasal
        ("nghyllell", "cyllell"),
        ("mhlant", "plant"),
        ("nhad", "tad"),
        ("ngŵr", "gŵr"),
        ("mrawd", "brawd"),
        ("nrws", "drws"),
        # aspirate
        ("chwyn", "cwyn"),
        ("phlant", "plant"),
        ("threisio", "treisio"),
        # h before a vowel
        ("henw", "enw"),
        ("harian", "arian"),
    ],
)
def test_every_mutation_is_undone(mutated: str, radical: str) -> None:
    """The form that the dictionary has is among those offered."""
    assert radical in radicals(mutated)


def test_the_likeliest_form_comes_first() -> None:
    """An "f" is more often from "m" and an "l" more often from "ll" than the other way."""
    assert radicals("ferch") == ["merch", "berch"]
    assert radicals("lawr")[0] == "llawr"


@pytest.mark.parametrize("word", ["llaw", "ffôn", "rhif", "siop", "papur", "cath", ""])
def test_a_start_that_nothing_mutates_into_gives_nothing(word: str) -> None:
    """A word that cannot be mutated is not turned into another."""
    assert radicals(word) == []


def test_the_word_itself_is_never_offered() -> None:
    """What comes back is always something new to look up."""
    assert all(word not in radicals(word) for word in ("gath", "ddrws", "nhad", "enw", "haul"))
