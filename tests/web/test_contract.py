from __future__ import annotations

import json
from typing import Any

import pytest

from bot.conversation.sealed_state import MAX_TOKEN_CHARACTERS
from bot.errors import BadRequestError
from bot.languages import LANGUAGES
from bot.web.contract import (
    MAX_BODY_BYTES,
    MAX_MESSAGE_CHARACTERS,
    TurnRequest,
    request_from_form,
    request_from_json,
)


def read(data: Any, accept_language: str | None = None) -> TurnRequest:
    return request_from_json(json.dumps(data).encode(), accept_language)


def refused(read_it: Any, *arguments: Any) -> tuple[str, int]:
    with pytest.raises(BadRequestError) as error:
        read_it(*arguments)
    # Nothing of the request stands in the error, which may be logged.
    assert str(error.value) == error.value.code
    return error.value.code, error.value.status


def test_an_empty_object_opens_the_conversation() -> None:
    """Every field may be left out, or be null."""
    nothing = dict.fromkeys(("message", "choose", "state", "lang"))
    assert read({}) == read(nothing) == TurnRequest()


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_fields_are_read(language: str) -> None:
    """Message, state, language and the browser's language arrive where a turn looks for them."""
    asked = read({"message": "hello", "state": "x", "lang": language}, f"{language}-GB")
    assert asked == TurnRequest("hello", None, "x", language, language)
    assert read({"choose": "nrm.what?part=more"}).choose == "nrm.what?part=more"


def test_unknown_fields_are_left_out() -> None:
    """A `sender`, metadata or a preview that a client sends has no effect here."""
    asked = read({"message": "hello", "sender": "somebody", "metadata": {"danger_answered": True}})
    assert asked == TurnRequest("hello")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"message=hello",
        b"\xff\xfe",
        b"'hello'",
        b"[" * 15_000,
        b"{" * 15_000,
        b'{"message": "\xff"}',
    ],
)
def test_what_is_not_json_is_refused(body: bytes) -> None:
    """Broken JSON, broken UTF-8 and endless nesting have one answer."""
    assert refused(request_from_json, body, None) == ("not_json", 400)


@pytest.mark.parametrize("data", [[], "hello", 1, None, True, [{"message": "hello"}]])
def test_json_that_is_no_object_is_refused(data: Any) -> None:
    """A list or a bare string is no turn."""
    assert refused(read, data) == ("not_an_object", 400)


@pytest.mark.parametrize("name", ["message", "choose", "state", "lang"])
@pytest.mark.parametrize("value", [1, 0, 1.5, True, False, [], {}, ["hello"], {"text": "hello"}])
def test_a_field_of_another_type_is_refused(name: str, value: Any) -> None:
    """Every field is a string or null."""
    assert refused(read, {name: value}) == ("wrong_type", 400)


def test_both_a_message_and_a_tap_are_refused() -> None:
    """A turn is one thing that she did."""
    assert refused(read, {"message": "hi", "choose": "nrm.what"}) == ("message_and_choose", 400)


@pytest.mark.parametrize("character", ["a", "é", "😀", "म", "\u200f"])
def test_five_hundred_characters_are_read_and_one_more_is_refused(character: str) -> None:
    """The bound counts characters, whatever they take in bytes."""
    read({"message": character * MAX_MESSAGE_CHARACTERS})
    longer = {"message": character * (MAX_MESSAGE_CHARACTERS + 1)}
    assert refused(read, longer) == ("too_long", 413)
    assert MAX_MESSAGE_CHARACTERS == 500


