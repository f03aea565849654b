"""The figures as a table, and its place in the document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.failures.counting import Figures, spoken

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"

_HEADINGS = (
    "what is broken",
    "turns before",
    "turns then",
    "answered",
    "in flight",
    "failed",
    "afresh",
    "lost",
    "nobody answered, s",
    "longest wait, s",
    "p95 before, ms",
    "p95 then, ms",
)


@dataclass(frozen=True)
class Outcome:
    """What came of a scenario: its figures, what else was seen, what is not as it must be."""

    name: str
    about: str
    figures: Figures
    notes: tuple[str, ...]
    complaints: tuple[str, ...]


@dataclass(frozen=True)
class Results:
    """What came of a run: of each scenario, and of the search through all files afterwards."""

    outcomes: tuple[Outcome, ...]
    files: int
    kept: tuple[str, ...]

    @property
    def are_as_they_must_be(self) -> bool:
        """Whether nothing is to be complained of."""
        return not self.kept and not any(outcome.complaints for outcome in self.outcomes)


def report(results: Results) -> str:
    """Returns the figures of all scenarios as a table, and below it what else was seen."""
    outcomes = results.outcomes
    lines = [_row(_HEADINGS), _row(["---", *["--:"] * (len(_HEADINGS) - 1)])]
    lines += [_row(_cells(outcome)) for outcome in outcomes]
    lines.append("")
    for outcome in outcomes:
        lines += [f"- {outcome.name}: {note}." for note in outcome.notes]
        # What follows its first line is for the terminal: the end of a log.
        lines += [f"- **{outcome.name}: {one.splitlines()[0]}**" for one in outcome.complaints]
    what = f"{results.files} files (logs, database, snapshot, the proxy's)"
    lines.append(
        f"- **What people wrote, or their addresses, stand in {', '.join(results.kept)}**"
        if results.kept
        else f"- Nothing that people wrote, and no address of theirs, stands in any of {what}."
    )
    return "\n".join(lines)


def with_table(page: str, text: str) -> str:
    """Returns a page with another text between its marks.

    Raises:
        ValueError: when it has no marks.
    """
    head, begin, rest = page.partition(BEGIN)
    _old, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"no {BEGIN} and {END}")
    return f"{head}{BEGIN}\n\n{text}\n\n{END}{tail}"


def _cells(outcome: Outcome) -> list[str]:
    found = outcome.figures
    return [
        f"{outcome.name}: {outcome.about}",
        str(found.before),
        str(found.turns),
        str(found.answered),
        str(found.in_flight),
        spoken(found.failed) or "0",
        str(found.afresh),
        str(found.lost),
        f"{found.gap:.1f}",
        f"{found.longest_wait:.1f}",
        f"{1000 * found.p95_before:.0f}",
        f"{1000 * found.p95:.0f}",
    ]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
