"""Copies can be made and put back, a changed history is seen, and dead links are found."""

from __future__ import annotations

import socket
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, text

from bot.content.intake import take_in_shipped
from bot.content.rows import Changes
from bot.content.shipped import read_shipped
from bot.content.store import ContentStore
from bot.editing import history, links
from bot.editing.upkeep import backup, dead_links, restore, verify
from bot.errors import ContentError, ContentUnavailableError

NOW = datetime(2026, 11, 26, 10, tzinfo=timezone.utc)
LABEL = ("en", "sharing.risk.label")


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with everything that ships, to copy."""
    path = tmp_path_factory.mktemp("shipped") / "content.db"
    store = ContentStore(f"sqlite:///{path}")
    store.migrate()
    take_in_shipped(store)
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture
def place(tmp_path, shipped) -> Path:
    """Where the present database lies."""
    path = tmp_path / "var" / "content.db"
    path.parent.mkdir()
    path.write_bytes(shipped.read_bytes())
    return path


@pytest.fixture
def live(place) -> Iterator[ContentStore]:
    """A store on the present database."""
    store = ContentStore(f"sqlite:///{place}")
    yield store
    store.close()


def say(store: ContentStore, words: str) -> None:
    store.publish(Changes(texts={LABEL: words}), origin="desk", note="test")


def deeds(store: ContentStore, number: int) -> None:
    for index in range(number):
        with store.database.connect(write=True) as connection:
            history.write(connection, NOW, "Eve", "saved", f"en text-{index}", new="words")


def label(path: Path) -> str:
    store = ContentStore(f"sqlite:///{path}")
    try:
        return store.load().text(*LABEL)
    finally:
        store.close()


def beside(place: Path) -> set[str]:
    """Returns the names of the files beside a database that are not SQLite's own."""
    ends = ("-wal", "-shm")
    return {path.name for path in place.parent.iterdir() if not path.name.endswith(ends)}


# --- the history


def test_a_whole_history_has_no_problems(live) -> None:
    """Nothing is said of what nobody has touched."""
    deeds(live, 3)

    assert verify(live.database) == []


def test_a_changed_row_is_named(live) -> None:
    """Whoever changes a row past the desk is found out, in words."""
    deeds(live, 3)
    with live.database.connect(write=True) as connection:
        connection.execute(text("UPDATE history SET new = 'other words' WHERE id = 2"))

    [problem] = verify(live.database)

    assert problem.startswith("History, row 2:")


# --- copies


def test_a_copy_brings_everything_back(tmp_path, place, live) -> None:
    """What was said when the copy was made is said again, and what came after is kept beside."""
    copy = tmp_path / "copy.db"
    say(live, "As it was")
    deeds(live, 2)
    backup(live, copy)
    say(live, "A mistake")
    live.close()

    kept = restore(copy, f"sqlite:///{place}")

    assert kept == place.with_name("content.db.before-restore")
    assert label(place) == "As it was"
    assert label(kept) == "A mistake"
    store = ContentStore(f"sqlite:///{place}")
    assert [deed.what for deed in history.read(store.database)] == ["en text-1", "en text-0"]
    assert verify(store.database) == []
    store.close()


def test_a_copy_is_one_file_for_its_owner_alone(tmp_path, live) -> None:
    """Hashes of passwords are in it: nobody else may read it, and nothing lies beside it."""
    folder = tmp_path / "copies"
    folder.mkdir()

    backup(live, folder / "copy.db")

    assert [path.name for path in folder.iterdir()] == ["copy.db"]
    assert stat.S_IMODE((folder / "copy.db").stat().st_mode) == 0o600


def test_what_was_just_written_is_in_the_copy(tmp_path, live) -> None:
    """A copy made while others read and write holds the newest revision that was finished."""
    with live.database.connect() as reader:
        reader.execute(text("SELECT 1"))
        say(live, "Just now")
        backup(live, tmp_path / "copy.db")

    assert label(tmp_path / "copy.db") == "Just now"


def test_a_copy_never_writes_over_a_file(tmp_path, live) -> None:
    """Yesterday's copy is not lost to today's."""
    copy = tmp_path / "copy.db"
    copy.write_text("yesterday")

    with pytest.raises(ContentError, match="already"):
        backup(live, copy)
    assert copy.read_text() == "yesterday"


def test_a_folder_that_is_not_there_is_said(tmp_path, live) -> None:
    """An error of the disk is a sentence of ours."""
    with pytest.raises(ContentError):
        backup(live, tmp_path / "nowhere" / "copy.db")


