"""The page: the whole dialogue as HTML forms, which a little JavaScript makes smoother."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_skeleton
from jinja2 import Environment, PackageLoader, StrictUndefined
from sanic import Blueprint, response
from sanic.request import Request, RequestParameters
from sanic.response import HTTPResponse

from bot.conversation.rendering import Message, more_reference
from bot.errors import RefusedError
from bot.i18n import Phrases, long_date
from bot.languages import ENDONYMS, LOCALES, negotiate
from bot.nlu.danger.phrase_files import DANGER_ANSWERS
from bot.settings import Settings, desk_origin
from bot.web.blocks import blocks, tappable
from bot.web.contract import TurnRequest, request_from_form
from bot.web.dialogue import Dialogue, TurnReply
from bot.web.headers import CLEAR_SITE_DATA, headers
from bot.web.privacy import Section, forgotten, holdings, sections
from bot.web.refusals import refusal

#: So long before an idle conversation ends she is told.
ENDING_MINUTES = 5

#: What may be known of the traces that a visit leaves; the answer to that question too.
TRACES = "safety.device"


class Pages:
    """Renders the pages in a language.

    A `partner` is the origin of the page that holds this one in its frame, "" when none does.
    """

    def __init__(self, phrases: Phrases, settings: Settings) -> None:
        self.partners = settings.page.partners
        self.neutral_sites = settings.page.neutral_sites
        #: A draft is looked at in a frame of the desk.
        self.preview_headers = headers(settings.page, framed_by=desk_origin(settings))
        self._phrases = phrases
        self._is_for_testers = settings.is_for_testers
        self._idle_minutes = settings.state_limits.idle_minutes
        environment = Environment(
            loader=PackageLoader("bot.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["blocks"] = blocks
        environment.filters["tappable"] = tappable
        environment.globals["lifelines"] = DANGER_ANSWERS
        environment.globals["more_reference"] = more_reference
        environment.globals["endonyms"] = ENDONYMS
        # The card is found by its address: two cards on a page need two.
        environment.globals["unique"] = partial(secrets.token_hex, 4)
        self._page = environment.get_template("page.html")
        self._privacy = environment.get_template("privacy.html")
        self._traces = environment.get_template("traces.html")

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
        partner: str = "",
        preview: str = "",
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
            partner: whose page holds it.
            preview: the token of a draft that staff look at.
        """
        page: str = self._page.render(
            **self._common(lang, partner),
            state=state,
            messages=messages or [],
            wrote=wrote,
            draft=draft,
            error=error,
            notice=notice,
            preview=preview,
            # In a frame there is somebody else's page around it.
            is_for_testers=self._is_for_testers and not (partner or preview),
            idle_minutes=self._idle_minutes,
            ending_minutes=min(ENDING_MINUTES, self._idle_minutes),
        )
        return page

    def privacy(self, lang: str, held: Sequence[Section], partner: str = "") -> str:
        """Returns the page of what is kept, as `sections` says it."""
        page: str = self._privacy.render(
            **self._common(lang, partner), path="/privacy", sections=held
        )
        return page

    def traces(
        self, lang: str, heading: str, messages: Sequence[Message], partner: str = ""
    ) -> str:
        """Returns the page of the traces that a visit leaves: the answer, short and long."""
        page: str = self._traces.render(
            **self._common(lang, partner), path="/traces", heading=heading, messages=messages
        )
        return page

    def partner_of(self, fields: Mapping[str, str]) -> str:
        """Returns the partner that a form or an address names, "" where it is none of ours."""
        partner = fields.get("partner", "")
        return partner if partner in self.partners else ""

    def _common(self, lang: str, partner: str) -> dict[str, Any]:
        return {
            "lang": lang,
            "partner": partner,
            "url": lambda path, tag=lang: make_url(path, tag, partner),
            "source_date": lambda date: source_date(date, lang),
            "_": self._phrases.gettext(lang),
        }


