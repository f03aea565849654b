"""Welsh messages in rough English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.nlu.welsh.gloss import Glossary
from bot.nlu.welsh.spoken import written
from bot.nlu.welsh.tokens import fold, tokenise

_DATA = Path(__file__).with_name("data")


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    """The list as it ships."""
    return Glossary.load()


def _lines(name: str) -> list[str]:
    lines = (_DATA / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("line", _lines("glosses.tsv"))
def test_a_message_keeps_its_meaning(glossary: Glossary, line: str) -> None:
    """The English words that carry a message's meaning stand in its gloss."""
    message, expected = line.split("\t")
    words = re.findall(r"[\w-]+", glossary.gloss(message).lower())
    assert not set(expected.lower().split()) - set(words), glossary.gloss(message)


@pytest.mark.parametrize("message", [line.split("\t")[0] for line in _lines("glosses.tsv")])
def test_accents_may_be_missing(glossary: Glossary, message: str) -> None:
    """A phone without accents does not change what is understood."""
    assert glossary.gloss(fold(message)).lower() == glossary.gloss(message).lower()


@pytest.mark.parametrize(
    ("north", "south"),
    [
        ("dwi isio help rŵan", "wi moyn help nawr"),
        ("efo fy nain", "gyda fy mam-gu"),
        ("dwi ddim yn dallt", "so fi'n deall"),
        ("mae gynno fo gyllell", "mae gyda fe gyllell"),
        ("be fedra i neud", "beth alla i wneud"),
        ("deud wrth yr heddlu", "gweud wrth yr heddlu"),
        ("mynd allan", "mynd mas"),
        ("ella", "falle"),
        ("llefrith", "llaeth"),
        ("goriad", "allwedd"),
    ],
)
def test_north_and_south_say_the_same(glossary: Glossary, north: str, south: str) -> None:
    """Two ways of saying one thing have one gloss."""
    assert glossary.gloss(north) == glossary.gloss(south)


@pytest.mark.parametrize(
    ("said", "in_books"),
    [
        ("ffenast", "ffenest"),
        ("clywad", "clywed"),
        ("grisia", "grisiau"),
        ("geirie", "geiriau"),
        ("llygid", "llygaid"),
        ("ochor", "ochr"),
        ("ffono", "ffonio"),
        ("gico", "cicio"),
        ("pentre", "pentref"),
        ("mreichia", "mreichiau"),
    ],
)
def test_a_word_is_known_as_it_is_spoken(glossary: Glossary, said: str, in_books: str) -> None:
    """Dictionaries have one form; phones have what is said, north and south."""
    assert glossary.unknown(said) == []
    assert glossary.gloss(said) == glossary.gloss(in_books)


def test_a_word_of_one_syllable_is_not_bent_into_another() -> None:
    """ "Mat" is no "met", where "ffenast" is "ffenest"."""
    assert "met" not in written("mat")
    assert "ffenest" in written("ffenast")


@pytest.mark.parametrize(
    "english",
    [
        "Can the police arrest my husband for this?",
        "Home Office",
        "super-complaint by Liberty and Southall Black Sisters",
        "I'm scared, he's got a knife",
        "don't tell immigration",
        "domestic abuse helpline",
        "my visa is not valid",
        "the law was broken",
        "https://www.gov.wales/live-fear-free",
    ],
)
def test_english_words_stay_as_they_are(glossary: Glossary, english: str) -> None:
    """English inside a Welsh conversation passes through."""
    # "A" and "by" are words of both languages; the rest must be untouched.
    kept = glossary.gloss(english).lower().replace(" and ", " a ").split()
    assert kept == english.lower().replace(" and ", " a ").split()


