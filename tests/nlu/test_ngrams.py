from __future__ import annotations

import json
import math

import pytest

from bot.languages import LANGUAGES
from bot.nlu.ngrams import MAX_ORDER, NgramModel, _ngrams, _words

PAIRS = [
    ("en", "the police tell the home office"),
    ("en", "what do the police keep"),
    ("es", "la policía le dice a migración"),
    ("es", "qué guarda la policía"),
    ("cy", "ydi'r heddlu yn dweud wrth y swyddfa"),
    ("cy", "beth mae'r heddlu yn ei gadw"),
    ("pt", "a polícia conta para a imigração"),
    ("pt", "o que a polícia guarda de mim"),
]


def ngrams_of(text: str) -> set[str]:
    return {ngram for word in _words(text) for ngram in _ngrams(word)}


@pytest.fixture(scope="module")
def model() -> NgramModel:
    return NgramModel.train(PAIRS)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("the police", "en"),
        ("la policia", "es"),
        ("yr heddlu", "cy"),
        ("a polícia de imigração", "pt"),
    ],
)
def test_the_likeliest_language_is_the_one_it_was_trained_with(
    model: NgramModel, text: str, language: str
) -> None:
    """A text most like a language's phrases is likeliest in that language."""
    probabilities = model.log_probabilities(text)
    assert max(probabilities, key=probabilities.__getitem__) == language


@pytest.mark.parametrize("text", ["the police", "yr heddlu", "x", "", "नमस्ते"])
def test_probabilities_sum_to_one(model: NgramModel, text: str) -> None:
    """What comes out can be added to another model's logarithms."""
    probabilities = model.log_probabilities(text)
    assert list(probabilities) == list(LANGUAGES)
    assert sum(map(math.exp, probabilities.values())) == pytest.approx(1)


@pytest.mark.parametrize("text", ["", "नमस्ते", "😀"])
def test_letters_it_has_never_seen_decide_nothing(model: NgramModel, text: str) -> None:
    """Only the spaces around them are known, and those are in every language."""
    probabilities = [math.exp(value) for value in model.log_probabilities(text).values()]
    assert max(probabilities) < 1.2 / len(LANGUAGES)


def test_an_untrained_model_decides_nothing() -> None:
    """Before training, every language is as likely."""
    assert len(set(NgramModel({}).log_probabilities("the police").values())) == 1


def test_accents_are_evidence_but_not_needed(model: NgramModel) -> None:
    """ "policía" counts with and without its accent."""
    assert {"lic", "ía ", "ia "} <= ngrams_of("policía")
    assert ngrams_of("policia") <= ngrams_of("policía")


def test_no_ngram_is_longer_than_four_letters() -> None:
    """No whole phrase, and no long word, stands in the model."""
    assert max(map(len, ngrams_of("imigração migracion swyddfa"))) == MAX_ORDER == 4


def test_what_was_seen_once_is_not_in_the_model(model: NgramModel) -> None:
    """A name in a single phrase leaves no trace."""
    trained = NgramModel.train([*PAIRS, ("en", "zqxj")])
    assert not [ngram for ngram in trained.weights if "zqx" in ngram or "qxj" in ngram]


def test_it_comes_back_from_json_as_it_was(model: NgramModel) -> None:
    """A model that is stored as text tells languages as before."""
    weights = json.loads(json.dumps(model.weights))
    again = NgramModel({ngram: tuple(values) for ngram, values in weights.items()})
    assert again == NgramModel(dict(model.weights))
