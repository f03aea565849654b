"""The messages that understanding is measured on; nobody trains on them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.languages import LANGUAGES
from bot.settings import ROOT

FOLDER = ROOT / "tests" / "understanding"
#: Those that no threshold was chosen on.
HELD_OUT = FOLDER / "held_out"
FOLLOW_UPS = FOLDER / "followups.tsv"
#: Kinds of messages that ask for no answer of ours.
NOT_ASKED = ("danger", "nonsense", "unrelated")


@dataclass(frozen=True)
class Case:
    """One message, and the answer that a person would give to it."""

    language: str
    kind: str
    expected: str
    message: str


def read_cases(folder: Path = FOLDER) -> Iterator[Case]:
    """Reads the messages of all languages."""
    for language in LANGUAGES:
        for kind, expected, message in _rows(folder / f"{language}.tsv"):
            yield Case(language, kind, expected, message)


@dataclass(frozen=True)
class FollowUpCase:
    """A message right after an answer, and the answer that a person would take it to mean."""

    language: str
    last: str
    message: str
    expected: str


def read_follow_ups(path: Path = FOLLOW_UPS) -> Iterator[FollowUpCase]:
    """Reads the follow-ups of all languages."""
    for row in _rows(path):
        yield FollowUpCase(*row)


def _rows(path: Path) -> Iterator[list[str]]:
    """Yields the rows of a file below their heading."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        yield from rows
