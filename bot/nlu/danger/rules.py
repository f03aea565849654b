"""Tells from a message alone, by fixed rules, that somebody is in danger now.

The rules are phrases in `bot/nlu/danger/<language>.yml`, which people who do not
program keep. All four languages are tried on every message, because women mix
them. The rules lean towards a false alarm: the emergency answer costs a glance,
a missed cry may cost a life. Nothing of a message is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.nlu.danger.phrase_files import DANGER, SUICIDE, DangerData, Rule, read_danger_data
from bot.nlu.danger.phrases import Match, Phrase
from bot.nlu.danger.text import DangerText

#: How far from the words of danger a "years ago" may stand and still speak of them.
CANCEL_REACH_WORDS = 8
#: How many words on either side belong to the part of a message that the danger is in.
PART_REACH_WORDS = 3


@dataclass(frozen=True)
class Danger:
    """What the rules found.

    Attributes:
        answer: `safety.danger` or `safety.suicide`.
        kind: What is happening, as the data files name it (`weapon`, `strangulation`).
        language: The language of the phrase that matched: `en`, `es`, `cy` or `pt`.
    """

    answer: str
    kind: str
    language: str


@dataclass(frozen=True)
class _Hit:
    rule: Rule
    match: Match


class DangerRules:
    """The danger rules of all languages, compiled once."""

    def __init__(self, data: DangerData) -> None:
        self._data = data
        self._by_word = _by_rarest_word(data.rules)

    @classmethod
    # Compiling takes most of a second, and three parts of a service ask for the same rules.
    @cache
    def load(cls, directory: Path = Path(__file__).parent / "data") -> DangerRules:
        """Reads every `<language>.yml` of a directory.

        Raises:
            ContentError: A file lacks a part, or has a phrase that cannot be read.
        """
        return cls(read_danger_data(directory))

    @property
    def kinds(self) -> tuple[str, ...]:
        """What may be happening, as the data files name it, in their order."""
        return tuple(dict.fromkeys(rule.kind for rule in self._data.rules))

    def detect(self, text: str) -> Danger | None:
        """Returns the danger that a message speaks of as happening now, or None."""
        message = DangerText.read(text, self._data.lexicon, self._data.turns)
        hits = list(self._not_denied(self._hits(message), message))
        hits = self._without_cancelled(hits, message)
        return _choose(hits, message, self._data) if hits else None

    def part(self, text: str) -> str | None:
        """Returns the words that the danger is found in, with a few around them.

        Args:
            text: what danger was detected in.

        Returns:
            Those words; None where there is nothing beside them.
        """
        words = text.split()
        start, end = 0, len(words)
        while start < end and self.detect(" ".join(words[start + 1 : end])):
            start += 1
        while start < end and self.detect(" ".join(words[start : end - 1])):
            end -= 1
        around = words[max(start - PART_REACH_WORDS, 0) : end + PART_REACH_WORDS]
        return " ".join(around) if len(around) < len(words) else None

    def _hits(self, message: DangerText) -> Iterator[_Hit]:
        places = message.places
        candidates = {id(rule): rule for word in places for rule in self._by_word.get(word, ())}
        fillers = message.at(self._data.fillers)
        for rule in candidates.values():
            for match in rule.phrase.find(places):
                if rule.section != "alone" or not message.everything & ~(match.used | fillers):
                    yield _Hit(rule, match)

    def _not_denied(self, hits: Iterable[_Hit], message: DangerText) -> Iterator[_Hit]:
        denials: dict[str, list[Match]] = {}
        for hit in hits:
            language = hit.rule.language
            words = self._data.languages[language]
            if language not in denials:
                denials[language] = list(_matches(words.nots, message))
            subject = message.at(words.subjects) >> hit.match.start & 1
            if not any(
                _denies(denial, hit.match, bool(subject), message) for denial in denials[language]
            ):
                yield hit

    def _without_cancelled(self, hits: list[_Hit], message: DangerText) -> list[_Hit]:
        if not hits:
            return hits
        data = self._data
        idioms = list(_matches(data.idioms, message))
        unreal = list(_matches(data.always_cancels, message))
        asking = list(_matches(data.asking, message))
        other = list(_matches(data.cancels, message))
        # "He is in prison now": that "now" belongs to what cancels, and confirms nothing.
        spoken_for = 0
        for match in (*idioms, *unreal, *asking, *other):
            spoken_for |= match.used
        cues = [cue for cue in _matches(data.present, message) if not cue.used & spoken_for]

        def is_cancelled(hit: _Hit) -> bool:
            match = hit.match
            if any(idiom.span & match.used for idiom in idioms):
                return True
            if any(message.is_near(match, mark, CANCEL_REACH_WORDS) for mark in unreal):
                return True
            if any(message.is_one_sentence(match, cue) for cue in cues):
                return False
            if any(question.used & match.used for question in asking):
                return True
            return hit.rule.section != "now" and any(
                message.is_near(match, mark, CANCEL_REACH_WORDS) for mark in other
            )

        return [hit for hit in hits if not is_cancelled(hit)]


def _denies(denial: Match, match: Match, begins_with_subject: bool, message: DangerText) -> bool:
    """Says whether a "not" stands right before the match, or in a gap of it."""
    if match.used >> denial.start & 1:
        # The "not" is a word of the phrase itself, as in "cannot breathe".
        return False
    if denial.used & match.skipped:
        return True
    touches = denial.start < match.start <= denial.end
    return touches and not begins_with_subject and message.is_one_breath(denial, match)


def _matches(phrases: Iterable[Phrase], message: DangerText) -> Iterator[Match]:
    for phrase in phrases:
        yield from phrase.find(message.places)


def _by_rarest_word(rules: Sequence[Rule]) -> dict[int, list[Rule]]:
    """Files each rule under the words that fewest rules need, so that few are tried."""
    uses = Counter(word for rule in rules for need in rule.phrase.needed for word in need)
    filed: dict[int, list[Rule]] = {}
    for rule in rules:
        rarest = min(rule.phrase.needed, key=lambda need: sum(uses[word] for word in need))
        for word in rarest:
            filed.setdefault(word, []).append(rule)
    return filed


def _choose(hits: Sequence[_Hit], message: DangerText, data: DangerData) -> Danger:
    """Settles which answer comes first, and in which language the evidence is strongest."""
    harms_herself = any(hit.rule.answer == SUICIDE for hit in hits)
    attacked = any(hit.rule.attacker for hit in hits)
    answer = SUICIDE if harms_herself and not attacked else DANGER

    def evidence(hit: _Hit) -> tuple[int, int, bool]:
        language = hit.rule.language
        known = message.at(data.languages[language].vocabulary)
        return message.letters(hit.match.used), message.letters(known), language != "en"

    best = max((hit for hit in hits if hit.rule.answer == answer), key=evidence)
    return Danger(best.rule.answer, best.rule.kind, best.rule.language)