@pytest.mark.parametrize(
    ("welsh", "english"),
    [
        ("mae o'n fy nharo i", "he is hitting me"),
        ("mae hi'n ei churo", "she is beating him"),
        ("ei churo hi", "beat her"),
        ("fy ngŵr i", "my husband"),
        ("i'w gweld nhw", "to see them"),
        ("fydd e'n ffonio", "will he call"),
        ("os dwi'n ffonio", "if I call"),
        ("'mhlant i", "my children"),
        ("dwi ofn", "I am afraid"),
    ],
)
def test_the_one_who_acts_and_the_one_acted_on_are_told_apart(
    glossary: Glossary, welsh: str, english: str
) -> None:
    """An object that stands before its verb is put after it, once."""
    assert glossary.gloss(welsh) == english


@pytest.mark.parametrize(
    ("welsh", "english"),
    [
        ("siaradasant", "they speak"),
        ("ffoniodd", "call"),
        ("cloiodd", "lock"),
        ("ffonith", "will call"),
        ("rheolwyd", "was control"),
        ("dysgant", "they learn"),
        ("teimlais", "I felt"),
    ],
)
def test_short_verb_forms_are_read(glossary: Glossary, welsh: str, english: str) -> None:
    """An ending of the verb is taken off, and what it says is said."""
    assert set(english.split()) <= set(glossary.gloss(welsh).split())


@pytest.mark.parametrize(
    "message",
    [
        "dwi ddim isio marw",
        "so fi'n moyn mynd at yr heddlu",
        "dydi o ddim yn fy nharo",
        "peidiwch â dweud wrth yr heddlu",
        "dwi'm yn saff",
        "sai'n briod",
        "dyw e ddim yn gwybod",
        "wnaethon nhw ddim gofyn",
        "alla i ddim gadael",
        "does dim plant",
        "sgen i ddim fisa",
        "nid fy mai i",
        "heb bapurau",
    ],
)
def test_a_no_is_never_lost(glossary: Glossary, message: str) -> None:
    """However Welsh denies something, the English denies it too."""
    assert {"not", "no", "cannot", "without"} & set(glossary.gloss(message).split())


def test_asking_for_a_thing_is_not_asking_to_do_it(glossary: Glossary) -> None:
    """She asks to have help, not to give it."""
    assert glossary.gloss("ga i help") == "may I have help"
    assert glossary.gloss("ga i ofyn") == "may I ask"


def test_an_accent_that_is_typed_is_believed(glossary: Glossary) -> None:
    """Words that differ only in an accent are told apart where it is typed."""
    assert glossary.gloss("tân") == "fire"
    assert glossary.gloss("dân") == "fire"
    assert glossary.gloss("tan") == "until"
    assert glossary.gloss("môr") == "sea"
    assert glossary.gloss("mor") == "so"


def test_curly_and_straight_apostrophes_are_one(glossary: Glossary) -> None:
    """Phones type either."""
    assert glossary.gloss("dwi’n mynd i’r llys") == glossary.gloss("dwi'n mynd i'r llys")


@pytest.mark.parametrize("text", ["", "   ", "999", "?!", "🙏", "'", "-", "xyzzy", "ñandú", "'n"])
def test_anything_may_be_typed(glossary: Glossary, text: str) -> None:
    """No text breaks the gloss, and what it does not know it gives back."""
    assert glossary.gloss(text) == ("" if text == "'n" else text.strip())


def test_most_words_of_phone_messages_are_glossed(glossary: Glossary) -> None:
    """At least 95 words in a hundred of everyday messages are in the list."""
    messages = _lines("messages.txt")
    words = [token for text in messages for token in tokenise(text) if token.is_word]
    unknown = [word for text in messages for word in glossary.unknown(text)]
    assert len(messages) >= 60
    assert len(unknown) <= 0.05 * len(words), unknown


def test_nothing_of_a_message_is_kept(glossary: Glossary) -> None:
    """Glossing leaves the tables as they were."""
    sizes = {name: len(value) for name, value in vars(glossary).items() if isinstance(value, dict)}
    glossary.gloss("fy enw i yw Qwertyuiop Zxcvbn")
    assert sizes == {
        name: len(value) for name, value in vars(glossary).items() if isinstance(value, dict)
    }
    assert "qwertyuiop" not in repr(vars(glossary)).lower()
