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
from bot.nlu.encoder.encoder import SentenceEncoder
from bot.nlu.encoder.phrase_vectors import FILE
from bot.nlu.features import Matrix
from bot.nlu.language_identifier import READING_LANGUAGE
from bot.nlu.sentence_featurizer import READING, SentenceFeaturizer
from bot.nlu.spacy_tokenizer import SpacyLanguageTokenizer

SAME = {
    "en": "can the police tell the home office about me",
    "es": "la policía le puede contar de mí a migración",
    "cy": "all yr heddlu ddweud amdana i wrth y Swyddfa Gartref",
    "pt": "a polícia pode contar sobre mim para a imigração",
}
OTHER = "how do I bake bread"


@pytest.fixture(scope="module")
def featurizer(
    tmp_path_factory: pytest.TempPathFactory, encoder_folder: Path
) -> SentenceFeaturizer:
    return SentenceFeaturizer.create(
        {**SentenceFeaturizer.get_default_config(), "encoder": str(encoder_folder)},
        LocalModelStorage(Path(tmp_path_factory.mktemp("model"))),
        Resource("sentences"),
        ExecutionContext(GraphSchema({}), node_name="sentences"),
    )


def vector(featurizer: SentenceFeaturizer, text: str, language: str = "en") -> Matrix:
    message = Message(data={"text": text, READING_LANGUAGE: language})
    featurizer.process([message])
    _, features = message.get_dense_features("text")
    assert features.features.shape == (1, 384)
    return np.asarray(features.features[0])


def read(featurizer: SentenceFeaturizer, text: str, language: str | None) -> Message:
    """Returns a message with its words and its vector, as the pipeline hands it on."""
    message = Message(data={"text": text, READING_LANGUAGE: language})
    tokenizer = SpacyLanguageTokenizer(SpacyLanguageTokenizer.get_default_config())
    featurizer.process(tokenizer.process([message]))
    return message


def cosine(one: Matrix, other: Matrix) -> float:
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
    message = read(featurizer, SAME[language], language)
    typed = " ".join(token.text for token in message.get("text_tokens")).lower()
    assert typed
    assert message.get(READING).startswith(typed)
    assert (message.get(READING) == typed) is (language != "cy")
    if language == "cy":
        assert "police" in message.get(READING)


#: As typed on a phone, and as it is written.
SHORT = {
    "en": ("Pls tell my hubby 2moro", "please tell my husband tomorrow"),
    "es": ("xq la POLICIA viene aqui", "porque la policía viene aquí"),
    "cy": ("heeeelp gan yr heddlu", "help gan yr heddlu"),
    "pt": ("vc pode me ajudar hj", "você pode me ajudar hoje"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_encoder_reads_short_forms_written_out(
    featurizer: SentenceFeaturizer, language: str
) -> None:
    """What is typed short on a phone means what it means in full."""
    short, full = SHORT[language]
    np.testing.assert_allclose(
        vector(featurizer, short, language), vector(featurizer, full, language), atol=1e-5
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_classifier_reads_short_forms_written_out(
    featurizer: SentenceFeaturizer, language: str
) -> None:
    """A message has the words of the phrases that were written in full."""
    short, full = (read(featurizer, text, language) for text in SHORT[language])
    assert short.get(READING) == full.get(READING)
    assert full.get(READING).startswith(SHORT[language][1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_she_typed_stays_as_she_typed_it(
    featurizer: SentenceFeaturizer, language: str
) -> None:
    """Rules of danger read her own words; what is written out is for the models alone."""
    typed = SHORT[language][0]
    message = read(featurizer, typed, language)
    assert message.get("text") == typed
    assert [token.text for token in message.get("text_tokens")] == typed.split()


@pytest.mark.parametrize("language", ["en", "cy", None])
def test_short_forms_of_another_language_are_left_alone(
    featurizer: SentenceFeaturizer, language: str | None
) -> None:
    """What is "que" in Spanish is no word of hers where she writes another language, or none."""
    assert read(featurizer, "q hj", language).get(READING).split()[:2] == ["q", "hj"]
    assert read(featurizer, "q hj", "pt").get(READING) == "que hoje"


@pytest.mark.parametrize("text", ["", " ", "😀", "मदद", "\x00", "a" * 500])
@pytest.mark.parametrize("language", LANGUAGES)
def test_any_text_has_a_vector(featurizer: SentenceFeaturizer, text: str, language: str) -> None:
    """No message stops the pipeline, an empty one neither."""
    assert np.isfinite(vector(featurizer, text, language)).all()


def phrases(number: int) -> list[Message]:
    """Returns as many training phrases, the first and the last of them alike."""
    between = [f"hello {place}" for place in range(number - 2)]
    texts = ["who can help", *between, "who can help?"]
    return [Message(data={"text": text, READING_LANGUAGE: "en"}) for text in texts]


def features(message: Message) -> Matrix:
    return np.asarray(message.get_dense_features("text")[1].features[0])


@pytest.mark.parametrize("number", [2, 66, 200])
def test_training_phrases_have_vectors_whatever_their_number(
    featurizer: SentenceFeaturizer, number: int
) -> None:
    """Phrases beyond one batch are encoded as those within it, each as the message it is."""
    examples = phrases(number)
    featurizer.process_training_data(TrainingData(examples))
    assert cosine(features(examples[0]), features(examples[-1])) > 0.9
    for example in (examples[0], examples[number // 2], examples[-1]):
        np.testing.assert_allclose(
            features(example), vector(featurizer, example.get("text")), atol=1e-5
        )


def test_a_second_training_finds_the_vectors_of_the_first(
    featurizer: SentenceFeaturizer, encoder_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Phrases that were encoded once are read again, and give the vectors that they gave."""
    first, second = phrases(20), phrases(20)
    featurizer.process_training_data(TrainingData(first))
    assert (encoder_folder / FILE).exists()

    def not_asked(_encoder: SentenceEncoder, _texts: object) -> None:
        raise AssertionError("the encoder was asked")

    monkeypatch.setattr(SentenceEncoder, "encode", not_asked)
    featurizer.process_training_data(TrainingData(second))
    for one, other in zip(first, second):
        np.testing.assert_array_equal(features(one), features(other))


def test_what_she_types_is_never_kept_beside_the_encoder(
    featurizer: SentenceFeaturizer, encoder_folder: Path
) -> None:
    """Only training writes: after a message the file is, byte for byte, what it was."""
    featurizer.process_training_data(TrainingData(phrases(5)))
    before = (encoder_folder / FILE).read_bytes()
    vector(featurizer, "my name is zarzaparrilla")
    assert (encoder_folder / FILE).read_bytes() == before


def test_the_model_carries_no_path(featurizer: SentenceFeaturizer) -> None:
    """The encoder's folder is a setting of the machine, not of the trained model."""
    assert SentenceFeaturizer.get_default_config()["encoder"] is None
