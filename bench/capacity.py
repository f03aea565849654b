"""How much machine so many conversations a day need, worked out from measured figures.

Run it with `python -m bench.capacity`; each figure is an option, and `--help` names them. It
prints the table that stands in `docs/CAPACITY.md`, which says what every figure means and where it
comes from.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from math import ceil, isfinite
from typing import Any, TypeVar

#: Conversations a day that the table has a column for.
DAYS = (10_000, 100_000, 1_000_000)
MILLION = 1_000_000
_HOUR = 3600
_PARTS = {"typed", "busy_hour", "most_busy"}
_NEEDED = {"turns", "busy_hour", "most_busy", "process_mb"}
_GIGABYTE = 1000


@dataclass(frozen=True)
class Load:
    """What comes, as long as nobody has counted it: assumptions."""

    # Turns of a conversation, the opening of the page among them.
    turns: float = 6.0
    # Which part of the turns is typed; the others are taps.
    typed: float = 0.5
    # Which part of a day's conversations begins in its busiest hour.
    busy_hour: float = 0.12
    # How many times the mean of that hour its busiest minute is.
    peak: float = 3.0


@dataclass(frozen=True)
class Cost:
    """What a turn costs, measured."""

    # Milliseconds of one core for a turn that was typed, and for a tap.
    typed_ms: float = 16.0
    tapped_ms: float = 4.0
    # The same for what stands around a turn and is not in these two: HTTP, the proxy, TLS.
    around_ms: float = 5.0
    # Of a process that has been in use.
    process_mb: float = 700.0


@dataclass(frozen=True)
class Room:
    """How full things may be, and what they cost."""

    # Which part of a core may be busy in that minute: the rest keeps the line of waiters short.
    most_busy: float = 0.6
    # Megabytes of each machine that are not the chat's: the system, the proxy, a database.
    system_mb: float = 1000.0
    # Of a core for an hour, in any currency.
    price: float = 0.0


_Group = TypeVar("_Group", Load, Cost, Room)


@dataclass(frozen=True)
class Machine:
    """A kind of machine that can be rented."""

    cores: int
    memory_mb: float

    def processes(self, process_mb: float, room: Room) -> int:
        """Returns how many processes of the chat it holds: one a core, as far as memory goes."""
        return min(self.cores, int((self.memory_mb - room.system_mb) // process_mb))


#: Two gigabytes a core is what most hosts rent out.
MACHINES = (Machine(2, 4 * _GIGABYTE), Machine(4, 8 * _GIGABYTE))


@dataclass(frozen=True)
class Plan:
    """What a number of conversations a day needs."""

    conversations: int
    turn_ms: float
    # Turns a second in the busiest minute.
    turns_a_second: float
    cores: float
    processes: int
    memory_mb: float
    # For each kind of machine how many, one to spare among them; None where no process fits.
    machines: tuple[int | None, ...]
    # Core-hours that a million turns use, and that are rented for them: the best of the kinds.
    used_hours: float
    rented_hours: float | None

    def price(self, of_an_hour: float) -> float | None:
        """Returns what a million turns cost."""
        return None if self.rented_hours is None else self.rented_hours * of_an_hour


def plan(
    conversations: int,
    load: Load = Load(),
    cost: Cost = Cost(),
    room: Room = Room(),
    kinds: Sequence[Machine] = MACHINES,
) -> Plan:
    """Returns what so many conversations a day need.

    Raises:
        ValueError: when a figure cannot be: a part above 1, a time below 0.
    """
    _check(conversations, load, cost, room)
    turn_ms = load.typed * cost.typed_ms + (1 - load.typed) * cost.tapped_ms + cost.around_ms
    turns_a_second = conversations * load.turns * load.busy_hour / _HOUR * load.peak
    cores = turns_a_second * turn_ms / 1000 / room.most_busy
    # A process takes one turn at a time, so it fills one core at most. One more than one, so that
    # one can be restarted while the other answers.
    processes = max(2, ceil(cores))
    machines = tuple(_machines(processes, kind.processes(cost.process_mb, room)) for kind in kinds)
    rented = [kind.cores * number for kind, number in zip(kinds, machines) if number is not None]
    millions_a_day = conversations * load.turns / MILLION
    return Plan(
        conversations,
        turn_ms,
        turns_a_second,
        cores,
        processes,
        processes * cost.process_mb,
        machines,
        used_hours=MILLION * turn_ms / 1000 / _HOUR,
        rented_hours=min(rented) * 24 / millions_a_day if rented else None,
    )


def _machines(processes: int, of_each: int) -> int | None:
    """Returns how many machines hold so many processes; from two on, one of them is to spare."""
    if of_each < 1:
        return None
    number = ceil(processes / of_each)
    return number if number == 1 else number + 1


def _check(conversations: int, *groups: Load | Cost | Room) -> None:
    figures = {name: value for group in groups for name, value in asdict(group).items()}
    if conversations < 1:
        raise ValueError("conversations must be at least 1")
    for name, value in figures.items():
        if not isfinite(value) or value < 0:
            raise ValueError(f"{name} must be a number, and not below 0")
        if name in _PARTS and value > 1:
            raise ValueError(f"{name} is a part of a whole: not above 1")
        if name in _NEEDED and not value:
            raise ValueError(f"{name} must be above 0")
    if figures["peak"] < 1:
        raise ValueError("peak is at least 1: the busiest minute is not below the mean")


def table(plans: Sequence[Plan], price: float, kinds: Sequence[Machine] = MACHINES) -> str:
    """Returns the plans as a table in Markdown, a column each."""
    rows: list[tuple[str, Callable[[Plan], str]]] = [
        ("turns a second in the busiest minute", lambda one: f"{one.turns_a_second:,.1f}"),
        ("processor time of a turn, ms", lambda one: f"{one.turn_ms:.1f}"),
        ("cores", lambda one: f"{one.cores:.2f}"),
        ("processes of the chat", lambda one: f"{one.processes:,}"),
        ("their memory, GB", lambda one: f"{one.memory_mb / _GIGABYTE:,.1f}"),
    ]
    for place, kind in enumerate(kinds):
        name = f"machines of {kind.cores} cores and {kind.memory_mb / _GIGABYTE:.0f} GB"
        rows.append((name, lambda one, place=place: _whole(one.machines[place])))  # type: ignore[misc]
    rows += [
        ("core-hours that a million turns use", lambda one: f"{one.used_hours:.2f}"),
        ("core-hours rented for a million turns", lambda one: _amount(one.rented_hours)),
    ]
    if price:
        name = f"price of a million turns at {price:g} a core-hour"
        rows.append((name, lambda one: _amount(one.price(price))))
    heads = ["conversations a day", *(f"{one.conversations:,}" for one in plans)]
    lines = [heads, ["---", *("---:" for _ in plans)]]
    lines += [[name, *(show(one) for one in plans)] for name, show in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _whole(number: int | None) -> str:
    return "none fits" if number is None else f"{number:,}"


def _amount(number: float | None) -> str:
    return "none fits" if number is None else f"{number:,.1f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table, of the figures that are given and the rest as above."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.capacity", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--conversations", type=int, nargs="+", default=list(DAYS))
    for group in (Load, Cost, Room):
        for field in fields(group):
            parser.add_argument(
                f"--{field.name.replace('_', '-')}", type=float, default=field.default
            )
    asked = vars(parser.parse_args(arguments))
    room = _of(Room, asked)
    try:
        plans = [
            plan(number, _of(Load, asked), _of(Cost, asked), room)
            for number in asked["conversations"]
        ]
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(table(plans, room.price))
    return 0


def _of(group: type[_Group], asked: Mapping[str, Any]) -> _Group:
    return group(**{field.name: asked[field.name] for field in fields(group)})


if __name__ == "__main__":
    sys.exit(main())
