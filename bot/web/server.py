"""The chat's own Sanic application, with our limits, our errors and nobody else's routes."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable
from typing import Any

from rasa.core.channels.channel import register
from sanic import Sanic, response
from sanic.exceptions import InvalidUsage, SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.errors import RefusedError
from bot.i18n import Phrases
from bot.languages import negotiate
from bot.settings import Settings
from bot.web.channel import WebChannel
from bot.web.contract import MAX_BODY_BYTES
from bot.web.dialogue import Dialogue
from bot.web.headers import headers
from bot.web.metrics import Metrics, refusal_of
from bot.web.pages import Pages, reading_routes, routes
from bot.web.refusals import STATUS_CODES, refusal
from bot.web.static_files import file_routes
from bot.web.tally import Tally, asker

logger = logging.getLogger(__name__)

DEFAULTS = Settings()

#: Each costs a turn.
TURN_PATHS = frozenset({"/", "/chat", "/forget", "/webhooks/web/turn"})

#: When it is worth another try: after the line has moved, and after the minute that is counted.
RETRY_SECONDS = {503: "2", 429: "60"}

_SECONDS = {"REQUEST_TIMEOUT": 15, "RESPONSE_TIMEOUT": 30, "KEEP_ALIVE_TIMEOUT": 15}


class SoundRequest(Request):
    """A request whose headers say plainly how long its body is.

    Sanic 21.12 reads a body of negative length for ever, and with that nobody is answered any more;
    a length that is no number, or a coding other than `chunked`, it takes for an error of ours.
    """

    def __init__(self, url_bytes: bytes, headers: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(url_bytes, headers, *arguments, **named)
        lengths = headers.getall("content-length", [])
        codings = headers.getall("transfer-encoding", [])
        is_sound = all(re.fullmatch(r"[0-9]{1,19}", length.strip()) for length in lengths)
        if not is_sound or len(lengths) + len(codings) > 1 or codings not in ([], ["chunked"]):
            raise InvalidUsage("Bad Request")


def create_app(
    dialogue: Callable[[], Dialogue],
    phrases: Phrases,
    settings: Settings = DEFAULTS,
    metrics: Metrics | None = None,
) -> Sanic:
    """Builds the application.

    Args:
        dialogue: is called when a turn needs it.
        phrases: of the interface.
        settings: what the operator chose.
        metrics: counts who is turned away.

    Raises:
        SettingsError: when the page could not be read in the colours that were chosen.
    """
    # Sanic refuses two applications of one name in a process; tests make many.
    name = f"chat_{secrets.token_hex(4)}"
    app = Sanic(name, configure_logging=False, request_class=SoundRequest)
    app.config.update(_SECONDS, REQUEST_MAX_SIZE=MAX_BODY_BYTES, ACCESS_LOG=False)
    # uvloop reads every request into one buffer, which keeps the ends of the last ones.
    app.config.USE_UVLOOP = False
    register([WebChannel(dialogue)], app, route="/webhooks/")
    pages = Pages(phrases, settings)
    app.blueprint(routes(dialogue, pages, phrases))
    app.blueprint(reading_routes(dialogue, pages, phrases, settings))
    app.blueprint(file_routes(phrases, settings.page.colours, settings.is_for_testers))

    @app.get("/health")
    async def health(_request: Request) -> HTTPResponse:
        return response.text("ok")

    @app.get("/ready")
    async def ready(_request: Request) -> HTTPResponse:
        # Raises until there is a model and content to answer from.
        dialogue()
        return response.text("ready")

    _count_turns(app, settings)
    ours = headers(settings.page)

    @app.on_response
    async def add_headers(request: Request, answer: HTTPResponse) -> None:
        for name, value in ours.items():
            answer.headers.setdefault(name, value)
        if metrics and request.path in TURN_PATHS and answer.status >= 400:
            metrics.turned_away(refusal_of(answer.status))

    _refuse_kindly(app, pages, phrases)
    return app


def _count_turns(app: Sanic, settings: Settings) -> None:
    """Marks each request with whether too many turns come from its address."""
    tally = Tally(settings.turns_a_minute)

    @app.on_request
    async def count(request: Request) -> None:
        forwarded = request.headers.get("x-forwarded-for")
        address = asker(request.ip, forwarded, is_behind_proxy=settings.is_behind_proxy)
        request.ctx.is_limited = request.path in TURN_PATHS and tally.is_over(address)


def _refuse_kindly(app: Sanic, pages: Pages, phrases: Phrases) -> None:
    def refuse(
        request: Request, code: str, status: int, language: str | None = None
    ) -> HTTPResponse:
        language = language or negotiate(request.headers.get("accept-language"))
        sentence = refusal(phrases, language, code)
        later = {"retry-after": RETRY_SECONDS[status]} if status in RETRY_SECONDS else None
        if request.path.startswith("/webhooks/"):
            body = {"error": {"code": code, "message": sentence}}
            return response.json(body, status=status, headers=later, ensure_ascii=False)
        page = pages.page(language, error=sentence)
        return response.html(page, status=status, headers=later)

    @app.exception(RefusedError)
    async def not_answered(request: Request, error: RefusedError) -> HTTPResponse:
        return refuse(request, error.code, error.status, error.language)

    @app.exception(SanicException)
    async def refused(request: Request, error: SanicException) -> HTTPResponse:
        status = error.status_code or 500
        return refuse(request, STATUS_CODES.get(status, "trouble"), status)

    @app.exception(Exception)
    async def failed(request: Request, error: Exception) -> HTTPResponse:
        logger.error("request failed: %s", type(error).__name__)
        return refuse(request, "trouble", 500)
