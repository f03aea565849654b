"""No word of a message comes through the logs, at any level, from anybody."""

from __future__ import annotations

import contextlib
import io
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot.logs import configure_logging
from bot.settings import ROOT

WORDS = "heislockingmein"

LEVELS = [1, logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL, 60]
LIBRARIES = [
    "rasa",
    "rasa.core.processor",
    "rasa.core.channels.rest",
    "rasa_sdk.endpoint",
    "sanic.root",
    "sanic.error",
    "sanic.access",
    "asyncio",
    "sqlalchemy.engine",
    "botanic",
    "root",
]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the process writes, with logging set up as in the service; put back afterwards."""
    root = logging.getLogger()
    before = [handler for handler in root.handlers if not _is_pytests(handler)]
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logging()
    yield stream
    root.handlers = before + [handler for handler in root.handlers if _is_pytests(handler)]


def _is_pytests(handler: logging.Handler) -> bool:
    return type(handler).__module__.startswith("_pytest")


def printed_by(script: str) -> str:
    """Returns all that a process of its own prints, with logging set up as in the service."""
    start = "import logging, warnings; from bot.logs import configure_logging; configure_logging();"
    ran = subprocess.run(
        [sys.executable, "-c", start + script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return ran.stdout + ran.stderr


def fail_with(words: str) -> None:
    """Raises an error that holds the words as its message and in a local variable."""
    message = {"text": words}
    raise ValueError(f"could not answer {message}")


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_cannot_log_a_message(written, library, level) -> None:
    """Of another's log line only the name and the level come through, and only from WARNING on."""
    logger = logging.getLogger("" if library == "root" else library)
    logger.log(level, f"received {WORDS}")
    logger.log(level, "received %s of %(x)s", {"x": WORDS})
    logger.log(level, "received %s", WORDS, stack_info=True, extra={"body": WORDS})

    assert WORDS not in written.getvalue()
    lines = written.getvalue().splitlines()
    assert len(lines) == (3 if level >= logging.WARNING else 0)
    assert all(line.endswith(f" {library}: (message left out)") for line in lines)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_cannot_log_an_error_with_its_locals(written, library, level) -> None:
    """Of another's error only the class comes through: no message, no traceback, no cause."""
    logger = logging.getLogger("" if library == "root" else library)
    try:
        try:
            fail_with(WORDS)
        except ValueError as error:
            raise LookupError(WORDS) from error
    except LookupError:
        logger.log(level, "%s failed", WORDS, exc_info=True)

    assert WORDS not in written.getvalue()
    assert "Traceback" not in written.getvalue()
    assert ("LookupError" in written.getvalue()) == (level >= logging.WARNING)


@pytest.mark.parametrize("name", ["bot", "bot.web.dialogue", "actions.suggest"])
def test_our_own_error_says_its_class_and_none_of_its_words(written, name) -> None:
    """Our line says what failed and how it is called; the traceback and its locals stay out."""
    try:
        fail_with(WORDS)
    except ValueError:
        logging.getLogger(name).exception("the turn failed")

    assert "the turn failed (ValueError)" in written.getvalue()
    assert WORDS not in written.getvalue()
    assert len(written.getvalue().splitlines()) == 1


def test_a_traceback_that_another_handler_has_written_stays_out(written) -> None:
    """A record that carries a finished traceback loses it here."""
    record = logging.getLogger("bot.x").makeRecord("bot.x", 40, "f", 1, "failed", (), None)
    record.exc_text = record.stack_info = f"Traceback: {WORDS}"
    logging.getLogger("bot.x").handle(record)

    assert "failed" in written.getvalue()
    assert WORDS not in written.getvalue()


def test_a_broken_log_call_shows_no_arguments() -> None:
    """A line of ours that cannot be put together does not print what it was to hold."""
    assert WORDS not in printed_by(f"logging.getLogger('bot.x').warning('%d turns', '{WORDS}')")


@pytest.mark.parametrize("name", ["bot.x", "actions.x"])
def test_debugging_is_off_for_our_own_lines(written, name) -> None:
    """Our loggers speak from INFO on; DEBUG, where one may print anything, is silent."""
    logging.getLogger(name).debug("%s", WORDS)
    logging.getLogger(name).info("started")

    assert written.getvalue().endswith(f"INFO {name}: started\n")
    assert WORDS not in written.getvalue()


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error", "critical", "exception"])
def test_structured_events_are_dropped(written, level) -> None:
    """Rasa's second kind of log, which goes to standard output by itself, says nothing."""
    try:
        fail_with(WORDS)
    except ValueError:
        with contextlib.redirect_stdout(written):
            getattr(structlog.get_logger("rasa.core.processor"), level)("message", text=WORDS)

    assert written.getvalue() == ""


def test_rasas_own_loggers_are_silent(written) -> None:
    """The very objects that Rasa logs messages with, loaded as the service loads them, say nothing.

    Rasa brings its own configuration, which must not undo ours.
    """
    from rasa.core import processor, tracker_store
    from rasa.core.actions import action

    import bot.service  # noqa: F401

    modules = (processor, tracker_store, action)
    loggers = [value for module in modules for value in vars(module).values() if _is_logger(value)]
    assert loggers
    with contextlib.redirect_stdout(written):
        for logger in loggers:
            for level in ("debug", "info", "warning", "error", "critical"):
                getattr(logger, level)(WORDS)

    assert WORDS not in written.getvalue()


def _is_logger(value: object) -> bool:
    return isinstance(value, logging.Logger) or "structlog" in type(value).__module__


def test_no_library_writes_past_the_filter(phrases) -> None:
    """With the whole service loaded, no logger that sees words has a handler of its own."""
    import bot.service  # noqa: F401
    from bot.web.server import create_app

    create_app(lambda: pytest.fail("no turn is taken"), phrases)
    names = [name for name in logging.root.manager.loggerDict if not _is_deaf(name)]
    own = {name: logging.getLogger(name).handlers for name in names}
    silenced = {name for name, found in own.items() if all(_writes_nothing(one) for one in found)}

    assert set(names) - silenced == set()


def _is_deaf(name: str) -> bool:
    # It comes with a handler of its own, and only speaks of modules that have moved.
    never_asked = name.split(".")[0] == "future_stdlib"
    return never_asked or logging.getLogger(name).disabled


def _writes_nothing(handler: logging.Handler) -> bool:
    return isinstance(handler, logging.NullHandler) or _is_pytests(handler)


def test_warnings_are_silent() -> None:
    """A warning, which prints by itself and would quote the line of code, is not shown at all."""
    script = (
        f"warnings.simplefilter('always'); warnings.warn('could not read {WORDS}');"
        f"warnings.warn('{WORDS} is old', DeprecationWarning)"
    )

    assert printed_by(script) == ""


def test_a_full_disk_stops_nothing_and_nothing_goes_elsewhere() -> None:
    """Where the log cannot be written the process goes on, and says nothing in another place."""
    script = (
        "import logging; from bot.logs import configure_logging; configure_logging()\n"
        f"for name in ('bot.web', 'rasa.core', 'sanic.error'):\n"
        f"    try: raise ValueError('{WORDS}')\n"
        f"    except ValueError: logging.getLogger(name).exception('{WORDS}')\n"
        "print('went on', flush=True)"
    )
    # A device on which every write fails as on a disk that is full.
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=full,
            text=True,
            check=False,
        )
    assert ran.stdout == "went on\n"
