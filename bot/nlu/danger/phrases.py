"""Phrases with alternatives and gaps, matched fast enough for every message.

A text is a list of folded words. A set of places in it is an integer, one bit a
word, so that one pass over a phrase tries all places at once. The form in which
people write phrases is read by `phrase_reader`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.nlu.danger.lexicon import Places


@dataclass(frozen=True)
class Leaf:
    """One word, known by its number in the lexicon."""

    number: int


@dataclass(frozen=True)
class Gap:
    """Up to so many words of any kind."""

    words: int


@dataclass(frozen=True)
class Maybe:
    """A part that may be missing."""

    part: Node


@dataclass(frozen=True)
class Either:
    """One of several parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Chain:
    """Parts one after another."""

    parts: tuple[Node, ...]


Node = Leaf | Gap | Maybe | Either | Chain
#: Where a match ends to the words it used, gaps not counted.
Ends = dict[int, int]


@dataclass(frozen=True)
class Phrase:
    """One phrase of a file, ready to be looked for.

    Attributes:
        written: The phrase as the file has it.
        node: Its structure.
        needed: Sets of words of which a text must have at least one each.
        heads: Words that it can begin with.
    """

    written: str
    node: Node
    needed: tuple[frozenset[int], ...]
    heads: frozenset[int]

    def words(self) -> Iterator[int]:
        """Yields the numbers of all its words."""
        yield from _leaves(self.node)

    def find(self, places: Places) -> list[Match]:
        """Returns the longest match at every place where the phrase begins."""
        starts = 0
        for number in self.heads:
            starts |= places.get(number, 0)
        # What must be there is looked for first: most phrases lack a word.
        if not starts or any(need.isdisjoint(places) for need in self.needed):
            return []
        if not _reach(self.node, starts, places):
            return []
        matches = []
        for start in bits(starts):
            ways = _trace(self.node, {start: 0}, places).values()
            if ways:
                matches.append(
                    Match(start, max(ways, key=count), min(map(_skipped, ways), key=count))
                )
        return matches


@dataclass(frozen=True)
class Match:
    """A phrase found in a text.

    Attributes:
        start: Where it begins.
        used: The places of its words when it is read as long as possible.
        skipped: Those of the words in its gaps when it is read as close as possible.
    """

    start: int
    used: int
    skipped: int

    @property
    def end(self) -> int:
        """Returns the place after its last word."""
        return self.used.bit_length()

    @property
    def span(self) -> int:
        """Returns the places from start to end."""
        return (1 << self.end) - (1 << self.start)


def bits(mask: int) -> Iterator[int]:
    """Yields the places of a set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def count(mask: int) -> int:
    """Returns how many places a set holds."""
    return bin(mask).count("1")


def _leaves(node: Node) -> Iterator[int]:
    if isinstance(node, Leaf):
        yield node.number
    elif isinstance(node, Maybe):
        yield from _leaves(node.part)
    elif not isinstance(node, Gap):
        for part in node.parts:
            yield from _leaves(part)


def _reach(node: Node, starts: int, places: Places) -> int:
    """Returns every place where the node can end, begun at any of `starts`."""
    if isinstance(node, Leaf):
        return (starts & places.get(node.number, 0)) << 1
    if isinstance(node, Maybe):
        return starts | _reach(node.part, starts, places)
    if isinstance(node, Gap):
        for _ in range(node.words):
            starts |= starts << 1
        return starts
    if isinstance(node, Chain):
        for part in node.parts:
            starts = _reach(part, starts, places)
            if not starts:
                break
        return starts
    ends = 0
    for part in node.parts:
        ends |= _reach(part, starts, places)
    return ends


def _trace(node: Node, ends: Ends, places: Places) -> Ends:
    """Does what `_reach` does for one start, and says which words were used."""
    if isinstance(node, Leaf):
        here = places.get(node.number, 0)
        return {end + 1: used | 1 << end for end, used in ends.items() if here >> end & 1}
    if isinstance(node, Chain):
        for part in node.parts:
            ends = _trace(part, ends, places)
        return ends
    if isinstance(node, Maybe):
        return _fuller([ends, _trace(node.part, ends, places)])
    if isinstance(node, Gap):
        return _fuller(
            {end + skip: used for end, used in ends.items()} for skip in range(node.words + 1)
        )
    return _fuller(_trace(part, ends, places) for part in node.parts)


def _skipped(used: int) -> int:
    return ((1 << used.bit_length()) - (used & -used)) & ~used


def _fuller(many: Iterable[Ends]) -> Ends:
    best: Ends = {}
    for ends in many:
        for end, used in ends.items():
            if end not in best or count(used) > count(best[end]):
                best[end] = used
    return best
