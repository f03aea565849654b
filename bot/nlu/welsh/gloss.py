"""The Welsh gloss: a Welsh message in rough English, for the sentence encoder.

The encoder knows English far better than Welsh. Each Welsh word is looked up in
a list of our own, as typed, then without its mutation, then as books write what is
said otherwise, then without its ending; a word that is in none of these forms, such
as an English one, stays as typed. Nothing of a message is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.nlu.welsh.endings import stems
from bot.nlu.welsh.mutation import radicals
from bot.nlu.welsh.phrasing import Gloss, arrange
from bot.nlu.welsh.spoken import written
from bot.nlu.welsh.tokens import Token, fold, tokenise

_LIST = Path(__file__).with_name("gloss.tsv")
_VERB = re.compile(r"to (?!(?:me|you|him|her|it|us|them|the|my|his|our|your|their)\b)(.+)")


@dataclass(frozen=True)
class Entry:
    """What the list says of a word or an expression.

    Attributes:
        english: The gloss, without the "to" of a verb.
        is_verb: Whether the list glosses it with "to", as a verb.
    """

    english: str
    is_verb: bool = False


class Glossary:
    """Glosses Welsh with English, expression by expression."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Builds the look-up tables.

        Args:
            pairs: Welsh words or expressions and their English. Of two that differ
                only in accents, the first is what the unaccented word means.
        """
        self._exact: dict[str, Entry] = {}
        self._folded: dict[str, Entry] = {}
        for welsh, english in pairs:
            entry = _entry(english)
            tokens = tokenise(welsh)
            self._exact.setdefault(" ".join(token.key for token in tokens), entry)
            self._folded.setdefault(" ".join(token.folded for token in tokens), entry)
            if "-" in welsh:
                self._folded.setdefault(fold(welsh).replace("-", ""), entry)
        # How long the longest expression is that begins with a word: most begin none.
        self._longest: dict[str, int] = {}
        for key in (*self._exact, *self._folded):
            first, *others = key.split(" ")
            self._longest[first] = max(self._longest.get(first, 1), 1 + len(others))

    @classmethod
    def load(cls, path: Path = _LIST) -> Glossary:
        """Reads the list that lies beside this module."""
        return cls(read_pairs(path))

    def gloss(self, text: str) -> str:
        """Returns a Welsh message in rough English."""
        run = self._run(text)
        arrange(run)
        return _write(run)

    def unknown(self, text: str) -> list[str]:
        """Returns the words of `text` that would stay as typed, numbers aside."""
        return [
            gloss.english
            for gloss in self._run(text)
            if gloss.is_word and not gloss.is_known and not gloss.english.isdigit()
        ]

    def _run(self, text: str) -> list[Gloss]:
        """Cuts a message into the longest expressions that the list knows."""
        tokens = tokenise(text)
        run: list[Gloss] = []
        place = 0
        while place < len(tokens):
            length, entry = self._longest_at(tokens, place)
            run.append(_glossed(tokens[place : place + length], entry))
            place += length
        return run

    def _longest_at(self, tokens: Sequence[Token], place: int) -> tuple[int, Entry | None]:
        """Finds the longest expression that starts at a place, and its entry."""
        first = tokens[place]
        forms = (first.key, first.folded, *radicals(first.folded))
        longest = max(self._longest.get(form, 1) for form in forms)
        for length in range(min(longest, len(tokens) - place), 1, -1):
            entry = self._expression(tokens[place : place + length])
            if entry is not None:
                return length, entry
        return 1, self._word(tokens[place]) if tokens[place].is_word else None

    def _expression(self, tokens: Sequence[Token]) -> Entry | None:
        """Looks several words up, the first of them mutated or not."""
        exact = " ".join(token.key for token in tokens)
        folded = " ".join(token.folded for token in tokens)
        return self._exact.get(exact) or self._unmutated(folded)

    def _word(self, token: Token) -> Entry | None:
        """Looks one word up: as typed, unmutated, then without an ending."""
        has_accents = token.key != token.folded
        entry = self._exact.get(token.key)
        if entry is None and has_accents:
            # "Dân" is "tân" (fire) and not "dan" (under).
            entry = _first(self._exact, radicals(token.key))
        entry = entry or self._unmutated(token.folded)
        if entry is None and token.folded.startswith("'"):
            entry = self._unmutated(token.folded[1:])
        return entry or self._spoken(token.folded) or self._inflected(token.folded)

    def _unmutated(self, folded: str) -> Entry | None:
        """Looks words without accents up, as they are and with their mutation undone."""
        return _first(self._folded, [folded, *radicals(folded)])

    def _spoken(self, folded: str) -> Entry | None:
        """Looks a spoken form up under the word that is written for it."""
        return next(filter(None, map(self._unmutated, written(folded))), None)

    def _inflected(self, folded: str) -> Entry | None:
        """Looks a word up with its ending taken off."""
        for stem in stems(folded):
            for word in (stem.word, *radicals(stem.word)):
                entry = self._folded.get(word)
                if entry is not None and entry.english and entry.is_verb == stem.is_verb:
                    return Entry(f"{stem.adds} {entry.english}".strip())
        return None


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """Reads Welsh and English from a list, leaving its headings out."""
    lines = path.read_text(encoding="utf-8").splitlines()
    entries = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return [(welsh, english) for welsh, english in entries]


def _entry(english: str) -> Entry:
    """Reads a gloss of the list, which is all in lower case."""
    verb = _VERB.fullmatch(english)
    return Entry(re.sub(r"\bi\b", "I", verb[1] if verb else english), verb is not None)


def _first(table: Mapping[str, Entry], words: Iterable[str]) -> Entry | None:
    """Returns the entry of the first word that a table has."""
    return next((table[word] for word in words if word in table), None)


def _glossed(tokens: Sequence[Token], entry: Entry | None) -> Gloss:
    """Joins the words of an expression with what the list says of it."""
    return Gloss(
        key=" ".join(token.folded for token in tokens),
        english=tokens[0].text if entry is None else entry.english,
        before=tokens[0].before,
        is_known=entry is not None,
        is_verb=entry is not None and entry.is_verb,
        is_word=tokens[0].is_word,
    )


def _write(run: Sequence[Gloss]) -> str:
    """Writes the glosses out, the words left as typed spaced as they were."""
    text = ""
    typed_before = True
    for gloss in run:
        if gloss.english:
            # "Wales.gov" and "half-term" stay in one piece.
            as_typed = typed_before and not gloss.is_known
            text += (gloss.before if as_typed or not gloss.is_word else " ") + gloss.english
        typed_before = not gloss.is_known
    return " ".join(text.split())
