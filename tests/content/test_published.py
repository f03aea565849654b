"""What is published is held in memory, kept fresh, and kept when the store is away."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.content.opening import open_content
from bot.content.published import POLL_SECONDS, PublishedContent
from bot.content.rows import Changes
from bot.content.store import ContentStore
from bot.errors import ContentUnavailableError
from bot.languages import LANGUAGES
from bot.settings import Settings

RISK = "sharing.risk.short"
#: Often enough that a test does not wait, and long enough to be sure that something is wrong.
OFTEN, PATIENCE = 0.01, 10


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where the database lies."""
    return tmp_path / "content.db"


@pytest.fixture
def served(database: Path) -> Iterator[PublishedContent]:
    """Shipped content, published as at a start."""
    opened = open_content(replace(Settings(), database_url=f"sqlite:///{database}"))
    yield opened
    opened.stop()


@pytest.fixture
def desk(database: Path, served: PublishedContent) -> Iterator[ContentStore]:
    """Another process's door to the same database."""
    store = ContentStore(f"sqlite:///{database}")
    yield store
    store.close()


@pytest.fixture
def watched(desk: ContentStore, database: Path) -> Iterator[PublishedContent]:
    """The same content, watched often."""
    opened = PublishedContent(ContentStore(f"sqlite:///{database}"), poll_seconds=OFTEN)
    opened.start()
    yield opened
    opened.stop()


def edit(desk: ContentStore, language: str, text: str) -> int:
    changes = Changes(texts={(language, RISK): text})
    return desk.publish(changes, origin="desk", note="")


def until(holds: Callable[[], bool]) -> None:
    """Waits for something that another thread does."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "It did not happen."
        time.sleep(OFTEN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_edit_is_live_after_a_refresh(served, desk, language) -> None:
    """A revision that the desk publishes is answered from at the next refresh, with no restart."""
    before = served.current
    revision = edit(desk, language, "edited")
    assert served.current is before

    served.refresh()
    assert served.current.text(language, RISK) == "edited"
    assert served.current.revision == revision


def test_a_turn_keeps_the_revision_that_it_began_with(served, desk) -> None:
    """An edit in mid-turn does not reach into what the turn already holds."""
    held = served.current
    edit(desk, "en", "edited")
    served.refresh()

    assert held.text("en", RISK) != "edited"


def test_without_news_nothing_is_loaded(served) -> None:
    """A refresh that finds the same revision keeps the very same content."""
    before = served.current
    served.refresh()

    assert served.current is before


def test_the_watch_brings_an_edit_by_itself(watched, desk) -> None:
    """Once started, a thread finds each new revision without being asked."""
    edit(desk, "cy", "golygwyd")
    until(lambda: watched.current.text("cy", RISK) == "golygwyd")


def test_the_watch_looks_often_enough() -> None:
    """An edit must be live within two seconds, so the store is asked at least once in each."""
    assert POLL_SECONDS < 2


def test_a_store_that_is_away_leaves_the_last_good_revision(served, desk, database) -> None:
    """When the database is gone or spoilt, the error is ours and the content stays."""
    before = served.current
    edit(desk, "en", "edited")
    desk.close()
    for path in database.parent.glob("content.db*"):
        path.unlink()
    database.write_bytes(b"not a database" * 100)

    with pytest.raises(ContentUnavailableError):
        served.refresh()
    assert served.current is before


class Moody(ContentStore):
    """A store that is away whenever a test says so."""

    error: Exception | None = None
    asked = 0

    def latest_revision(self) -> int:
        self.asked += 1
        if self.error:
            raise self.error
        return super().latest_revision()


def test_the_watch_outlives_a_store_that_goes_away_and_returns(desk, database) -> None:
    """While the store is away the last revision is served; when it is back, so are edits."""
    store = Moody(f"sqlite:///{database}")
    watched = PublishedContent(store, poll_seconds=OFTEN)
    before = watched.current
    store.error = ContentUnavailableError("OperationalError")
    watched.start()
    edit(desk, "pt", "editado")
    asked = store.asked
    until(lambda: store.asked > asked + 3)
    assert watched.current is before

    store.error = None
    until(lambda: watched.current.text("pt", RISK) == "editado")
    watched.stop()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE records SET data = '{' WHERE id = 'bawso'",
        "UPDATE records SET kind = 'x' WHERE id = 'bawso'",
    ],
)
def test_the_watch_outlives_a_spoilt_revision(desk, database, damage) -> None:
    """Rows that make no sense do not end the watch: the next good revision is served."""
    store = Moody(f"sqlite:///{database}")
    watched = PublishedContent(store, poll_seconds=OFTEN)
    before = watched.current
    connection = sqlite3.connect(database)
    good = connection.execute("SELECT kind, data, rowid FROM records").fetchall()
    with connection:
        connection.execute(damage)
    edit(desk, "es", "editado")
    watched.start()
    until(lambda: store.asked > 3)
    assert watched.current is before

    with connection:
        connection.executemany("UPDATE records SET kind = ?, data = ? WHERE rowid = ?", good)
    connection.close()
    until(lambda: watched.current.text("es", RISK) == "editado")
    watched.stop()


def test_stopping_ends_the_watch(watched) -> None:
    """After a stop no thread of ours is left, and stopping twice does no harm."""
    watched.stop()
    assert not watched._thread.is_alive()
    watched.stop()


def test_content_that_is_not_watched_can_be_stopped(served) -> None:
    """A command that only reads content ends cleanly without ever having watched it."""
    served.stop()
    assert served.current.revision == 1
