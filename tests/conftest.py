"""Fixtures that several folders share: shipped content, the trained dialogue, a running chat."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.clock import Clock, stopped_at
from bot.content.published import PublishedContent
from bot.content.shipped import read_shipped
from bot.content.values import Content
from bot.i18n import Phrases
from bot.logs import configure_logging
from bot.numerics import use_kernels
from bot.settings import ROOT, Settings
from bot.testing.served import free_port
from bot.without_tensorflow import leave_out_tensorflow

# Before anything imports Rasa or NumPy, as in the service.
configure_logging()
leave_out_tensorflow()
use_kernels()
os.environ["RASA_TELEMETRY_ENABLED"] = "false"

START_SECONDS = 120

#: What the clock shows in every test: a Thursday, no bank holiday, before any review is due.
NOW = "2026-11-26T10:00"
STOPPED = stopped_at(datetime.fromisoformat(NOW))


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the machine decides what a test finds."""
    for name in list(os.environ):
        if name.startswith("ASSISTANT_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def content() -> Content:
    """What ships, read from its files."""
    return read_shipped()


@pytest.fixture(scope="session")
def phrases() -> Phrases:
    """The interface catalogues."""
    return Phrases()


@pytest.fixture(scope="session")
def clock() -> Clock:
    """A clock that stands still, so that no test depends on the day it is run."""
    return STOPPED


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with a database of the test session's own, and the stopped clock."""
    database = f"sqlite:///{tmp_path_factory.mktemp('content') / 'content.db'}"
    return replace(Settings(), environment="test", database_url=database, clock=STOPPED)


@pytest.fixture(scope="session")
def published(settings: Settings) -> Iterator[PublishedContent]:
    """What is published: shipped content in a real database."""
    from bot.content.opening import open_content

    opened = open_content(settings)
    yield opened
    opened.stop()


@pytest.fixture(scope="session")
def dialogue(settings: Settings, published: PublishedContent):
    """The real dialogue with the trained model, in this process."""
    from bot.service import make_dialogue

    _require_model()
    return make_dialogue(settings, published)


def _require_model() -> None:
    from bot import training

    if not training.is_trained(Settings()):
        pytest.fail("There is no model of these files: run `make train`.")


@dataclass(frozen=True)
class RunningChat:
    """A chat that runs as a user's does: its own process, its own database, its log in a file."""

    url: str
    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def log(self) -> str:
        """Everything that the process has printed or logged."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")


@pytest.fixture(scope="session")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningChat]:
    """The service, started by its own command and stopped as by Ctrl-C."""
    with running_chat(tmp_path_factory.mktemp("chat"), NOW) as running:
        yield running


@contextmanager
def running_chat(
    folder: Path,
    now: str,
    arguments: Sequence[str] = ("-m", "bot", "run"),
    more: Mapping[str, str] | None = None,
) -> Iterator[RunningChat]:
    """Runs the service with its clock stopped at a moment; its files are in the folder.

    Args:
        folder: takes its database and its log.
        now: what its clock shows.
        arguments: of the interpreter, where it is not started by its own command.
        more: variables that it gets besides.
    """
    _require_model()
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if "ASSISTANT_" not in name}
    environment |= {
        "ASSISTANT_CHAT_PORT": str(port),
        "ASSISTANT_DATABASE_URL": f"sqlite:///{folder / 'content.db'}",
        "ASSISTANT_ENV": "test",
        "ASSISTANT_NOW": now,
        **(more or {}),
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    running = RunningChat(f"http://127.0.0.1:{port}", process, folder)
    try:
        _wait(running)
        yield running
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            # A chat that hangs would go on for ever, and take a core with it.
            process.kill()
            raise


def _wait(running: RunningChat) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and running.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{running.url}/health", timeout=2):
                return
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"The chat did not start:\n{running.log[-2000:]}")


#: What takes a minute or more, the longest first. Begun last, it would keep one core busy while the
#: others have nothing left to do.
LONG = (
    "test_situations.py",
    "test_rasa_commands.py",
    "test_growth.py",
    "test_facts_pages.py",
    "test_stories.py",
    "test_situation_damage.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the longest files first, for `--no-loadscope-reorder`, and walks in a browser last.

    Playwright leaves an event loop running until the end.
    """

    def place(item: pytest.Item) -> tuple[bool, int]:
        name = item.path.name
        return "browser" in item.path.parts, LONG.index(name) if name in LONG else len(LONG)

    items.sort(key=place)
