"""The load: people who talk with the chat through the proxy, each on a thread."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence

from bench.failures.counting import (
    GOOD,
    ON,
    UNANSWERED,
    Attempt,
    Figures,
    Turn,
    figures,
)
from bench.failures.door import Door
from bench.failures.talk import SCRIPTS, Heard, Line, Step, verdict

#: A person reads before she goes on.
PAUSE_SECONDS = (0.2, 0.8)
#: After an error she presses "again", and gives up at last.
AGAIN_SECONDS, GIVE_UP_SECONDS = 0.5, 60.0


class Load:
    """Conversations with the chat behind a door, from `start` to `stop`."""

    def __init__(
        self,
        door: Door,
        expected: Sequence[Sequence[Heard]],
        people: int,
        pause_seconds: tuple[float, float] = PAUSE_SECONDS,
    ) -> None:
        self._door, self._expected, self._pause_seconds = door, expected, pause_seconds
        self._stopped = threading.Event()
        self._turns: list[Turn] = []
        self._breaks: list[float] = []
        self._people = [
            threading.Thread(target=self._talk, args=(number,), daemon=True)
            for number in range(people)
        ]

    def start(self) -> None:
        """Lets everybody begin."""
        for person in self._people:
            person.start()

    def broken(self) -> None:
        """Notes that something breaks now."""
        self._breaks.append(time.monotonic())

    def stop(self) -> Figures:
        """Lets everybody end the turn she is in, and returns what was counted."""
        self._stopped.set()
        for person in self._people:
            person.join()
        ended = time.monotonic()
        return figures(self._turns, self._breaks or [ended], ended)

    def _talk(self, person: int) -> None:
        pauses = random.Random(person)  # noqa: S311 - the same load each time, not a secret
        script = person % len(SCRIPTS)
        while not self._stopped.is_set():
            line = Line(self._door)
            self._converse(line, SCRIPTS[script], self._expected[script], pauses)
            line.close()

    def _converse(
        self, line: Line, script: Sequence[Step], expected: Sequence[Heard], pauses: random.Random
    ) -> None:
        """Holds one conversation to its end, or until it does not go on."""
        state = ""
        for step, due in zip(script, expected):
            turn, state = _take_turn(line, step, state, due)
            self._turns.append(turn)
            if turn.came_to != ON or self._stopped.wait(pauses.uniform(*self._pause_seconds)):
                return


def _take_turn(line: Line, step: Step, state: str, due: Heard) -> tuple[Turn, str]:
    """Asks until there is an answer or she gives up, and returns the turn and the new state."""
    attempts: list[Attempt] = []
    while not attempts or attempts[-1].ended - attempts[0].began < GIVE_UP_SECONDS:
        began = time.monotonic()
        answer = line.ask(step.asked, state)
        attempts.append(Attempt(began, time.monotonic(), answer.code))
        if answer.code == GOOD and answer.heard:
            return Turn(tuple(attempts), verdict(due, answer.heard)), answer.state
        time.sleep(AGAIN_SECONDS)
    return Turn(tuple(attempts), UNANSWERED), state
