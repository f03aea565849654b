"""The Rasa component that notes what a message names: a language, a place, a service."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.names.matcher import all_names
from bot.nlu.wanted_language import wanted_language

#: What was found in her words, by the name a button's parameter would have.
FOUND = "found"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class NameFinder(GraphComponent):
    """Sets `found` on each message.

    A property of the message and not an entity: an entity that a story does not
    annotate makes Rasa's story test fail.
    """

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NameFinder:
        """Creates the component (see parent class for full docstring)."""
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Notes the names in each message."""
        for message in messages:
            message.set(FOUND, names_in(message.get(TEXT) or ""), add_to_output=True)
        return messages


def names_in(text: str) -> Dict[str, str]:
    """Returns what a text names, by the parameter of a button: `lang`, `speak`, `nation`, `id`.

    A language may be the one she wants to read or the one she wants to speak; which of
    them it is, the answer she asks for decides.
    """
    found = all_names().find(text)
    language = wanted_language(text)
    # "Welsh Women's Aid" is no wish for Welsh, nor is "vivo en Gales".
    is_in_a_name = "id" in found or (language == "cy" and found.get("nation") == "wales")
    if language and not is_in_a_name:
        found |= {"lang": language, "speak": language}
    return found
