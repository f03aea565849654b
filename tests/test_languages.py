"""The one list of languages, and what a browser's wish becomes."""

from __future__ import annotations

import random

import pytest
from babel import Locale

from bot.errors import UnknownLanguageError
from bot.languages import (
    DEFAULT_LANGUAGE,
    ENDONYMS,
    LANGUAGES,
    LOCALES,
    negotiate,
    parse_language,
)
from bot.settings import ROOT


def test_the_list_is_english_spanish_welsh_and_portuguese() -> None:
    """There are four languages, and English is where texts begin."""
    assert LANGUAGES == ("en", "es", "cy", "pt")
    assert DEFAULT_LANGUAGE == "en"


@pytest.mark.parametrize("folder", ["locales", "data/nlu", "tests/stories"])
def test_every_folder_of_languages_has_the_four(folder) -> None:
    """Whatever has a folder for each language has one for each of the list, and no other."""
    found = {path.name for path in (ROOT / folder).iterdir() if path.is_dir()}

    assert found == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_named_as_its_speakers_name_it(language) -> None:
    """The picker shows each language's own name, as the Unicode data has it."""
    assert ENDONYMS[language].casefold() == Locale(language).get_display_name().casefold()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_a_locale_of_its_own(language) -> None:
    """Dates and lists are written by a locale of the same language."""
    assert Locale.parse(LOCALES[language]).language == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tag_of_the_list_is_accepted(language) -> None:
    """Each of the four tags is taken as it is."""
    assert parse_language(language) == language


@pytest.mark.parametrize("tag", ["", "EN", "en-GB", "fr", "pt_BR", "cy ", "../en", "e\u006e\u0301"])
def test_any_other_tag_is_refused(tag) -> None:
    """Nothing but the four tags counts as a language."""
    with pytest.raises(UnknownLanguageError):
        parse_language(tag)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("es", "es"),
        ("pt-PT,pt;q=0.9,en;q=0.8", "pt"),
        ("cy-GB,cy;q=0.9,en-GB;q=0.8", "cy"),
        ("en;q=0.1,cy;q=0.9", "cy"),
        ("fr-FR,fr;q=0.9,es;q=0.5", "es"),
        ("es;q=0,pt;q=0.2", "pt"),
        # White space may stand around the weight (RFC 9110, section 12.4.2).
        ("fr, es; q=0.5", "es"),
        # Tags have no case (RFC 5646, section 2.1.1).
        ("ES-mx", "es"),
        ("CY", "cy"),
    ],
)
def test_the_best_of_the_four_is_taken_from_the_header(header, expected) -> None:
    """A browser's wish becomes the one of the four that it wants most."""
    assert negotiate(header) == expected


@pytest.mark.parametrize("header", [None, "", "*", "fr", "hi-IN,ar;q=0.8", ";q=", ",,,", "en;q=x"])
def test_english_is_shown_when_nothing_fits(header) -> None:
    """A header that names none of the four gets English."""
    assert negotiate(header) == "en"


def test_no_header_gives_a_language_that_is_not_there() -> None:
    """Whatever a client sends, the result is one of the four."""
    chance = random.Random(7)  # noqa: S311, repeatable noise, no secret
    pieces = [*LANGUAGES, "EN", "PT", "fr", "*", "-", "_", ",", ";", ";q=", "0.5", "é", " ", "\x00"]
    headers = ["".join(chance.choices(pieces, k=chance.randrange(9))) for _ in range(500)]

    assert [header for header in headers if negotiate(header) not in LANGUAGES] == []
