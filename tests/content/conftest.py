"""Databases that can go away, and a place for the snapshot that stands in for them."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.content import intake
from tests.content.away import Embedded, Served
from tests.editing.postgres import Server, running_server


@pytest.fixture(scope="module")
def _read_once() -> Iterator[None]:
    """What ships is read from its files once, and not at each of the starts here."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("read_records", "read_all_texts", "read_all_sources"):
            patch.setattr(intake, name, functools.cache(getattr(intake, name)))
        yield


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    """A PostgreSQL of these tests' own."""
    with running_server() as running:
        yield running


@pytest.fixture
def embedded(tmp_path: Path, _read_once: None) -> Embedded:
    """An SQLite database, not there yet."""
    return Embedded(tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, _read_once: None
) -> Iterator[Embedded | Served]:
    """A database of either kind, empty."""
    made: Embedded | Served
    if request.param == "sqlite":
        made = Embedded(tmp_path)
    else:
        made = Served(request.getfixturevalue("postgres"))
    yield made
    made.remove()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the snapshot lies, in a folder that is not there yet."""
    return tmp_path / "var" / "content.snapshot.json"
