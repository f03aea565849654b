"""`make privacy-check`: conversations with planted words, and then a search for each of them.

In the log, the database and its journals, every file that was written, the network, the sealed
states, the headers, and the memory of the live process. PRIVACY_WITHOUT takes one protection
away (`mutations.py`); PRIVACY_WAIT sets how many seconds pass before the memory is searched.
"""

from __future__ import annotations

import logging
import os
import re
import sqlite3
import time
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.settings import ROOT
from tests.conftest import NOW, RunningChat, running_chat
from tests.privacy.conversations import ADDRESS, AGENT, PHONE, PREFIX, Tab, converse
from tests.privacy.heap import collect_garbage, words_in
from tests.privacy.service import SLOW_SECONDS

CONVERSATIONS = 12
#: How many different planted words may be left in the memory of the live process: docs/PRIVACY.md
#: says in which buffers of which library.
MOST_WORDS_LEFT = 6

#: Folders of the working tree that other programs write to while tests run.
NOT_OURS = {
    ".git", ".venv", ".tools", ".pytest_cache", ".mypy_cache", ".ruff_cache", "__pycache__", "var",
}  # fmt: skip


@dataclass
class Watched:
    """The running service, what was there before, and every conversation."""

    chat: RunningChat
    key: str
    report: Path
    files: set[Path]
    rows: dict[str, int]
    tabs: list[Tab] = field(default_factory=list)

    @property
    def answers(self):
        return [answer for tab in self.tabs for answer in tab.answers]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """The service by its own command, with faults planted, after all conversations."""
    folder = tmp_path_factory.mktemp("privacy")
    report, key = folder / "connections", Fernet.generate_key().decode()
    (folder / "tmp").mkdir()
    arguments = ["-m", "tests.privacy.service", str(report)]
    arguments += filter(None, [os.environ.get("PRIVACY_WITHOUT")])
    more = {"ASSISTANT_STATE_KEYS": key, "TMPDIR": str(folder / "tmp")}
    with running_chat(folder, NOW, arguments, more) as chat:
        found = Watched(chat, key, report, files_of(chat), rows_of(chat))
        found.tabs = [converse(chat.url, number) for number in range(CONVERSATIONS)]
        time.sleep(SLOW_SECONDS + 1)
        yield found


def files_of(chat: RunningChat) -> set[Path]:
    tree = {
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not NOT_OURS.intersection(path.relative_to(ROOT).parts)
    }
    return tree | {path for path in chat.folder.rglob("*") if path.is_file()}


def rows_of(chat: RunningChat) -> dict[str, int]:
    with closing(sqlite3.connect(chat.folder / "content.db")) as database:
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        names = [name for (name,) in database.execute(query)]
        count = "SELECT count(*) FROM {}"
        return {name: database.execute(count.format(name)).fetchone()[0] for name in names}


def planted(content: bytes) -> bool:
    return PREFIX.encode() in content or PHONE.encode() in content


def test_every_path_was_walked(watched: Watched) -> None:
    """Answers, refusals and failures were all there; nobody got an empty page."""
    statuses = [answer.status for answer in watched.answers]
    assert len(statuses) >= CONVERSATIONS * 20
    assert {200, 400, 404, 413, 500} <= set(statuses)
    assert all(answer.body for answer in watched.answers)


def test_danger_is_answered_in_every_failure(watched: Watched) -> None:
    """Where reading fails in the middle, the emergency answer stands all the same."""
    for tab in watched.tabs:
        assert sum("999" in answer.body for answer in tab.answers) >= len(tab.answers) / 2


def test_no_word_is_in_the_log(watched: Watched) -> None:
    """Not a word, not a state, not an address, not a browser's name; only what failed, and how."""
    log = watched.chat.log
    assert not planted(log.encode())
    assert "gAAAAA" not in log
    assert ADDRESS not in log
    assert log.replace(watched.chat.url, "").count("127.0.0.1") == 0
    assert "RuntimeError" in log


def test_no_word_is_in_the_database(watched: Watched) -> None:
    """No new table, no new row, and not a word in the files of it, journals included."""
    assert rows_of(watched.chat) == watched.rows
    for path in watched.chat.folder.glob("content.db*"):
        assert not planted(path.read_bytes()), path.name


def test_no_file_is_new(watched: Watched) -> None:
    """Nothing is written here, in the working tree or in the folder for temporary files."""
    own = {watched.chat.folder / f"content.db-{name}" for name in ("wal", "shm")}
    assert files_of(watched.chat) - watched.files - own - {watched.report} == set()


def test_no_open_file_has_a_word(watched: Watched) -> None:
    """Nor has a file that the process has open, or has opened and deleted."""
    for link in Path(f"/proc/{watched.chat.process.pid}/fd").iterdir():
        try:
            if link.resolve().is_file() or "(deleted)" in str(link.readlink()):
                assert not planted(link.read_bytes())
        except OSError:
            continue  # Closed in the meantime.


def test_nobody_else_is_called(watched: Watched) -> None:
    """The process connects to no other host, and looks up none."""
    report = watched.report.read_text() if watched.report.exists() else ""
    hosts = [line for line in report.splitlines() if not re.search(r"127\.0\.0\.1|::1", line)]
    assert hosts == []


def test_no_word_is_in_a_state(watched: Watched) -> None:
    """Unsealed with the operator's own key, no state of any turn holds a word of hers."""
    box = Fernet(watched.key)
    tokens = [token for tab in watched.tabs for token in tab.tokens]
    assert len(tokens) >= CONVERSATIONS * 8
    for token in tokens:
        assert not planted(zlib.decompress(box.decrypt(token.encode())))


def test_personal_details_come_back_nowhere(watched: Watched) -> None:
    """What was masked is not on the page either, and she is told so, once in a conversation."""
    for tab in watched.tabs:
        assert not [answer for answer in tab.answers if "900461" in answer.body]


def test_nothing_is_left_in_the_browser(watched: Watched) -> None:
    """No response may be stored, and none sets a cookie."""
    assert {answer.headers.get("cache-control") for answer in watched.answers} == {"no-store"}
    assert not [answer for answer in watched.answers if "set-cookie" in answer.headers]


def test_a_crash_writes_no_memory(watched: Watched) -> None:
    """The limit of core dumps of the live process is nothing at all."""
    limits = Path(f"/proc/{watched.chat.process.pid}/limits").read_text()
    assert re.search(r"Max core file size\s+0\s+0", limits)


def test_memory_forgets(watched: Watched, record_property) -> None:
    """Of some hundred planted words next to none is left in the memory of the live process."""
    time.sleep(float(os.environ.get("PRIVACY_WAIT", "0")))
    collect_garbage(watched.chat.process.pid)
    found = words_in(watched.chat.process.pid, PREFIX)
    said = sum(tab.said for tab in watched.tabs)
    left = {word for word in found if not word.startswith(AGENT)}
    record_property("words_said", said)
    record_property("words_left", sorted(left))
    logging.getLogger("bot").info("%d of %d planted words are left in memory", len(left), said)
    assert len(left) <= MOST_WORDS_LEFT, sorted(found.items())


def test_the_search_of_memory_finds_a_word_where_there_is_one() -> None:
    """The test above can fail: a word that this process holds is found in it, in each form."""
    held = [f"{PREFIX}held{ending}" for ending in ("1", "2 ñandú", "3 ŵ", "4 😀")]
    found = words_in(os.getpid(), f"{PREFIX}he")
    assert {f"{PREFIX}held{number}" for number in range(1, 5)} <= set(found)
    assert held
