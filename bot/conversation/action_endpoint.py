"""Runs the custom actions in this process, behind the seam where Rasa calls an action server.

An action server is a second process that is handed the whole conversation and
logs it when an action fails. Here nothing leaves the process, and a failure
logs the action's name and the error's class.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor

from bot.content.references import response_name
from bot.conversation.nlg import TROUBLE

logger = logging.getLogger(__name__)


class InProcessActions:
    """Stands where Rasa expects the address of an action server.

    What a server on the network sends, Rasa holds against a JSON schema of all its events: half
    the time of a tap. These actions are our own, and their tests hold them against it.
    """

    url = "in-process"

    def __init__(self, actions: Iterable[Action]) -> None:
        # Otherwise Rasa copies the whole domain into every call.
        self.kwargs = {"enable_selective_domain": True}
        self._executor = ActionExecutor()
        RemoteAction.action_response_format_spec = staticmethod(lambda: {})
        for action in actions:
            self._executor.register_action(action)

    @property
    def names(self) -> frozenset[str]:
        """The names of the actions that can be run."""
        return frozenset(self._executor.actions)

    async def request(self, json: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Runs the action that a call names; a failure becomes an apology."""
        try:
            result: dict[str, Any] | None = await self._executor.run(json)
        except Exception as error:
            logger.error("%s failed: %s", json["next_action"], type(error).__name__)
            result = None
        return result or {"events": [], "responses": [{"response": response_name(TROUBLE)}]}
