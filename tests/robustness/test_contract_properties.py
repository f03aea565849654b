"""Whatever comes through a door is a turn, or is refused by a code that there is."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.content.references import MAX_REFERENCE_CHARACTERS
from bot.conversation.sealed_state import MAX_TOKEN_CHARACTERS
from bot.errors import BadRequestError
from bot.languages import LANGUAGES
from bot.web.contract import (
    MAX_MESSAGE_CHARACTERS,
    TurnRequest,
    request_from_form,
    request_from_json,
)
from tests.robustness.made_up import json_values, texts, tried

#: code → status; the codes of `bot/web/refusals.py` that a request alone can bring about.
CODES = {
    "not_json": 400,
    "not_an_object": 400,
    "wrong_type": 400,
    "message_and_choose": 400,
    "unknown_answer": 400,
    "unknown_language": 400,
    "too_long": 413,
}
NAMES = ("message", "choose", "state", "lang", "preview", "page_lang", "sender")

likely = st.one_of(
    texts,
    st.text(min_size=MAX_MESSAGE_CHARACTERS - 2, max_size=MAX_MESSAGE_CHARACTERS + 2),
    st.sampled_from([*LANGUAGES, "fr", "nrm.what", "services.find?nation=wales", "nrm.what?", "a"]),
    st.text("a.b?=&%-", max_size=MAX_REFERENCE_CHARACTERS + 5),
    st.integers(0, 2 * MAX_TOKEN_CHARACTERS).map("g".__mul__),
)
turns = st.dictionaries(st.sampled_from(NAMES), st.one_of(likely, json_values), max_size=5)
forms = st.dictionaries(st.one_of(st.sampled_from(NAMES), texts), likely, max_size=5)
headers = st.one_of(
    st.none(),
    texts,
    st.text("abcdeswypt-_;q=.,0123456789*naif ", max_size=60),
)


def read(door, *arguments) -> TurnRequest | None:
    """Returns what a door makes of it; None when it is refused as it should be."""
    request, error = tried(BadRequestError, door, *arguments)
    if error:
        assert CODES[error.code] == error.status
        assert str(error) == error.code
        assert error.language in (None, *LANGUAGES)
        return None
    assert isinstance(request, TurnRequest)
    assert request.reading in LANGUAGES
    assert request.lang in (None, *LANGUAGES)
    assert len(request.choose or "") <= MAX_REFERENCE_CHARACTERS
    assert len(request.state or "") <= MAX_TOKEN_CHARACTERS + 1
    return request


@given(st.binary(), headers)
@example(b"\xff\xfe\x00", None)
@example(b"[" * 16_000, None)
@example(b'{"a":' * 3_000, None)
@example(b"9" * 16_000, None)
@example(b"NaN", "en;q=nan,cy;q=inf")
def test_any_bytes_are_a_turn_or_are_refused(body: bytes, header: str | None) -> None:
    """No body and no header makes anything but a turn or a refusal with a known code."""
    read(request_from_json, body, header)


@given(json_values, headers)
def test_any_json_is_a_turn_or_is_refused(value: object, header: str | None) -> None:
    """What is no object is refused as that."""
    request = read(request_from_json, json.dumps(value).encode(), header)
    assert request is None or isinstance(value, dict)


@given(turns, headers)
def test_any_fields_of_json_are_a_turn_or_are_refused(fields: dict, header: str | None) -> None:
    """Any value in any field, several together, is taken within the limits or refused."""
    request = read(request_from_json, json.dumps(fields).encode(), header)
    if request and request.message is not None:
        assert len(fields["message"]) <= MAX_MESSAGE_CHARACTERS
        assert request.choose is None


@given(forms, headers)
def test_any_form_is_a_turn_or_is_refused(form: dict[str, str], header: str | None) -> None:
    """The form takes what a browser without JavaScript may send, and anything else."""
    request = read(request_from_form, form, header)
    if request and form.get("page_lang") in LANGUAGES:
        assert request.reading == form["page_lang"]


@pytest.mark.parametrize("name", ["message", "choose", "state", "lang", "preview"])
@given(json_values.filter(lambda value: value is not None and not isinstance(value, str)))
def test_what_is_no_text_is_refused_in_every_field(name: str, value: object) -> None:
    """Numbers, lists and objects are wrong in each of them."""
    with pytest.raises(BadRequestError, match="wrong_type"):
        request_from_json(json.dumps({name: value}).encode(), None)


@given(texts)
def test_words_go_on_clean_and_no_longer_than_they_may_be(message: str) -> None:
    """What goes on has no sign that hides, and no line break."""
    request = read(request_from_json, json.dumps({"message": message}).encode(), None)
    if request and request.message:
        assert request.message == request.message.strip()
        assert not set("\n\r\t\x00\u200b\u202e") & set(request.message)
