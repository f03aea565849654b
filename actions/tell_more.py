"""Tell me more, say it again: the rest of the last answer."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ContentAction
from actions.last_answer import last_answer
from bot.content.references import response_name


class ActionTellMore(ContentAction):
    """Gives the long text of the last answer, or its short one again when it has no other."""

    def name(self) -> str:
        return "action_tell_more"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        answer_id = last_answer(tracker, self.content)
        if answer_id is None:
            dispatcher.utter_message(response="utter_bot_more", part="none")
        else:
            dispatcher.utter_message(response=response_name(answer_id), part="more")
        return []
