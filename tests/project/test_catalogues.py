"""The interface's catalogues are in step with the code, whole, and fit for Welsh plurals."""

from __future__ import annotations

import gettext
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.i18n import LOCALE_FOLDER, catalogue_path
from bot.languages import LANGUAGES
from bot.settings import ROOT

#: Catalogue of phrases, what it is extracted by, and the languages that it is translated into.
EXTRACTED = {"interface": "babel.cfg", "desk": "babel-desk.cfg"}
TRANSLATED = [
    *(("interface", language) for language in LANGUAGES if language != "en"),
    ("desk", "cy"),
]
DOMAINS = ["answers", "services", "interface"]

#: Which of the plural forms a number takes, as the pinned Babel has them.
PLURALS = {
    "en": {0: 1, 1: 0, 2: 1, 3: 1, 6: 1, 8: 1, 11: 1},
    "es": {0: 1, 1: 0, 2: 1, 3: 1, 6: 1, 8: 1, 11: 1},
    "cy": {0: 0, 1: 1, 2: 2, 3: 3, 6: 4, 8: 0, 11: 0},
    "pt": {0: 1, 1: 0, 2: 1, 3: 1, 6: 1, 8: 1, 11: 1},
}
FORMS = {"en": 2, "es": 2, "cy": 5, "pt": 2}


def read(path: Path, language: str | None = None) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def phrases(catalogue: Catalog) -> dict[str, str]:
    return {message.id: message.string for message in catalogue if message.id}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("domain", EXTRACTED)
def test_the_list_of_phrases_is_in_step_with_the_code(tmp_path, domain) -> None:
    """Extracting the phrases again gives the very file that is kept; if not, `make messages`."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    options = re.search(r"^EXTRACT := (.+)$", makefile, re.MULTILINE)
    assert options
    fresh = tmp_path / f"{domain}.pot"
    subprocess.run(
        [
            *(sys.executable, "-m", "babel.messages.frontend", "-q", "extract"),
            *options[1].split(),
            *("-F", EXTRACTED[domain], "-o", str(fresh), "."),
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )

    kept = LOCALE_FOLDER / f"{domain}.pot"
    assert fresh.read_text(encoding="utf-8") == kept.read_text(encoding="utf-8")


@pytest.mark.parametrize(("domain", "language"), TRANSLATED)
def test_every_phrase_is_translated(domain, language) -> None:
    """Each phrase of the code has words in each language, that no tool has guessed."""
    catalogue = read(catalogue_path(LOCALE_FOLDER, language, domain), language)

    assert set(phrases(catalogue)) == set(phrases(read(LOCALE_FOLDER / f"{domain}.pot")))
    assert [name for name, text in phrases(catalogue).items() if not text] == []
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


@pytest.mark.parametrize(("domain", "language"), TRANSLATED)
def test_a_translation_has_the_places_of_its_phrase(domain, language) -> None:
    """What the code puts into a phrase has a place of the same name in the translation."""
    catalogue = read(catalogue_path(LOCALE_FOLDER, language, domain), language)
    differing = {
        phrase: text
        for phrase, text in phrases(catalogue).items()
        if placeholders(phrase) != placeholders(text)
    }

    assert differing == {}
    assert any(placeholders(phrase) for phrase in phrases(catalogue))


@pytest.mark.parametrize(("domain", "language"), TRANSLATED)
def test_a_phrase_says_the_same_numbers_in_every_language(domain, language) -> None:
    """999 and 55 are 999 and 55 everywhere."""
    catalogue = read(catalogue_path(LOCALE_FOLDER, language, domain), language)

    for phrase, text in phrases(catalogue).items():
        assert sorted(re.findall(r"\d+", text)) == sorted(re.findall(r"\d+", phrase))


def test_english_needs_no_catalogue_of_phrases() -> None:
    """The phrases stand in the code in English; a second copy could only differ."""
    assert not catalogue_path(LOCALE_FOLDER, "en", "interface").exists()


@pytest.mark.parametrize(
    ("language", "domain"),
    [
        (language, domain)
        for language in LANGUAGES
        for domain in DOMAINS
        if (language, domain) != ("en", "interface")
    ],
)
def test_a_header_fits_its_language(language, domain) -> None:
    """The header names the folder's language, UTF-8, and plural forms that fit each number."""
    raw = catalogue_path(LOCALE_FOLDER, language, domain).read_text(encoding="utf-8")
    joined = raw.replace('"\n"', "")
    header = re.search(r"Plural-Forms: nplurals=(\d+); plural=(.+?);\\n", joined)

    assert f'"Language: {language}\\n"' in raw
    assert "charset=utf-8" in raw
    assert header
    assert int(header[1]) == FORMS[language]
    plural = gettext.c2py(header[2])
    assert {number: plural(number) for number in PLURALS[language]} == PLURALS[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_babel_writes_the_plural_forms_that_we_expect(language) -> None:
    """The pinned Babel gives a new catalogue of this language the forms that ours have."""
    catalogue = Catalog(locale=language)
    plural = gettext.c2py(catalogue.plural_expr)

    assert catalogue.num_plurals == FORMS[language]
    assert {number: plural(number) for number in PLURALS[language]} == PLURALS[language]
