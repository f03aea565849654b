"""Fifty conversations through the running chat, and then a search for anything left of them."""

from __future__ import annotations

import http.client
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from bot.languages import LANGUAGES
from bot.settings import ROOT

CONVERSATIONS = 50

#: Each in every message; no word of any language, so that a hit can come from nowhere else.
CANARIES = tuple(f"xqzarzap{language}{place}w" for language in LANGUAGES for place in range(3))

ASKED = {
    "en": ("what is the NRM", "he is hitting me", "I want to kill myself", "tell me more"),
    "es": ("qué es el NRM", "me está pegando", "me quiero matar", "cuéntame más"),
    "cy": ("beth ydy'r NRM", "mae o'n fy nharo i rwan", "dw i eisiau lladd fy hun", "mwy"),
    "pt": ("o que é o NRM", "ele está me batendo agora", "quero me matar", "me conta mais"),
}

#: Folders of the working tree that other programs write to while tests run.
NOT_OURS = {
    ".git", ".venv", ".tools", ".pytest_cache", ".mypy_cache", ".ruff_cache", "__pycache__",
}  # fmt: skip


@dataclass
class Trace:
    """What was there before the conversations."""

    files: set[Path]
    rows: dict[str, int]
    statuses: list[int] = field(default_factory=list)


def ask(url: str, path: str, body: bytes, kind: str) -> tuple[int, str]:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)
    try:
        connection.request("POST", path, body, {"Content-Type": kind})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def by_json(url: str, state: str | None, **fields: Any) -> tuple[int, str | None]:
    body = json.dumps({"state": state, **fields}).encode()
    status, text = ask(url, "/webhooks/web/turn", body, "application/json")
    return status, json.loads(text).get("state", state)


def by_form(url: str, state: str | None, **fields: Any) -> tuple[int, str | None]:
    body = urlencode({"state": state or "", **fields}).encode()
    status, page = ask(url, "/chat", body, "application/x-www-form-urlencoded")
    found = re.search(r'name="state" value="([^"]*)"', page)
    return status, found[1] if found else state


def converse(url: str, number: int) -> Iterator[int]:
    """Holds one conversation of several turns, with danger, errors and broken input in it."""
    language = LANGUAGES[number % len(LANGUAGES)]
    turn = by_json if number % 2 else by_form
    canary = CANARIES[number % len(CANARIES)]
    state: str | None = None
    for asked in ASKED[language]:
        status, state = turn(url, state, message=f"{asked}. {canary} {canary}{number}")
        yield status
    for fields in (
        {"choose": "services.find?nation=wales"},
        {"choose": "bot.sources"},
        {"lang": LANGUAGES[(number + 1) % len(LANGUAGES)]},
        {"message": f'/sharing_risk{{"nation":"{canary}"}}'},
        {"message": canary * 100},
        {"message": f"\x00\u202e {canary} 😀"},
        {"choose": f"services.find?nation={canary}"},
        {"choose": f"{canary}.{canary}"},
        {"lang": canary},
    ):
        status, state = turn(url, state, **fields)
        yield status
    yield turn(url, canary, message=canary)[0]
    yield ask(url, "/webhooks/web/turn", canary.encode(), "application/json")[0]
    yield ask(url, f"/{canary}?message={canary}", canary.encode(), "text/plain")[0]
    yield ask(url, "/chat", canary.encode(), f"multipart/form-data; boundary={canary}")[0]


def files_of(chat: Any) -> set[Path]:
    tree = {
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not NOT_OURS.intersection(path.relative_to(ROOT).parts)
    }
    return tree | {path for path in chat.folder.rglob("*") if path.is_file()}


def rows_of(chat: Any) -> dict[str, int]:
    with closing(sqlite3.connect(chat.folder / "content.db")) as database:
        names = [
            name
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {
            name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for name in names
        }


@pytest.fixture(scope="module")
def trace(chat) -> Trace:
    found = Trace(files_of(chat), rows_of(chat))
    for number in range(CONVERSATIONS):
        found.statuses += converse(chat.url, number)
    return found


def test_the_conversations_were_held(trace: Trace) -> None:
    """Fifty talks of many turns, most of them answered, and some of them refused."""
    assert len(trace.statuses) >= CONVERSATIONS * 15
    assert trace.statuses.count(200) >= CONVERSATIONS * 9
    assert {400, 404, 413} <= set(trace.statuses)
    assert not [status for status in trace.statuses if status >= 500]


def test_no_file_is_new(chat, trace: Trace) -> None:
    """Beside the log and SQLite's own, nothing has been written, here or in the working tree."""
    # SQLite makes and removes these two as it likes; what is in them is searched below.
    own = {chat.folder / f"content.db-{name}" for name in ("wal", "shm")}
    assert files_of(chat) - trace.files - own == set()


def test_no_row_is_new(chat, trace: Trace) -> None:
    """Every table has as many rows as before, and none is for conversations."""
    assert trace.rows
    assert rows_of(chat) == trace.rows
    assert set(trace.rows) == {"alembic_version", "revisions", "records", "texts"}


def test_no_word_is_in_the_log(chat, trace: Trace) -> None:
    """The log has no word of any message, and no token of a state."""
    for canary in CANARIES:
        assert canary not in chat.log
    assert "gAAAAA" not in chat.log


@pytest.mark.parametrize("name", ["content.db", "content.db-wal", "content.db-shm"])
def test_no_word_is_in_the_database(chat, trace: Trace, name: str) -> None:
    """Neither the database nor what SQLite keeps beside it has a word of any message."""
    path = chat.folder / name
    if path.exists():
        assert not has_canary(path)
    else:
        # Closed or checkpointed: then the database itself has all there is.
        assert name != "content.db"


def test_no_word_is_in_a_temporary_file_of_the_process(chat, trace: Trace) -> None:
    """No file that the process has open, or has opened and deleted, has a word of any message."""
    for link in Path(f"/proc/{chat.process.pid}/fd").iterdir():
        try:
            if link.resolve().is_file() or "(deleted)" in str(link.readlink()):
                assert not has_canary(link)
        except OSError:
            continue  # Closed in the meantime.


def test_the_search_finds_a_word_where_there_is_one(tmp_path: Path) -> None:
    """The tests above can fail: a planted word is found."""
    (tmp_path / "planted").write_text(f"she wrote {CANARIES[-1]}1")
    (tmp_path / "clean").write_text("nothing")
    assert has_canary(tmp_path / "planted")
    assert not has_canary(tmp_path / "clean")


def has_canary(path: Path) -> bool:
    content = path.read_bytes()
    return any(canary.encode() in content for canary in CANARIES)
