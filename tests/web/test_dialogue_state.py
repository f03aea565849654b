"""The state between turns, through the real dialogue: lost, altered, expired, shared."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from bot.conversation.sealed_state import (
    MAX_TOKEN_CHARACTERS,
    ConversationState,
    Sealer,
)
from bot.settings import STATE_LIMITS
from tests.web.talking import (
    DANGER,
    NRM,
    RISK,
    Talk,
    Text,
    answers,
    in_every_language,
    shown,
)

IDLE_SECONDS = 60 * STATE_LIMITS.idle_minutes
LIFETIME_SECONDS = 60 * STATE_LIMITS.lifetime_minutes


@dataclass
class Clock:
    now: float = 1_800_000_000

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(dialogue, clock: Clock) -> Talk:
    """A talk whose time a test decides."""
    return Talk(replace(dialogue, sealer=Sealer(Sealer.with_fresh_key().keys, clock)))


@in_every_language
async def test_an_expired_state_starts_afresh_with_a_kind_sentence(
    timed: Talk, clock: Clock, text: Text, language: str
) -> None:
    """After half an hour she begins anew, and what she asks is answered all the same."""
    await timed.turn(lang=language)
    clock.now += IDLE_SECONDS + 1
    reply = await timed.say(NRM[language])
    assert [message["text"] for message in reply.messages] == [
        text(language, "bot.fresh-start.short"),
        text(language, "nrm.what.short"),
    ]
    assert answers(await timed.say(RISK[language])) == ["sharing.risk"]


async def test_no_talk_lasts_longer_than_two_hours(timed: Talk, clock: Clock) -> None:
    """However busy, a conversation ends; the next turn begins another one."""
    await timed.tap("services.find?nation=wales")
    for _ in range(LIFETIME_SECONDS // (IDLE_SECONDS - 60)):
        clock.now += IDLE_SECONDS - 60
        reply = await timed.tap("nrm.what")
    clock.now += IDLE_SECONDS - 60
    reply = await timed.tap("nrm.what")
    assert answers(reply) == ["bot.fresh-start", "nrm.what"]
    assert timed.opened.nation is None


async def test_no_talk_has_more_than_forty_turns(talk: Talk) -> None:
    """The turn after the last begins another conversation, with a kind sentence."""
    for _ in range(STATE_LIMITS.turns):
        assert answers(await talk.tap("nrm.what")) == ["nrm.what"]
    assert answers(await talk.tap("nrm.what")) == ["bot.fresh-start", "nrm.what"]
    assert talk.opened.count == 1


@pytest.mark.parametrize(
    "state", ["x", "gAAAAA", "\x00", "é", "\ud800", "a" * (MAX_TOKEN_CHARACTERS + 1), "FOREIGN"]
)
@in_every_language
async def test_a_state_that_is_not_ours_starts_afresh(
    talk: Talk, language: str, state: str
) -> None:
    """A foreign or broken state is never an error page: she is answered, in her language."""
    if state == "FOREIGN":
        state = Sealer.with_fresh_key().seal(ConversationState(nation="wales"))
    talk.state = state
    reply = await talk.say(NRM[language])
    assert shown(reply) == [
        ("bot.fresh-start", language),
        ("nrm.what", language),
    ]
    assert talk.opened.nation is None


async def test_an_altered_state_starts_afresh(talk: Talk) -> None:
    """One character changed, and nothing of the conversation is believed."""
    await talk.tap("services.find?nation=wales")
    middle = len(talk.state) // 2
    other = "A" if talk.state[middle] != "A" else "B"
    talk.state = talk.state[:middle] + other + talk.state[middle + 1 :]
    assert answers(await talk.tap("nrm.what")) == ["bot.fresh-start", "nrm.what"]
    assert talk.opened.nation is None


@in_every_language
async def test_danger_stands_before_the_fresh_start(talk: Talk, language: str) -> None:
    """Not even a lost conversation comes before the emergency answer."""
    talk.state = "broken"
    reply = await talk.turn(message=DANGER[language], lang=language)
    assert answers(reply) == ["safety.danger", "bot.fresh-start"]


@in_every_language
async def test_a_lost_state_with_a_picked_language_opens_in_it(talk: Talk, language: str) -> None:
    """Picking a language with a state that is gone opens the talk in that language."""
    talk.state = "broken"
    reply = await talk.turn(lang=language)
    assert shown(reply) == [("bot.fresh-start", language), ("bot.greet", language)]


async def test_any_process_with_the_key_can_take_the_next_turn(dialogue) -> None:
    """The state alone carries the talk: another server goes on with it."""
    one = Talk(dialogue)
    await one.tap("nrm.what")
    other = Talk(replace(dialogue, sealer=Sealer(dialogue.sealer.keys)), one.state)
    reply = await other.tap("bot.more")
    assert answers(reply) == ["nrm.what"]


async def test_going_back_to_an_older_state_goes_on_from_there(talk: Talk) -> None:
    """The server holds nothing that could contradict the tab's "back"."""
    await talk.tap("nrm.what")
    older = talk.state
    await talk.tap("sharing.risk")
    talk.state = older
    assert answers(await talk.tap("bot.more")) == ["nrm.what"]
