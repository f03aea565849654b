"""The conversation between two turns: a sealed token that only the browser tab holds.

Nothing a person typed is in it, and nothing that tells who she is: only which
language, which answers, which choices. The server keeps no copy.
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import ExpiredStateError, StateError
from bot.languages import DEFAULT_LANGUAGE, LANGUAGES
from bot.settings import STATE_LIMITS, StateLimits

#: No token of ours is longer, whatever the operator chose.
MAX_TOKEN_CHARACTERS = STATE_LIMITS.characters
#: Whole turns whose intent and actions the policies may see again.
KEPT_TURNS = 2

#: Raised by one whenever the form below changes; a token of another form is refused.
_FORM = 2


@dataclass(frozen=True)
class PastTurn:
    """What the policies need of a turn: what was meant and what was done, never the words."""

    intent: str
    actions: tuple[str, ...]


@dataclass(frozen=True)
class ConversationState:
    """All that is known of a conversation between two turns.

    Attributes:
        language: the language tag that answers are given in.
        picked: whether she chose that language by hand; it is then never changed for her.
        offered: a language that she was already asked about.
        last: the reference of the last answer, with its parameters.
        nation: the nation she told us for finding services.
        speak: the language she wants to speak to a service.
        alarms: danger answers already given in full, which keep a short line on top.
        details: whether she was told that she need not give personal details.
        turns: the last whole turns, oldest first.
        count: how many turns there have been.
        started_at: seconds since the epoch.
    """

    language: str = DEFAULT_LANGUAGE
    picked: bool = False
    offered: str | None = None
    last: str | None = None
    nation: str | None = None
    speak: str | None = None
    alarms: tuple[str, ...] = ()
    details: bool = False
    turns: tuple[PastTurn, ...] = ()
    count: int = 0
    started_at: int = 0

    def with_turn(self, turn: PastTurn) -> ConversationState:
        """Returns the state with a turn added and the oldest forgotten."""
        return replace(self, turns=(*self.turns, turn)[-KEPT_TURNS:])


#: So many seconds may the clocks of two machines differ. A token from further ahead is refused: it
#: would live longer than it may.
CLOCKS_APART = 300


@dataclass(frozen=True)
class Sealer:
    """Seals and unseals states with keys that rotate.

    The first key seals; every key unseals. A key that is taken away makes its
    tokens unreadable for ever.
    """

    keys: Sequence[str] = field(repr=False)
    clock: Callable[[], float] = time.time
    limits: StateLimits = STATE_LIMITS

    @classmethod
    def with_fresh_key(cls, limits: StateLimits = STATE_LIMITS) -> Sealer:
        """Makes a sealer whose key lives in this process only."""
        return cls((Fernet.generate_key().decode(),), limits=limits)

    def seal(self, state: ConversationState) -> str:
        """Returns the token of a state, at most `limits.characters` long.

        Raises:
            StateError: when the state does not fit, which bounds a conversation's size.
        """
        now = int(self.clock())
        state = replace(state, started_at=state.started_at or now)
        packed = zlib.compress(json.dumps([_FORM, asdict(state)], separators=(",", ":")).encode())
        token = self._box.encrypt_at_time(packed, now).decode()
        if len(token) > self.limits.characters:
            raise StateError("state too large")
        return token

    def unseal(self, token: str) -> ConversationState:
        """Returns the state in a token.

        Raises:
            ExpiredStateError: after too long an idle time, too long in all, or too many turns.
            StateError: when it was not sealed by one of our keys, or was altered.
        """
        if len(token) > MAX_TOKEN_CHARACTERS:
            raise StateError("token too long")
        now = int(self.clock())
        try:
            packed = self._box.decrypt(token.encode())
            idle = now - self._box.extract_timestamp(token.encode())
        except (InvalidToken, ValueError) as error:
            raise StateError("not one of our tokens") from error
        state = _state(packed)
        limits = self.limits
        if (
            not -CLOCKS_APART <= idle <= 60 * limits.idle_minutes
            or now - state.started_at > 60 * limits.lifetime_minutes
            or state.count >= limits.turns
        ):
            raise ExpiredStateError("expired")
        return state

    # Once for all turns: the keys do not change while the service runs.
    @cached_property
    def _box(self) -> MultiFernet:
        return MultiFernet([Fernet(key) for key in self.keys])


def _state(packed: bytes) -> ConversationState:
    form, data = json.loads(zlib.decompress(packed))
    if form != _FORM:
        raise StateError("a token of another form")
    return _from_data(data)


def _from_data(data: dict[str, Any]) -> ConversationState:
    turns = tuple(PastTurn(turn["intent"], tuple(turn["actions"])) for turn in data.pop("turns"))
    alarms = tuple(data.pop("alarms"))
    state = ConversationState(turns=turns, alarms=alarms, **data)
    if state.language not in LANGUAGES:
        raise StateError("a token of another form")
    return state
