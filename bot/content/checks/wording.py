"""Words that must stand, and words that must not: hedges, attributions, promises, terms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from bot.content.checks.figures import bodies
from bot.content.checks.finding import Finding, lines_of, pairs, sentences_of
from bot.content.checks.readability import said
from bot.content.shipped import one_line
from bot.content.values import UNVERIFIED, Content
from bot.languages import DEFAULT_LANGUAGE, LANGUAGES
from bot.normalisation import fold
from bot.plain_yaml import read_yaml

DATA = Path(__file__).resolve().parent / "data"

#: Answers that must say that an immigration lawyer is to be asked (facts, part 5.1, 5).
LAWYER_ANSWERS = ("threats.immigration",)
LAWYER_TOPICS = ("status",)

#: Texts in which English words of another language are shown on purpose: they name the
#: languages, or are read out in English.
SHOWN_IN_ANOTHER = ("bot.language.", "services.card.")


@dataclass(frozen=True)
class Words:
    """What a language says where the English says the same; all compared folded.

    `may`: what may happen; `nobody_promises`; `unconfirmed`: nobody has verified it;
    `lawyer`; `promises`: never to be said; `function_words`: small words that this
    language alone has, which tell that a sentence is in it.
    """

    may: tuple[str, ...]
    nobody_promises: tuple[str, ...]
    unconfirmed: tuple[str, ...]
    lawyer: tuple[str, ...]
    promises: tuple[str, ...]
    function_words: tuple[str, ...]


@cache
def words(language: str) -> Words:
    """Returns the words of a language, as its data file lists them."""
    data = read_yaml(DATA / f"{language}.yml")
    return Words(**{name: tuple(fold(word) for word in found) for name, found in data.items()})


@lru_cache(maxsize=1)
def glossary() -> list[dict[str, list[str]]]:
    """Returns the terms: for each, language → the beginnings of the words that may say it."""
    terms: list[dict[str, list[str]]] = read_yaml(DATA / "glossary.yml")["terms"]
    return terms


@lru_cache(maxsize=1)
def avoided() -> dict[str, dict[str, str]]:
    """Returns the words that are not used: language → word → what is said instead."""
    found: dict[str, dict[str, str]] = read_yaml(DATA / "glossary.yml")["avoid"]
    return found


def find(content: Content) -> Iterator[Finding]:
    """Yields lost hedges, lost attributions, promises, wrong terms and mixed languages."""
    yield from _hedges(content)
    yield from _promises(content)
    yield from _kept(content)
    yield from _unconfirmed(content)
    yield from _attributions(content)
    yield from _lawyers(content)
    yield from _terms(content)
    yield from _mixed(content)


@cache
def _folded(text: str) -> str:
    """Folds a text once: each is compared with many phrases. What is checked is ours, not hers."""
    return fold(text)


def says(text: str, phrases: tuple[str, ...]) -> bool:
    """Says whether a text holds one of some folded phrases, as whole words."""
    folded = f" {_folded(text)} "
    return any(f" {phrase} " in folded for phrase in phrases)


def _hedges(content: Content) -> Iterator[Finding]:
    english = words(DEFAULT_LANGUAGE)
    for msgid, language, source, text in pairs(content):
        theirs = words(language)
        for name, here, there in (
            ("what may happen", english.may, theirs.may),
            ("that nobody can promise", english.nobody_promises, theirs.nobody_promises),
            ("that it is not confirmed", english.unconfirmed, theirs.unconfirmed),
        ):
            for line, translated in _side_by_side(source, text):
                # The month is no hedge.
                line = re.sub(r"\bMay (?=\d{4})", "", line)
                if says(line, here) and not says(translated, there):
                    yield Finding(
                        "wording",
                        msgid,
                        language,
                        f"the English says {name}, and this line does not: {translated[:80]!r}.",
                        f"Say it, with one of: {', '.join(there[:6])}.",
                    )


def _side_by_side(source: str, text: str) -> Iterator[tuple[str, str]]:
    """Yields what says the same: sentence by sentence, or lines where those do not match."""
    for line, translated in zip(lines_of(source), lines_of(text)):
        here, there = sentences_of(line), sentences_of(translated)
        yield from zip(here, there) if len(here) == len(there) else [(line, translated)]


def _promises(content: Content) -> Iterator[Finding]:
    for (language, msgid), text in content.texts.items():
        for promise in words(language).promises:
            if says(text, (promise,)):
                yield Finding(
                    "wording",
                    msgid,
                    language,
                    f"it says {promise!r}, which nobody may promise or tell her to do.",
                    "Say what may happen, and who can advise her.",
                )


def _kept(content: Content) -> Iterator[Finding]:
    """Yields what an answer may not lose and has lost."""
    for answer_id, by_language in content.keeps.items():
        for language, phrases in by_language.items():
            msgid = f"{answer_id}.short"
            text = one_line(content.texts.get((language, msgid), ""))
            for phrase in phrases:
                if text and one_line(phrase).casefold() not in text.casefold():
                    yield Finding(
                        "wording",
                        msgid,
                        language,
                        f"it no longer says {phrase!r}, which this answer must keep.",
                        "Put these words back, or change in the same draft what it must keep.",
                    )


def _unconfirmed(content: Content) -> Iterator[Finding]:
    for answer in content.answers.values():
        doubtful = [name for name in answer.facts if content.facts[name].confidence == UNVERIFIED]
        for language in LANGUAGES if doubtful else ():
            if not says(said(content, answer.id, language), words(language).unconfirmed):
                yield Finding(
                    "wording",
                    answer.id,
                    language,
                    f"it rests on {', '.join(doubtful)}, which nobody has verified, and does not"
                    " say so.",
                    f"Say it, with one of: {', '.join(words(language).unconfirmed[:4])}.",
                )


def _attributions(content: Content) -> Iterator[Finding]:
    for answer in content.answers.values():
        for name in answer.facts:
            claimants = content.facts[name].claimed_by
            for language in LANGUAGES if claimants else ():
                names = _forms(str(claimants), language)
                if not says(said(content, answer.id, language), names):
                    yield Finding(
                        "wording",
                        answer.id,
                        language,
                        f"{name} is a claim of {claimants}, and the text does not say whose.",
                        f"Name {claimants}, or leave the fact out.",
                    )


def _forms(claimants: str, language: str) -> tuple[str, ...]:
    """Returns what may name one of the bodies that make a claim, in a language."""
    single = re.split(r", | and (?=[A-Z])", claimants)
    forms = [form for name in single for form in bodies().get(name, {}).get(language, [name])]
    return tuple(fold(form) for form in forms)


def _lawyers(content: Content) -> Iterator[Finding]:
    for answer in content.answers.values():
        if answer.id in LAWYER_ANSWERS or answer.topic in LAWYER_TOPICS:
            for language in LANGUAGES:
                if not says(
                    content.texts.get((language, f"{answer.id}.short"), ""), words(language).lawyer
                ):
                    yield Finding(
                        "wording",
                        f"{answer.id}.short",
                        language,
                        "it does not say that a lawyer must be asked.",
                        f"Say it, with one of: {', '.join(words(language).lawyer)}.",
                    )


def _terms(content: Content) -> Iterator[Finding]:
    for msgid, language, source, text in pairs(content):
        for term in () if msgid.endswith(".name") else glossary():
            if _says_term(source, term[DEFAULT_LANGUAGE]) and not _begins(text, term[language]):
                yield Finding(
                    "wording",
                    msgid,
                    language,
                    f"the English says {term[DEFAULT_LANGUAGE][0]!r}, and no word of the glossary"
                    " stands for it here.",
                    f"Use {' or '.join(term[language])}.",
                )
    for (language, msgid), text in content.texts.items():
        for word, instead in avoided().get(language, {}).items():
            if _begins(text, [word]):
                yield Finding(
                    "wording", msgid, language, f"it says {word!r}.", f"Say {instead} instead."
                )


def _mixed(content: Content) -> Iterator[Finding]:
    for (language, msgid), text in content.texts.items():
        if msgid.startswith(SHOWN_IN_ANOTHER) or msgid.endswith(".name"):
            continue
        bare = _folded(_without_quotations(text)).split()
        own = words(language).function_words
        for other in LANGUAGES:
            if other == language:
                continue
            theirs = words(other).function_words
            found = [word for word in bare if word in theirs and word not in own]
            if len(found) >= _MIXED_WORDS:
                yield Finding(
                    "wording",
                    msgid,
                    language,
                    f"words of another language stand in it: {', '.join(found[:4])}.",
                    "Write the whole text in one language; quote what must be read in English.",
                )


#: One small word may be a name's; two are a sentence.
_MIXED_WORDS = 2


#: A name as it is written: capitals, and the small words between them.
_NAME = re.compile(r"\b[A-Z][\w'’&-]*(?: (?:of|for|and|the|to|in|&|[A-Z][\w'’&-]*))*")


def _without_quotations(text: str) -> str:
    """Takes out names, and what is quoted or in brackets: it may be of another language."""
    return _NAME.sub(" ", re.sub(r"[\"“«][^\"”»]*[\"”»]|\([^)]*\)", " ", text))


def _says_term(text: str, terms: list[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(term)}s?(?!\w)", text, re.I) for term in terms)


def _begins(text: str, beginnings: list[str]) -> bool:
    folded = f" {_folded(text)}"
    return any(f" {_folded(word)}" in folded for word in beginnings)
