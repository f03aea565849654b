"""What a run of all layers found: kept as JSON, and as JUnit XML for machines that read that."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from bot.languages import LANGUAGES
from bot.testing.playing import FATAL, Failure, Played, Run

RASA, JSON, FORM = "rasa", "json", "form"


@dataclass(frozen=True)
class Understood:
    """How a message was understood, for whoever wonders why it failed."""

    intent: str
    confidence: float
    runner_up: str
    runner_up_confidence: float


@dataclass(frozen=True)
class Broken:
    """One thing that broke."""

    situation: str
    topic: str
    where: str
    language: str
    door: str
    step: int
    act: str
    did: str
    kind: str
    expected: str
    got: str
    understood: Understood | None = None


@dataclass(frozen=True)
class Cell:
    """How many tests of a topic in a language there were, and how many were green."""

    topic: str
    language: str
    green: int
    of: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.green / self.of


@dataclass(frozen=True)
class Results:
    """Everything that a report is made of.

    Attributes:
        content: which content was tested, in words.
        revision: its number.
        when: the moment of the run, ISO.
        seconds: how long it took.
        cells: by topic and language, the worst first.
        by_door: how many tests went through each door.
        broken: what broke.
        lacks: what no test reached; None when only a part was run.
        complaints: what is wrong with the run itself.
        only: which part was run; empty for all.
    """

    content: str
    revision: int
    when: str
    seconds: float
    cells: tuple[Cell, ...]
    by_door: Mapping[str, int]
    broken: tuple[Broken, ...]
    lacks: tuple[str, ...] | None
    complaints: tuple[str, ...]
    only: str = ""

    @property
    def is_green(self) -> bool:
        """Nothing broke, nothing is missing, and there was something to test in each language."""
        return not (self.broken or self.lacks or self.complaints) and bool(self.cells)

    @property
    def fatal(self) -> tuple[Broken, ...]:
        """What no release may have: a danger missed, a promise, a number nobody checked."""
        return tuple(one for one in self.broken if one.kind in FATAL)

    @property
    def tests(self) -> int:
        """How many there were."""
        return sum(cell.of for cell in self.cells)


def cells_of(tests: Iterable[tuple[str, str, bool]]) -> tuple[Cell, ...]:
    """Returns the cells of (topic, language, is green), the worst first."""
    of: Counter[tuple[str, str]] = Counter()
    green: Counter[tuple[str, str]] = Counter()
    for topic, language, is_green in tests:
        of[topic, language] += 1
        green[topic, language] += is_green
    cells = [
        Cell(topic, language, green[topic, language], of[topic, language]) for topic, language in of
    ]
    return tuple(sorted(cells, key=lambda one: (one.share, one.topic, one.language)))


def broken_of(run: Run) -> Iterator[Broken]:
    """Yields what broke in a situation that was played."""
    for played in run.played:
        for failure in played.failures:
            yield _broken(run, played, failure)


def _broken(run: Run, played: Played, failure: Failure) -> Broken:
    situation = run.situation
    line = played.step.line or situation.line
    where = f"{situation.file}, line {line}" if line else situation.file
    return Broken(
        situation.name,
        situation.topic,
        where,
        run.language,
        run.door,
        played.number,
        played.step.act,
        played.did,
        failure.kind,
        failure.expected,
        failure.got,
    )


def write_json(results: Results, path: Path) -> None:
    """Writes everything, to be read again by `read_json` and by machines."""
    data = {**asdict(results), "green": results.is_green, "tests": results.tests}
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")


def read_json(path: Path) -> Results | None:
    """Returns what was written, None when there is nothing that can be read."""
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        broken = [
            Broken(
                **{
                    **one,
                    "understood": Understood(**one["understood"]) if one["understood"] else None,
                }
            )
            for one in data["broken"]
        ]
        return Results(
            content=data["content"],
            revision=data["revision"],
            when=data["when"],
            seconds=data["seconds"],
            cells=tuple(Cell(**one) for one in data["cells"]),
            by_door=data["by_door"],
            broken=tuple(broken),
            lacks=None if data["lacks"] is None else tuple(data["lacks"]),
            complaints=tuple(data["complaints"]),
            only=data["only"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_junit(results: Results, path: Path) -> None:
    """Writes JUnit's XML: a suite for each topic and language, a case for each thing that broke."""
    suites = ET.Element("testsuites", name="stories", time=f"{results.seconds:.1f}")
    for cell in results.cells:
        suite = ET.SubElement(
            suites,
            "testsuite",
            name=f"{cell.topic} ({cell.language})",
            tests=str(cell.of),
            failures=str(cell.of - cell.green),
        )
        for one in results.broken:
            if (one.topic, one.language) == (cell.topic, cell.language):
                case = ET.SubElement(
                    suite, "testcase", name=f"{one.situation}, step {one.step}", classname=one.door
                )
                failure = ET.SubElement(
                    case, "failure", type=one.kind, message=f"expected {one.expected}"
                )
                failure.text = f"she: {one.did}\nexpected: {one.expected}\ngot: {one.got}"
    problems = [*(results.lacks or ()), *results.complaints]
    if problems:
        suite = ET.SubElement(
            suites, "testsuite", name="the run itself", failures=str(len(problems))
        )
        for problem in problems:
            case = ET.SubElement(suite, "testcase", name=problem, classname="run")
            ET.SubElement(case, "failure", message=problem)
    ET.ElementTree(suites).write(path, encoding="unicode", xml_declaration=True)


def languages_missing(cells: Iterable[Cell]) -> list[str]:
    """Returns the languages that no test was in."""
    there = {cell.language for cell in cells}
    return [language for language in LANGUAGES if language not in there]
