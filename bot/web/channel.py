"""Our Rasa input channel: one JSON turn in, one JSON turn out, nothing kept or logged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.conversation.nlg import WEB_CHANNEL
from bot.errors import BadRequestError, RefusedError, UnsafeStartError
from bot.web.contract import request_from_json
from bot.web.dialogue import Dialogue


class WebChannel(InputChannel):
    """`POST /webhooks/web/turn`, the contract that the page and any other client use."""

    def __init__(self, dialogue: Callable[[], Dialogue]) -> None:
        """Takes a function, because the dialogue is ready only when the server has started."""
        self._dialogue = dialogue

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> InputChannel:
        """Refuses: Rasa's own server could also serve its HTTP API, which hands out trackers.

        Raises:
            UnsafeStartError: always.
        """
        raise UnsafeStartError("the chat is started by `make run`, not by Rasa's own server.")

    @classmethod
    def name(cls) -> str:
        """Gives the channel's part of the address."""
        return WEB_CHANNEL

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Returns the route. The dialogue calls Rasa itself: it must seal what comes back."""
        routes = Blueprint("web_channel")

        @routes.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            if request.content_type.partition(";")[0].strip() != "application/json":
                raise BadRequestError("not_json", 415)
            asked = request_from_json(request.body, request.headers.get("accept-language"))
            try:
                reply = await self._dialogue().turn(asked, is_limited=request.ctx.is_limited)
            except RefusedError as error:
                error.language = asked.lang
                raise
            return response.json(reply.as_json(), ensure_ascii=False)

        return routes
