"""The last component: danger by rules, so that no model can outvote it."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.content.references import rasa_name
from bot.nlu.danger import DangerRules

#: In a message's metadata: the channel has given the danger answer already.
DANGER_ANSWERED = "danger_answered"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class DangerOverride(GraphComponent):
    """Sets the danger intent where the rules find danger.

    Last of all, because a classifier overwrites the intent of what stands before it.
    Where the channel has answered the danger, a question beside it keeps its intent.
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
            danger = self._rules.detect(message.get(TEXT) or "")
            if danger and not (_is_answered(message) and _is_understood(message)):
                intent = {"name": rasa_name(danger.answer), "confidence": 1.0}
                ranking = [intent, *(message.get(INTENT_RANKING_KEY) or [])]
                message.set(INTENT, intent, add_to_output=True)
                message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages


def _is_answered(message: Message) -> bool:
    return bool((message.get(METADATA) or {}).get(DANGER_ANSWERED))


def _is_understood(message: Message) -> bool:
    intent = (message.get(INTENT) or {}).get("name")
    return intent not in (None, DEFAULT_NLU_FALLBACK_INTENT_NAME)
