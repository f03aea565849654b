"""What can you do? The topics, and under each of them its questions."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ContentAction, parameters_of
from bot.content.references import make_reference
from bot.content.topics import ALL, questions_of, topics

WHAT = "bot.what"


class ActionListTopics(ContentAction):
    """Says what the assistant can do, lists its topics, or lists the questions of one."""

    def name(self) -> str:
        return "action_list_topics"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        topic = parameters_of(tracker).get("topic")
        answers = self.content.answers
        if topic in topics(answers):
            everything = make_reference(WHAT, {"topic": ALL})
            dispatcher.utter_message(
                response="utter_bot_what",
                part="in-topic",
                next=[*questions_of(answers, str(topic)), everything],
            )
        elif parameters_of(tracker).get("part"):
            dispatcher.utter_message(response="utter_bot_what")
        else:
            choices = [make_reference(WHAT, {"topic": name}) for name in topics(answers)]
            part = "in-topic" if topic == ALL else "short"
            dispatcher.utter_message(response="utter_bot_what", part=part, next=choices)
        return []