def routes(dialogue: Callable[[], Dialogue], pages: Pages, phrases: Phrases) -> Blueprint:
    """Returns the pages' routes."""
    blueprint = Blueprint("pages")

    @blueprint.get("/")
    @blueprint.get("/chat", name="chat")
    async def opening(request: Request) -> HTTPResponse:
        lang = _picked(request)
        asked = TurnRequest(lang=lang, reading=negotiate(request.headers.get("accept-language")))
        reply = await dialogue().turn(asked, is_limited=request.ctx.is_limited)
        return _html(pages, reply, pages.partner_of(_first(request.args)))

    @blueprint.post("/chat", name="chat_turn")
    async def turn(request: Request) -> HTTPResponse:
        accept_language = request.headers.get("accept-language")
        form = _first(request.form)
        partner = pages.partner_of(form)
        try:
            asked = request_from_form(form, accept_language)
            reply = await dialogue().turn(asked, is_limited=request.ctx.is_limited)
        except RefusedError as error:
            lang = _form_language(form, accept_language)
            page = pages.page(
                lang,
                state=form.get("state", ""),
                draft=form.get("message", ""),
                error=refusal(phrases, lang, error.code),
                partner=partner,
            )
            return response.html(page, status=error.status)
        return _html(pages, reply, partner, asked.preview or "")

    @blueprint.get("/preview")
    async def preview(request: Request) -> HTTPResponse:
        fields = _first(request.args)
        asked = request_from_form(fields, request.headers.get("accept-language"))
        return _html(pages, await dialogue().turn(asked), "", asked.preview or "")

    @blueprint.get("/exit")
    async def leave(request: Request) -> HTTPResponse:
        lang = _picked(request) or negotiate(request.headers.get("accept-language"))
        return response.redirect(pages.neutral_sites[lang], status=303, headers=CLEAR_SITE_DATA)

    @blueprint.post("/forget")
    async def forget(request: Request) -> HTTPResponse:
        form = _first(request.form)
        lang = _form_language(form, request.headers.get("accept-language"))
        reply = await dialogue().turn(TurnRequest(lang=lang))
        page = pages.page(
            lang,
            state=reply.state,
            messages=reply.messages,
            notice=forgotten(phrases, lang),
            partner=pages.partner_of(form),
        )
        return response.html(page, headers=CLEAR_SITE_DATA)

    return blueprint


def reading_routes(
    dialogue: Callable[[], Dialogue], pages: Pages, phrases: Phrases, settings: Settings
) -> Blueprint:
    """Returns the routes of the pages to read: what is held here, and what a visit leaves."""
    blueprint = Blueprint("privacy")

    @blueprint.get("/privacy")
    async def privacy(request: Request) -> HTTPResponse:
        lang = _picked(request) or negotiate(request.headers.get("accept-language"))
        held = sections(holdings(dialogue(), settings), phrases, lang)
        return response.html(pages.privacy(lang, held, pages.partner_of(_first(request.args))))

    @blueprint.get("/privacy.json")
    async def privacy_json(_request: Request) -> HTTPResponse:
        return response.json(holdings(dialogue(), settings))

    @blueprint.get("/traces")
    async def traces(request: Request) -> HTTPResponse:
        lang = _picked(request) or negotiate(request.headers.get("accept-language"))
        renderer = dialogue().renderer(lang)
        messages = [renderer.message(TRACES, part=part) for part in ("short", "more")]
        heading = renderer.button(TRACES)["title"]
        partner = pages.partner_of(_first(request.args))
        return response.html(pages.traces(lang, heading, messages, partner))

    return blueprint


def source_date(date: str, lang: str) -> str:
    """Writes a source's date, which may be a year or a month only, as the language does."""
    if len(date) == len("2026-11-22"):
        return long_date(datetime.date.fromisoformat(date), lang)
    if len(date) == len("2026-11"):
        day = datetime.date.fromisoformat(f"{date}-01")
        return str(format_skeleton("yMMMM", day, locale=LOCALES[lang]))
    return date


def make_url(path: str, lang: str, partner: str = "") -> str:
    """Returns a path of the page in a language, in a partner's frame where there is one."""
    fields = {"lang": lang, "partner": partner} if partner else {"lang": lang}
    return f"{path}?{urlencode(fields)}"


def _html(pages: Pages, reply: TurnReply, partner: str, preview: str = "") -> HTTPResponse:
    page = pages.page(
        reply.lang,
        state=reply.state,
        messages=reply.messages,
        wrote=reply.wrote,
        partner=partner,
        preview=preview,
    )
    return response.html(page, headers=pages.preview_headers if preview else None)


def _first(fields: RequestParameters) -> dict[str, str]:
    return {name: values[0] for name, values in fields.items()}


def _picked(request: Request) -> str | None:
    lang = request.args.get("lang")
    return lang if lang in ENDONYMS else None


def _form_language(form: dict[str, str], accept_language: str | None) -> str:
    lang = form.get("page_lang", "")
    return lang if lang in ENDONYMS else negotiate(accept_language)
