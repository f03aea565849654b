"""Spelling, by dictionaries that the machine may or may not have."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.content.checks import spelling
from bot.content.checks.spelling import (
    INSTALL,
    WORD_LISTS,
    find,
    misspelt,
    reviewed_words,
    words_of,
)
from bot.errors import ContentError
from bot.languages import LANGUAGES
from tests.content.making import content_of

in_every_language = pytest.mark.parametrize("language", LANGUAGES)

RIGHT = {
    "en": {"police", "colour", "don't", "half-sister"},
    "es": {"policía", "también", "mañana"},
    "cy": {"heddlu", "mae", "gwasanaeth", "i'r"},
    "pt": {"polícia", "também", "você", "não"},
}
WRONG = {"en": "polcie", "es": "polisía", "cy": "hedddlu", "pt": "polísia"}


@in_every_language
def test_without_the_dictionaries_it_says_how_to_install_them(language, monkeypatch) -> None:
    """Where the program is missing the error is one sentence with the command that brings it."""
    monkeypatch.setattr(shutil, "which", lambda _name: None)

    with pytest.raises(ContentError) as refused:
        misspelt({"word"}, language)
    assert str(refused.value) == f"The spelling cannot be checked here: run `{INSTALL}`."
    assert INSTALL.startswith("apt-get install aspell ")


def test_the_check_says_the_same(monkeypatch) -> None:
    """The check of a whole content stops with that sentence: nothing passes unread."""
    monkeypatch.setattr(shutil, "which", lambda _name: None)

    with pytest.raises(ContentError, match="apt-get install aspell"):
        list(find(content_of(texts={("en", "a.b.short"): "word"})))


@in_every_language
def test_a_program_without_the_dictionary_says_how_to_install_it(
    language, monkeypatch, tmp_path
) -> None:
    """Where only the dictionary of a language is missing, the language is named too."""
    program = Path(tmp_path / "aspell")
    program.write_text("#!/bin/sh\necho 'No word lists can be found' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda _name: str(program))

    with pytest.raises(ContentError, match=rf"spelling of {language} .+: run `apt-get install"):
        misspelt({"word"}, language)


@in_every_language
def test_every_language_has_a_dictionary(language) -> None:
    """Words of the language are known, and a typing error among them is not."""
    assert misspelt(RIGHT[language], language) == set()
    assert misspelt({*RIGHT[language], WRONG[language]}, language) == {WRONG[language]}


def test_a_word_of_known_parts_is_known() -> None:
    """An apostrophe or a hyphen joins words; one wrong part is enough to be wrong."""
    assert misspelt({"police-officer", "officer's"}, "en") == set()
    assert misspelt({"polcie-officer"}, "en") == {"polcie-officer"}


@in_every_language
def test_a_reviewed_word_is_known(language) -> None:
    """Names and terms that somebody has read are no errors, in any case."""
    listed = sorted(reviewed_words(language))

    assert listed
    assert misspelt({word for word in listed if " " not in word}, language) == set()


@pytest.mark.parametrize("name", ["names", *LANGUAGES])
def test_a_list_holds_each_word_once(name) -> None:
    """The lists are short enough to be read: one word in a line, none twice."""
    lines = (WORD_LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    entries = [line.partition("#")[0].strip().casefold() for line in lines]
    entries = [entry for entry in entries if entry]

    assert len(entries) == len(set(entries))
    assert all(words_of(entry) == [entry.replace("’", "'")] for entry in entries)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The police, the law.", ["The", "police", "the", "law"]),
        ("don’t or don't", ["don't", "or"]),
        ("self-help — now", ["self-help", "now"]),
        ("999, 62% and x2", ["and", "x"]),
        ("{names} and {what}", ["and"]),
        ("See https://example.org/polcie or www.gov.uk/polcie now", ["See", "or", "now"]),
        ("Write to polcie@example.org", ["Write", "to"]),
        ("¿Qué? ŷ ação", ["Qué", "ŷ", "ação"]),
        ("", []),
    ],
)
def test_words_are_what_a_reader_would_read(text, found) -> None:
    """Numbers, placeholders and addresses are no words; each word comes once, as it is written."""
    assert words_of(text) == found


def test_a_word_of_the_english_text_may_be_quoted_in_a_translation() -> None:
    """A name of the English stands in a translation without being in its dictionary."""
    texts = {
        ("en", "a.b.short"): "Ask about the firewall.",
        ("es", "a.b.short"): "Pregunta por el firewall.",
        ("es", "a.b.more"): "Pregunta por el firewall.",
    }
    assert "firewall" in spelling.misspelt({"firewall"}, "es")

    found = [finding for finding in find(content_of(texts=texts)) if finding.language == "es"]
    assert [(finding.where, "firewall" in finding.problem) for finding in found] == [
        ("a.b.more", True)
    ]
    assert "es.txt" in found[0].remedy
