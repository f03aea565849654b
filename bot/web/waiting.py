"""Who is answered next when more ask than can be answered: one at a time, danger first.

A turn is work of some twenty milliseconds that nothing can be done beside. So turns wait in
line, and the line is no longer than what can be answered while somebody still waits for it:
whoever comes then is told at once, which costs a fraction of a turn. Held in memory are places
in the line, none of the words.

What danger is, is not known before a turn; what looks like it is, in a fraction of the time.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

from bot.errors import BusyError

#: As many may wait: half a second's work of one core.
MOST_WAITING = 24
#: Nobody waits longer than this, in seconds, however slow the machine is just now. With the turn
#: itself the answer comes within a second.
PATIENCE = 0.7
#: A turn never lets go of the processor, so that nobody could join the line while it runs. Before
#: it begins the loop goes round as often as a new connection needs to be accepted, read and placed.
ROUNDS = 8
#: And no longer than this, in seconds: where a crowd keeps coming a round takes long, and nobody
#: would be answered for it. About a turn.
ROUND_SECONDS = 0.02
#: Where a single round takes longer than this, more come than can be looked at one by one.
SWAMPED_SECONDS = 0.06


#: From here on a message looks so much like danger that it goes before others, the more the
#: sooner (log-odds). On the development messages 97.7% of those of danger do, or the rules know
#: them, and 10.1% of all others.
CALM = -1.5


@dataclass(order=True)
class _Place:
    """A place in the line: the more urgent before the others, and then who came first."""

    calmness: float
    number: int
    called: asyncio.Future[None] = field(compare=False)


class Line:
    """One turn at a time; belongs to one event loop."""

    def __init__(self, most: int = MOST_WAITING, patience: float = PATIENCE) -> None:
        self._most, self._patience = most, patience
        self._is_taken = False
        self._longest_round = 0.0
        self._places: list[_Place] = []
        self._numbers = count()

    @property
    def waiting(self) -> int:
        """How many wait just now."""
        return len(self._places)

    @property
    def is_free(self) -> bool:
        """Whether a turn would be taken at once."""
        return not self._is_taken

    @property
    def is_crowded(self) -> bool:
        """Whether whoever comes now waits long, or has no place."""
        return 2 * len(self._places) >= self._most

    @property
    def is_swamped(self) -> bool:
        """Whether so many come that looking at what each says would keep all of them waiting."""
        return self._longest_round > SWAMPED_SECONDS

    @asynccontextmanager
    async def turn(self, urgency: float = CALM) -> AsyncIterator[None]:
        """Waits until it is this one's turn, which lasts as long as the context.

        Args:
            urgency: how much it looks like danger, as log-odds.

        Raises:
            BusyError: when so many wait who are as urgent, at once or as others come, and when
                nobody was called in time.
        """
        await self._come(max(urgency, CALM))
        try:
            await self._let_others_come()
            yield
        finally:
            self._call_next()

    async def _let_others_come(self) -> None:
        began = before = time.monotonic()
        longest = 0.0
        for _ in range(ROUNDS):
            await asyncio.sleep(0)
            now = time.monotonic()
            longest, before = max(longest, now - before), now
            if now - began > ROUND_SECONDS:
                break
        # What those who come beside the next turn go by.
        self._longest_round = longest

    async def _come(self, urgency: float) -> None:
        if not self._is_taken:
            self._is_taken = True
            return
        place = _Place(-urgency, next(self._numbers), asyncio.Future())
        heapq.heappush(self._places, place)
        if len(self._places) > self._most:
            self._turn_away(max(self._places))
        try:
            await asyncio.wait_for(place.called, self._patience)
        except asyncio.TimeoutError:
            raise BusyError from None
        finally:
            if place in self._places:
                self._leave(place)

    def _turn_away(self, place: _Place) -> None:
        self._leave(place)
        if not place.called.done():
            place.called.set_exception(BusyError())

    def _leave(self, place: _Place) -> None:
        self._places.remove(place)
        heapq.heapify(self._places)

    def _call_next(self) -> None:
        while self._places:
            place = heapq.heappop(self._places)
            if not place.called.done():
                place.called.set_result(None)
                return
        self._is_taken = False
