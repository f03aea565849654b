"""Turns a text into the vectors of its word pieces, which is what the network reads."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.nlu.encoder.files import MAX_TOKENS, PIECES, POSITIONS, REPLACEMENTS, SCORES, WORDS
from bot.nlu.encoder.packed import unpack
from bot.nlu.encoder.tokenizer import Tokenizer

# The model was trained with this before every question.
_PREFIX = "query: "


class Lookup:
    """The vocabulary with a vector for each piece and each place."""

    def __init__(self, directory: Path) -> None:
        """Reads what `build` wrote; raises OSError or ValueError where that is damaged."""
        pieces = (directory / PIECES).read_bytes().decode("utf-8").split("\n")
        replacements = json.loads((directory / REPLACEMENTS).read_text("utf-8"))
        self._tokenizer = Tokenizer(
            pieces,
            np.load(directory / SCORES),
            {int(character): text for character, text in replacements.items()},
        )
        # Mapped, not read: of 54 MB only the rows of words in use come into memory.
        self._words = np.load(directory / WORDS, mmap_mode="r")
        self._positions = np.load(directory / POSITIONS)

    def rows(self, text: str) -> NDArray[np.float32]:
        """Returns a row for each of the first 128 pieces of a text (`MAX_TOKENS`), (n, 384)."""
        # Phone keyboards leave a space behind the last word; it is no part of it.
        pieces = self._tokenizer.tokenize(_PREFIX + text.strip(), MAX_TOKENS)
        found: NDArray[np.float32] = unpack(self._words[pieces]) + self._positions[: len(pieces)]
        return found
