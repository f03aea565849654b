"""The snapshot: whole or refused, never older than what is known, and nothing personal in it."""

from __future__ import annotations

import functools
import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.content.opening import open_for_chat
from bot.content.published import PublishedContent
from bot.content.rows import Changes
from bot.content.snapshot import FORMAT, SnapshotFile, _alone_in, _digest
from bot.content.store import ContentStore
from bot.errors import ContentUnavailableError
from tests.content.away import (
    MORE,
    OFTEN,
    RISK,
    chat,
    kept,
    publish,
    run_once,
    settings_of,
    until,
)


def in_body(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    """Returns how to write something else under a digest that fits."""

    def rewrite(path: Path) -> None:
        plain = json.loads(path.read_text())
        change(plain["body"])
        plain["sha256"] = _digest(plain["body"])
        path.write_text(json.dumps(plain))

    return rewrite


def in_text(old: str, new: str) -> Callable[[Path], None]:
    """Returns how to write something else that the digest does not vouch for."""

    def rewrite(path: Path) -> None:
        before = path.read_text()
        assert old in before
        path.write_text(before.replace(old, new, 1))

    return rewrite


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        pytest.param(Path.unlink, "there is no snapshot", id="missing"),
        pytest.param(folder, "cannot be read (Is a directory)", id="unreadable"),
        pytest.param(cut, "is damaged", id="cut"),
        pytest.param(lambda path: path.write_bytes(b""), "is damaged", id="empty"),
        pytest.param(lambda path: path.write_bytes(b"\xff\xfe"), "is damaged", id="no text"),
        pytest.param(lambda path: path.write_text("[1]"), "is damaged", id="another thing"),
        pytest.param(lambda path: path.write_text("[" * 10**6), "is damaged", id="deep"),
        pytest.param(in_text('"bawso"', '"bawsO"'), "is damaged", id="one letter"),
        pytest.param(in_text('"sha256": "', '"sha256": "0'), "is damaged", id="digest"),
        pytest.param(
            in_text(f'"format": {FORMAT}', f'"format": {FORMAT - 1}'),
            f"is of format {FORMAT - 1}, and this version reads {FORMAT}",
            id="older format",
        ),
        pytest.param(
            in_text(f'"format": {FORMAT}', '"format": "9"'), "is of format '9'", id="other format"
        ),
        pytest.param(
            in_body(lambda body: body.update(database="0")), "of another database", id="database"
        ),
        pytest.param(in_body(lambda body: body.pop("texts")), "is damaged", id="no texts"),
        pytest.param(in_body(lambda body: body.update(texts=[1])), "is damaged", id="bad texts"),
        pytest.param(
            in_body(lambda body: body.update(read_at="then")), "is damaged", id="no moment"
        ),
        pytest.param(
            in_body(lambda body: body["records"].pop("keeps")),
            "does not fit this version (other kinds of records)",
            id="fewer kinds",
        ),
        pytest.param(
            in_body(lambda body: body["records"]["services"]["bawso"].pop("as_of")),
            "does not fit this version (bawso: ",
            id="fewer fields",
        ),
        pytest.param(
            in_body(lambda body: body["records"]["services"].pop("bawso")),
            "names what is not there: bawso",
            id="names nothing",
        ),
    ],
)
def test_a_snapshot_that_cannot_be_used_starts_no_chat(embedded, path, spoil, why) -> None:
    """The sentence says what is wrong with both, and nothing of the address."""
    run_once(embedded, path)
    embedded.go_away()
    spoil(path)

    sentence = r"^The database cannot be used \(OperationalError\), and .*" + re.escape(why)
    with pytest.raises(ContentUnavailableError, match=sentence) as refused:
        open_for_chat(settings_of(embedded, path))
    assert embedded.url not in str(refused.value)


def test_a_spoilt_snapshot_is_replaced_when_the_database_is_there(embedded, path) -> None:
    """It hinders no start, and is good after it."""
    run_once(embedded, path)
    good = path.read_text()
    cut(path)
    run_once(embedded, path)

    assert path.read_text() == good


def test_only_its_owner_reads_it_and_nothing_lies_beside_it(embedded, path) -> None:
    """A part that a killed chat left behind does not hinder the next one."""
    path.parent.mkdir()
    part = path.with_name(f"{path.name}.new")
    part.write_text("half")
    part.chmod(0o666)
    run_once(embedded, path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_it_says_nothing_of_who_wrote_and_why(embedded, path) -> None:
    """What is switched off stays off; the reason, which may name somebody, is not in the file."""
    run_once(embedded, path)
    desk = ContentStore(embedded.url)
    switched = Changes(records={("switches", "topic.nrm"): {"why": "Carys rang about it"}})
    desk.publish(switched, origin="desk", note="Carys again")
    desk.close()
    run_once(embedded, path)
    embedded.go_away()

    assert "Carys" not in path.read_text()
    with chat(embedded, path) as opened:
        assert "topic.nrm" in opened.current.switches


@pytest.mark.parametrize(
    ("url", "is_the_same"),
    [
        ("postgresql://else:other@db.example.org/content", True),
        ("postgresql+psycopg2://db.example.org/content?sslmode=require", True),
        ("postgresql://chat:secret@db.example.org/other", False),
        ("postgresql://chat:secret@db.example.com/content", False),
        ("postgresql://chat:secret@db.example.org:5433/content", False),
        ("sqlite:///content", False),
    ],
)
def test_it_is_of_one_database_whoever_asks(embedded, path, url, is_the_same) -> None:
    """Another user or password is the same database; none of the address is in the file."""
    run_once(embedded, path)
    snapshot = kept(embedded, path)
    mine = SnapshotFile(path, "postgresql://chat:secret@db.example.org/content")
    assert mine.write(snapshot, lambda: True)
    assert "secret" not in path.read_text()
    assert "db.example" not in path.read_text()

    other = SnapshotFile(path, url)
    if is_the_same:
        assert other.read() == snapshot
    else:
        with pytest.raises(ContentUnavailableError, match="of another database"):
            other.read()


def test_it_is_of_one_file_however_that_is_written(embedded, path, tmp_path, monkeypatch) -> None:
    """An SQLite database is told by where it lies."""
    run_once(embedded, path)
    monkeypatch.chdir(tmp_path)

    assert SnapshotFile(path, "sqlite:///content.db").read() == kept(embedded, path)
    with pytest.raises(ContentUnavailableError, match="of another database"):
        SnapshotFile(path, "sqlite:///other.db").read()


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one for one in caplog.messages if "cannot be written" in one]


