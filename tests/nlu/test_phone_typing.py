from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.languages import LANGUAGES
from bot.nlu.phone_typing import PhoneTyping
from bot.normalisation import clean

SHIPPED = PhoneTyping.load()
FORMS = [(language, form) for language, own in SHIPPED.written.items() for form in own]


@pytest.mark.parametrize(
    ("language", "typed", "written"),
    [
        ("en", "pls dont tell my hubby", "please don't tell my husband"),
        ("en", "can u help me rn?", "can you help me right now?"),
        ("es", "q hago, xfa", "que hago, por favor"),
        ("es", "la policia esta aqui", "la policía esta aquí"),
        ("es", "kiero ir al medico", "quiero ir al médico"),
        ("pt", "vc pode me ajudar hj?", "você pode me ajudar hoje?"),
        ("pt", "nao tenho visto tbm", "não tenho visto também"),
        ("pt", "a imigracao", "a imigração"),
    ],
)
def test_short_forms_and_bare_words_are_written_out(
    language: str, typed: str, written: str
) -> None:
    """The encoder has read whole words; what is around them stays as it was."""
    assert SHIPPED.write_out(typed, language) == written


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("q", {"en": "q", "es": "que", "cy": "q", "pt": "que"}),
        ("n", {"en": "and", "es": "n", "cy": "n", "pt": "não"}),
        ("pls", {"en": "please", "es": "pls", "cy": "pls", "pt": "por favor"}),
        ("vc", {"en": "vc", "es": "vc", "cy": "vc", "pt": "você"}),
        ("kiero", {"en": "kiero", "es": "quiero", "cy": "kiero", "pt": "kiero"}),
        ("to", {"en": "to", "es": "to", "cy": "to", "pt": "estou"}),
        ("num", {"en": "number", "es": "número", "cy": "num", "pt": "num"}),
    ],
)
def test_a_short_form_is_written_out_in_its_own_language_only(
    form: str, expected: dict[str, str]
) -> None:
    """The same letters are another word next door, or none."""
    assert {language: SHIPPED.write_out(form, language) for language in LANGUAGES} == expected


@pytest.mark.parametrize("text", ["question", "nuns", "u-turn2day", "xq1", "mis aquies", "vcvc"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_short_form_inside_a_word_is_left_alone(language: str, text: str) -> None:
    """Only whole words are written out."""
    typing = PhoneTyping({language: {"q": "que", "n": "and", "2day": "today", "aqui": "aquí"}})
    assert typing.write_out(text, language) == text


@pytest.mark.parametrize("language", [*LANGUAGES, None, "fr"])
@pytest.mark.parametrize(
    ("typed", "written"),
    [("heeeelp", "help"), ("noooo!!!", "no!!!"), ("ññññ 1000 ...", "ñ 1000 ...")],
)
def test_letters_that_are_drawn_out_are_one(language: str | None, typed: str, written: str) -> None:
    """Held-down keys are no other word, in any language; figures and stops stay."""
    empty = PhoneTyping({})
    assert empty.write_out(typed, language or "") == written


@pytest.mark.parametrize("text", ["all the feelings", "llamar a carrera", "pwll addysg", "corra"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_double_letters_stay(language: str, text: str) -> None:
    """Two of a letter are good spelling in all four languages."""
    assert PhoneTyping({}).write_out(text, language) == text


def test_a_short_form_that_is_drawn_out_is_known() -> None:
    """ "Plsssss" is "pls", and that is "please"."""
    assert SHIPPED.write_out("plsssss", "en") == "please"
    assert SHIPPED.write_out("vcccc", "pt") == "você"


@pytest.mark.parametrize(
    "text",
    [
        "dwi angen help n awr",
        "mae'r heddlu wedi dod i'r ty",
        "pls helpwch fi, q",
        "sut ydw i'n cael fisa yng nghymru",
    ],
)
def test_welsh_is_untouched_but_for_letters_that_are_drawn_out(text: str) -> None:
    """Welsh has a list of its own in its gloss, and two lists would not agree."""
    assert SHIPPED.write_out(text, "cy") == text
    assert SHIPPED.write_out(text.replace("e", "eeee"), "cy") == text


@pytest.mark.parametrize(("language", "form"), FORMS)
def test_what_is_written_out_stays_as_it_is(language: str, form: str) -> None:
    """Written out twice is written out once: no word stands for a short form in turn."""
    once = SHIPPED.write_out(f"{form} {form}eee", language)
    assert SHIPPED.write_out(once, language) == once


@pytest.mark.parametrize(("language", "form"), FORMS)
def test_every_form_can_be_met_in_a_message(language: str, form: str) -> None:
    """A form with a capital, a space or a hidden letter would wait for ever."""
    written = SHIPPED.written[language][form]
    assert form == clean(form).lower()
    assert written == clean(written).lower()
    assert SHIPPED.write_out(form, language) == written != form


@pytest.mark.parametrize("text", ["", " ", "😀", "मदद", "12:30", "'", "''' q"])
@pytest.mark.parametrize("language", [*LANGUAGES, "fr"])
def test_any_text_can_be_written_out(language: str, text: str) -> None:
    """No message stops the pipeline, and what is no short form stays."""
    assert SHIPPED.write_out(text, language).startswith(text.removesuffix("q"))


@pytest.mark.parametrize(
    ("table", "word"),
    [
        ("xx: {accents: papá papa}", "papa"),
        ("xx: {accents: esta está aquí}", "esta"),
        ("xx: {short: {aqui: allí}, accents: aquí}", "aqui"),
        ("yy: {accents: más}\nxx: {accents: más mâs}", "mas"),
    ],
)
def test_a_bare_word_with_two_meanings_is_refused(tmp_path: Path, table: str, word: str) -> None:
    """A slip in the table stops the start, and the error names the language and the word."""
    path = tmp_path / "typing.yml"
    path.write_text(table, encoding="utf-8")
    with pytest.raises(ContentError, match=rf"xx.*{word}"):
        PhoneTyping.load(path)


def test_the_table_is_what_its_file_says(tmp_path: Path) -> None:
    """A language may have short forms alone, or accents alone; the next one's may differ."""
    path = tmp_path / "typing.yml"
    path.write_text("xx: {short: {q: que}}\nyy: {accents: año más}\n", encoding="utf-8")
    typing = PhoneTyping.load(path)
    assert typing.write_out("q mas anos ano", "xx") == "que mas anos ano"
    assert typing.write_out("q mas anos ano", "yy") == "q más anos año"
