from __future__ import annotations

import pytest

from bot.languages import ENDONYMS, LANGUAGES
from bot.nlu.wanted_language import wanted_language


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_own_name_is_known(language: str) -> None:
    """Each language is found by the name that the picker shows, shouted or not."""
    assert wanted_language(ENDONYMS[language]) == language
    assert wanted_language(ENDONYMS[language].upper()) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("in Spanish, please", "es"),
        ("can we speak welsh?", "cy"),
        ("portuguese", "pt"),
        ("English!!", "en"),
        ("en español por favor", "es"),
        ("en espanol", "es"),
        ("castellano", "es"),
        ("en inglés", "en"),
        ("en galés", "cy"),
        ("en portugués", "pt"),
        ("em inglês", "en"),
        ("em galês", "cy"),
        ("em espanhol", "es"),
        ("fala português?", "pt"),
        ("fala brasileiro", "pt"),
        ("Cymraeg os gwelwch yn dda", "cy"),
        ("yn Gymraeg", "cy"),
        ("fy Nghymraeg", "cy"),
        ("Sbaeneg", "es"),
        ("Saesneg", "en"),
        ("Portiwgaleg", "pt"),
        ("ym Mhortiwgaleg", "pt"),
    ],
)
def test_a_language_is_found_by_its_name_in_any_of_the_four(text: str, language: str) -> None:
    """She may name her language in whichever language she writes, without accents too."""
    assert wanted_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "spanish or portuguese?",
        "do you speak french",
        "I am from Wales",
        "England",
        "galesa",
        "cymru",
        "मुझे मदद चाहिए",
        "\x00\ud800",
    ],
)
def test_none_or_several_names_want_nothing(text: str) -> None:
    """A country, another language, or two languages at once is no wish for one of the four."""
    assert wanted_language(text) is None
