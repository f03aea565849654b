"""The card to show or read out: in the reader's language and in hers, and silent on the rest."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest

from bot.clock import Clock
from bot.content.card import CARD, LINES, READERS
from bot.content.directory import SPOKEN
from bot.content.values import Content
from bot.conversation.rendering import Renderer
from bot.i18n import Phrases
from bot.languages import LANGUAGES
from bot.normalisation import fold

#: What nobody who sees the card should learn from it, in any of its languages.
TELLING = (
    # English
    "abus", "violen", "police", "rape", "refuge", "home office", "immigra", "asylum", "visa",
    "traffick", "slave", "hit me", "hits me", "husband", "partner", "danger", "safe", "crime",
    "victim", "threat", "force", "nrm",
    # Spanish
    "maltrat", "polici", "violac", "refugio", "migra", "asilo", "trata", "esclav", "marido",
    "pareja", "peligro", "delito", "victima", "amenaz", "pega",
    # Welsh, with its mutations
    "cam-drin", "gam-drin", "cham-drin", "trais", "drais", "thrais", "heddlu", "treisi", "dreisi",
    "lloches", "swyddfa gartref", "mewnfud", "fewnfud", "fisa", "caethwas", "gaethwas", "gwr i",
    "partner", "perygl", "berygl", "trosedd", "drosedd", "dioddef", "bygwth", "fygwth", "bygyth",
    # Portuguese
    "maus-tratos", "maus tratos", "agress", "estupro", "abrigo", "visto", "trafico", "escravi",
    "parceiro", "companheiro", "perigo", "crime", "vitima", "ameac", "bate",
)  # fmt: skip

#: The readers with each language that can be asked for.
CARDS = list(product(READERS, SPOKEN))

in_every_language = pytest.mark.parametrize("language", LANGUAGES)
for_every_card = pytest.mark.parametrize(("to", "speak"), CARDS)


@pytest.fixture
def renderer(content: Content, phrases: Phrases, clock: Clock, language: str) -> Renderer:
    return Renderer(content, phrases, language, clock)


def card(renderer: Renderer, to: str, speak: str) -> dict[str, Any]:
    shown = renderer.message(CARD, card_for={"to": to, "speak": speak})["card"]
    assert set(shown) == {"to", "say", "lines"}
    return shown


def lines_of(shown: dict[str, Any]) -> list[dict[str, Any]]:
    return [shown["say"], *shown["lines"]]


@in_every_language
@for_every_card
def test_each_line_is_in_the_readers_language_and_in_hers(
    content: Content, renderer: Renderer, language: str, to: str, speak: str
) -> None:
    """Who reads the card understands it, and she knows what each line says."""
    shown = card(renderer, to, speak)
    assert shown["to"] == to
    parts = [f"say-{speak}", f"line-interpreter-{speak}", *(f"line-{name}" for name in LINES)]
    assert [line["text"] for line in lines_of(shown)] == [
        content.text(to, f"{CARD}.{part}") for part in parts
    ]
    if language == to:
        assert [line["own"] for line in lines_of(shown)] == [None] * len(parts)
    else:
        assert [line["own"] for line in lines_of(shown)] == [
            content.text(language, f"{CARD}.{part}") for part in parts
        ]


@in_every_language
@for_every_card
def test_no_line_is_the_same_in_both_languages(
    renderer: Renderer, language: str, to: str, speak: str
) -> None:
    """Where both are shown they differ: none of them is lent from the other language."""
    for line in lines_of(card(renderer, to, speak)):
        assert line["text"].strip()
        assert line["own"] is None or (line["own"].strip() and line["own"] != line["text"])


@in_every_language
@for_every_card
def test_nothing_on_the_card_tells_what_it_is_about(
    renderer: Renderer, language: str, to: str, speak: str
) -> None:
    """Whoever looks over her shoulder reads of an interpreter, and of nothing else."""
    shown = card(renderer, to, speak)
    written = [line[side] for line in lines_of(shown) for side in ("text", "own") if line[side]]
    found = [
        (word, text)
        for text in written
        for word in TELLING
        if re.search(rf"\b{re.escape(fold(word))}", fold(text))
    ]
    assert found == []


@pytest.mark.parametrize(
    "telling",
    [
        "I need help with domestic abuse",
        "Hablo de maltrato",
        "Dw i wedi cael fy ngham-drin gan fy mhartner. Cam-drin domestig",
        "Violência doméstica",
        "Ydy'r heddlu yma?",
        "Is this the police?",
    ],
)
def test_the_search_for_telling_words_finds_them(telling: str) -> None:
    """The test above can fail: each language's words for it are found in a sentence."""
    assert any(re.search(rf"\b{re.escape(fold(word))}", fold(telling)) for word in TELLING)


@in_every_language
@pytest.mark.parametrize("to", READERS)
def test_each_card_asks_for_its_own_language(renderer: Renderer, language: str, to: str) -> None:
    """Cards for different languages differ, in what is said and in what is shown."""
    shown = [card(renderer, to, speak) for speak in SPOKEN]
    assert len({one["say"]["text"] for one in shown}) == len(SPOKEN)
    assert len({one["lines"][0]["text"] for one in shown}) == len(SPOKEN)
    assert all(one["lines"][1:] == shown[0]["lines"][1:] for one in shown)


@in_every_language
def test_a_message_without_a_card_says_so(
    content: Content, renderer: Renderer, language: str
) -> None:
    """Only where one was asked for is there a card; elsewhere the field is null."""
    assert all(renderer.message(answer_id)["card"] is None for answer_id in content.answers)
