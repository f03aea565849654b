"""What `make understanding` last found, and how that differs from the release before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.languages import LANGUAGES
from bot.settings import ROOT

LATEST = ROOT / "var" / "understanding.json"
RELEASE = ROOT / "tests" / "understanding" / "release.json"
#: Set → language → expected topic → topic that came → number.
Matrices = Mapping[str, Mapping[str, Mapping[str, Mapping[str, int]]]]


@dataclass(frozen=True)
class Figure:
    """One figure: of a set and a language, in percent, and by how much it has changed."""

    set: str
    language: str
    name: str
    percent: float
    of: int
    change: float | None


@dataclass(frozen=True)
class Understanding:
    """Figures, the worst language of each name first, and who was taken for whom."""

    figures: tuple[Figure, ...]
    matrices: Matrices


def read(latest: Path = LATEST, release: Path = RELEASE) -> Understanding | None:
    """Returns what was measured last; None where nothing was, or not by this version."""
    now, then = _load(latest), _load(release)
    if now is None:
        return None
    before = _shares(then) if then else {}
    figures = [
        Figure(
            key[0],
            key[1],
            key[2],
            round(100 * share, 1),
            of,
            round(100 * (share - before[key][0]), 1) if key in before else None,
        )
        for key, (share, of) in _shares(now).items()
    ]
    return Understanding(
        tuple(sorted(figures, key=lambda one: (one.set, _rank(one.name), _worst(one)))),
        {name: one.get("matrix", {}) for name, one in now["sets"].items()},
    )


def _load(path: Path) -> dict[str, Any] | None:
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        _shares(data)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return data


def _shares(data: Mapping[str, Any]) -> dict[tuple[str, str, str], tuple[float, int]]:
    return {
        (name, language, figure["name"]): (figure["good"] / figure["of"], figure["of"])
        for name, one in data["sets"].items()
        for language in LANGUAGES
        for figure in one["figures"][language]
        # Those of a kind of message are indented: too many for a page, too few messages each.
        if figure["of"] and not figure["name"].startswith(" ")
    }


_ORDER = ("right", "danger", "false", "unrelated", "language")


def _rank(name: str) -> tuple[int, str]:
    first = name.partition(" ")[0]
    return (_ORDER.index(first) if first in _ORDER else len(_ORDER), name)


def _worst(figure: Figure) -> float:
    return -figure.percent if figure.name.startswith("false") else figure.percent
