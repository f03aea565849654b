"""The report of a run as one HTML file that needs no server: what broke stands first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.errors import SituationError
from bot.languages import ENDONYMS, LANGUAGES
from bot.testing import understanding
from bot.testing.results import Broken, Cell, Results, write_json, write_junit
from bot.testing.understanding import Understanding

REPORT, JSON_FILE, JUNIT_FILE = "stories.html", "stories.json", "stories.xml"


@dataclass(frozen=True)
class Matrix:
    """Who was taken for whom, in one set and language; a row a topic that was meant."""

    title: str
    topics: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    def shade(self, row: int, column: int) -> float:
        """From 0 to 1, by the share of its row."""
        return self.counts[row][column] / (sum(self.counts[row]) or 1)


def write(results: Results, folder: Path) -> Path:
    """Writes report, JSON and JUnit XML, and returns where the report is.

    Raises:
        SituationError: when they cannot be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_json(results, folder / JSON_FILE)
        write_junit(results, folder / JUNIT_FILE)
        (folder / REPORT).write_text(html(results, understanding.read()), encoding="utf-8")
    except OSError as error:
        raise SituationError([f"{folder} cannot be written ({type(error).__name__})."]) from error
    return folder / REPORT


def html(results: Results, understood: Understanding | None) -> str:
    """Returns the page."""
    environment = Environment(
        loader=PackageLoader("bot.testing"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page: str = environment.get_template("report.html").render(
        results=results,
        when=f"{datetime.fromisoformat(results.when):%d %B %Y, %H:%M} UTC",
        rows=rows(results.cells),
        groups=groups(results),
        lacks=lacks_by_language(results.lacks or ()),
        understood=understood,
        matrices=matrices(understood) if understood else [],
        languages=LANGUAGES,
        names=ENDONYMS,
    )
    return page


def rows(cells: Sequence[Cell]) -> list[tuple[str, dict[str, Cell]]]:
    """Returns topic and its cells by language; the topic with the worst cell first."""
    found: dict[str, dict[str, Cell]] = {}
    # The cells come the worst first, and so do the topics then.
    for cell in cells:
        found.setdefault(cell.topic, {})[cell.language] = cell
    return list(found.items())


def groups(results: Results) -> list[tuple[Cell, list[Broken]]]:
    """Returns the cells in which something broke, the worst first, and what."""
    by_cell = {(cell.topic, cell.language): cell for cell in results.cells}
    found: dict[tuple[str, str], list[Broken]] = {}
    for one in _once(results.broken):
        found.setdefault((one.topic, one.language), []).append(one)
    return [(by_cell[key], found[key]) for key in by_cell if key in found]


def _once(broken: Sequence[Broken]) -> list[Broken]:
    """Returns what broke in the same way through several doors once, with the names of both."""
    doors: dict[Broken, list[str]] = {}
    for one in broken:
        doors.setdefault(replace(one, door=""), []).append(one.door)
    return [replace(one, door=", ".join(found)) for one, found in doors.items()]


def lacks_by_language(lacks: Sequence[str]) -> Mapping[str, list[str]]:
    """Returns what no test reached, by the language it lacks in."""
    found: dict[str, list[str]] = {}
    for lack in lacks:
        language = next((one for one in LANGUAGES if f" in {one}:" in lack), "")
        found.setdefault(language, []).append(lack)
    return found


def matrices(understood: Understanding) -> list[Matrix]:
    """Returns a picture's numbers for each set and language."""
    found = []
    for name, by_language in understood.matrices.items():
        for language, counts in by_language.items():
            topics = tuple(sorted({*counts, *(got for row in counts.values() for got in row)}))
            table = tuple(
                tuple(counts.get(meant, {}).get(got, 0) for got in topics) for meant in topics
            )
            found.append(Matrix(f"{ENDONYMS[language]}, {name} messages", topics, table))
    return found