def test_a_session_that_was_ended_does_not_come_back(tmp_path, place, live) -> None:
    """Whoever was signed in when the copy was made signs in again."""
    with live.database.connect(write=True) as connection:
        connection.execute(
            text(
                "INSERT INTO people (id, name, key, totp_step, roles, languages, reads, is_active,"
                " failures) VALUES (1, 'Eve', 'eve', 0, '[]', '[]', 'en', 1, 0)"
            )
        )
        connection.execute(
            text("INSERT INTO sessions VALUES ('d', 1, '2026-11-26 10:00', '2026-11-26 20:00')")
        )
    backup(live, tmp_path / "copy.db")

    restore(tmp_path / "copy.db", f"sqlite:///{place}")

    with sqlite3.connect(place) as connection:
        assert connection.execute("SELECT count(*) FROM people").fetchone() == (1,)
        assert connection.execute("SELECT count(*) FROM sessions").fetchone() == (0,)


def test_a_second_restore_keeps_both_that_went_before(tmp_path, place, live) -> None:
    """What an earlier restore kept is not written over."""
    backup(live, tmp_path / "copy.db")
    say(live, "One")
    restore(tmp_path / "copy.db", f"sqlite:///{place}")
    say(live, "Two")

    kept = restore(tmp_path / "copy.db", f"sqlite:///{place}")

    assert kept == place.with_name("content.db.before-restore-2")
    assert label(place.with_name("content.db.before-restore")) == "One"
    assert label(kept) == "Two"


def test_a_copy_can_be_put_where_nothing_is(tmp_path, live) -> None:
    """A new machine has no database yet."""
    backup(live, tmp_path / "copy.db")
    place = tmp_path / "new" / "content.db"

    assert restore(tmp_path / "copy.db", f"sqlite:///{place}") is None
    assert label(place) == live.load().text(*LABEL)
    assert beside(place) == {"content.db"}


def test_a_damaged_database_can_be_replaced(tmp_path, place, live) -> None:
    """The day a copy is needed is the day the present one is broken."""
    backup(live, tmp_path / "copy.db")
    live.close()
    place.write_bytes(b"rubbish" * 1000)

    kept = restore(tmp_path / "copy.db", f"sqlite:///{place}")

    assert kept is not None
    assert kept.read_bytes().startswith(b"rubbish")
    assert label(place)


def damaged(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for start in range(8192, len(data), 8192):
        data[start : start + 64] = b"\xff" * 64
    path.write_bytes(bytes(data))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 100 * 4096 + 17])


