"""A card to show or read out, in the reader's language and in hers."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ContentAction, parameters_of
from bot.content.card import CARD, READERS
from bot.content.choices import ASK
from bot.content.directory import SPOKEN
from bot.content.references import make_reference
from bot.languages import DEFAULT_LANGUAGE


class ActionShowCard(ContentAction):
    """Shows the card for the language she reads, or for another that she chooses."""

    def name(self) -> str:
        return "action_show_card"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        given = parameters_of(tracker)
        to = given["to"] if given.get("to") in READERS else DEFAULT_LANGUAGE
        speak = given.get("speak") or tracker.get_slot("language")
        if speak == ASK or speak not in SPOKEN:
            choices = [make_reference(CARD, {"to": to, "speak": name}) for name in SPOKEN]
            dispatcher.utter_message(response="utter_services_card", part="ask-speak", next=choices)
            return []
        other = next(name for name in READERS if name != to)
        dispatcher.utter_message(
            response="utter_services_card",
            card_for={"to": to, "speak": speak},
            next=[
                make_reference(CARD, {"speak": speak, "to": other}),
                make_reference(CARD, {"to": to, "speak": ASK}),
                *self.content.answers[CARD].next,
            ],
        )
        return []
