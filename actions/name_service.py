"""Tell me about a service: the whole directory, by what each is for."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ContentAction, parameters_of
from bot.content.directory import for_need
from bot.content.references import make_reference
from bot.content.values import NEEDS

NAMED = "services.named"


class ActionNameService(ContentAction):
    """Shows the service that was chosen, the services of a need, or the needs."""

    def name(self) -> str:
        return "action_name_service"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        given = parameters_of(tracker)
        service, need = given.get("id"), given.get("need")
        if service in self.content.services:
            dispatcher.utter_message(
                response="utter_services_named", part="one", services=[service]
            )
        elif need in NEEDS:
            found = for_need(self.content.services.values(), str(need))
            choices = [make_reference(NAMED, {"id": service.id}) for service in found]
            dispatcher.utter_message(
                response="utter_services_named", part="which", next=[*choices, NAMED]
            )
        else:
            choices = [make_reference(NAMED, {"need": name}) for name in NEEDS]
            dispatcher.utter_message(response="utter_services_named", next=choices)
        return []
