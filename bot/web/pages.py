"""The page: the whole dialogue as HTML forms, which a little JavaScript makes smoother."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path

from babel.dates import format_skeleton
from jinja2 import Environment, PackageLoader, StrictUndefined
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.content.references import make_reference
from bot.conversation.rendering import Message, more_reference
from bot.errors import BadRequestError
from bot.i18n import Phrases, long_date
from bot.languages import ENDONYMS, LOCALES, negotiate
from bot.settings import STATE_LIMITS
from bot.web.alarm import LIFELINES
from bot.web.blocks import blocks, tappable
from bot.web.contract import TurnRequest, request_from_form
from bot.web.dialogue import Dialogue, TurnReply
from bot.web.privacy import Section, forgotten, holdings, sections
from bot.web.refusals import refusal

#: Where the exit leads: a page that anybody might have open, in a language she reads.
NEUTRAL_SITES = {
    "en": "https://www.bbc.co.uk/weather",
    "es": "https://www.bbc.co.uk/weather",
    "cy": "https://www.bbc.co.uk/cymrufyw",
    "pt": "https://www.bbc.co.uk/weather",
}

#: What a browser that knows the header throws away for this site.
CLEAR_SITE_DATA = {"Clear-Site-Data": '"cache", "cookies", "storage"'}

#: So long before an idle conversation ends she is told.
ENDING_MINUTES = 5

STATIC = Path(__file__).resolve().parent / "static"


class Pages:
    """Renders the page in a language."""

    def __init__(self, phrases: Phrases, idle_minutes: int = STATE_LIMITS.idle_minutes) -> None:
        self._phrases = phrases
        self._idle_minutes = idle_minutes
        environment = Environment(
            loader=PackageLoader("bot.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["blocks"] = blocks
        environment.filters["tappable"] = tappable
        environment.globals["lifelines"] = LIFELINES
        environment.globals["more_reference"] = more_reference
        self._template = environment.get_template("page.html")
        self._privacy = environment.get_template("privacy.html")

    def page(
        self,
        lang: str,
        *,
        state: str = "",
        messages: list[Message] | None = None,
        wrote: str = "",
        draft: str = "",
        error: str = "",
        notice: str = "",
    ) -> str:
        """Returns the page.

        Args:
            lang: its language.
            state: the sealed state that its forms carry.
            messages: what is answered.
            wrote: what she wrote, shown above the answer.
            draft: what stays in the text field, so that nothing she typed is lost.
            error: a sentence above the text field.
            notice: a sentence above the talk.
        """
        page: str = self._template.render(
            lang=lang,
            endonyms=ENDONYMS,
            state=state,
            messages=messages or [],
            wrote=wrote,
            draft=draft,
            error=error,
            notice=notice,
            idle_minutes=self._idle_minutes,
            ending_minutes=min(ENDING_MINUTES, self._idle_minutes),
            source_date=lambda date: source_date(date, lang),
            privacy_url=make_url("/privacy", lang),
            exit_url=make_url("/exit", lang),
            _=self._phrases.gettext(lang),
        )
        return page

    def privacy(self, lang: str, held: Sequence[Section]) -> str:
        """Returns the page of what is kept, as `sections` says it."""
        page: str = self._privacy.render(
            lang=lang,
            endonyms=ENDONYMS,
            sections=held,
            privacy_urls={tag: make_url("/privacy", tag) for tag in ENDONYMS},
            chat_url=make_url("/chat", lang),
            exit_url=make_url("/exit", lang),
            _=self._phrases.gettext(lang),
        )
        return page


def routes(dialogue: Callable[[], Dialogue], pages: Pages, phrases: Phrases) -> Blueprint:
    """Returns the pages' routes."""
    blueprint = Blueprint("pages")

    @blueprint.get("/")
    @blueprint.get("/chat", name="chat")
    async def opening(request: Request) -> HTTPResponse:
        lang = _picked(request)
        asked = TurnRequest(lang=lang, reading=negotiate(request.headers.get("accept-language")))
        return _html(pages, await dialogue().turn(asked))

    @blueprint.post("/chat", name="chat_turn")
    async def turn(request: Request) -> HTTPResponse:
        accept_language = request.headers.get("accept-language")
        form = {name: values[0] for name, values in request.form.items()}
        try:
            asked = request_from_form(form, accept_language)
            reply = await dialogue().turn(asked)
        except BadRequestError as error:
            lang = _form_language(form, accept_language)
            page = pages.page(
                lang,
                state=form.get("state", ""),
                draft=form.get("message", ""),
                error=refusal(phrases, lang, error.code),
            )
            return response.html(page, status=error.status)
        return _html(pages, reply)

    @blueprint.get("/exit")
    async def leave(request: Request) -> HTTPResponse:
        lang = _picked(request) or negotiate(request.headers.get("accept-language"))
        return response.redirect(NEUTRAL_SITES[lang], status=303, headers=CLEAR_SITE_DATA)

    @blueprint.post("/forget")
    async def forget(request: Request) -> HTTPResponse:
        form = {name: values[0] for name, values in request.form.items()}
        lang = _form_language(form, request.headers.get("accept-language"))
        reply = await dialogue().turn(TurnRequest(lang=lang))
        page = pages.page(
            lang, state=reply.state, messages=reply.messages, notice=forgotten(phrases, lang)
        )
        return response.html(page, headers=CLEAR_SITE_DATA)

    return blueprint


def privacy_routes(
    dialogue: Callable[[], Dialogue], pages: Pages, phrases: Phrases, has_own_keys: bool
) -> Blueprint:
    """Returns the routes that say what is held."""
    blueprint = Blueprint("privacy")

    @blueprint.get("/privacy")
    async def privacy(request: Request) -> HTTPResponse:
        lang = _picked(request) or negotiate(request.headers.get("accept-language"))
        held = sections(holdings(dialogue(), has_own_keys), phrases, lang)
        return response.html(pages.privacy(lang, held))

    @blueprint.get("/privacy.json")
    async def privacy_json(_request: Request) -> HTTPResponse:
        return response.json(holdings(dialogue(), has_own_keys))

    return blueprint


def source_date(date: str, lang: str) -> str:
    """Writes a source's date, which may be a year or a month only, as the language does."""
    if len(date) == len("2026-11-22"):
        return long_date(datetime.date.fromisoformat(date), lang)
    if len(date) == len("2026-11"):
        day = datetime.date.fromisoformat(f"{date}-01")
        return str(format_skeleton("yMMMM", day, locale=LOCALES[lang]))
    return date


def make_url(path: str, lang: str) -> str:
    """Returns a path of the page in a language."""
    return make_reference(path, {"lang": lang})


def _html(pages: Pages, reply: TurnReply) -> HTTPResponse:
    page = pages.page(reply.lang, state=reply.state, messages=reply.messages, wrote=reply.wrote)
    return response.html(page)


def _picked(request: Request) -> str | None:
    lang = request.args.get("lang")
    return lang if lang in ENDONYMS else None


def _form_language(form: dict[str, str], accept_language: str | None) -> str:
    lang = form.get("page_lang", "")
    return lang if lang in ENDONYMS else negotiate(accept_language)
