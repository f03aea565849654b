"""A sealed state comes back as it went, and nothing but what we sealed comes back at all."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import replace

import pytest
from cryptography.fernet import Fernet
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.conversation.sealed_state import (
    MAX_TOKEN_CHARACTERS,
    ConversationState,
    PastTurn,
    Sealer,
)
from bot.errors import StateError
from bot.languages import LANGUAGES
from bot.settings import STATE_LIMITS
from tests.robustness.made_up import json_values, texts

NOW = 1_795_000_000
KEY, OTHER = (base64.urlsafe_b64encode(bytes([n] * 32)).decode() for n in (1, 2))
SEALER = Sealer((KEY,), clock=lambda: NOW)

short = st.one_of(texts, st.text(max_size=20))
some = st.one_of(st.none(), short)
turns = st.builds(PastTurn, short, st.lists(short, max_size=3).map(tuple))
states = st.builds(
    ConversationState,
    language=st.sampled_from(LANGUAGES),
    picked=st.booleans(),
    offered=some,
    last=some,
    nation=some,
    speak=some,
    alarms=st.lists(short, max_size=2).map(tuple),
    details=st.booleans(),
    turns=st.lists(turns, max_size=2).map(tuple),
    count=st.integers(0, STATE_LIMITS.turns - 1),
    started_at=st.integers(NOW - 60 * STATE_LIMITS.lifetime_minutes, NOW),
)


def sealed(state: ConversationState) -> str:
    try:
        return SEALER.seal(state)
    except StateError:
        assume(False)
        raise


def content(token: str) -> bytes:
    """Returns the bytes that a token stands for; none when it stands for none."""
    try:
        return base64.urlsafe_b64decode(token.encode())
    except ValueError:
        return b""


@given(states)
def test_a_state_comes_back_as_it_was_sealed(state: ConversationState) -> None:
    """Every field, whatever stands in it."""
    assert SEALER.unseal(sealed(state)) == state


@given(st.integers(0, 3_000), st.randoms(use_true_random=False))
def test_no_token_is_longer_than_it_may_be(length: int, chance) -> None:
    """What does not fit is refused, and never cut."""
    # Nothing that could be packed smaller.
    last = "".join(chance.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(length))
    try:
        token = SEALER.seal(ConversationState(last=last))
    except StateError:
        assert length > 500
    else:
        assert len(token) <= MAX_TOKEN_CHARACTERS
        assert SEALER.unseal(token).last == last


@given(states, st.integers(0), st.one_of(st.characters(), texts))
def test_an_altered_token_is_refused(state: ConversationState, place: int, put: str) -> None:
    """Whatever is put wherever: if it stands for other bytes, nothing of it is believed."""
    token = sealed(state)
    at = place % len(token)
    altered = token[:at] + put + token[at + 1 :]
    if content(altered) == content(token):
        # The letters differ and the bytes do not: what comes back is what we sealed.
        assert SEALER.unseal(altered) == state
        return
    with pytest.raises(StateError):
        SEALER.unseal(altered)


@given(states, st.integers(1), st.booleans())
def test_a_token_that_was_cut_is_refused(state: ConversationState, by: int, is_end: bool) -> None:
    """At either end, by any length."""
    token = sealed(state)
    by = 1 + by % len(token)
    with pytest.raises(StateError):
        SEALER.unseal(token[:-by] if is_end else token[by:])


@given(states, states, st.integers(0))
def test_two_tokens_make_no_third(one: ConversationState, other: ConversationState, at) -> None:
    """The beginning of one and the end of another are no token."""
    first, second = sealed(one), sealed(other)
    at = 1 + at % (min(len(first), len(second)) - 1)
    spliced = first[:at] + second[at:]
    assume(content(spliced) not in (content(first), content(second)))
    with pytest.raises(StateError):
        SEALER.unseal(spliced)


@given(states)
def test_a_foreign_token_is_refused(state: ConversationState) -> None:
    """One that another key sealed is none of ours."""
    sealed(state)
    with pytest.raises(StateError):
        SEALER.unseal(Sealer((OTHER,), clock=lambda: NOW).seal(state))


@given(st.one_of(texts, st.text("gAABCDE-_=", max_size=200)))
def test_what_is_no_token_is_refused(token: str) -> None:
    """Any text at all."""
    with pytest.raises(StateError):
        SEALER.unseal(token)


@given(json_values.filter(lambda form: form != 2), json_values)
def test_a_token_of_another_form_is_refused(form: object, data: object) -> None:
    """One that an older or a newer program sealed with our key begins afresh, and harms nothing."""
    packed = zlib.compress(json.dumps([form, data]).encode())
    with pytest.raises(StateError):
        SEALER.unseal(Fernet(KEY).encrypt_at_time(packed, NOW).decode())


@given(states, st.integers(1, 10**6))
def test_what_is_over_is_refused(state: ConversationState, seconds: int) -> None:
    """After the idle time, or the life of a conversation, its token is good for nothing."""
    state = replace(state, started_at=NOW)
    token = sealed(state)
    later = Sealer((KEY,), clock=lambda: NOW + 60 * STATE_LIMITS.idle_minutes + seconds)
    with pytest.raises(StateError):
        later.unseal(token)
