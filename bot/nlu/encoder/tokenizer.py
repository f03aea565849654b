"""Cuts a text into the word pieces the encoder was trained on.

A SentencePiece unigram model with the XLM-R vocabulary: of all the ways to write
the text as pieces, the one whose scores add up highest. Written here because no
library that reads such a vocabulary is among the project's dependencies, and
because the pieces must be those of the package the weights come from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

_SPACE_MARK = "\u2581"
_FIRST, _LAST, _UNKNOWN = "<s>", "</s>", "<unk>"
_UNKNOWN_PENALTY = np.float32(10.0)


class Tokenizer:
    """Turns text into the numbers of its word pieces."""

    def __init__(
        self,
        pieces: Sequence[str],
        scores: NDArray[np.float32],
        replacements: Mapping[int, str],
    ) -> None:
        """Makes a tokenizer of a vocabulary.

        Args:
            pieces: The word pieces, each at the place of its number.
            scores: The log probability of each piece.
            replacements: What a character is replaced by before the text is cut.

        Raises:
            ValueError: If the pieces and the scores do not belong together, or one runs over the
                end of a word, behind which none is looked for.
        """
        self._ids = {piece: number for number, piece in enumerate(pieces)}
        if len(self._ids) != len(scores) or not {_FIRST, _LAST, _UNKNOWN} <= self._ids.keys():
            raise ValueError("The pieces and the scores of the vocabulary do not match.")
        if any(_SPACE_MARK in piece[1:] for piece in self._ids):
            raise ValueError("A piece of the vocabulary runs over the end of a word.")
        self._first, self._last = self._ids[_FIRST], self._ids[_LAST]
        self._unknown = self._ids.pop(_UNKNOWN)
        # The scores stay in single precision, as the package adds them up: two ways to
        # cut a text can differ by less than its rounding.
        self._scores = scores
        self._unknown_score = scores.min() - _UNKNOWN_PENALTY
        self._longest = max(map(len, self._ids))
        self._replacements = dict(replacements)

    def tokenize(self, text: str, limit: int) -> list[int]:
        """Returns the pieces of a text between the marks of its start and its end.

        Args:
            text: Any text, empty ones included.
            limit: The most numbers to return; what does not fit is cut off the end.
        """
        room = limit - 2
        # Nothing that fits lies further than `room` of the longest pieces: a pasted
        # document costs no more than a long message.
        written = self._normalize(text)[: room * self._longest]
        return [self._first, *self._best_cut(written)[:room], self._last]

    def _normalize(self, text: str) -> str:
        # Some keyboards send a letter and its accent apart; the vocabulary has them
        # together. NUL is nothing anybody typed.
        composed = unicodedata.normalize("NFC", text.replace("\0", " "))
        spaced = re.sub(" {2,}", " ", composed.translate(self._replacements))
        if not spaced.startswith(" "):
            spaced = " " + spaced
        return spaced.replace(" ", _SPACE_MARK)

    def _best_cut(self, text: str) -> list[int]:
        """Finds the cut with the highest score, from left to right (Viterbi)."""
        best = [np.float32(-np.inf)] * (len(text) + 1)
        best[0] = np.float32(0.0)
        piece_before = [self._unknown] * len(best)
        start_of = [0] * len(best)
        word_ends = 0
        for start in range(len(text)):
            if start == word_ends:
                found = text.find(_SPACE_MARK, start + 1)
                word_ends = found if found > 0 else len(text)
            for end, piece, score in self._pieces_at(text, start, word_ends):
                total = best[start] + score
                if total > best[end]:
                    best[end], piece_before[end], start_of[end] = total, piece, start
        cut, end = [], len(text)
        while end > 0:
            cut.append(piece_before[end])
            end = start_of[end]
        return cut[::-1]

    def _pieces_at(
        self, text: str, start: int, word_ends: int
    ) -> list[tuple[int, int, np.float32]]:
        """Lists the pieces that can begin at a place: where each ends, what it is, its score."""
        found = []
        for end in range(start + 1, min(start + self._longest, word_ends) + 1):
            piece = self._ids.get(text[start:end])
            if piece is not None:
                found.append((end, piece, self._scores[piece]))
        # Any one character can stand as unknown, so that there is always a cut.
        found.append((start + 1, self._unknown, self._unknown_score))
        return found
