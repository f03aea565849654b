"""Finds places and services by their names, however they are typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import spacy
from spacy.matcher import PhraseMatcher

from bot.nlu.welsh.mutation import mutated
from bot.normalisation import fold
from bot.plain_yaml import read_yaml

DATA = Path(__file__).resolve().parent / "data"

#: The kinds of names, by the parameter that a button would send: `nation=wales`, `id=galop`.
KINDS: Mapping[str, str] = {"nation": "places", "id": "services"}


#: Letters that a mutated name must have.
SHORTEST_MUTATED = 6


class NameMatcher:
    """Looks for the names of one list. What it reads leaves nothing behind in spaCy."""

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        """Builds the matcher.

        Args:
            names: what a name stands for → its names, as people write them.
        """
        # A matcher keeps the words of its names in the vocabulary, and no others.
        self._nlp = spacy.blank("xx")
        self._matcher = PhraseMatcher(self._nlp.vocab)
        for meaning, written in names.items():
            forms = {form for name in written for form in _forms(fold(name))}
            self._matcher.add(meaning, [self._nlp.make_doc(form) for form in sorted(forms)])

    def find(self, text: str) -> str | None:
        """Returns what the longest name in a text stands for; None when none, or several."""
        with self._nlp.memory_zone():
            doc = self._nlp.make_doc(fold(text))
            spans = sorted(
                self._matcher(doc, as_spans=True), key=lambda span: span.start - span.end
            )
            # "Newport" is within nothing; "Women's Aid" is within "Welsh Women's Aid".
            longest = [
                span
                for index, span in enumerate(spans)
                if not any(_holds(other, span) for other in spans[:index])
            ]
            found = {span.label_ for span in longest}
        return found.pop() if len(found) == 1 else None


@cache
def matcher(kind: str) -> NameMatcher:
    """Returns the matcher of a kind of names, built once."""
    return NameMatcher(read_yaml(DATA / f"{KINDS[kind]}.yml"))


def _forms(name: str) -> list[str]:
    """Returns a folded name, and what Welsh mutation makes of its beginning."""
    first, space, rest = name.partition(" ")
    forms = (f"{form}{space}{rest}" for form in mutated(first))
    # Shorter ones are words of other languages: Gwent is "went", Bala is "fala".
    return [name, *(form for form in forms if len(form) >= SHORTEST_MUTATED)]


def _holds(outer: object, inner: object) -> bool:
    return bool(outer.start <= inner.start and inner.end <= outer.end)  # type: ignore[attr-defined]
