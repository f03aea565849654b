"""The contract of a turn: what a request may hold, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.content.references import parse_reference
from bot.conversation.sealed_state import MAX_TOKEN_CHARACTERS
from bot.errors import BadRequestError, UnknownLanguageError
from bot.languages import DEFAULT_LANGUAGE, LANGUAGES, negotiate, parse_language
from bot.normalisation import clean

#: Twenty times what is asked in one sentence; more would only slow everyone down.
MAX_MESSAGE_CHARACTERS = 500
#: A message of 500 characters of four bytes, a state and a reference, with room to spare.
MAX_BODY_BYTES = 16 * 1024


@dataclass(frozen=True)
class TurnRequest:
    """One turn that a page asks for.

    Attributes:
        message: what she typed, cleaned; None when she tapped, or opened the page.
        choose: the reference that a button sent.
        state: the sealed state, "" or None at the beginning.
        lang: the language she picked by hand.
        reading: the language her browser asks for, until anything better is known.
        preview: a token of the desk, to see a draft.
    """

    message: str | None = None
    choose: str | None = None
    state: str | None = None
    lang: str | None = None
    reading: str = DEFAULT_LANGUAGE
    preview: str | None = None


def request_from_json(body: bytes, accept_language: str | None) -> TurnRequest:
    """Reads the JSON of `POST /webhooks/web/turn`.

    Raises:
        BadRequestError: names what is wrong with it.
    """
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequestError("not_json") from None
    if not isinstance(data, dict):
        raise BadRequestError("not_an_object")
    try:
        return _request(data, accept_language)
    except BadRequestError as error:
        error.language = data.get("lang") if data.get("lang") in LANGUAGES else None
        raise


def request_from_form(form: Mapping[str, str], accept_language: str | None) -> TurnRequest:
    """Reads the form of `POST /chat`, whose empty fields mean that there is nothing.

    Raises:
        BadRequestError: names what is wrong with it.
    """
    # Browsers send a line break as two characters, and count it as one.
    form = {name: value.replace("\r\n", "\n") for name, value in form.items()}
    # A tapped button is sent along with whatever stands in the text field: the tap counts.
    fields = {name: value for name, value in form.items() if value.strip()}
    if "choose" in fields or "lang" in fields:
        fields.pop("message", None)
    request = _request(fields, accept_language)
    # A page that outlived its conversation goes on in the language it is in.
    page_lang = fields.get("page_lang")
    return replace(request, reading=page_lang) if page_lang in LANGUAGES else request


def _request(data: Mapping[str, Any], accept_language: str | None) -> TurnRequest:
    message, choose = _text(data, "message"), _text(data, "choose")
    if message is not None and choose is not None:
        raise BadRequestError("message_and_choose")
    if message is not None and len(message) > MAX_MESSAGE_CHARACTERS:
        raise BadRequestError("too_long", 413)
    return TurnRequest(
        message=None if message is None else clean(message),
        choose=_reference(choose),
        state=_state(data),
        lang=_language(_text(data, "lang")),
        reading=negotiate(accept_language),
        preview=_text(data, "preview") or None,
    )


def _text(data: Mapping[str, Any], name: str) -> str | None:
    value = data.get(name)
    if value is not None and not isinstance(value, str):
        raise BadRequestError("wrong_type")
    return value


def _state(data: Mapping[str, Any]) -> str | None:
    state = _text(data, "state")
    # Longer than any we make: no need to look at it.
    return state[: MAX_TOKEN_CHARACTERS + 1] if state else None


def _reference(choose: str | None) -> str | None:
    if choose is None:
        return None
    try:
        parse_reference(choose)
    except ValueError:
        raise BadRequestError("unknown_answer") from None
    return choose


def _language(value: str | None) -> str | None:
    try:
        return None if value is None else parse_language(value)
    except UnknownLanguageError:
        raise BadRequestError("unknown_language") from None
