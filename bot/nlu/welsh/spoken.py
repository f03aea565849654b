"""Welsh as it is spoken, and so typed: the written word behind a form of the north or the south."""

from __future__ import annotations

import re
from collections.abc import Iterator

# The end of a word as it is typed, and of the word that dictionaries have. Each of them is tried:
# what is no word is in no list.
_ENDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(typed), written)
    for typed, written in (
        # The plural and the verbs in "-au": petha, pethe; dechra, dechre.
        (r"[ae]$", "au"),
        # The north says "a" in a last syllable that is written with "e": ffenast, clywad, hannar.
        (r"(?<=[aeiouwy])([^aeiouwy]*)a([^aeiouwy]{1,3})$", r"\1e\2"),
        # And "i" for "ai": llygid.
        (r"(?<=[aeiouwy])([^aeiouwy]+)i([^aeiouwy])$", r"\1ai\2"),
        # The south leaves the "i" of "-io" out: ffono, cico.
        (r"(?<=[^aeiouwyi])o$", "io"),
        # A vowel said between two consonants: ochor, llyfyr, pobol.
        (r"(?<=[aeiouwy])([^aeiouwy]{1,2})[aeiouwy]([lrn])$", r"\1\2"),
        # A last "f" or "dd" that nobody hears: pentre, cynta, newy.
        (r"(?<=[aeiouwy])$", "f"),
        (r"(?<=[wy])$", "dd"),
    )
)
_SHORTEST = 3


def written(word: str) -> Iterator[str]:
    """Yields the words that a spoken form may stand for, most likely first.

    Args:
        word: A word in lower case without accents.
    """
    if len(word) < _SHORTEST:
        return
    for typed, form in _ENDS:
        found = typed.sub(form, word, count=1)
        if found != word:
            yield found
