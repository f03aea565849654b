"""Taking common endings off Welsh words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

# The ending of a short verb form and what it says besides the verb itself.
_OF_VERBS: tuple[tuple[str, str], ...] = (
    ("asant", "they"),
    ("asoch", "you"),
    ("asom", "we"),
    ("aist", "you"),
    ("aeth", ""),
    ("iodd", ""),
    ("wyd", "was"),
    ("odd", ""),
    ("ais", "I"),
    ("est", "you"),
    ("iff", "will"),
    ("ith", "will"),
    ("wch", ""),
    ("ech", "would"),
    ("ant", "they"),
    ("ir", "is"),
    ("es", "I"),
    ("af", "I"),
    ("wn", ""),
    ("ai", "would"),
    ("on", ""),
    ("an", ""),
    ("en", "would"),
    ("a", ""),
)
# What the dictionary form of the verb may end in where the short form's ending was.
_VERB_NOUNS = ("o", "u", "io", "", "i", "a", "an", "ed", "yd", "eg")

# "-e" and "-a" are how the south and the north say "-au".
_OF_NOUNS: tuple[tuple[str, str], ...] = (
    ("iaid", ""),
    ("oedd", ""),
    ("iau", ""),
    ("ion", ""),
    ("ydd", ""),
    ("iad", ""),
    ("au", ""),
    ("od", ""),
    ("on", ""),
    ("ach", "more"),
    ("ol", ""),
    ("us", ""),
    ("e", ""),
    ("a", ""),
)
_SHORTEST_STEM = 3


class Stem(NamedTuple):
    """A word that may stand under an ending.

    Attributes:
        word: The word as a dictionary has it.
        is_verb: Whether the ending belongs to verbs.
        adds: What the ending says in English, often nothing.
    """

    word: str
    is_verb: bool
    adds: str


def stems(word: str) -> Iterator[Stem]:
    """Yields the words that `word` may be a form of, most likely first."""
    for ending, adds in _OF_VERBS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST_STEM:
            yield from (Stem(stem + noun, True, adds) for noun in _VERB_NOUNS)
    for ending, adds in _OF_NOUNS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST_STEM:
            yield Stem(stem, False, adds)
