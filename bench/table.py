"""The table of `docs/BENCHMARKS.md`, made of the figures of a run.

`python -m bench.table [FILE]` writes the table and the pictures anew from what `bench.turns` found.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import pictures
from bench.baseline import DEFAULT_EPOCHS
from bench.figures import (
    FIFTH,
    LAST,
    TAPPED,
    TYPED,
    Figures,
    Load,
    Run,
    at_turn,
    growth,
    read,
    steepness,
)
from bot.settings import ROOT

DOCUMENT, PICTURES = ROOT / "docs" / "BENCHMARKS.md", ROOT / "docs" / "images"
FIGURES = ROOT / "var" / "bench.json"
BEGIN, END = "<!-- figures of a run -->", "<!-- end of the figures -->"
CAPTIONS = {
    "turns": "Turn times, typed and tapped, with 1, 10 and 50 clients",
    "conversation": "The time of each turn in one conversation of 200 turns",
    "memory": "Resident memory over many turns",
}
ONE, TEN = "1", "10"


@dataclass(frozen=True)
class Goal:
    """What a figure is to reach: of ours alone, or of ours for one of the default's."""

    bound: float
    is_least: bool = False
    is_ratio: bool = True
    unit: str = ""

    def __str__(self) -> str:
        """Says it."""
        bound = f"at {'least' if self.is_least else 'most'} {self.bound:g}"
        return f"ratio {bound}" if self.is_ratio else f"{bound} {self.unit}".strip()

    def is_reached(self, ours: float, ratio: float | None) -> bool:
        """Says whether figures reach it."""
        value = ratio if self.is_ratio else ours
        if value is None:
            return False
        return value >= self.bound if self.is_least else value <= self.bound


#: Of ours and of the default; None is what was not measured.
Both = tuple[float | None, float | None]


@dataclass(frozen=True)
class Row:
    """A line of the table; `is_about` says that the default's figure was worked out."""

    what: str
    both: Both
    goal: Goal | None = None
    digits: int = 1
    is_about: bool = False

    @property
    def ratio(self) -> float | None:
        """Ours for one of the default's."""
        ours, default = self.both
        return ours / default if default and ours is not None else None

    def cells(self) -> list[str]:
        """Returns the line's cells."""
        ours, default = self.both
        reached = ""
        if self.goal and ours is not None:
            reached = "yes" if self.goal.is_reached(ours, self.ratio) else "**no**"
        about = "≈ " if self.is_about and default is not None else ""
        return [
            self.what,
            _number(ours, self.digits),
            about + _number(default, self.digits),
            "" if self.ratio is None else about + _number(self.ratio, 2),
            str(self.goal or ""),
            reached,
        ]


def _number(value: float | None, digits: int) -> str:
    return "not measured" if value is None else f"{value:,.{digits}f}"


def rows(run: Run) -> Iterator[Row]:
    """Yields the lines of the table: what has a goal, and what has none."""

    def both(figure: Callable[[Figures], float]) -> Both:
        return figure(run.chat), figure(run.default)

    def of_load(kind: str, clients: str, name: str) -> Both:
        return both(lambda figures: float(getattr(figures.loads[kind][clients], name)))

    yield Row("typed turn, median, ms", of_load(TYPED, ONE, "median"), Goal(1))
    yield Row("typed turn, 95th percentile, ms", of_load(TYPED, ONE, "p95"), Goal(1))
    yield Row("tapped turn, median, ms", of_load(TAPPED, ONE, "median"), Goal(0.5))
    yield Row("tapped turn, 95th percentile, ms", of_load(TAPPED, ONE, "p95"))
    for kind, goal in ((TYPED, Goal(1.5, is_least=True)), (TAPPED, None)):
        name = f"{kind} turns a second on one core, {TEN} clients"
        yield Row(name, of_load(kind, TEN, "a_second"), goal)
    for kind in (TYPED, TAPPED):
        yield Row(f"processor time of a {kind} turn, ms", of_load(kind, ONE, "cpu"))
    early = both(lambda figures: at_turn(figures.conversation, FIFTH))
    late = both(lambda figures: at_turn(figures.conversation, LAST))
    yield Row(f"turn {FIFTH} of a conversation, ms", early)
    yield Row(f"turn {LAST} of it, ms", late)
    yield Row(
        f"turn {LAST} for one of turn {FIFTH}",
        both(lambda figures: steepness(figures.conversation)),
        Goal(1.1, is_ratio=False),
        digits=2,
    )
    yield Row("memory at start, MB", both(lambda figures: figures.memory_at_start), Goal(1), 0)
    turns = run.chat.memory[-1][0]
    after = both(lambda figures: figures.memory[-1][1])
    yield Row(f"memory after {turns:,} turns more, MB", after, digits=0)
    grown = both(lambda figures: growth(figures.memory))
    goal = Goal(20, is_ratio=False, unit="MB")
    yield Row(f"by how much it grew in these {turns:,} turns, MB", grown, goal)
    starts = both(lambda figures: median(figures.starts))
    yield Row("start to first answer, s", starts, Goal(0.5))
    training, start = run.aside.get("default edit wall"), median(run.default.starts)
    live = max(run.chat.edits), None if training is None else training + start
    yield Row("edit to live, s", live, Goal(2, is_ratio=False, unit="s"))
    yield from _aside(run.aside)


