from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.languages import LANGUAGES
from bot.nlu.language_identifier import READING_LANGUAGE
from bot.nlu.sentence_featurizer import BATCH, READING, SentenceFeaturizer
from bot.nlu.spacy_tokenizer import SpacyLanguageTokenizer

SAME = {
    "en": "can the police tell the home office about me",
    "es": "la policía le puede contar de mí a migración",
    "cy": "all yr heddlu ddweud amdana i wrth y Swyddfa Gartref",
    "pt": "a polícia pode contar sobre mim para a imigração",
}
OTHER = "how do I bake bread"


@pytest.fixture(scope="module")
def featurizer(tmp_path_factory: pytest.TempPathFactory) -> SentenceFeaturizer:
    return SentenceFeaturizer.create(
        SentenceFeaturizer.get_default_config(),
        LocalModelStorage(Path(tmp_path_factory.mktemp("model"))),
        Resource("sentences"),
        ExecutionContext(GraphSchema({}), node_name="sentences"),
    )


def vector(featurizer: SentenceFeaturizer, text: str, language: str = "en") -> np.ndarray:
    message = Message(data={"text": text, READING_LANGUAGE: language})
    featurizer.process([message])
    _, features = message.get_dense_features("text")
    assert features.features.shape == (1, 384)
    return np.asarray(features.features[0])


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_question_is_near_in_every_language(
    featurizer: SentenceFeaturizer, language: str
) -> None:
    """A question is nearer to itself in another language than to another question."""
    english, other = vector(featurizer, SAME["en"]), vector(featurizer, OTHER)
    same = vector(featurizer, SAME[language], language)
    assert cosine(same, english) > cosine(same, other)


def test_welsh_is_read_through_its_gloss(featurizer: SentenceFeaturizer) -> None:
    """Glossed in English, a Welsh question is nearer to its meaning than read as it stands."""
    english = vector(featurizer, SAME["en"])
    glossed = vector(featurizer, SAME["cy"], "cy")
    assert cosine(glossed, english) > cosine(vector(featurizer, SAME["cy"], "en"), english)


@pytest.mark.parametrize("language", LANGUAGES)
def test_shouting_and_hidden_letters_change_nothing(
    featurizer: SentenceFeaturizer, language: str
) -> None:
    """A message in capitals, with zero-width letters in it, means what it means without."""
    text = SAME[language]
    loud = f"\u200b{text.upper()}\u202e "
    np.testing.assert_allclose(
        vector(featurizer, loud, language), vector(featurizer, text, language), atol=1e-5
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_classifier_reads_her_words_and_for_welsh_the_gloss_too(
    featurizer: SentenceFeaturizer, language: str
) -> None:
    """Names and slips are read as typed; Welsh has English words behind it."""
    message = Message(data={"text": SAME[language], READING_LANGUAGE: language})
    tokenizer = SpacyLanguageTokenizer(SpacyLanguageTokenizer.get_default_config())
    featurizer.process(tokenizer.process([message]))
    typed = " ".join(token.text for token in message.get("text_tokens")).lower()
    assert typed
    assert message.get(READING).startswith(typed)
    assert (message.get(READING) == typed) is (language != "cy")
    if language == "cy":
        assert "police" in message.get(READING)


@pytest.mark.parametrize("text", ["", " ", "😀", "मदद", "\x00", "a" * 500])
@pytest.mark.parametrize("language", LANGUAGES)
def test_any_text_has_a_vector(featurizer: SentenceFeaturizer, text: str, language: str) -> None:
    """No message stops the pipeline, an empty one neither."""
    assert np.isfinite(vector(featurizer, text, language)).all()


def test_training_phrases_have_vectors_whatever_their_number(
    featurizer: SentenceFeaturizer,
) -> None:
    """Phrases beyond one batch are encoded as those within it."""
    examples = [
        Message(data={"text": text, READING_LANGUAGE: "en"})
        for text in [
            "who can help",
            *(f"hello {number}" for number in range(BATCH)),
            "who can help?",
        ]
    ]
    featurizer.process_training_data(TrainingData(examples))
    first, last = (examples[place].get_dense_features("text")[1].features for place in (0, -1))
    assert cosine(first[0], last[0]) > 0.9


def test_the_model_carries_no_path(featurizer: SentenceFeaturizer) -> None:
    """The encoder's folder is a setting of the machine, not of the trained model."""
    assert SentenceFeaturizer.get_default_config()["encoder"] is None
