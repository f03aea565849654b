"""Yes, no, and if I say no, is it free: what such a message means after the last answer."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ContentAction
from actions.last_answer import last_answer
from actions.list_topics import WHAT
from bot.content.followups import PREFIX, follow_ups
from bot.content.references import make_reference, response_name
from bot.content.topics import topics

YES = "yes"


class ActionFollowUp(ContentAction):
    """Reads the table of follow-ups; asks with buttons where the last answer does not tell."""

    def name(self) -> str:
        return "action_follow_up"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        intent = str(((tracker.latest_message or {}).get("intent") or {}).get("name"))
        kind, last = intent.removeprefix(PREFIX), last_answer(tracker, self.content)
        known = follow_ups()[kind]
        meant = known.after(last)
        if meant in self.content.answers:
            dispatcher.utter_message(response=response_name(str(meant)))
        elif kind == YES and last and self._has_more(last):
            dispatcher.utter_message(response=response_name(last), part="more")
        elif known.otherwise:
            dispatcher.utter_message(
                response="utter_bot_unsure", part="which", next=list(known.otherwise)
            )
        else:
            choices = [
                make_reference(WHAT, {"topic": name}) for name in topics(self.content.answers)
            ]
            dispatcher.utter_message(response="utter_bot_what", part="in-topic", next=choices)
        return []

    def _has_more(self, answer: str) -> bool:
        return any(msgid == f"{answer}.more" for _, msgid in self.content.texts)
