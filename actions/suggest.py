"""Not understood: says so, and offers what she may have meant."""

from __future__ import annotations

from itertools import islice
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ContentAction
from bot.content.suggestions import MOST, likely_answers

#: Below this an intent is no nearer to her words than any other.
MIN_CONFIDENCE = 0.08

ALWAYS_OFFERED = ("services.find", "safety.danger")


class ActionSuggest(ContentAction):
    """Offers the nearest answers, and always a person to talk to and the way out of danger."""

    def name(self) -> str:
        return "action_suggest"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        nearest = self._nearest((tracker.latest_message or {}).get("intent_ranking") or [])
        if nearest:
            others = [name for name in ALWAYS_OFFERED if name not in nearest]
            dispatcher.utter_message(response="utter_bot_unsure", next=[*nearest, *others])
        else:
            dispatcher.utter_message(response="utter_bot_unsure", part="plain")
        return []

    def _nearest(self, ranking: list[dict[str, Any]]) -> list[str]:
        questions = [name for name in self.content.answers if not name.startswith("bot.")]
        ranked = ((intent["name"], intent["confidence"]) for intent in ranking)
        return list(islice(likely_answers(ranked, questions, MIN_CONFIDENCE), MOST))
