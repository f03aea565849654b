"""The last component: danger, by rules and by what was learnt."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.content.references import rasa_name
from bot.nlu.danger import Danger, DangerRules
from bot.nlu.danger.judgement import Judgement, judge
from bot.nlu.language_identifier import READING_LANGUAGE
from bot.nlu.models import DANGER_INTENTS

#: In a message's metadata: the channel gives the danger answer itself, above whatever is asked.
ALARM_AT_DOOR = "alarm_at_door"
#: In a message: what the models make of it (`Learnt`).
LEARNT_DANGER = "learnt_danger"
#: In a message: the vector and the reading of those words that the rules found danger in, and what
#: the models make of them.
DANGER_PART, LEARNT_PART = "danger_part", "learnt_part"
#: In a message: what the rules found, `Danger` or None, once they were asked.
RULED_DANGER = "ruled_danger"
#: In what Rasa hands on: the judgement, as a dictionary; not there without danger.
JUDGED_DANGER = "danger"
#: A question beside danger is as likely as this: "he is hitting me, will they tell immigration?"
#: has 0.4, and danger alone leaves no other answer a tenth.
BESIDE = 0.2


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class DangerOverride(GraphComponent):
    """Judges danger, and sets its intent where it is sure.

    Last of all, because a classifier overwrites the intent of what stands before it.
    Where the channel gives the danger answer, a question beside it keeps its intent.
    """

    def __init__(self) -> None:
        self._rules = DangerRules.load()

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DangerOverride:
        """Creates the component (see parent class for full docstring)."""
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Looks for danger in each message."""
        for message in messages:
            judged = judge(
                ruled_danger(message, self._rules),
                message.get(LEARNT_DANGER),
                message.get(LEARNT_PART),
                message.get(READING_LANGUAGE),
            )
            if judged:
                message.set(JUDGED_DANGER, asdict(judged), add_to_output=True)
                if _is_its_intent(message, judged):
                    name = rasa_name(judged.answer)
                    _set_intent(message, {"name": name, "confidence": 1.0})
                elif question := _question_beside(message):
                    _set_intent(message, question)
        return messages


def ruled_danger(message: Message, rules: DangerRules) -> Danger | None:
    """Returns what the rules find in a message; they are asked once for each."""
    if RULED_DANGER not in message.data:
        message.set(RULED_DANGER, rules.detect(message.get(TEXT) or ""))
    found: Danger | None = message.get(RULED_DANGER)
    return found


def _is_its_intent(message: Message, judged: Judgement) -> bool:
    is_understood = (message.get(INTENT) or {}).get("name") not in (
        None,
        DEFAULT_NLU_FALLBACK_INTENT_NAME,
    )
    is_at_door = bool((message.get(METADATA) or {}).get(ALARM_AT_DOOR))
    # Beside danger nobody is told that she was not understood.
    return not is_understood or (judged.is_sure and not is_at_door)


def _question_beside(message: Message) -> dict[str, Any] | None:
    """Returns what else she asks for, where the answer to danger is only the likeliest."""
    ranking = message.get(INTENT_RANKING_KEY) or []
    if not ranking or ranking[0]["name"] not in DANGER_INTENTS:
        return None
    others = (*DANGER_INTENTS, DEFAULT_NLU_FALLBACK_INTENT_NAME)
    beside = (one for one in ranking if one["name"] not in others and one["confidence"] >= BESIDE)
    return next(beside, None)


def _set_intent(message: Message, intent: dict[str, Any]) -> None:
    ranking = message.get(INTENT_RANKING_KEY) or []
    others = [one for one in ranking if one["name"] != intent["name"]]
    message.set(INTENT, intent, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [intent, *others], add_to_output=True)
