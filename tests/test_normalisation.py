"""One form for what is typed: what a phone adds, hides or repeats does not matter."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable

import pytest

from bot.normalisation import clean, fold

ODD = "\u200b\u200d\u202e\u2066\ufeff\u00ad\x00\x07\ud800\u034f\u00b4\u0301\ufb01\u00df\u0130"


def random_texts(seed: int, count: int = 300) -> list[str]:
    chance = random.Random(seed)  # noqa: S311, repeatable noise, no secret
    return [
        "".join(
            chance.choice(ODD) if chance.random() < 0.3 else chr(chance.randrange(sys.maxunicode))
            for _ in range(chance.randrange(60))
        )
        for _ in range(count)
    ]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("  he\r\n is\t\u00a0here ", "he is here"),
        ("he\u2019s \u201chere\u201d", 'he\'s "here"'),
        ("he\u00b4s here", "he's here"),
        ("he`s here", "he's here"),
        ("k\u200bi\u00adl\u202el", "kill"),
        ("a\x00b\x07c", "abc"),
        ("\uff28\uff25\uff2c\uff30", "HELP"),
        ("Mae\u2019r g\u0175r", "Mae'r g\u0175r"),
        ("agrediu-me ontem\u2026", "agrediu-me ontem..."),
        ("w\u0302", "\u0175"),
        ("lone \ud800 surrogate", "lone surrogate"),
    ],
)
def test_clean_keeps_the_words_and_drops_what_hides(typed: str, expected: str) -> None:
    """One line, straight quotes, nothing invisible; case and accents as she typed them."""
    assert clean(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("HELLLLP!!!", "help"),
        ("kill", "kil"),
        ("He\u2019s HERE", "hes here"),
        ("Mae o'n fy nharo", "mae on fy nharo"),
        ("\u0175\u0177 \u0174\u0176 \u00f1\u00e7\u00e3\u00f5", "wy wy ncao"),
        ("me est\u00e1 pegando\u2026 \u00a1ahora!", "me esta pegando ahora"),
        ("esta-me a bater", "esta me a bater"),
        ("help\U0001f62d\U0001f62dme", "help me"),
        ("call 999 \u2014 now", "cal 999 now"),
        ("snake_case", "snake case"),
        ("\U0001f469\u200d\U0001f467", ""),
        ("", ""),
    ],
)
def test_fold_leaves_the_bare_words(typed: str, expected: str) -> None:
    """Capitals, accents, apostrophes, doubled letters and signs do not tell words apart."""
    assert fold(typed) == expected


def test_fold_keeps_repeated_digits() -> None:
    """999 is a number, not a stutter."""
    assert fold("999 99") == "999 99"


@pytest.mark.parametrize("function", [clean, fold])
def test_a_second_pass_changes_nothing(function: Callable[[str], str]) -> None:
    """What was normalised once is normal, whatever characters a phone sends."""
    for text in random_texts(seed=1):
        once = function(text)
        assert function(once) == once, ascii(text)


def test_clean_text_can_be_sent_and_printed() -> None:
    """No control character and no lone surrogate is left to break what comes after."""
    for text in random_texts(seed=2):
        clean(text).encode("utf-8")
        assert all(char == " " or char.isprintable() for char in clean(text)), ascii(text)


def test_folded_text_is_words_and_single_spaces() -> None:
    """Rules may split at spaces and meet nothing but letters and digits."""
    for text in random_texts(seed=3):
        folded = fold(text)
        assert all(word.isalnum() for word in folded.split(" ") if folded), ascii(text)
