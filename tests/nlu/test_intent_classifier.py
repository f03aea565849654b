from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.answer_model import Understood
from bot.nlu.danger.judgement import Learnt
from bot.nlu.danger_override import JUDGED_DANGER, LEARNT_DANGER, DangerOverride
from bot.nlu.features import Matrix
from bot.nlu.intent_classifier import OUT_OF_SCOPE, RANKING_LENGTH, AnswerClassifier
from bot.nlu.language_identifier import READING_LANGUAGE
from bot.nlu.models import Models, Reading
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
    ("safety_danger", "en"): ["he is hitting me", "he has a knife", "he is here with a knife"],
    ("safety_danger", "es"): ["me está pegando", "me está pegando ahora", "tiene un cuchillo"],
    ("safety_danger", "cy"): ["mae o'n fy nharo i", "mae o'n fy nharo i rwan"],
    ("safety_danger", "pt"): ["ele está me batendo", "ele está me batendo agora"],
    ("safety_suicide", "en"): ["i want to die", "i do not want to live"],
    ("safety_suicide", "es"): ["quiero morirme", "no quiero vivir"],
    ("safety_suicide", "cy"): ["dwi isio marw", "dwi ddim isio byw"],
    ("safety_suicide", "pt"): ["quero morrer", "não quero viver"],
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
    words: list[Message] = tokenizer.process(messages)
    return words


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


@pytest.mark.parametrize("text", ["aaaaaaaa", "aAaA", "j j j j", "éé éé"])
def test_one_letter_over_and_over_is_not_guessed_at(
    trained: AnswerClassifier, featurizer: SentenceFeaturizer, text: str
) -> None:
    """A cat on the keyboard is asked back, and is no danger."""
    message = read(trained, featurizer, text)
    assert message.get("intent_ranking") == [{"name": "nlu_fallback", "confidence": 1.0}]
    assert message.get(LEARNT_DANGER) is None


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


@pytest.mark.parametrize(
    ("danger", "calm", "language"),
    [
        ("he is hitting me", "who can help me", "en"),
        ("me está pegando", "muchas gracias", "es"),
        ("mae o'n fy nharo i", "diolch yn fawr", "cy"),
        ("ele está me batendo", "muito obrigada", "pt"),
    ],
)
def test_what_was_learnt_of_danger_is_noted(
    trained: AnswerClassifier,
    featurizer: SentenceFeaturizer,
    danger: str,
    calm: str,
    language: str,
) -> None:
    """Each message carries how likely it is danger, for what judges that after the classifier."""
    heard, quiet = (
        read(trained, featurizer, text, language).get(LEARNT_DANGER) for text in (danger, calm)
    )
    assert heard.danger > quiet.danger
    assert heard.asked > quiet.asked


def test_what_was_learnt_of_danger_is_not_handed_on(
    trained: AnswerClassifier, featurizer: SentenceFeaturizer
) -> None:
    """It is evidence, and no judgement; Rasa's output would end in a tracker."""
    message = read(trained, featurizer, "he is hitting me")
    assert message.get(LEARNT_DANGER) is not None
    assert LEARNT_DANGER not in message.as_dict(only_output_properties=True)


class AlwaysTheSame:
    """Models that make the same of every message."""

    def __init__(
        self, known_share: float, familiarity: float = 0.9, first: str = "nrm_what"
    ) -> None:
        answers = Understood([(first, 0.7), ("bot_greet", 0.3)], familiarity)
        self.reading = Reading(answers, Learnt(0.99, 0.0, 0.99), known_share)

    def read(self, vector: Matrix, text: str) -> Reading:
        return self.reading


def judge(
    storage: LocalModelStorage,
    featurizer: SentenceFeaturizer,
    models: AlwaysTheSame,
    text: str = "hello there",
) -> Message:
    """Returns a message that went through a classifier with these models, and the judgement."""
    classifier = AnswerClassifier(CONFIG, storage, RESOURCE, cast(Models, models))
    message = read(classifier, featurizer, text)
    DangerOverride.create({}, storage, RESOURCE, CONTEXT).process([message])
    return message


def test_danger_is_learnt_where_enough_words_are_known(
    storage: LocalModelStorage, featurizer: SentenceFeaturizer
) -> None:
    """At the boundary what the models hear of danger still counts."""
    message = judge(storage, featurizer, AlwaysTheSame(CONFIG["known_share_danger"]))
    assert message.get(JUDGED_DANGER)["is_sure"]
    assert message.get("intent")["name"] == "safety_danger"


def test_with_few_known_words_only_the_rules_are_heard(
    storage: LocalModelStorage, featurizer: SentenceFeaturizer
) -> None:
    """In a language that is none of ours all looks like distress; a rule's words do not."""
    few = AlwaysTheSame(CONFIG["known_share_danger"] - 0.01)
    assert judge(storage, featurizer, few).get(JUDGED_DANGER) is None
    by_rule = judge(storage, featurizer, few, "he has a knife")
    assert by_rule.get(JUDGED_DANGER)["is_sure"]
    assert by_rule.get("intent")["name"] == "safety_danger"


def test_nonsense_around_danger_leaves_it_to_the_rules(
    trained: AnswerClassifier, storage: LocalModelStorage, featurizer: SentenceFeaturizer
) -> None:
    """The real model, too, says nothing of danger among words that it has never seen."""
    override = DangerOverride.create({}, storage, RESOURCE, CONTEXT)
    nonsense = "flurb gnarp wibble zorkle snagglet mippo drumf quaxil he has a knife"
    message = read(trained, featurizer, nonsense)
    assert message.get(LEARNT_DANGER) is None
    override.process([message])
    assert message.get("intent")["name"] == "safety_danger"


@pytest.mark.parametrize(
    ("known", "least"), [(True, "min_familiarity"), (False, "min_familiarity_unknown")]
)
def test_more_familiarity_is_wanted_where_few_words_are_known(
    storage: LocalModelStorage, featurizer: SentenceFeaturizer, known: bool, least: str
) -> None:
    """At its boundary a message is answered, below it is asked back with the guesses beside."""
    known_share = CONFIG["known_share"] if known else CONFIG["known_share"] - 0.01
    classifier_of = {
        familiarity: AnswerClassifier(
            CONFIG, storage, RESOURCE, cast(Models, AlwaysTheSame(known_share, familiarity))
        )
        for familiarity in (CONFIG[least], CONFIG[least] - 0.01)
    }
    answered, asked_back = (
        [one["name"] for one in read(classifier, featurizer, "hello").get("intent_ranking")]
        for classifier in classifier_of.values()
    )
    assert answered == ["nrm_what", "bot_greet"]
    assert asked_back == ["nlu_fallback", "nrm_what", "bot_greet"]


@pytest.mark.parametrize(
    ("change", "intent"), [(0.0, OUT_OF_SCOPE), (-0.01, "nlu_fallback")], ids=["known", "unknown"]
)
def test_out_of_scope_is_for_what_is_understood(
    storage: LocalModelStorage, featurizer: SentenceFeaturizer, change: float, intent: str
) -> None:
    """Whoever writes another language is asked which, and not told that it is no matter of ours."""
    models = AlwaysTheSame(CONFIG["known_share"] + change, 1.0, OUT_OF_SCOPE)
    classifier = AnswerClassifier(CONFIG, storage, RESOURCE, cast(Models, models))
    assert read(classifier, featurizer, "hello").get("intent")["name"] == intent
