"""The language she asks for by name: "in Spanish, please", "Cymraeg os gwelwch yn dda"."""

from __future__ import annotations

import re
from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.normalisation import fold

#: What was found in her words, by the name a button's parameter would have.
FOUND = "found"

# Folded: without accents, a doubled letter written once. Welsh mutates Cymraeg, Portiwgaleg.
_NAMES = {
    "en": r"english|ingles|inglesa?|sa?esneg|sisneg",
    "es": r"spanish|espanol|espanish|castel?ano|espanhol|sbaeneg",
    "cy": r"welsh|gales|[cg]ymraeg|nghymraeg|chymraeg",
    "pt": r"portuguese|portugues|(p|b|ph|mh)ortiwgale?g|brazilian|brasileir[oa]",
}
_PATTERNS = {language: re.compile(rf"\b(?:{names})\b") for language, names in _NAMES.items()}


def wanted_language(text: str) -> str | None:
    """Returns the one language of the four that a text names; None when none or several."""
    folded = fold(text)
    named = [language for language, pattern in _PATTERNS.items() if pattern.search(folded)]
    return named[0] if len(named) == 1 else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class WantedLanguage(GraphComponent):
    """Notes the language that a message names.

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
    ) -> WantedLanguage:
        """Creates the component (see parent class for full docstring)."""
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets `found` with a `lang` where a message names one."""
        for message in messages:
            language = wanted_language(message.get(TEXT) or "")
            message.set(FOUND, {"lang": language} if language else {}, add_to_output=True)
        return messages