def test_a_disk_that_cannot_be_written_does_not_stop_the_chat(place, path, caplog) -> None:
    """It says so once, serves every edit, and writes as soon as that can be done."""
    path.parent.write_text("in the way")

    with chat(place, path) as opened:
        for number in range(3):
            publish(place, f"edit {number}")
            opened.refresh()
            opened.refresh()
            assert opened.current.text("en", RISK) == f"edit {number}"
        assert len(warnings_of(caplog)) == 1
        assert place.url not in caplog.text

        path.parent.unlink()
        opened.refresh()
        assert kept(place, path).stored.revision == opened.current.revision


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], AbstractContextManager[None]]:
    """Returns what makes the disk full for a while."""

    def refuse(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    @contextmanager
    def full() -> Iterator[None]:
        with monkeypatch.context() as patch:
            patch.setattr("os.fsync", refuse)
            yield

    return full


def test_on_a_full_disk_an_older_snapshot_goes(embedded, path, full_disk, caplog) -> None:
    """Better none than one with what staff have withdrawn since; it is written when it can be."""
    with chat(embedded, path) as opened:
        publish(embedded, None, MORE)
        with full_disk():
            opened.refresh()
        assert list(path.parent.iterdir()) == []
        assert "No space left on device" in warnings_of(caplog)[0]

        opened.refresh()
        assert ("en", MORE) not in kept(embedded, path).stored.texts


def test_on_a_full_disk_a_snapshot_of_the_same_stays(embedded, path, full_disk) -> None:
    """A chat that starts then takes nothing away that is as good as its own."""
    run_once(embedded, path)
    before = path.read_text()
    with full_disk():
        run_once(embedded, path)

    assert path.read_text() == before


class Overtaken(ContentStore):
    """A store whose reader is slow: something happens after it has read."""

    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def read(self, until: int | None = None) -> Any:
        stored = super().read(until)
        self.meanwhile()
        return stored


def test_a_slow_chat_replaces_no_newer_snapshot(embedded, path) -> None:
    """What another has read and written since is left, and the slow one catches up."""
    store = Overtaken(embedded.url)
    with chat(embedded, path) as quick:
        slow = PublishedContent(store, file=SnapshotFile(path, embedded.url))
        older = publish(embedded, "older")

        def overtake() -> None:
            publish(embedded, "newer")
            quick.refresh()

        store.meanwhile = overtake
        slow.refresh()
        assert slow.current.revision == older
        assert kept(embedded, path).stored.revision == older + 1

        store.meanwhile = lambda: None
        slow.refresh()
        assert slow.current.text("en", RISK) == "newer"
        slow.stop()


def test_a_database_put_back_to_an_older_revision_is_followed(embedded, path, tmp_path) -> None:
    """The snapshot of a newer one is replaced: what is published after that must be in it."""
    run_once(embedded, path)
    shutil.copy(tmp_path / "content.db", tmp_path / "copy.db")
    with chat(embedded, path) as opened:
        before = opened.current.text("en", RISK)
        publish(embedded, "lost")
        publish(embedded, "lost, too")
        opened.refresh()
        assert kept(embedded, path).stored.revision == 3
        (tmp_path / "copy.db").replace(tmp_path / "content.db")
        opened.refresh()

    assert kept(embedded, path).stored.revision == 1
    assert kept(embedded, path).stored.texts["en", RISK] == before


def test_chats_that_write_at_once_leave_a_whole_file_that_never_goes_back(place, path) -> None:
    """Four of them watch while the desk publishes; each reading of the file finds it good."""
    run_once(place, path)
    chats = [
        PublishedContent(ContentStore(place.url), OFTEN, file=SnapshotFile(path, place.url))
        for _ in range(4)
    ]
    for one in chats:
        one.start()
    seen = [1]

    def is_kept(revision: int) -> bool:
        seen.append(kept(place, path).stored.revision)
        return seen[-1] == revision

    for number in range(5):
        last = publish(place, f"edit {number}")
        until(functools.partial(is_kept, last))
    until(lambda: all(one.current.revision == last for one in chats))
    for one in chats:
        one.stop()

    assert seen == sorted(seen)
    assert kept(place, path).stored.texts["en", RISK] == "edit 4"


def test_a_chat_that_hangs_in_writing_keeps_nobody_waiting(embedded, path, caplog) -> None:
    """Others start and serve meanwhile, and write when it is gone."""
    path.parent.mkdir()
    with _alone_in(path.parent), chat(embedded, path) as opened:
        assert opened.current.revision == 1
        assert not path.exists()
        publish(embedded, "edited")
        opened.refresh()
        assert opened.current.text("en", RISK) == "edited"
        caught = opened
    assert warnings_of(caplog) == []

    caught.refresh()
    assert kept(embedded, path).stored.revision == 2
