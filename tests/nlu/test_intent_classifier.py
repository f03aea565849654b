from __future__ import annotations

from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.intent_classifier import RANKING_LENGTH, AnswerClassifier
from bot.nlu.language_identifier import READING_LANGUAGE
from bot.nlu.sentence_featurizer import SentenceFeaturizer
from bot.nlu.spacy_tokenizer import SpacyLanguageTokenizer

CONTEXT = ExecutionContext(GraphSchema({}), node_name="test")
RESOURCE = Resource("classifier")
CONFIG = AnswerClassifier.get_default_config()

PHRASES = {
    ("sharing_risk", "en"): ["can the police tell the home office", "will police report my visa"],
    ("sharing_risk", "es"): ["la policía le dice a migración", "la policía avisa a inmigración"],
    ("sharing_risk", "cy"): ["ydi'r heddlu'n dweud wrth y Swyddfa Gartref"],
    ("sharing_risk", "pt"): ["a polícia conta para a imigração", "a polícia avisa a imigração"],
    ("services_find", "en"): ["who can help me", "I need a refuge", "a lawyer who can help"],
    ("services_find", "es"): ["quién me puede ayudar", "necesito un refugio"],
    ("services_find", "cy"): ["pwy all fy helpu i", "dwi angen lloches"],
    ("services_find", "pt"): ["quem pode me ajudar", "preciso de um abrigo"],
    ("bot_thanks", "en"): ["thank you", "thanks a lot"],
    ("bot_thanks", "es"): ["gracias", "muchas gracias"],
    ("bot_thanks", "cy"): ["diolch", "diolch yn fawr"],
    ("bot_thanks", "pt"): ["obrigada", "muito obrigada"],
    **{(f"topic_{number}", "en"): [f"topic {number}", f"about {number}"] for number in range(5)},
}


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> LocalModelStorage:
    return LocalModelStorage(Path(tmp_path_factory.mktemp("model")))


@pytest.fixture(scope="module")
def featurizer(storage: LocalModelStorage, encoder_folder: Path) -> SentenceFeaturizer:
    config = {**SentenceFeaturizer.get_default_config(), "encoder": str(encoder_folder)}
    return SentenceFeaturizer.create(config, storage, Resource("sentences"), CONTEXT)


def cut(messages: list[Message]) -> list[Message]:
    """Returns the messages with their words, as the pipeline hands them on."""
    tokenizer = SpacyLanguageTokenizer(SpacyLanguageTokenizer.get_default_config())
    return tokenizer.process(messages)


@pytest.fixture(scope="module")
def trained(storage: LocalModelStorage, featurizer: SentenceFeaturizer) -> AnswerClassifier:
    examples = [
        Message(data={"text": text, "intent": intent, READING_LANGUAGE: language})
        for (intent, language), texts in PHRASES.items()
        for text in texts
    ]
    data = featurizer.process_training_data(TrainingData(cut(examples)))
    classifier = AnswerClassifier.create(CONFIG, storage, RESOURCE, CONTEXT)
    assert classifier.train(data) == RESOURCE
    return classifier


def read(
    classifier: AnswerClassifier, featurizer: SentenceFeaturizer, text: str, language: str = "en"
) -> Message:
    message = Message(data={"text": text, READING_LANGUAGE: language})
    classifier.process(featurizer.process(cut([message])))
    return message


@pytest.mark.parametrize(
    ("text", "language", "intent"),
    [
        ("can the police tell immigration", "en", "sharing_risk"),
        ("la policia le avisa a migracion", "es", "sharing_risk"),
        ("ydi'r heddlu yn dweud wrth y swyddfa gartref", "cy", "sharing_risk"),
        ("a policia avisa a imigracao", "pt", "sharing_risk"),
        ("who could help me", "en", "services_find"),
        ("necesito refugio", "es", "services_find"),
        ("pwy all helpu fi", "cy", "services_find"),
        ("preciso de abrigo", "pt", "services_find"),
    ],
)
def test_what_she_asks_is_understood_in_every_language(
    trained: AnswerClassifier,
    featurizer: SentenceFeaturizer,
    text: str,
    language: str,
    intent: str,
) -> None:
    """A question near a training phrase gets its intent, without accents too."""
    message = read(trained, featurizer, text, language)
    assert message.get("intent")["name"] == intent
    assert message.get("intent_ranking")[0] == message.get("intent")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "😀😀",
        "12345",
        "!?",
        "मुझे मदद चाहिए",
        "أحتاج إلى مساعدة",
        "мне нужна помощь",
        "我需要帮助",
    ],
)
def test_letters_of_no_language_of_ours_are_not_guessed_at(
    trained: AnswerClassifier, featurizer: SentenceFeaturizer, text: str
) -> None:
    """Emoji, numbers and other alphabets are asked back, with no guess beside."""
    message = read(trained, featurizer, text)
    assert message.get("intent") == {"name": "nlu_fallback", "confidence": 1.0}
    assert message.get("intent_ranking") == [message.get("intent")]


@pytest.mark.parametrize("text", ["qwe asd zxc dfg", "flurb gnarp wibble"])
def test_nonsense_is_asked_back_with_the_nearest_intents(
    trained: AnswerClassifier, featurizer: SentenceFeaturizer, text: str
) -> None:
    """What no phrase is like is not answered; the ranking is there to be offered."""
    message = read(trained, featurizer, text)
    names = [intent["name"] for intent in message.get("intent_ranking")]
    assert message.get("intent")["name"] == names[0] == "nlu_fallback"
    assert len(names) == RANKING_LENGTH
    assert 0 <= message.get("intent")["confidence"] <= 1


def test_the_ranking_goes_out_bounded(
    trained: AnswerClassifier, featurizer: SentenceFeaturizer
) -> None:
    """Intent and ranking are properties of the message that Rasa hands on."""
    message = read(trained, featurizer, "who can help me")
    handed_on = message.as_dict(only_output_properties=True)
    assert len(handed_on["intent_ranking"]) == RANKING_LENGTH
    assert handed_on["intent"]["name"] == "services_find"


def test_a_loaded_classifier_reads_as_the_trained_one(
    trained: AnswerClassifier, storage: LocalModelStorage, featurizer: SentenceFeaturizer
) -> None:
    """What was trained is what is served."""
    loaded = AnswerClassifier.load(CONFIG, storage, RESOURCE, CONTEXT)
    for text in ("who can help me", "flurb gnarp wibble", "visa police lawyer"):
        before, after = (read(one, featurizer, text) for one in (trained, loaded))
        assert [i["name"] for i in after.get("intent_ranking")] == [
            i["name"] for i in before.get("intent_ranking")
        ]
        assert after.get("intent")["confidence"] == pytest.approx(
            before.get("intent")["confidence"], abs=1e-6
        )


def test_an_untrained_classifier_understands_nothing(
    storage: LocalModelStorage, featurizer: SentenceFeaturizer
) -> None:
    """Without a model every message is asked back; nothing is guessed."""
    untrained = AnswerClassifier.create(CONFIG, storage, Resource("none"), CONTEXT)
    assert read(untrained, featurizer, "who can help me").get("intent")["name"] == "nlu_fallback"


def test_the_thresholds_can_be_set(
    trained: AnswerClassifier, storage: LocalModelStorage, featurizer: SentenceFeaturizer
) -> None:
    """How familiar a message must be is configuration, as config.yml says."""
    strict = AnswerClassifier.load({**CONFIG, "min_familiarity": 1.1}, storage, RESOURCE, CONTEXT)
    assert read(strict, featurizer, "who can help me").get("intent")["name"] == "nlu_fallback"
