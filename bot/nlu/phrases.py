"""A small pattern language for phrases, and a matcher fast enough for every message.

The language is for people who do not program; each file of `bot/nlu/danger/`
explains it at its top. A text is a list of folded words. Sets of positions are
integers, one bit a word, so that one pass over a phrase tries all places at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Union

from bot.errors import ContentError
from bot.nlu.lexicon import Lexicon, Places

#: What `..` without a number allows.
GAP_WORDS = 3
_TOKEN = re.compile(r"<[a-z_]+>|\.\.\d*|[()|?]|[^\s()|?<>]+")


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


Node = Union[Leaf, Gap, Maybe, Either, Chain]
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
        if not starts or not _reach(self.node, starts, places):
            return []
        matches = []
        for start in bits(starts):
            ways = _trace(self.node, {start: 0}, places).values()
            if ways:
                matches.append(Match(start, max(ways, key=count), min(map(_skipped, ways), key=count)))
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


def read_phrase(written: str, lexicon: Lexicon, groups: Mapping[str, Node]) -> Phrase:
    """Reads a phrase of the pattern language.

    Raises:
        ContentError: The phrase is not well formed; the message quotes it.
    """
    tokens = _TOKEN.findall(written)
    try:
        node, rest = _read_either(tokens, lexicon, groups)
    except (ContentError, IndexError, KeyError, ValueError) as error:
        raise ContentError(f"cannot read the phrase {written!r}: {error}") from error
    heads, can_be_empty = _heads(node)
    if rest or can_be_empty or heads is None:
        raise ContentError(f"the phrase {written!r} has no fixed beginning or a loose bracket")
    return Phrase(written, node, tuple(_needed(node)), heads)


def either(options: Iterable[Node], lexicon: Lexicon) -> Node:
    """Returns the node for one of several parts; single words are gathered into one leaf."""
    flat: list[Node] = []
    for option in options:
        flat.extend(option.parts if isinstance(option, Either) else [option])
    words = frozenset(part.number for part in flat if isinstance(part, Leaf))
    parts = [part for part in flat if not isinstance(part, Leaf)]
    if len(words) == 1:
        parts.extend(Leaf(number) for number in words)
    elif words:
        parts.append(Leaf(lexicon.any_of(words)))
    return parts[0] if len(parts) == 1 else Either(tuple(parts))


def _read_either(
    tokens: list[str], lexicon: Lexicon, groups: Mapping[str, Node]
) -> tuple[Node, list[str]]:
    options: list[Node] = []
    while True:
        parts: list[Node] = []
        while tokens and tokens[0] not in ("|", ")"):
            part, tokens = _read_part(tokens, lexicon, groups)
            parts.append(part)
        if not parts:
            raise ValueError("something is missing between brackets or bars")
        options.append(parts[0] if len(parts) == 1 else Chain(tuple(parts)))
        if not tokens or tokens[0] == ")":
            return either(options, lexicon), tokens
        tokens = tokens[1:]


def _read_part(
    tokens: list[str], lexicon: Lexicon, groups: Mapping[str, Node]
) -> tuple[Node, list[str]]:
    token, rest = tokens[0], tokens[1:]
    part: Node
    if token == "(":
        part, rest = _read_either(rest, lexicon, groups)
        if rest[0] != ")":
            raise ValueError("a bracket is not closed")
        rest = rest[1:]
    elif token.startswith("<"):
        part = groups[token[1:-1]]
    elif token.startswith(".."):
        part = Gap(int(token[2:] or GAP_WORDS))
    else:
        part = Leaf(lexicon.number(token))
    if rest and rest[0] == "?":
        return Maybe(part), rest[1:]
    return part, rest


def _heads(node: Node) -> tuple[frozenset[int] | None, bool]:
    """Returns the words it can begin with (None: any word) and whether it can be empty."""
    if isinstance(node, Leaf):
        return frozenset({node.number}), False
    if isinstance(node, Gap):
        return None, True
    if isinstance(node, Maybe):
        return _heads(node.part)[0], True
    found: frozenset[int] = frozenset()
    empties = []
    for part in node.parts:
        heads, empty = _heads(part)
        if heads is None:
            return None, True
        found |= heads
        empties.append(empty)
        if isinstance(node, Chain) and not empty:
            return found, False
    return found, all(empties) if isinstance(node, Chain) else any(empties)


def _needed(node: Node) -> Iterator[frozenset[int]]:
    if isinstance(node, Leaf):
        yield frozenset({node.number})
    elif isinstance(node, Chain):
        for part in node.parts:
            yield from _needed(part)
    elif isinstance(node, Either):
        options = [list(_needed(part)) for part in node.parts]
        if all(options):
            # Whichever option it is, one word of that option's first set is there.
            yield frozenset().union(*(needs[0] for needs in options))


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
