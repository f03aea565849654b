"""Protections that can be taken away, one at a time, to see that the checks notice.

`make soak` starts the service without each of them; the privacy check must then fail.
"""

from __future__ import annotations

import contextlib
import socket
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Mutation:
    """A protection, and what takes it away in the process that serves."""

    protection: str
    take_away: Callable[[], None]


def _log_filter() -> None:
    from bot.logs import NothingPersonal

    NothingPersonal.filter = lambda *_: True  # type: ignore[method-assign]


def _structlog() -> None:
    import structlog

    from bot import logs

    logs._drop = structlog.processors.KeyValueRenderer()


def _error_classes_alone() -> None:
    import logging

    before = logging.Logger.error

    def with_words(self: Any, message: Any, *arguments: Any, **named: Any) -> None:
        before(self, f"{message} {sys.exc_info()[1]}", *arguments, **named)

    logging.Logger.error = with_words  # type: ignore[method-assign]


def _tracker_store() -> None:
    from bot.conversation.tracker_store import SealedTrackerStore

    kept: list[Any] = []
    before = SealedTrackerStore.save

    async def save(self: Any, tracker: Any) -> None:
        kept.append(tracker)
        await before(self, tracker)

    SealedTrackerStore.save = save  # type: ignore[method-assign]


def _memory_zone() -> None:
    from spacy.language import Language

    Language.memory_zone = lambda self, mem=None: contextlib.nullcontext(mem)


def _wiping() -> None:
    from bot import memory

    memory.is_wiped = lambda _: True  # type: ignore[assignment]


def _warnings() -> None:
    import warnings

    from bot import logs, service

    logs.silence_warnings = service.silence_warnings = lambda: warnings.simplefilter("default")


def _masking() -> None:
    from bot.web import dialogue
    from bot.web.personal_details import Masked

    dialogue.mask = lambda text, _: Masked(text, False)  # type: ignore[assignment]


def _no_words_in_the_state() -> None:
    from dataclasses import replace

    from bot.conversation import tracker_store

    before = tracker_store.state_of

    def with_words(tracker: Any, state: Any) -> Any:
        return replace(before(tracker, state), nation=tracker.latest_message.text[:60])

    tracker_store.state_of = with_words


def _no_store() -> None:
    from bot.web import server

    del server.HEADERS["Cache-Control"]


def _no_cookie() -> None:
    from bot.web import server

    server.HEADERS["Set-Cookie"] = "visitor=1"


def _core_limit() -> None:
    from bot import __main__ as commands

    commands.forbid_dumps = lambda **_: None
    commands.check_dumps = lambda: None


def _in_each_turn(leak: Callable[[str], None]) -> None:
    from bot.web.dialogue import Dialogue

    before = Dialogue.turn

    async def turn(self: Any, request: Any, **more: Any) -> Any:
        leak(request.message or "")
        return await before(self, request, **more)

    Dialogue.turn = turn  # type: ignore[method-assign]


def _no_third_party() -> None:
    def call_home(_: str) -> None:
        # An address for documentation, RFC 5737: nobody is there.
        with contextlib.suppress(OSError), socket.socket() as caller:
            caller.settimeout(0.05)
            caller.connect(("192.0.2.1", 9))

    _in_each_turn(call_home)


def _no_file() -> None:
    def write(message: str) -> None:
        with tempfile.NamedTemporaryFile("w", delete=False) as file:
            file.write(message)

    _in_each_turn(write)


def _no_row() -> None:
    import os

    def insert(message: str) -> None:
        path = os.environ["ASSISTANT_DATABASE_URL"].removeprefix("sqlite:///")
        with contextlib.closing(sqlite3.connect(path)) as database, database:
            database.execute("CREATE TABLE IF NOT EXISTS heard (message TEXT)")
            database.execute("INSERT INTO heard VALUES (?)", (message,))

    _in_each_turn(insert)


MUTATIONS = {
    mutation.protection: mutation
    for mutation in (
        Mutation("log-filter", _log_filter),
        Mutation("structlog-dropped", _structlog),
        Mutation("error-classes-alone", _error_classes_alone),
        Mutation("tracker-store-owns-nothing", _tracker_store),
        Mutation("spacy-memory-zone", _memory_zone),
        Mutation("freed-memory-wiped", _wiping),
        Mutation("warnings-ignored", _warnings),
        Mutation("details-masked", _masking),
        Mutation("no-words-in-the-state", _no_words_in_the_state),
        Mutation("no-store", _no_store),
        Mutation("no-cookie", _no_cookie),
        Mutation("no-core-dump", _core_limit),
        Mutation("no-third-party", _no_third_party),
        Mutation("no-file", _no_file),
        Mutation("no-row", _no_row),
    )
}
