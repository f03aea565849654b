"""How do you know? The sources of the last answer."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ContentAction
from actions.last_answer import last_answer


class ActionShowSources(ContentAction):
    """Shows where the last answer comes from, and when it was written."""

    def name(self) -> str:
        return "action_show_sources"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        answer_id = last_answer(tracker, self.content)
        content = self.content
        if answer_id is None or not content.sources_of(content.answers[answer_id]):
            dispatcher.utter_message(response="utter_bot_sources", part="none")
        else:
            dispatcher.utter_message(response="utter_bot_sources", sources_of=answer_id)
        return []
