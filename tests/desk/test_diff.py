"""The difference of two texts."""

from __future__ import annotations

import random

import pytest

from bot.desk.diff import ADDED, SAME, TAKEN, pieces


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ("Call 999.", "Call 999.", [(SAME, "Call 999.")]),
        ("", "Call 999.", [(ADDED, "Call 999.")]),
        ("Call 999.", "", [(TAKEN, "Call 999.")]),
        (
            "The police may tell.",
            "The police will tell.",
            [(SAME, "The police "), (TAKEN, "may"), (ADDED, "will"), (SAME, " tell.")],
        ),
        (
            "Call 999.",
            "Call 999.\n- Call 101.",
            [(SAME, "Call 999."), (ADDED, "\n- Call 101.")],
        ),
    ],
)
def test_difference_is_told_by_words(old, new, expected):
    """Words are taken, added, or the same; never parts of a word."""
    assert pieces(old, new) == expected


def test_rewritten_sentence_is_one_piece():
    """Words that were all replaced are read as two sentences, not as a row of single words."""
    found = pieces("You can call us. Always.", "Nobody will ring back. Always.")
    assert [kind for kind, _ in found] == [TAKEN, ADDED, SAME]


@pytest.mark.parametrize("seed", range(50))
def test_nothing_is_lost_between_two_texts(seed):
    """Both texts can be read from the pieces, letter by letter."""
    chance = random.Random(seed)  # noqa: S311 - for texts, not for secrets
    words = ["a", "bé", "c", " ", "  ", "\n", "\n\n", "- ", "\t", "\u00a0", "<b>", "999"]
    old, new = ("".join(chance.choices(words, k=chance.randrange(30))) for _ in range(2))
    found = pieces(old, new)
    assert "".join(text for kind, text in found if kind != ADDED) == old
    assert "".join(text for kind, text in found if kind != TAKEN) == new
    assert all(text for _, text in found)
