from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from bot.languages import LANGUAGES
from bot.nlu.language_identification import LanguageIdentification
from bot.nlu.ngrams import NgramModel
from bot.plain_yaml import read_yaml
from bot.settings import ROOT

PHRASES = ROOT / "data" / "nlu"


def training_phrases(language: str) -> list[str]:
    blocks = [
        block
        for path in sorted(Path(PHRASES, language).glob("*.yml"))
        for block in read_yaml(path)["nlu"]
    ]
    return [line[2:] for block in blocks for line in block["examples"].splitlines()]


@pytest.fixture(scope="module")
def identification() -> LanguageIdentification:
    pairs = [(lang, phrase) for lang in LANGUAGES for phrase in training_phrases(lang)]
    return LanguageIdentification(NgramModel.train(pairs))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("can the police tell the home office about me", "en"),
        ("plz help my husbend take my pasport", "en"),
        ("¿la policía le dice a inmigración que estoy aquí?", "es"),
        ("la policia le dice a migracion que estoy aqui", "es"),
        ("ydi'r heddlu'n dweud wrth y Swyddfa Gartref", "cy"),
        ("dwi ofn mynd at yr heddlu achos sdim papurau da fi", "cy"),
        ("a polícia conta para a imigração que estou aqui", "pt"),
        ("a policia vai contar pra imigracao onde eu moro", "pt"),
        ("LA POLICIA LE DICE A MIGRACION", "es"),
        ("gracias", "es"),
        ("diolch", "cy"),
        ("obrigada", "pt"),
        ("thank you", "en"),
    ],
)
@pytest.mark.parametrize("prior", [None, *LANGUAGES])
def test_her_language_is_told_with_and_without_accents(
    identification: LanguageIdentification, text: str, language: str, prior: str | None
) -> None:
    """What she surely writes in is found, whatever language the talk was in before."""
    found = identification.identify(text, prior)
    assert (found.language, found.is_sure) == (language, True)


@pytest.mark.parametrize("prior", LANGUAGES)
@pytest.mark.parametrize("text", ["no", "que", "como", "visa", "casa", "999", "?!", ""])
def test_a_word_of_several_languages_does_not_change_the_talk(
    identification: LanguageIdentification, text: str, prior: str
) -> None:
    """A short answer that could be in several languages leaves the conversation in its own."""
    found = identification.identify(text, prior)
    assert (found.language, found.is_sure) == (prior, False)


@pytest.mark.parametrize(
    ("text", "prior"),
    [
        *product(["ok", "okay", "LAWRS", "BAWSO", "NRM", "Home Office"], LANGUAGES),
        ("claro", "es"),
        ("claro", "pt"),
    ],
)
def test_a_name_or_a_word_that_all_use_does_not_change_the_talk(
    identification: LanguageIdentification, text: str, prior: str
) -> None:
    """Who writes "ok", or the name of a service, has not begun to write another language."""
    assert identification.identify(text, prior).language == prior


@pytest.mark.parametrize("text", ["", " ", "😀😀", "12345", "!?", "\u200f"])
def test_without_a_word_nothing_is_sure(identification: LanguageIdentification, text: str) -> None:
    """Emoji, numbers and signs are in no language; at the beginning that reads as English."""
    found = identification.identify(text)
    assert (found.language, found.is_sure) == ("en", False)


@pytest.mark.parametrize("prior", LANGUAGES)
@pytest.mark.parametrize(
    "text", ["मुझे मदद चाहिए कृपया", "أحتاج إلى مساعدة", "我需要帮助", "мне нужна помощь"]
)
def test_another_script_does_not_change_the_talk(
    identification: LanguageIdentification, text: str, prior: str
) -> None:
    """Hindi or Arabic is none of the four, so the conversation stays in the one it has."""
    found = identification.identify(text, prior)
    assert (found.language, found.is_sure) == (prior, False)


def test_the_training_phrases_are_told_in_every_language(
    identification: LanguageIdentification,
) -> None:
    """Of the longer phrases of each language, mixed ones among them, 93 in 100 are told."""
    for language in LANGUAGES:
        long = [text for text in training_phrases(language) if len(text.split()) >= 4][::10]
        told = [identification.identify(text).language == language for text in long]
        assert sum(told) >= 0.93 * len(told), language
