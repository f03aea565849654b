"""Cutting typed Welsh into words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# English contractions stay whole, so that "don't" is not read as a Welsh word
# with something tied to it. Elsewhere an apostrophe starts a word: dwi + 'n.
_PIECES = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<hyphen>(?<=\w)-(?=\w))"
    r"|(?P<word>\w+'(?:s|t|re|ve|d|ll)\b|'?\w+)"
    r"|(?P<mark>.)",
    re.DOTALL,
)
_APOSTROPHES = str.maketrans("’‘`´", "''''")


@dataclass(frozen=True)
class Token:
    """One word or mark of a message.

    Attributes:
        text: The word as typed.
        key: The word in lower case.
        folded: The word in lower case without accents.
        before: What stood between it and the piece before: a space, a hyphen or nothing.
        is_word: Whether it is a word or a number rather than a mark.
    """

    text: str
    key: str
    folded: str
    before: str
    is_word: bool


def fold(text: str) -> str:
    """Returns `text` in lower case and without accents."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def tokenise(text: str) -> list[Token]:
    """Cuts a message into its words and marks."""
    tokens: list[Token] = []
    before = ""
    for piece in _PIECES.finditer(unicodedata.normalize("NFC", text).translate(_APOSTROPHES)):
        if piece.lastgroup in {"space", "hyphen"}:
            before = " " if piece.lastgroup == "space" else "-"
            continue
        typed = piece.group()
        is_word = piece.lastgroup == "word"
        tokens.append(Token(typed, typed.lower(), fold(typed), before, is_word))
        before = ""
    return tokens
