"""The interface's phrases in her language, and the dates she reads."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.errors import AssistantError
from bot.i18n import LOCALE_FOLDER, Phrases, catalogue_path, long_date
from bot.languages import LANGUAGES

CALL = "Call 999."


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    """A copy of the catalogues that may be spoilt."""
    return Path(shutil.copytree(LOCALE_FOLDER, tmp_path / "locales"))


def change(locales: Path, language: str, old: str, new: str) -> None:
    path = catalogue_path(locales, language, "interface")
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "phrase"),
    [
        ("en", "Call 999."),
        ("es", "Llama al 999."),
        ("cy", "Ffoniwch 999."),
        ("pt", "Ligue para o 999."),
    ],
)
def test_a_phrase_comes_in_her_language(phrases, language, phrase) -> None:
    """The same phrase is said in each of the four languages."""
    assert phrases.gettext(language)(CALL) == phrase


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phrase_without_a_translation_is_said_in_english(phrases, language) -> None:
    """A phrase that no catalogue has is shown as it stands in the code."""
    assert phrases.gettext(language)("No such phrase.") == "No such phrase."


@pytest.mark.parametrize("language", ["es", "cy", "pt"])
def test_a_guessed_translation_is_never_said(locales, language) -> None:
    """A translation that a tool marked as a guess gives way to the English phrase."""
    change(locales, language, 'msgid "Call 999."', '#, fuzzy\nmsgid "Call 999."')

    assert Phrases(locales).gettext(language)(CALL) == CALL


@pytest.mark.parametrize("language", ["es", "cy", "pt"])
def test_the_catalogue_itself_is_read(locales, language) -> None:
    """What a translator saves is said at the next start: no compiled file stands between."""
    said = Phrases().gettext(language)(CALL)
    change(locales, language, f'msgstr "{said}"', 'msgstr "999!"')

    assert Phrases(locales).gettext(language)(CALL) == "999!"


@pytest.mark.parametrize("language", ["es", "cy", "pt"])
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(b"<html>Not found</html>\n", id="a page of an error"),
        pytest.param(b"\xff\xfe\x00m\x00s\x00g\x00", id="another encoding"),
        pytest.param(b'<<<<<<< ours\nmsgid "Send"\n=======\n', id="a merge left half done"),
        pytest.param(None, id="no file"),
    ],
)
def test_a_damaged_catalogue_stops_the_start_by_name(locales, language, damage) -> None:
    """A catalogue that cannot be read is named in an error of ours, and nothing is served."""
    path = catalogue_path(locales, language, "interface")
    path.unlink() if damage is None else path.write_bytes(damage)

    with pytest.raises(AssistantError, match=r"interface\.po"):
        Phrases(locales)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "2 November 2026"),
        ("es", "2 de noviembre de 2026"),
        ("cy", "2 Tachwedd 2026"),
        ("pt", "2 de novembro de 2026"),
    ],
)
def test_a_date_is_written_as_the_language_writes_it(language, written) -> None:
    """Dates have the words and the order of her language, British ones for English."""
    assert long_date(date(2026, 11, 2), language) == written
