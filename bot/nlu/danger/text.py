"""A message as the danger rules see it: bare words, and where it pauses for breath."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from bot.nlu.danger.lexicon import Lexicon, Places
from bot.nlu.danger.phrases import Match, bits
from bot.normalisation import fold

# A full stop may stand anywhere on a phone, so that a phrase may run across one;
# only what calls a match off, or confirms it, is held to its own sentence.
_MARKS = re.compile(r"([.!?;:\u2026\n\r\u2028\u2029]+|,)")


@dataclass(frozen=True)
class DangerText:
    """The words of a message, with the sentence and the breath that each belongs to.

    Attributes:
        words: The folded words.
        places: Where each known word stands.
        sentences: The number of each word's sentence; a "but" begins a new one.
        breaths: The same, commas counting too.
    """

    words: tuple[str, ...]
    places: Places
    sentences: tuple[int, ...]
    breaths: tuple[int, ...]

    @classmethod
    def read(cls, text: str, lexicon: Lexicon, turns: AbstractSet[str]) -> DangerText:
        """Takes a message apart."""
        words: list[str] = []
        sentences: list[int] = []
        breaths: list[int] = []
        sentence = breath = 0
        for piece in _MARKS.split(text):
            if _MARKS.fullmatch(piece):
                breath += 1
                sentence += piece != ","
                continue
            for word in fold(piece).split():
                sentence += word in turns
                words.append(word)
                sentences.append(sentence)
                breaths.append(breath)
        return cls(tuple(words), lexicon.places(words), tuple(sentences), tuple(breaths))

    @property
    def everything(self) -> int:
        """Returns the places of all words."""
        return (1 << len(self.words)) - 1

    def at(self, numbers: Iterable[int]) -> int:
        """Returns the places of any of the words of the lexicon."""
        found = 0
        for number in numbers:
            found |= self.places.get(number, 0)
        return found

    def letters(self, used: int) -> int:
        """Returns how many letters the words at these places have."""
        return sum(len(self.words[index]) for index in bits(used))

    def is_one_sentence(self, one: Match, other: Match) -> bool:
        """Says whether the two share a sentence."""
        return (
            self.sentences[one.start] <= self.sentences[other.end - 1]
            and self.sentences[other.start] <= self.sentences[one.end - 1]
        )

    def is_one_breath(self, before: Match, match: Match) -> bool:
        """Says whether no comma or stop parts the end of one from the start of the other."""
        return self.breaths[min(before.end, match.start) - 1] == self.breaths[match.start]

    def is_near(self, one: Match, other: Match, reach: int) -> bool:
        """Says whether the two share a sentence and at most so many words part them."""
        apart = max(one.start, other.start) - min(one.end, other.end)
        return apart <= reach and self.is_one_sentence(one, other)