def not_sqlite(path: Path) -> None:
    path.write_text("words")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def of_another(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE letters (a)")


def of_later(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def without_answers(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM records WHERE kind IN ('answers', 'order')")


def with_a_bad_record(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE records SET data = '{\"risk\": 1}' WHERE kind = 'answers'")


@pytest.mark.parametrize(
    "spoil",
    [damaged, cut, not_sqlite, empty, of_another, of_later, without_answers, with_a_bad_record],
)
def test_what_is_no_good_copy_is_refused(tmp_path, place, live, spoil) -> None:
    """The present database stays in its place, untouched, and nothing half done lies about."""
    copy = tmp_path / "copy.db"
    backup(live, copy)
    say(live, "Present")
    live.close()
    spoil(copy)

    with pytest.raises(ContentError, match=r"copy\.db"):
        restore(copy, f"sqlite:///{place}")

    assert label(place) == "Present"
    assert beside(place) == {"content.db"}


def test_a_copy_that_is_not_there_is_said(tmp_path, place) -> None:
    """A name typed wrong changes nothing."""
    with pytest.raises(ContentError, match="cannot be read"):
        restore(tmp_path / "none.db", f"sqlite:///{place}")
    assert beside(place) == {"content.db"}


def test_the_database_is_put_back_for_its_owner_alone(tmp_path, place, live) -> None:
    """A restore does not make readable what was not."""
    backup(live, tmp_path / "copy.db")

    restore(tmp_path / "copy.db", f"sqlite:///{place}")

    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_postgresql_has_its_own_program(tmp_path) -> None:
    """The exact command is named, without the password."""
    url = "postgresql+psycopg2://desk:secret@db.example:5433/rights"

    with pytest.raises(ContentUnavailableError) as caught:
        restore(tmp_path / "a copy", url)

    assert str(caught.value).endswith(
        "pg_restore --clean --if-exists --single-transaction"
        f" --dbname=postgresql://desk@db.example:5433/rights '{tmp_path}/a copy'"
    )
    assert "secret" not in str(caught.value)


def test_a_copy_of_postgresql_is_made_by_pg_dump(tmp_path) -> None:
    """A copy is never half of it: our own way of copying is for SQLite."""
    engine = create_engine("postgresql+psycopg2://desk:secret@/rights?host=/run/pg")
    connection = SimpleNamespace(engine=engine)
    database = SimpleNamespace(kind="postgresql", connect=lambda: nullcontext(connection))

    with pytest.raises(ContentUnavailableError) as caught:
        backup(SimpleNamespace(database=database), tmp_path / "copy")

    assert str(caught.value).endswith(
        f"umask 077; pg_dump --format=custom --file={tmp_path}/copy"
        " 'postgresql://desk@/rights?host=%2Frun%2Fpg'"
    )
    assert not (tmp_path / "copy").exists()


# --- links


SHIPPED = read_shipped()


def content_with(*urls: str):
    """Returns content whose sources have these addresses."""
    source = next(iter(SHIPPED.sources.values()))
    sources = {
        f"source-{index}": replace(source, id=f"source-{index}", url=url)
        for index, url in enumerate(urls)
    }
    return replace(SHIPPED, sources=sources, services={})


class Web:
    """A web that answers as it is told, and remembers what it was asked."""

    def __init__(self, **answers: int | OSError) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str]] = []
        self.pauses: list[float] = []

    def fetch(self, method: str, url: str) -> int:
        self.asked.append((method, url))
        answer = self.answers.get(method, 200)
        if isinstance(answer, OSError):
            raise answer
        return answer


def dead(web: Web, *urls: str) -> list[str]:
    return [link.what for link in dead_links(content_with(*urls), web.fetch, web.pauses.append)]


def test_a_living_address_is_asked_once_and_politely() -> None:
    """HEAD is enough, and there is a pause before the next."""
    web = Web()

    assert dead(web, "https://a.example/", "https://b.example/") == []
    assert web.asked == [("HEAD", "https://a.example/"), ("HEAD", "https://b.example/")]
    assert web.pauses == [links.PAUSE_SECONDS] * 2


def test_an_address_in_two_places_is_asked_once_and_named_twice() -> None:
    """Staff learn of every row that the address stands in."""
    web = Web(HEAD=404, GET=404)

    found = dead_links(content_with("https://a.example/", "https://a.example/"), web.fetch, id)

    assert [(link.url, link.where, link.what) for link in found] == [
        ("https://a.example/", ("source source-0", "source source-1"), "status 404")
    ]
    assert len(web.asked) == 2


def test_who_refuses_head_is_asked_by_get() -> None:
    """Some servers know no HEAD."""
    web = Web(HEAD=405, GET=200)

    assert dead(web, "https://a.example/") == []
    assert [method for method, _url in web.asked] == ["HEAD", "GET"]


@pytest.mark.parametrize(
    ("answers", "what"),
    [
        ({"HEAD": 500, "GET": 410}, "status 410"),
        ({"HEAD": 403, "GET": 403}, "status 403: it may refuse programs alone"),
        ({"HEAD": TimeoutError("timed out"), "GET": TimeoutError("timed out")}, "no answer: timed"),
        ({"HEAD": OSError(), "GET": OSError()}, "no answer: OSError"),
        ({"HEAD": 404, "GET": ConnectionResetError("reset")}, "no answer: reset"),
    ],
)
def test_what_happened_is_said(answers, what) -> None:
    """Gone, refused, silent: each in words."""
    [said] = dead(Web(**answers), "https://a.example/")

    assert said.startswith(what)


@pytest.mark.parametrize(
    "url",
    [
        *("http://a.example/", "ftp://a.example/", "file:///etc/passwd", "javascript:alert(1)"),
        *("https://user@a.example/", "https:///x", "words", "https://[::1"),
        *("https://localhost/", "https://db.internal/", "https://printer.local/"),
        *("https://127.0.0.1/", "https://10.0.0.1/", "https://192.168.1.1:8443/"),
        *("https://169.254.169.254/", "https://[::1]/", "https://[fe80::1%25eth0]/"),
        *("https://[::ffff:10.0.0.1]/", "https://0.0.0.0/", "https://224.0.0.1/"),
    ],
)
def test_nothing_but_public_https_is_asked(url) -> None:
    """An address is never a way into the network that the desk stands in."""
    web = Web()

    [said] = dead(web, url)

    assert said.startswith("not asked:")
    assert web.asked == []


@pytest.mark.parametrize("address", ["10.1.2.3", "127.0.0.1", "fd00::1"])
def test_a_name_that_leads_inside_is_not_followed(monkeypatch, address) -> None:
    """A public name may lead to a private address."""
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *args, **named: [(2, 1, 6, "", (address, 443))]
    )

    with pytest.raises(OSError, match="private"):
        links.fetch("HEAD", "https://a.example/")


def test_a_move_to_a_private_address_is_not_followed() -> None:
    """Who moves may not lead us where we would not go."""
    careful = links._Careful()
    request = links.Request("https://a.example/")

    with pytest.raises(OSError, match="private"):
        careful.redirect_request(request, None, 302, "Found", {}, "https://10.0.0.1/")
    with pytest.raises(OSError, match="no https"):
        careful.redirect_request(request, None, 302, "Found", {}, "http://a.example/")


def test_the_addresses_that_ship_are_all_asked() -> None:
    """None is left out, and none is refused before it is asked."""
    web = Web()
    urls = {row.url for row in (*SHIPPED.sources.values(), *SHIPPED.services.values()) if row.url}

    assert dead_links(SHIPPED, web.fetch, web.pauses.append) == []
    assert {url for _method, url in web.asked} == urls
    assert len(web.asked) == len(urls)
