"""Changes the language by her own word, and says the last answer again in it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ContentAction, parameters_of
from bot.languages import LANGUAGES


class ActionChangeLanguage(ContentAction):
    """Takes the language that she named; asks which, when she named none of the four."""

    def name(self) -> str:
        return "action_change_language"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        language = parameters_of(tracker).get("lang")
        if language not in LANGUAGES:
            dispatcher.utter_message(response="utter_bot_language")
            return []
        # The web channel says the last answer again: only it knows all of what stood there.
        return [SlotSet("language", language), SlotSet("language_picked", True)]
