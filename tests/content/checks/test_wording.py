"""What a text says and does not say, in the words of each language."""

from __future__ import annotations

from dataclasses import fields

import pytest

from bot.content.checks.wording import Words, avoided, find, glossary, says, words
from bot.languages import LANGUAGES
from bot.normalisation import fold
from tests.content.making import answer, content_of, fact

in_every_language = pytest.mark.parametrize("language", LANGUAGES)

MAY = {
    "en": "The police may pass it on.",
    "es": "La policía puede pasarlo.",
    "cy": "Gall yr heddlu ei rannu.",
    "pt": "A polícia pode passar isso.",
}
SURE = {
    "en": "The police pass it on.",
    "es": "La policía lo pasa.",
    "cy": "Mae'r heddlu'n ei rannu.",
    "pt": "A polícia passa isso.",
}


@pytest.mark.parametrize(
    ("text", "phrase", "is_said"),
    [
        ("You are safe.", "you are safe", True),
        ("YOU ARE\n  SAFE!", "you are safe", True),
        ("“You are safe”", "you are safe", True),
        ("you are safer", "you are safe", False),
        ("if you are safely away", "you are safe", False),
        ("thank you are safe", "you are safe", True),
        ("you, are, safe", "you are safe", True),
        ("you really are safe", "you are safe", False),
        ("", "you are safe", False),
        ("don’t worry", "don't worry", True),
        ("Estás a salvo", "estas a salvo", True),
        ("Não se preocupe", "nao se preocupe", True),
        ("Peidiwch â phoeni", "peidiwch a phoeni", True),
        ("dismay", "may", False),
        ("may", "may", True),
    ],
)
def test_a_phrase_is_said_when_its_whole_words_stand_in_a_text(text, phrase, is_said) -> None:
    """Case, accents and marks do not matter; a part of a word is not the word."""
    assert says(text, (fold(phrase),)) == is_said


def test_one_of_several_phrases_is_enough() -> None:
    """A text says what one of the phrases says; without phrases it says nothing."""
    assert says("It may be.", ("might", "may"))
    assert not says("It is.", ("might", "may"))
    assert not says("It may be.", ())


@in_every_language
def test_every_language_has_words_of_every_kind(language) -> None:
    """No list of a language is empty, and each word is in the form in which it is compared."""
    found = words(language)
    for field in fields(Words):
        listed = getattr(found, field.name)
        assert listed, field.name
        assert all(word and word == fold(word) for word in listed), field.name


@in_every_language
def test_what_may_happen_is_told_from_what_happens(language) -> None:
    """The hedge of each language is known in a sentence, and its absence too."""
    assert says(MAY[language], words(language).may)
    assert not says(SURE[language], words(language).may)


@pytest.mark.parametrize("language", ["es", "cy", "pt"])
def test_a_hedge_is_kept_line_by_line(language) -> None:
    """A line that lost its hedge is found though another line has one."""
    english = f"{MAY['en']}\n{MAY['en']}"

    def problems(text: str) -> list[str]:
        texts = {("en", "a.b.short"): english, (language, "a.b.short"): text}
        found = find(content_of(texts=texts))
        return [finding.problem for finding in found if "what may happen" in finding.problem]

    assert problems(f"{MAY[language]}\n{MAY[language]}") == []
    assert len(problems(f"{MAY[language]}\n{SURE[language]}")) == 1
    assert len(problems(f"{SURE[language]}\n{SURE[language]}")) == 2


def test_the_month_of_may_is_no_hedge() -> None:
    """A date in May asks for no hedge in a translation, and a hedge beside it does."""

    def hedges(english: str) -> list[str]:
        texts = {("en", "a.b.short"): english, ("pt", "a.b.short"): SURE["pt"]}
        found = find(content_of(texts=texts))
        return [finding.problem for finding in found if "what may happen" in finding.problem]

    assert hedges("It was so in May 2025.") == []
    assert len(hedges("It may be so since May 2025.")) == 1


@in_every_language
def test_every_promise_of_the_list_is_found(language) -> None:
    """Each phrase that nobody may say is found in a text, with the phrase in the finding."""
    for promise in words(language).promises:
        content = content_of(texts={(language, "a.b.short"): f"So: {promise}, they say."})
        found = [finding for finding in find(content) if "may promise" in finding.problem]
        assert any(repr(promise) in finding.problem for finding in found), promise


@in_every_language
def test_a_claim_is_that_of_each_body_that_makes_it(language) -> None:
    """The name of one of its claimants is enough, in the short text or in the rest."""

    def unnamed(**texts: str) -> list[str]:
        content = content_of(
            answer("a.b", facts=("F1",)),
            fact("F1", claimed_by="Liberty and Southall Black Sisters"),
            texts={(tag, f"a.b.{part}"): text for part, text in texts.items() for tag in LANGUAGES},
        )
        return [
            finding.problem
            for finding in find(content)
            if finding.language == language and "is a claim of" in finding.problem
        ]

    assert unnamed(short="Liberty: x.") == []
    assert unnamed(short="x.", more="Southall Black Sisters: x.") == []
    assert len(unnamed(short="x.", more="x.")) == 1
    assert len(unnamed(short="Libertyx: x.")) == 1


def test_the_glossary_has_every_term_in_every_language() -> None:
    """No term lacks a language, and no word that is avoided is one of a term."""
    assert glossary()
    for term in glossary():
        assert set(term) >= set(LANGUAGES), term
        assert all(term[language] for language in LANGUAGES), term
    for language, found in avoided().items():
        assert language in LANGUAGES
        for word, instead in found.items():
            assert fold(word) != fold(instead)


@pytest.mark.parametrize(
    ("language", "word"),
    [(language, word) for language, found in avoided().items() for word in found],
)
def test_every_avoided_word_is_found(language, word) -> None:
    """Each word that is not used is found, and the finding says what is said instead."""
    content = content_of(texts={(language, "a.b.short"): f"x {word} x"})
    found = [finding for finding in find(content) if finding.problem == f"it says {word!r}."]

    assert [finding.language for finding in found] == [language]
    assert avoided()[language][word] in found[0].remedy
