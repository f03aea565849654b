"""Databases of both kinds that can go away and come back, and chats that start meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

from sqlalchemy import create_engine, text

from bot.clock import stopped_at
from bot.content.opening import open_for_chat
from bot.content.published import PublishedContent
from bot.content.rows import Changes
from bot.content.snapshot import Snapshot, SnapshotFile
from bot.content.store import ContentStore
from bot.settings import Settings
from tests.editing.postgres import Server

RISK, MORE = "sharing.risk.short", "sharing.risk.more"
#: What the clock shows at every start.
MOMENT = datetime(2026, 11, 25, 22, 30, tzinfo=timezone.utc)
#: Often enough that a test does not wait, and long enough to be sure that something is wrong.
OFTEN, PATIENCE = 0.01, 20


class Embedded:
    """An SQLite database that can go away."""

    def __init__(self, folder: Path) -> None:
        self._path, self._kept = folder / "content.db", folder / "kept.db"
        self.url = f"sqlite:///{self._path}"
        self.kind = "sqlite"

    def go_away(self) -> None:
        """Puts something in its place that nobody can open, root neither."""
        self._path.rename(self._kept)
        self._path.mkdir()

    def come_back(self) -> None:
        """Ends `go_away`."""
        self._path.rmdir()
        self._kept.rename(self._path)

    def lose_all(self) -> None:
        """Moves it away: whoever opens it next finds an empty one."""
        self._path.rename(self._kept)

    def put_back(self) -> None:
        """Ends `lose_all`."""
        self._kept.replace(self._path)

    def remove(self) -> None:
        """Its folder goes with the test."""


class Served:
    """A PostgreSQL database that can go away."""

    def __init__(self, server: Server) -> None:
        self._server, self._name = server, server.make()
        self._kept = f"{self._name}_kept"
        self.url = server.address(self._name)
        self.kind = "postgresql"

    def go_away(self) -> None:
        """Lets nobody in, as a server that starts or stops, and ends who is in."""
        self._run(f"ALTER DATABASE {self._name} ALLOW_CONNECTIONS false")
        self._empty_of_people()

    def come_back(self) -> None:
        """Ends `go_away`."""
        self._run(f"ALTER DATABASE {self._name} ALLOW_CONNECTIONS true")

    def lose_all(self) -> None:
        """Moves it away, and makes an empty one."""
        self._empty_of_people()
        self._run(f"ALTER DATABASE {self._name} RENAME TO {self._kept}")
        self._run(f"CREATE DATABASE {self._name}")

    def put_back(self) -> None:
        """Ends `lose_all`."""
        self._server.remove(self._name)
        self._run(f"ALTER DATABASE {self._kept} RENAME TO {self._name}")

    def remove(self) -> None:
        """Takes all of it away."""
        self._server.remove(self._name)

    def _empty_of_people(self) -> None:
        people = f"FROM pg_stat_activity WHERE datname = '{self._name}'"
        self._run(f"SELECT pg_terminate_backend(pid, 5000) {people}")

    def _run(self, statement: str) -> None:
        engine = create_engine(
            self._server.address("postgres"), future=True, isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


def settings_of(place: Embedded | Served, path: Path) -> Settings:
    return Settings(database_url=place.url, snapshot=path, clock=stopped_at(MOMENT))


@contextmanager
def chat(place: Embedded | Served, path: Path) -> Iterator[PublishedContent]:
    """A chat's content, as at its start; nobody watches it yet."""
    opened = open_for_chat(settings_of(place, path))
    yield opened
    opened.stop()


def run_once(place: Embedded | Served, path: Path) -> None:
    """Starts a chat and stops it."""
    with chat(place, path):
        pass


def publish(place: Embedded | Served, words: str | None, msgid: str = RISK) -> int:
    """Has the desk publish a text, or take it away."""
    desk = ContentStore(place.url)
    revision = desk.publish(Changes(texts={("en", msgid): words}), origin="desk", note="")
    desk.close()
    return revision


def kept(place: Embedded | Served, path: Path) -> Snapshot:
    """Returns the snapshot that is there."""
    return SnapshotFile(path, place.url).read()


def until(holds: Callable[[], bool]) -> None:
    """Waits for something that another thread does."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "It did not happen."
        time.sleep(OFTEN)


def run_statement(url: str, statement: str) -> None:
    """Changes a database past the program."""
    engine = create_engine(url, future=True)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
