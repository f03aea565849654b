from __future__ import annotations

import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.languages import LANGUAGES
from bot.nlu.language_identifier import READING_LANGUAGE
from bot.nlu.spacy_tokenizer import SpacyLanguageTokenizer

NONSENSE = "qwzrtplxkjv"


@pytest.fixture
def tokenizer() -> SpacyLanguageTokenizer:
    return SpacyLanguageTokenizer(SpacyLanguageTokenizer.get_default_config())


def cut(tokenizer: SpacyLanguageTokenizer, text: str, language: str | None) -> list[str]:
    message = Message(data={TEXT: text, READING_LANGUAGE: language})
    return [token.text for token in tokenizer.tokenize(message, TEXT)]


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "He doesn't stop.", ["He", "does", "n't", "stop", "."]),
        ("es", "¿Dónde está?", ["¿", "Dónde", "está", "?"]),
        ("cy", "Mae'r heddlu'n dweud", ["Mae", "'r", "heddlu", "'n", "dweud"]),
        ("pt", "Ele bateu-me.", ["Ele", "bateu-me", "."]),
        (None, "two words", ["two", "words"]),
    ],
)
def test_words_are_cut_by_the_rules_of_their_language(
    tokenizer: SpacyLanguageTokenizer, language: str | None, text: str, words: list[str]
) -> None:
    """Each language has its own tokeniser, Welsh its clitics."""
    assert cut(tokenizer, text, language) == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_word_knows_its_place(tokenizer: SpacyLanguageTokenizer, language: str) -> None:
    """The places of the words are those in the message."""
    text = "a  ¿bc? d'e 😀 मदद"
    message = Message(data={TEXT: text, READING_LANGUAGE: language})
    for token in tokenizer.tokenize(message, TEXT):
        assert text[token.start : token.end] == token.text
        assert token.text.strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_nonsense_word_is_forgotten(tokenizer: SpacyLanguageTokenizer, language: str) -> None:
    """SpaCy's string store, which keeps every word for ever, keeps none of hers."""
    strings = tokenizer._languages[language].vocab.strings
    size = len(strings)
    assert NONSENSE in cut(tokenizer, f"my name is {NONSENSE}", language)
    assert NONSENSE not in strings
    assert len(strings) == size


def test_spacy_would_keep_it_without_the_memory_zone(tokenizer: SpacyLanguageTokenizer) -> None:
    """The test above can fail: read outside the zone, the word stays."""
    nlp = tokenizer._languages["en"]
    nlp.make_doc(f"my name is {NONSENSE}keep")
    assert f"{NONSENSE}keep" in nlp.vocab.strings
