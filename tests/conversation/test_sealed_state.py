from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass, replace

import pytest
from cryptography.fernet import Fernet

from bot.conversation.sealed_state import (
    CLOCKS_APART,
    KEPT_TURNS,
    MAX_TOKEN_CHARACTERS,
    ConversationState,
    PastTurn,
    Sealer,
)
from bot.errors import ExpiredStateError, StateError
from bot.languages import LANGUAGES
from bot.settings import STATE_LIMITS

NOW = 1_800_000_000
IDLE_SECONDS = 60 * STATE_LIMITS.idle_minutes
LIFETIME_SECONDS = 60 * STATE_LIMITS.lifetime_minutes

FULL = ConversationState(
    language="cy",
    picked=True,
    offered="pt",
    last="services.find?nation=northern-ireland&need=sexual-violence&speak=other",
    nation="northern-ireland",
    speak="other",
    alarms=("safety.danger", "safety.suicide"),
    details=True,
    turns=(
        PastTurn("supercomplaint_outcome", ("utter_supercomplaint_outcome",)),
        PastTurn("services_find", ("action_find_services", "utter_services_find")),
    ),
    count=39,
    started_at=NOW,
)


@dataclass
class Clock:
    now: float = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys() -> tuple[str, str]:
    return Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def sealer(keys: tuple[str, str], clock: Clock) -> Sealer:
    return Sealer(keys[:1], clock)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_comes_back_as_it_was_sealed(sealer: Sealer, language: str) -> None:
    """What goes into a token comes out of it, in every language."""
    state = replace(FULL, language=language)
    assert sealer.unseal(sealer.seal(state)) == state


def test_the_token_shows_nothing_of_the_conversation(sealer: Sealer) -> None:
    """Whoever finds a token on a phone reads neither the topic nor the language in it."""
    token = sealer.seal(FULL)
    opened = base64.urlsafe_b64decode(token)
    for secret in ("services", "danger", "suicide", "ireland", "language"):
        assert secret.encode() not in opened
        assert secret not in token
    with pytest.raises(zlib.error):
        zlib.decompress(opened[25:-32])


def test_two_tokens_of_one_state_differ(sealer: Sealer) -> None:
    """Equal conversations cannot be told by equal tokens."""
    assert sealer.seal(FULL) != sealer.seal(FULL)


