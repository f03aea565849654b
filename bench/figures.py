"""What a measurement found: values, how they are worked out, and how they lie in a file."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

from bench.load import Result

TYPED, TAPPED = "typed", "tapped"
#: The turns of a conversation that are compared, and how many turns about each are looked at.
FIFTH, LAST, AROUND = 5, 200, 2


@dataclass(frozen=True)
class Load:
    """How so many clients at a time were answered. Times in milliseconds.

    Attributes:
        median: of the answered turns, as are the next two.
        p95: what 95 of 100 did not exceed.
        p99: what 99 of 100 did not exceed.
        a_second: how many were answered in a second.
        answered: how many were answered.
        busy: how many were told to come back.
        silent: how many were answered with nothing.
        failed: how many had no answer.
        cpu: what an answered turn cost of a processor.
        client: which part of its core the clients used.
    """

    median: float
    p95: float
    p99: float
    a_second: float
    answered: int
    busy: int
    silent: int
    failed: int
    cpu: float
    client: float

    @property
    def share_busy(self) -> float:
        """Which part was told to come back."""
        return self.busy / (self.busy + self.answered)


@dataclass
class Figures:
    """What one server showed.

    Attributes:
        starts: seconds to the first answer, of each start.
        loads: typed or tapped → number of clients, as text → how they were answered.
        conversation: milliseconds of each turn of a long conversation, the median of several.
        memory_at_start: megabytes, after the first answer.
        memory: turns → megabytes, of the long run, in its order.
        edits: seconds until a changed text is served, of each edit.
    """

    starts: list[float] = field(default_factory=list)
    loads: dict[str, dict[str, Load]] = field(default_factory=dict)
    conversation: list[float] = field(default_factory=list)
    memory_at_start: float = 0.0
    memory: list[tuple[int, float]] = field(default_factory=list)
    edits: list[float] = field(default_factory=list)


@dataclass
class Run:
    """Everything of one run: the machine, both servers, and what was measured apart from it.

    Attributes:
        machine: names → words, as they are shown.
        chat: what ours showed.
        default: what Rasa's own showed.
        aside: figures of files: sizes and trainings, by name.
    """

    machine: dict[str, str]
    chat: Figures
    default: Figures
    aside: dict[str, float] = field(default_factory=dict)


def percentile(values: Iterable[float], percent: float) -> float:
    """Returns the least of the values that so many percent of them do not exceed.

    Raises:
        ValueError: when there are none.
    """
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)]


def summary(results: Sequence[Result], cpu_seconds: float) -> Load:
    """Returns what the rounds of one load come to.

    Args:
        results: of its rounds.
        cpu_seconds: what the server used of processors in them.

    Raises:
        ValueError: when nothing was answered.
    """
    times = [time for result in results for time in result.times]
    seconds = sum(result.seconds for result in results)
    return Load(
        median=percentile(times, 50),
        p95=percentile(times, 95),
        p99=percentile(times, 99),
        a_second=len(times) / seconds,
        answered=len(times),
        busy=sum(result.busy for result in results),
        silent=sum(result.silent for result in results),
        failed=sum(result.failed for result in results),
        cpu=1000 * cpu_seconds / len(times),
        client=max(result.client_cpu for result in results),
    )


def turn_by_turn(conversations: Sequence[Sequence[float]]) -> list[float]:
    """Returns the median time of each turn, over conversations of one length."""
    return [statistics.median(times) for times in zip(*conversations)]


def at_turn(conversation: Sequence[float], turn: int) -> float:
    """Returns the time of a turn, the first is 1: the median of it and its neighbours."""
    return statistics.median(conversation[max(0, turn - 1 - AROUND) : turn + AROUND])


def steepness(conversation: Sequence[float]) -> float:
    """Returns how many times as long as an early turn the last one of a conversation takes."""
    return at_turn(conversation, LAST) / at_turn(conversation, FIFTH)


def growth(memory: Sequence[tuple[int, float]]) -> float:
    """Returns the megabytes that came to be from the first turn of the long run to the last."""
    return memory[-1][1] - memory[0][1]


def write(run: Run, path: Path) -> None:
    """Writes a run into a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_rounded(asdict(run)), indent=1) + "\n", encoding="utf-8")


def read(path: Path) -> Run:
    """Reads a run from a file.

    Raises:
        OSError: when there is none.
    """
    data = json.loads(path.read_text(encoding="utf-8"))
    return Run(
        machine=data["machine"],
        chat=_figures(data["chat"]),
        default=_figures(data["default"]),
        aside=data["aside"],
    )


def _figures(data: Mapping[str, Any]) -> Figures:
    loads = {
        kind: {clients: Load(**load) for clients, load in by_clients.items()}
        for kind, by_clients in data["loads"].items()
    }
    memory = [(turns, megabytes) for turns, megabytes in data["memory"]]
    return Figures(**{**data, "loads": loads, "memory": memory})


def _rounded(value: Any) -> Any:
    """Returns plain data with its numbers cut to what was really measured."""
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return value
