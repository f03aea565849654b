"""The card to show: its reader's language, and hers beside it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import pytest

from bot.content.card import CARD, LINES, READERS, card
from bot.content.directory import SPOKEN
from bot.errors import ContentUnavailableError
from bot.languages import LANGUAGES

CARDS = list(product(LANGUAGES, READERS, SPOKEN))


@pytest.mark.parametrize(("language", "to", "speak"), CARDS)
def test_each_line_is_in_both_languages(content, language, to, speak) -> None:
    """The reader sees each line in the reader's language, and she sees what it says, in hers."""
    shown = card(content, language, to=to, speak=speak)
    parts = [f"say-{speak}", f"line-interpreter-{speak}", *(f"line-{name}" for name in LINES)]
    lines = [shown["say"], *shown["lines"]]

    assert shown["to"] == to
    assert len(lines) == len(parts)
    for part, line in zip(parts, lines):
        assert line["text"] == content.text(to, f"{CARD}.{part}")
        own = content.text(language, f"{CARD}.{part}")
        assert line["own"] == (None if language == to else own)


@pytest.mark.parametrize(("language", "to"), product(LANGUAGES, READERS))
def test_the_card_asks_for_the_language_that_she_chose(content, language, to) -> None:
    """The line to say aloud and the first line to show are other ones for each language."""
    cards = [card(content, language, to=to, speak=speak) for speak in SPOKEN]

    assert len({shown["say"]["text"] for shown in cards}) == len(SPOKEN)
    assert len({shown["lines"][0]["text"] for shown in cards}) == len(SPOKEN)
    assert len({str(shown["lines"][1:]) for shown in cards}) == 1


#: What would tell a man who looks over her shoulder what the card is for, by its beginnings.
TELLING = {
    "en": "abus violen hit hurt beat police victim traffick refuge partner husband immigra visa",
    "es": "abus violen maltrat golpe polic víctima trata refug pareja marido migra visa visado",
    "cy": "cam-dr trais traws heddlu dioddef masnach lloches partner gŵr mewnfud fisa",
    "pt": "abus violên agress bate políc vítima tráfico abrigo parceir marido migra visto",
}


@pytest.mark.parametrize(("language", "to", "speak"), CARDS)
def test_the_card_does_not_tell_what_she_needs_help_with(content, language, to, speak) -> None:
    """Anybody may see the card: no word on it names abuse, the police or immigration."""
    shown = card(content, language, to=to, speak=speak)

    for line in (shown["say"], *shown["lines"]):
        for tag, text in ((to, line["text"]), (language, line["own"] or "")):
            words = "|".join(TELLING[tag].split())
            assert re.findall(rf"\b(?:{words})\w*", text.casefold()) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("to", READERS)
def test_a_line_that_is_missing_is_an_error(content, language, to) -> None:
    """A card with a gap is not shown; another language does not fill it."""
    for tag in {language, to}:
        texts = {**content.texts}
        del texts[tag, f"{CARD}.line-woman"]
        with pytest.raises(ContentUnavailableError, match=f"line-woman in {tag}"):
            card(replace(content, texts=texts), language, to=to, speak="es")