@pytest.mark.parametrize("place", [0.0, 0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_token_altered_anywhere_is_refused(sealer: Sealer, place: float) -> None:
    """One changed character is enough to make a token unusable."""
    token = sealer.seal(FULL)
    index = int(len(token) * place)
    other = "A" if token[index] != "A" else "B"
    with pytest.raises(StateError):
        sealer.unseal(token[:index] + other + token[index + 1 :])


@pytest.mark.parametrize(
    "token",
    ["", "x", "null", "{}", "é", "\ud800", "\x00", "gAAAAA", "A" * 5000, "../../etc/passwd"],
)
def test_what_is_no_token_is_refused(sealer: Sealer, token: str) -> None:
    """Anything at all may stand in the state field; it is refused with our own error."""
    with pytest.raises(StateError):
        sealer.unseal(token)


def test_a_foreign_token_is_refused(sealer: Sealer) -> None:
    """A token of another installation says nothing here."""
    with pytest.raises(StateError):
        sealer.unseal(Sealer.with_fresh_key().seal(FULL))


def test_an_older_key_still_unseals_and_the_newest_one_seals(
    keys: tuple[str, str], clock: Clock
) -> None:
    """Rotating the keys in does not end the conversations that are going on."""
    old, new = keys
    rotated = Sealer((new, old), clock)
    assert rotated.unseal(Sealer((old,), clock).seal(FULL)) == FULL
    assert Sealer((new,), clock).unseal(rotated.seal(FULL)) == FULL


def test_a_key_that_was_taken_away_reads_nothing_any_more(
    keys: tuple[str, str], clock: Clock
) -> None:
    """A rotated-out key makes its tokens unreadable for ever."""
    old, new = keys
    with pytest.raises(StateError):
        Sealer((new,), clock).unseal(Sealer((old,), clock).seal(FULL))


def test_a_token_from_a_clock_far_ahead_lives_no_longer_for_it(
    sealer: Sealer, clock: Clock
) -> None:
    """Two machines may be minutes apart; hours would be hours more than a conversation has."""
    token = sealer.seal(FULL)
    clock.now -= CLOCKS_APART
    assert sealer.unseal(token) == FULL
    clock.now -= 1
    with pytest.raises(ExpiredStateError):
        sealer.unseal(token)


def test_a_token_is_good_for_thirty_idle_minutes_and_no_longer(
    sealer: Sealer, clock: Clock
) -> None:
    """A tab left open gives the conversation away for half an hour at most."""
    token = sealer.seal(FULL)
    clock.now += IDLE_SECONDS
    assert sealer.unseal(token) == FULL
    clock.now += 1
    with pytest.raises(ExpiredStateError):
        sealer.unseal(token)


def test_a_conversation_ends_after_two_hours_however_busy(sealer: Sealer, clock: Clock) -> None:
    """Sealing a state again does not make the conversation younger."""
    token = sealer.seal(replace(FULL, started_at=0))
    while clock.now + IDLE_SECONDS <= NOW + LIFETIME_SECONDS:
        clock.now += IDLE_SECONDS
        token = sealer.seal(sealer.unseal(token))
    clock.now += 1
    with pytest.raises(ExpiredStateError):
        sealer.unseal(token)


def test_a_conversation_ends_after_forty_turns(sealer: Sealer) -> None:
    """However quick, a conversation has an end."""
    with pytest.raises(ExpiredStateError):
        sealer.unseal(sealer.seal(replace(FULL, count=STATE_LIMITS.turns)))


@pytest.mark.parametrize(
    ("limits", "state", "passed"),
    [
        (replace(STATE_LIMITS, turns=3), replace(FULL, count=3), 0),
        (replace(STATE_LIMITS, idle_minutes=1), FULL, 61),
        (replace(STATE_LIMITS, lifetime_minutes=1), FULL, 61),
    ],
)
def test_an_operator_can_make_it_shorter(keys, clock: Clock, limits, state, passed) -> None:
    """Fewer turns and less time end it sooner."""
    sealer = Sealer(keys, clock, limits)
    token = sealer.seal(state)
    clock.now += passed
    with pytest.raises(ExpiredStateError):
        sealer.unseal(token)


def test_an_operator_can_make_it_smaller(keys, clock: Clock) -> None:
    """What does not fit is not sealed."""
    with pytest.raises(StateError):
        Sealer(keys, clock, replace(STATE_LIMITS, characters=100)).seal(FULL)


def _sealed_by(key: str, document: object) -> str:
    packed = zlib.compress(json.dumps(document).encode())
    return Fernet(key).encrypt_at_time(packed, NOW).decode()


@pytest.mark.parametrize("form", [0, 1, 3, "2", None])
def test_a_token_of_another_form_is_refused(
    sealer: Sealer, keys: tuple[str, str], form: object
) -> None:
    """A token that another version sealed begins afresh instead of being misread."""
    with pytest.raises(StateError):
        sealer.unseal(_sealed_by(keys[0], [form, {"turns": [], "alarms": []}]))


def test_a_language_that_is_no_longer_offered_is_refused(
    sealer: Sealer, keys: tuple[str, str]
) -> None:
    """No conversation goes on in a language that the assistant does not have."""
    with pytest.raises(StateError):
        sealer.unseal(_sealed_by(keys[0], [1, {"language": "fr", "turns": [], "alarms": []}]))


def test_only_the_last_turns_are_kept() -> None:
    """A conversation does not grow: the oldest turn goes when a new one comes."""
    state = ConversationState()
    for number in range(60):
        state = state.with_turn(PastTurn(f"intent_{number}", ()))
    assert [turn.intent for turn in state.turns] == ["intent_58", "intent_59"]
    assert KEPT_TURNS >= 2


def test_the_fullest_state_fits_into_a_token(sealer: Sealer) -> None:
    """The longest things a button can send leave the token within its bound."""
    noisy = "".join(chr(97 + (number * 7919 % 26)) for number in range(200))
    state = replace(FULL, last=noisy, nation=noisy[:40], speak=noisy[40:80])
    assert len(sealer.seal(state)) <= MAX_TOKEN_CHARACTERS


def test_a_state_that_does_not_fit_is_refused(sealer: Sealer) -> None:
    """No token is longer than the bound, whatever is put into it."""
    # Keys are as random as text can be, so that nothing of it can be compressed.
    noise = "".join(Fernet.generate_key().decode() for _ in range(60))
    huge = replace(FULL, last=noise)
    with pytest.raises(StateError):
        sealer.seal(huge)


def test_the_keys_are_not_printed(sealer: Sealer, keys: tuple[str, str]) -> None:
    """A sealer that ends up in a log line or a traceback does not show its keys."""
    assert keys[0] not in repr(sealer)


def test_a_fresh_key_is_another_one_each_time() -> None:
    """A restart without keys of its own ends every conversation."""
    with pytest.raises(StateError):
        Sealer.with_fresh_key().unseal(Sealer.with_fresh_key().seal(FULL))
