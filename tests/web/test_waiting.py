"""The line of turns: one at a time, danger first, and nobody waits for nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from bot.errors import BusyError
from bot.web.waiting import CALM, ROUNDS, SWAMPED_SECONDS, Line

LONG = 60.0


class Desk:
    """Takes turns in a line, and lets each go on when it is told to."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.order: list[str] = []
        self.done: dict[str, asyncio.Event] = {}

    async def take(self, name: str, urgency: float = CALM) -> None:
        self.done[name] = asyncio.Event()
        async with self.line.turn(urgency):
            self.order.append(name)
            await self.done[name].wait()


async def settle() -> None:
    for _ in range(4 * ROUNDS):
        await asyncio.sleep(0)


def start(work: Awaitable[None]) -> asyncio.Task[None]:
    return asyncio.ensure_future(work)


async def test_turns_are_taken_one_at_a_time_in_the_order_they_came() -> None:
    desk = Desk(Line(most=10, patience=LONG))
    tasks = [start(desk.take(name)) for name in "abc"]
    for seen in ("a", "ab", "abc"):
        await settle()
        assert desk.order == list(seen)
        desk.done[seen[-1]].set()
    await asyncio.gather(*tasks)
    assert desk.line.is_free


async def test_the_more_urgent_goes_before_all_who_wait() -> None:
    """And of those who are as calm, whoever came first, however calm they are."""
    desk = Desk(Line(most=10, patience=LONG))
    tasks = [start(desk.take("first"))]
    await settle()
    waiting = {"question": CALM - 1, "nonsense": CALM - 9, "fear": CALM + 1, "danger": CALM + 5}
    tasks += [start(desk.take(name, urgency)) for name, urgency in waiting.items()]
    await settle()
    for done in desk.done.values():
        done.set()
    await asyncio.gather(*tasks)
    assert desk.order == ["first", "danger", "fear", "question", "nonsense"]


async def test_a_full_line_makes_room_for_the_more_urgent() -> None:
    """The calmest who came last goes; who is as calm as that one does not come in."""
    desk = Desk(Line(most=2, patience=LONG))
    turn = start(desk.take("turn"))
    await settle()
    tasks = {name: start(desk.take(name)) for name in ("early", "late")}
    await settle()
    tasks["danger"] = start(desk.take("danger", CALM + 5))
    await settle()
    assert desk.line.waiting == 2
    with pytest.raises(BusyError):
        await tasks["late"]
    with pytest.raises(BusyError):
        await desk.take("too many")
    for done in desk.done.values():
        done.set()
    await asyncio.gather(turn, tasks["early"], tasks["danger"])
    assert desk.order == ["turn", "danger", "early"]
    assert desk.line.is_free


async def test_a_crowd_that_cannot_be_looked_at_is_noticed_while_it_comes() -> None:
    line = Line(most=10, patience=LONG)
    loop = asyncio.get_running_loop()
    loop.call_soon(time.sleep, 2 * SWAMPED_SECONDS)
    async with line.turn():
        assert line.is_swamped
    async with line.turn():
        assert not line.is_swamped


async def test_whoever_finds_the_line_full_is_told_at_once() -> None:
    desk = Desk(Line(most=1, patience=LONG))
    tasks = [start(desk.take("turn")), start(desk.take("waits"))]
    await settle()
    with pytest.raises(BusyError):
        await desk.take("too many")
    assert desk.line.waiting == 1
    for name in ("turn", "waits"):
        desk.done[name].set()
    await asyncio.gather(*tasks)
    assert desk.order == ["turn", "waits"]


async def test_nobody_waits_longer_than_is_patient() -> None:
    desk = Desk(Line(most=10, patience=0.01))
    task = start(desk.take("turn"))
    await settle()
    with pytest.raises(BusyError):
        await desk.take("waits")
    assert desk.line.waiting == 0
    desk.done["turn"].set()
    await task
    assert desk.line.is_free


@pytest.mark.parametrize("is_called", [False, True])
async def test_a_client_that_hangs_up_leaves_the_line_moving(is_called: bool) -> None:
    """Whether it was waiting, or had just been called and did not know it yet."""
    desk = Desk(Line(most=10, patience=LONG))
    tasks = {name: start(desk.take(name)) for name in ("turn", "gone", "next")}
    await settle()
    if is_called:
        desk.done["turn"].set()
        await asyncio.sleep(0)
    tasks["gone"].cancel()
    desk.done["turn"].set()
    await settle()
    desk.done["gone"].set()
    desk.done["next"].set()
    await asyncio.gather(*tasks.values(), return_exceptions=True)
    assert desk.order[-1] == "next"
    assert desk.line.is_free
    assert desk.line.waiting == 0


async def test_a_turn_that_fails_lets_the_next_one_come() -> None:
    line = Line(most=10, patience=LONG)

    async def fail() -> None:
        async with line.turn():
            await asyncio.sleep(0)
            raise RuntimeError

    waiting: list[Callable[[], Awaitable[None]]] = [fail, fail, fail]
    found = await asyncio.gather(*(one() for one in waiting), return_exceptions=True)
    assert [type(one) for one in found] == [RuntimeError] * 3
    assert line.is_free
