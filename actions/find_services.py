"""Who can help? Asks at most nation, need and language, and shows suitable services."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ContentAction, parameters_of
from bot.content.directory import ANY, SPOKEN, Found, suitable
from bot.content.references import make_reference
from bot.content.values import NATIONS, NEEDS
from bot.languages import DEFAULT_LANGUAGE

#: The questions in their order, each with the answers its buttons give.
QUESTIONS = {"nation": NATIONS, "need": NEEDS, "speak": SPOKEN}

#: Carried to the next turns, so that she is not asked twice.
REMEMBERED = ("nation", "speak")


class ActionFindServices(ContentAction):
    """Asks the next open question by buttons, or shows the services that fit."""

    def name(self) -> str:
        return "action_find_services"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        if "part" in parameters_of(tracker):
            # "More about this", under a list of services.
            dispatcher.utter_message(response="utter_services_find")
            return []
        known = self._known(tracker)
        for name, values in QUESTIONS.items():
            if name not in known:
                self._ask(dispatcher, name, values, known)
                break
        else:
            self._show(dispatcher, known)
        return [SlotSet(name, known[name]) for name in REMEMBERED if name in known]

    def _known(self, tracker: Tracker) -> dict[str, str]:
        given = parameters_of(tracker)
        remembered = {name: tracker.get_slot(name) for name in REMEMBERED}
        # `ask` opens a question again.
        return {
            name: value
            for name, values in QUESTIONS.items()
            if (value := given.get(name) or remembered.get(name)) in (*values, ANY)
        }

    def _ask(
        self,
        dispatcher: CollectingDispatcher,
        name: str,
        values: tuple[str, ...],
        known: dict[str, str],
    ) -> None:
        choices = [
            make_reference("services.find", {**known, name: value}) for value in (*values, ANY)
        ]
        dispatcher.utter_message(response="utter_services_find", part=f"ask-{name}", next=choices)

    def _show(self, dispatcher: CollectingDispatcher, known: dict[str, str]) -> None:
        found = suitable(self.content.services.values(), **known)
        again = make_reference("services.find", {"nation": "ask", "need": "ask", "speak": "ask"})
        dispatcher.utter_message(
            response="utter_services_find",
            **_spoken(known["speak"], found),
            services=[service.id for service in found.services],
            chosen=known,
            next=[*self.content.answers["services.find"].next, again],
        )


def _spoken(speak: str, found: Found) -> dict[str, Any]:
    """Returns what is said about her language: who surely speaks it, or that nobody does.

    English is spoken by all of them, and nothing need be said of it.
    """
    if speak in (ANY, DEFAULT_LANGUAGE):
        return {}
    if not found.speaking:
        return {"note": "no-language"}
    names = [service.id for service in found.speaking]
    return {"note": f"spoken-{speak}", "note_names": names}
