"""The dialogue when more ask than can be answered: busy, kindly; danger all the same."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.errors import BusyError, LimitedError
from bot.web.contract import TurnRequest
from bot.web.dialogue import Dialogue
from bot.web.waiting import CALM, Line
from tests.web.talking import DANGER, NRM, Text, in_every_language

#: Danger in words that no rule has.
UNKNOWN_TO_RULES = {
    "en": "he just burned my arm with the iron",
    "es": "me acaba de quemar el brazo con la plancha",
    "cy": "mae o newydd losgi fy mraich efo'r haearn smwddio",
    "pt": "ele me agarrou pelo cabelo e bateu minha cabeça na mesa",
}


@pytest.fixture
def crowded(dialogue: Dialogue) -> Dialogue:
    """A dialogue of its own, with no place to wait."""
    return replace(dialogue, line=Line(most=0))


@in_every_language
async def test_a_question_is_told_that_it_is_busy(crowded: Dialogue, language: str) -> None:
    async with crowded.line.turn():
        with pytest.raises(BusyError):
            await crowded.turn(TurnRequest(message=NRM[language], lang=language))
    reply = await crowded.turn(TurnRequest(message=NRM[language], lang=language))
    assert reply.messages[0]["answer"] == "nrm.what"


@in_every_language
@pytest.mark.parametrize("is_limited", [False, True])
async def test_danger_is_answered_whatever_the_crowd(
    crowded: Dialogue, text: Text, language: str, is_limited: bool
) -> None:
    """By the rules and the text alone: the line does not move for it."""
    async with crowded.line.turn():
        asked = TurnRequest(message=DANGER[language], lang=language)
        reply = await crowded.turn(asked, is_limited=is_limited)
    assert [message["text"] for message in reply.messages] == [
        text(language, "safety.danger.short"),
        text(language, "bot.trouble.short"),
    ]
    # The conversation knows it, and the next turn has the line above its answer.
    after = await crowded.turn(TurnRequest(message=NRM[language], state=reply.state))
    assert [one["answer"] for one in after.messages] == ["safety.danger", "nrm.what"]


async def test_danger_that_the_rules_know_does_not_wait_in_a_long_line(
    dialogue: Dialogue, text: Text
) -> None:
    """Beside a few it waits, and is answered in full; among many it is answered at once."""
    crowd = replace(dialogue, line=Line(most=4, patience=60))
    danger = TurnRequest(message=DANGER["en"])
    async with crowd.line.turn():
        waiting = [asyncio.ensure_future(crowd.turn(danger))]
        await asyncio.sleep(0.05)
        assert crowd.line.waiting == 1
        waiting.append(asyncio.ensure_future(crowd.turn(TurnRequest(message=NRM["en"]))))
        await asyncio.sleep(0.05)
        reply = await asyncio.wait_for(crowd.turn(danger), 5)
        assert [one["text"] for one in reply.messages] == [
            text("en", "safety.danger.short"),
            text("en", "bot.trouble.short"),
        ]
    in_full, _ = await asyncio.gather(*waiting)
    assert [one["answer"] for one in in_full.messages] == ["safety.danger"]


async def test_the_limit_is_for_questions_alone(dialogue: Dialogue) -> None:
    with pytest.raises(LimitedError):
        await dialogue.turn(TurnRequest(message=NRM["en"]), is_limited=True)


@in_every_language
async def test_what_only_the_models_hear_finds_a_place(dialogue: Dialogue, language: str) -> None:
    """The rules are not all that is asked who comes next: others are looked at."""
    message = UNKNOWN_TO_RULES[language]
    assert dialogue.rules.detect(message) is None
    crowd = replace(dialogue, line=Line(most=1, patience=60))
    async with crowd.line.turn():
        question = asyncio.ensure_future(crowd.turn(TurnRequest(message=NRM[language])))
        await asyncio.sleep(0.05)
        danger = asyncio.ensure_future(crowd.turn(TurnRequest(message=message)))
        with pytest.raises(BusyError):
            await question
    assert (await danger).messages[0]["answer"] == "safety.danger"


async def test_nobody_is_looked_at_where_that_alone_takes_too_long(dialogue: Dialogue) -> None:
    """Danger that the rules know is found all the same."""
    looked_at: list[str] = []

    def glance(message: str) -> float:
        looked_at.append(message)
        return CALM

    crowd = replace(dialogue, line=Line(most=0), glance=glance)
    for is_swamped in (True, False):
        async with crowd.line.turn():
            crowd.line._longest_round = 60 if is_swamped else 0
            with pytest.raises(BusyError):
                await crowd.turn(TurnRequest(message=NRM["en"]))
            reply = await crowd.turn(TurnRequest(message=DANGER["en"]))
            assert reply.messages[0]["answer"] == "safety.danger"
        assert looked_at == ([] if is_swamped else [NRM["en"]])


async def test_danger_is_answered_before_those_who_came_first(dialogue: Dialogue) -> None:
    crowd = replace(dialogue, line=Line(patience=60))
    done: list[str] = []

    async def ask(name: str, message: str) -> None:
        reply = await crowd.turn(TurnRequest(message=message))
        assert reply.messages[0]["answer"] == ("safety.danger" if name == "danger" else "nrm.what")
        done.append(name)

    async with crowd.line.turn():
        asked = [asyncio.ensure_future(ask(name, NRM["en"])) for name in ("first", "second")]
        asked.append(asyncio.ensure_future(ask("danger", DANGER["en"])))
        await asyncio.sleep(0.05)
    await asyncio.gather(*asked)
    assert done == ["danger", "first", "second"]