def _aside(aside: Mapping[str, float]) -> Iterator[Row]:
    def both(name: str, default: str, unit: float = 1) -> Both:
        ours, theirs = aside.get(name), aside.get(default)
        return ours and ours / unit, theirs and theirs / unit

    is_about = aside.get("default epochs", DEFAULT_EPOCHS) != DEFAULT_EPOCHS
    for clock, words in (("wall", "by the clock"), ("cpu", "of processors")):
        first = both(f"training {clock}", f"default training {clock}")
        yield Row(f"first training, s {words}", first, digits=0, is_about=is_about)
        again = both(f"training again {clock}", f"default edit {clock}")
        yield Row(f"training after an edit, s {words}", again, digits=0)
    for name in ("model", "environment"):
        yield Row(f"{name}, MB", both(name, f"default {name}", 1e6), digits=0)


def text(run: Run) -> str:
    """Returns everything that stands between the marks."""
    parts = [
        f"The machine: {', '.join(f'{name} {said}' for name, said in run.machine.items())}.",
        _table(
            ("", "chat", "default", "ratio", "goal", "reached"), (row.cells() for row in rows(run))
        ),
        _table(_HEADING, _loads(run)),
        *_remarks(run),
    ]
    return "\n\n".join(parts) + "\n"


_HEADING = (
    "turns, clients",
    "chat, ms: median / 95th / 99th",
    "default, ms: median / 95th / 99th",
    "chat, a second",
    "default, a second",
    "chat, told it is busy",
)


def _loads(run: Run) -> Iterator[list[str]]:
    for kind, by_clients in run.chat.loads.items():
        for clients, ours in by_clients.items():
            default = run.default.loads[kind][clients]
            yield [
                f"{kind}, {clients}",
                _times(ours),
                _times(default),
                _number(ours.a_second, 1),
                _number(default.a_second, 1),
                f"{100 * ours.share_busy:.1f}%",
            ]


def _times(load: Load) -> str:
    return " / ".join(_number(time, 1) for time in (load.median, load.p95, load.p99))


def _remarks(run: Run) -> Iterator[str]:
    """Yields what a reader must know to trust the figures of this run."""
    epochs = run.aside.get("default epochs", DEFAULT_EPOCHS)
    if epochs != DEFAULT_EPOCHS:
        yield (
            f"The default was trained for {epochs:.0f} of {DEFAULT_EPOCHS} epochs, which does not"
            " change how long its turns take; ≈ marks what was worked out from the time that an"
            " epoch took."
        )
    for name, figures in (("chat", run.chat), ("default", run.default)):
        loads = [load for by_clients in figures.loads.values() for load in by_clients.values()]
        answered, silent, failed = (
            sum(getattr(load, part) for load in loads) for part in ("answered", "silent", "failed")
        )
        yield (
            f"The {name}: {answered:,} turns answered, {silent:,} of them with no words;"
            f" {failed:,} not answered at all. The clients used at most"
            f" {100 * max(load.client for load in loads):.0f}% of their core."
        )


def _table(heading: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rule = ["---", *("---:" for _ in heading[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heading, rule, *lines))


def between_marks(document: str, new: str) -> str:
    """Returns a document with something new between the marks.

    Raises:
        ValueError: when it does not have both marks, in their order.
    """
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the document lacks {BEGIN} or {END}")
    return f"{before}{BEGIN}\n\n{new.strip()}\n\n{END}{after}"


def shown() -> str:
    """Returns the lines that show the pictures, which are there once something was measured."""
    return "\n\n".join(f"![{CAPTIONS[name]}](images/bench-{name}.svg)" for name in pictures.NAMES)


def publish(run: Run) -> None:
    """Writes the table and the pictures into the documents."""
    document = DOCUMENT.read_text(encoding="utf-8")
    new = f"{text(run).strip()}\n\n{shown()}"
    DOCUMENT.write_text(between_marks(document, new), encoding="utf-8")
    pictures.draw(run, PICTURES)


def main() -> None:
    """Writes the documents anew from a file of figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path, nargs="?", default=FIGURES)
    publish(read(parser.parse_args().file))


if __name__ == "__main__":
    main()
