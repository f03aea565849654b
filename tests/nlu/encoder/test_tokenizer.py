"""A text becomes the pieces whose scores add up highest."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu.encoder.tokenizer import Tokenizer

PIECES = ["<s>", "</s>", "<unk>", "▁", "a", "b", "ab", "▁ab", "é", "▁b"]
SCORES = np.array([0, 0, 0, -2, -3, -3, -4, -5, -3, -4], dtype=np.float32)


@pytest.fixture
def tokenizer() -> Tokenizer:
    """A vocabulary small enough to reckon by hand."""
    return Tokenizer(PIECES, SCORES, {ord("A"): "a", ord("\t"): " ", 0x7F: ""})


def _pieces(tokenizer: Tokenizer, text: str, limit: int = 20) -> list[str]:
    return [PIECES[number] for number in tokenizer.tokenize(text, limit)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ab", ["▁ab"]),
        ("aba", ["▁ab", "a"]),
        ("ab b", ["▁ab", "▁b"]),
        ("", ["▁"]),
    ],
)
def test_the_best_cut_is_chosen(tokenizer: Tokenizer, text: str, expected: list[str]) -> None:
    """Whole words win over letters when their score does, and a word start is marked."""
    assert _pieces(tokenizer, text) == ["<s>", *expected, "</s>"]


def test_an_unknown_character_stands_alone(tokenizer: Tokenizer) -> None:
    """What is not in the vocabulary does not swallow what is around it."""
    assert _pieces(tokenizer, "ab😭b") == ["<s>", "▁ab", "<unk>", "b", "</s>"]


@pytest.mark.parametrize("text", ["Ab", "a\x7fb", " ab", "\tab", "  ab"])
def test_ways_to_write_the_same_are_one(tokenizer: Tokenizer, text: str) -> None:
    """Characters are replaced and spaces collapsed before the text is cut."""
    assert _pieces(tokenizer, text) == ["<s>", "▁ab", "</s>"]


def test_an_accent_sent_apart_is_put_on_its_letter(tokenizer: Tokenizer) -> None:
    """Keyboards that send "e" and its accent apart mean the same letter."""
    assert _pieces(tokenizer, "e\u0301") == _pieces(tokenizer, "é")


def test_no_more_than_the_limit_is_returned(tokenizer: Tokenizer) -> None:
    """The marks of start and end count towards the limit and are always there."""
    cut = _pieces(tokenizer, "b b " * 1000, limit=5)

    assert cut == ["<s>", "▁b", "▁b", "▁b", "</s>"]


def test_a_vocabulary_that_does_not_fit_is_refused() -> None:
    """Pieces and scores of different files are noticed when they are loaded."""
    with pytest.raises(ValueError, match="do not match"):
        Tokenizer(PIECES[:-1], SCORES, {})


def test_a_vocabulary_with_pieces_over_two_words_is_refused() -> None:
    """Within a word none is looked for behind its end."""
    with pytest.raises(ValueError, match="over the end of a word"):
        Tokenizer([*PIECES, "a▁b"], np.append(SCORES, np.float32(-1)), {})