def test_the_longest_allowed_request_fits_into_a_body() -> None:
    """No request that the contract allows is stopped by the limit on its size."""
    fields = {"message": "😀" * 500, "state": "x" * MAX_TOKEN_CHARACTERS, "lang": "cy"}
    assert len(json.dumps(fields).encode()) <= MAX_BODY_BYTES


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("he\x00llo", "hello"),
        ("a\x07b\x1bc\x7f", "abc"),
        ("two\r\nlines\tand  more ", "two lines and more"),
        ("\u202eright to left", "right to left"),
        ("\ud800", ""),
        ("  ", ""),
    ],
)
def test_control_characters_are_taken_out(typed: str, cleaned: str) -> None:
    """NUL, bidirectional overrides and lone surrogates go no further."""
    assert read({"message": typed}).message == cleaned


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "nrm",
        "NRM.what",
        "nrm.what?part",
        "nrm.what?part=<b>",
        "nrm.what?part=a b",
        "../etc/passwd",
        "/nrm_what",
        "nrm.what\n",
        "services.find?nation=" + "a" * 300,
    ],
)
def test_a_reference_of_another_form_is_refused(reference: str) -> None:
    """Only what our buttons could send is taken as a tap."""
    assert refused(read, {"choose": reference}) == ("unknown_answer", 400)


@pytest.mark.parametrize("lang", ["fr", "EN", "en-GB", "", "pt_BR", "../cy"])
def test_a_language_that_is_none_of_the_four_is_refused(lang: str) -> None:
    """The picker has four languages and nothing else."""
    assert refused(read, {"lang": lang}) == ("unknown_language", 400)


def test_an_overlong_state_is_cut_to_what_cannot_be_ours() -> None:
    """A huge state is not carried through the turn; it is still too long to be ours."""
    state = read({"state": "x" * 10_000}).state
    assert state is not None
    assert MAX_TOKEN_CHARACTERS < len(state) < 10_000


@pytest.mark.parametrize(
    ("header", "reading"),
    [
        ("cy", "cy"),
        ("pt-PT,pt;q=0.9", "pt"),
        ("fr, es;q=0.5", "es"),
        (None, "en"),
        ("", "en"),
        ("*", "en"),
        ("xx;q=oops,;;,", "en"),
        ("\x00", "en"),
    ],
)
def test_the_browsers_language_is_read(header: str | None, reading: str) -> None:
    """The header decides only until anything better is known, and never fails."""
    assert read({}, header).reading == reading


def test_a_tap_in_the_form_counts_more_than_the_text_field() -> None:
    """A button is sent along with what stands in the field: the tap is what she did."""
    form = {"message": "half a sen", "choose": "nrm.what", "state": "x"}
    assert request_from_form(form, None) == TurnRequest(None, "nrm.what", "x")
    picked = request_from_form({"message": "half a sen", "lang": "cy"}, None)
    assert (picked.message, picked.lang) == (None, "cy")


def test_empty_fields_of_the_form_are_nothing() -> None:
    """An empty form opens the conversation."""
    empty = {"message": " ", "choose": "", "state": "", "lang": ""}
    assert request_from_form(empty, None) == TurnRequest()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_goes_on_in_its_language_without_a_state(language: str) -> None:
    """A page whose conversation is gone is answered in the language it shows."""
    asked = request_from_form({"message": "hi", "page_lang": language}, "fr")
    assert asked.reading == language
    assert request_from_form({"message": "hi", "page_lang": "xx"}, "es").reading == "es"


def test_the_form_is_bound_as_the_json_is() -> None:
    """Too long, and a foreign button, are refused at either door."""
    assert refused(request_from_form, {"message": "a" * 501}, None) == ("too_long", 413)
    assert refused(request_from_form, {"choose": "NRM"}, None) == ("unknown_answer", 400)
    assert refused(request_from_form, {"lang": "fr"}, None) == ("unknown_language", 400)


def test_line_breaks_count_as_the_text_field_counts_them() -> None:
    """What the page lets her write is not refused: browsers send each line break as two."""
    written = "line\n" * 100
    assert len(written) == MAX_MESSAGE_CHARACTERS
    sent = written.replace("\n", "\r\n")
    assert request_from_form({"message": sent}, None).message == " ".join(["line"] * 100)
