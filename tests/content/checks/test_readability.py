"""How hard a text is to read: sentences of which the measure is known."""

from __future__ import annotations

import pytest

from bot.content.checks.readability import Reading, find, read, said
from bot.languages import LANGUAGES
from tests.content.making import answer, content_of

#: Text, words, sentences and syllables, counted by hand.
COUNTED = [
    ("en", "The cat sat on the mat.", 6, 1, 6),
    ("en", "She can call. He may not know.", 7, 2, 7),
    ("en", "Nobody can promise.", 3, 1, 6),
    ("es", "La casa es nueva.", 4, 1, 6),
    ("es", "Puedes llamar. Es gratis.", 4, 2, 7),
    ("pt", "A casa é azul.", 4, 1, 6),
    ("pt", "Você pode ligar. É calmo.", 5, 2, 9),
]


def grade_of(language: str, words: int, sentences: int, syllables: int) -> float:
    """Returns what the published formula of a language gives."""
    length, weight = words / sentences, syllables / words
    if language == "en":
        return 0.39 * length + 11.8 * weight - 15.59
    if language == "es":
        return 206.84 - 60 * weight - 1.02 * length
    return 248.835 - 84.6 * weight - 1.015 * length


@pytest.mark.parametrize(("language", "text", "words", "sentences", "syllables"), COUNTED)
def test_a_known_sentence_has_its_known_measure(
    language, text, words, sentences, syllables
) -> None:
    """Words, sentences and syllables are counted as by hand, and the formula is the published."""
    found = read(text, language)

    assert (found.words, found.sentences) == (words, sentences)
    assert found.grade == pytest.approx(grade_of(language, words, sentences, syllables))


def test_known_grades() -> None:
    """The measures themselves, worked out by hand once for each language."""
    assert read("The cat sat on the mat.", "en").grade == pytest.approx(-1.45)
    assert read("La casa es nueva.", "es").grade == pytest.approx(112.76)
    assert read("A casa é azul.", "pt").grade == pytest.approx(117.875)


def test_welsh_has_no_grade_but_the_length_of_its_sentences() -> None:
    """For Welsh there is no measure: words in a sentence stand in."""
    found = read("Mae hi yma. Dydy e ddim yn mynd.", "cy")

    assert found == Reading(words=8, sentences=2, grade=None, longest="Dydy e ddim yn mynd.")
    assert found.words_per_sentence == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_sentence_is_named(language) -> None:
    """It is the one with the most words, whatever their length, a bullet among them."""
    text = "Aaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbb.\n- a a a a\nc c c."

    assert read(text, language).longest == "a a a a"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["", "\n", "999.", "– …"])
def test_a_text_without_a_word_has_no_measure(language, text) -> None:
    """No words are no division by nothing."""
    found = read(text, language)

    assert (found.words, found.grade) == (0, None)
    assert found.words_per_sentence == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_digits_are_no_words_and_an_apostrophe_parts_none(language) -> None:
    """999 is no word, and she'd, l'aide and i'w are one each."""
    assert read("999 she'd i’w 62%", language).words == 2


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_long_words_and_long_sentences_are_harder(language) -> None:
    """The measure goes the right way: up in English, down in Spanish and Portuguese."""
    easy, long_words, long_sentence = (
        float(read(text, language).grade or 0)
        for text in ("a a. a a.", "administrativo administrativo. a a.", "a a a a.")
    )
    if language == "en":
        assert easy < long_sentence < long_words
    else:
        assert easy > long_sentence > long_words


def test_a_word_that_no_dictionary_of_sounds_has_is_counted_by_its_syllables() -> None:
    """An English word without a known pronunciation is hyphenated, not left out."""
    known, unknown = read("table", "en").grade, read("unflomberation", "en").grade

    assert known is not None
    assert unknown is not None
    assert unknown > known + 11


@pytest.mark.parametrize(
    ("word", "syllables"), [("police", 2), ("idea", 3), ("asked", 1), ("don't", 1), ("Fire", 2)]
)
def test_english_is_counted_as_it_is_spoken(word, syllables) -> None:
    """A silent letter makes no syllable: what counts is the pronunciation, not the spelling."""
    assert read(word, "en").grade == pytest.approx(grade_of("en", 1, 1, syllables))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_an_answer_says_is_its_short_text_and_the_rest(language) -> None:
    """Labels and questions are not measured."""
    texts = {
        (language, "a.b.label"): "label",
        (language, "a.b.short"): "short",
        (language, "a.b.more"): "more",
        (language, "a.b.line"): "line",
    }
    content = content_of(answer("a.b"), texts=texts)

    assert said(content, "a.b", language) == "short\nmore"
    other = next(tag for tag in LANGUAGES if tag != language)
    assert said(content, "a.b", other) == ""


def test_many_hard_answers_are_found_on_average() -> None:
    """Where no answer is too hard alone, all of them together may be."""
    text = "They may remember to tell a solicitor about it."
    grade = read(text, "en").grade
    assert grade is not None
    assert 7 < grade < 9 or pytest.fail(f"the sentence is no example: {grade}")
    content = content_of(answer("a.b"), texts={("en", "a.b.short"): text})
    found = [finding for finding in find(content) if finding.language == "en"]

    assert [finding.where for finding in found] == ["all answers"]
    assert "on average" in found[0].problem
