"""Finds places and services by their names, however they are typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import spacy
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from bot.nlu.welsh.mutation import mutated
from bot.normalisation import fold
from bot.plain_yaml import read_yaml

DATA = Path(__file__).resolve().parent / "data"

#: The kinds of names, by the parameter that a button would send: `nation=wales`, `id=galop`.
KINDS: Mapping[str, str] = {"nation": "places", "id": "services"}


#: Letters that a mutated name must have.
SHORTEST_MUTATED = 6


#: What a name stands for → its names, as people write them.
Names = Mapping[str, Iterable[str]]


class NameMatcher:
    """Looks for the names of some lists. What it reads leaves nothing behind in spaCy."""

    def __init__(self, lists: Mapping[str, Names]) -> None:
        """Builds a matcher for each list, by the kind of its names."""
        # They keep the words of their names in the vocabulary, and no others.
        self._nlp = spacy.blank("xx")
        self._matchers = {kind: self._matcher(names) for kind, names in lists.items()}

    def find(self, text: str) -> dict[str, str]:
        """Returns what the longest name of each kind stands for.

        A kind of which there is none, or several that stand for different things, is left out.
        """
        with self._nlp.memory_zone():
            doc = self._nlp.make_doc(fold(text))
            found = {kind: _meanings(matcher, doc) for kind, matcher in self._matchers.items()}
        return {kind: meanings.pop() for kind, meanings in found.items() if len(meanings) == 1}

    def _matcher(self, names: Names) -> PhraseMatcher:
        matcher = PhraseMatcher(self._nlp.vocab)
        for meaning, written in names.items():
            forms = {form for name in written for form in _forms(fold(name))}
            matcher.add(meaning, [self._nlp.make_doc(form) for form in sorted(forms)])
        return matcher


@cache
def all_names() -> NameMatcher:
    """Returns the matcher of all kinds of names, built once."""
    return NameMatcher({kind: read_yaml(DATA / f"{file}.yml") for kind, file in KINDS.items()})


def _meanings(matcher: PhraseMatcher, doc: Doc) -> set[str]:
    spans = sorted(matcher(doc, as_spans=True), key=lambda span: span.start - span.end)
    # "Newport" is within nothing; "Women's Aid" is within "Welsh Women's Aid".
    return {
        span.label_
        for index, span in enumerate(spans)
        if not any(_holds(other, span) for other in spans[:index])
    }


def _forms(name: str) -> list[str]:
    """Returns a folded name, and what Welsh mutation makes of its beginning."""
    first, space, rest = name.partition(" ")
    forms = (f"{form}{space}{rest}" for form in mutated(first))
    # Shorter ones are words of other languages: Gwent is "went", Bala is "fala".
    return [name, *(form for form in forms if len(form) >= SHORTEST_MUTATED)]


def _holds(outer: object, inner: object) -> bool:
    return bool(outer.start <= inner.start and inner.end <= outer.end)  # type: ignore[attr-defined]
