"""Numbers the words that rules know, and finds them in a text, typing errors included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.errors import ContentError
from bot.normalisation import fold

#: Shorter words have too many neighbours for a typing error to be guessed.
FUZZY_LETTERS = 7
_PREFIX_LETTERS = 3
#: Longer words are not worth comparing; it also bounds the work a text can cause.
_LONGEST_WORD = 16

#: Number of a word to the places where a text has it, a set of bits.
Places = Mapping[int, int]


@dataclass
class Lexicon:
    """Numbers the words of all phrases and finds them in a text."""

    _numbers: dict[str, int] = field(default_factory=dict)
    _exact: dict[str, list[int]] = field(default_factory=dict)
    _prefixes: dict[str, int] = field(default_factory=dict)
    _sets: dict[frozenset[int], int] = field(default_factory=dict)
    _sets_of: dict[int, list[int]] = field(default_factory=dict)
    _words_of: dict[int, frozenset[int]] = field(default_factory=dict)
    _near: dict[str, list[tuple[str, int]]] = field(default_factory=dict)

    def number(self, written: str) -> int:
        """Returns the number of a word as a file writes it (`knife`, `kill*`, `strangled~`)."""
        stem, mark = (written[:-1], written[-1]) if written[-1] in "*~" else (written, "")
        word = fold(stem)
        if not word or " " in word:
            raise ContentError(f"{written!r} is not one word")
        if mark == "*" and len(word) < _PREFIX_LETTERS:
            raise ContentError(f"{written!r}: too short a beginning")
        if mark == "~" and len(word) < FUZZY_LETTERS:
            raise ContentError(f"{written!r}: too short for ~ once folded to {word!r}")
        if word + mark not in self._numbers:
            self._numbers[word + mark] = self._next()
            self._add(word, mark, self._numbers[word + mark])
        return self._numbers[word + mark]

    def any_of(self, numbers: Iterable[int]) -> int:
        """Returns one number for several words, so that a long list costs no more than one."""
        # A set may be made of sets; only words are found in a text.
        members = frozenset(word for one in numbers for word in self._words_of.get(one, (one,)))
        if members not in self._sets:
            self._sets[members] = self._next()
            self._words_of[self._sets[members]] = members
            for number in members:
                self._sets_of.setdefault(number, []).append(self._sets[members])
        return self._sets[members]

    def places(self, words: Sequence[str]) -> Places:
        """Returns where the text has each known word."""
        found: dict[int, int] = {}
        for index, word in enumerate(words):
            for number in self._lookup(word):
                for known in (number, *self._sets_of.get(number, ())):
                    found[known] = found.get(known, 0) | 1 << index
        return found

    def _next(self) -> int:
        return len(self._numbers) + len(self._sets)

    def _add(self, word: str, mark: str, number: int) -> None:
        if mark == "*":
            self._prefixes[word] = number
            return
        self._exact.setdefault(word, []).append(number)
        if mark == "~":
            for key in _with_one_less(word):
                self._near.setdefault(key, []).append((word, number))

    def _lookup(self, word: str) -> Iterable[int]:
        yield from self._exact.get(word, ())
        for length in range(_PREFIX_LETTERS, min(len(word), _LONGEST_WORD) + 1):
            number = self._prefixes.get(word[:length])
            if number is not None:
                yield number
        if FUZZY_LETTERS - 1 <= len(word) <= _LONGEST_WORD:
            yield from {
                number
                for key in _with_one_less(word)
                for near, number in self._near.get(key, ())
                if word != near and _one_edit_apart(word, near)
            }


def _with_one_less(word: str) -> set[str]:
    return {word} | {word[:index] + word[index + 1 :] for index in range(len(word))}


def _one_edit_apart(word: str, other: str) -> bool:
    """Says whether one letter added, left out, changed or swapped with the next parts them."""
    if len(word) != len(other):
        longer, shorter = sorted((word, other), key=len, reverse=True)
        return shorter in _with_one_less(longer)
    unlike = [index for index in range(len(word)) if word[index] != other[index]]
    if len(unlike) == 2 and unlike[1] == unlike[0] + 1:
        first, second = unlike
        return word[first] == other[second] and word[second] == other[first]
    return len(unlike) == 1
