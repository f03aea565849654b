"""Reads the small language in which people who do not program write phrases.

Each file of `bot/nlu/danger/` explains that language at its top.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from bot.errors import ContentError
from bot.nlu.danger.lexicon import Lexicon
from bot.nlu.danger.phrases import Chain, Either, Gap, Leaf, Maybe, Node, Phrase

#: What `..` without a number allows.
GAP_WORDS = 3
_TOKEN = re.compile(r"<[a-z_]+>|\.\.\d*|[()|?]|[^\s()|?<>]+")


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
    parts: list[Node] = [part for part in flat if not isinstance(part, Leaf)]
    if words:
        parts.append(Leaf(lexicon.any_of(words) if len(words) > 1 else min(words)))
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
    first, rest = tokens[0], tokens[1:]
    part: Node
    if first == "(":
        part, rest = _read_either(rest, lexicon, groups)
        if rest[0] != ")":
            raise ValueError("a bracket is not closed")
        rest = rest[1:]
    elif first.startswith("<"):
        part = groups[first[1:-1]]
    elif first.startswith(".."):
        part = Gap(int(first[2:] or GAP_WORDS))
    else:
        part = Leaf(lexicon.number(first))
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
