"""A run of the tests, started from the desk: one at a time, in a process of its own, that can end.

A lock says whether one is going on. The process itself holds it, so that it is free as soon as the
process is gone, whatever became of the desk.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import cast

from flask import current_app

from bot.settings import ROOT, Settings
from bot.testing.adding import SituationFolder
from bot.testing.asked import Asked
from bot.testing.told import PROGRESS, Progress, progress_in

FOLDER = ROOT / "var" / "stories"
LOCK, RECORD, LOG = "run.lock", "run.json", "run.log"
COMMAND = (sys.executable, "-m", "bot", "stories")
#: People write to the chat on the same machine: they come first.
_NICENESS = 10
#: Tests need no key of ours.
_SECRETS = ("ASSISTANT_DESK_KEYS", "ASSISTANT_STATE_KEYS")
#: How much of what a run printed is shown when it has failed.
_LINES = 20


@dataclass(frozen=True)
class Started:
    """Who started the last run, when, of what, and whether somebody has asked it to stop."""

    who: str
    at: str
    wish: Asked
    is_stopping: bool = False


@dataclass(frozen=True)
class State:
    """How the last run stands that was started from a desk.

    Attributes:
        started: None when there was none.
        is_running: whether it goes on.
        progress: how far it has come, as far as it has said so.
        printed: the end of what it printed.
    """

    started: Started | None
    is_running: bool
    progress: Progress | None
    printed: str

    @property
    def is_whole(self) -> bool:
        """Says whether it has come to its end, so that there are results of it."""
        one = self.progress
        return one is not None and one.ended and not one.error and 0 < one.of <= one.done

    @property
    def was_stopped(self) -> bool:
        """Says whether it ended because somebody wanted it."""
        has_ended = self.started is not None and not self.is_running and not self.is_whole
        return has_ended and self.started is not None and self.started.is_stopping

    @property
    def has_failed(self) -> bool:
        """Says whether it ended by itself before its end."""
        has_ended = self.started is not None and not self.is_running and not self.is_whole
        return has_ended and not self.was_stopped

    @property
    def error(self) -> str:
        """What it said when it failed."""
        return (self.progress.error if self.progress else "") or self.printed


class Runs:
    """Starts and stops runs, and says how the last one stands."""

    def __init__(
        self,
        environment: Mapping[str, str],
        folder: Path = FOLDER,
        command: Sequence[str] = COMMAND,
    ) -> None:
        """Starts nothing yet.

        Args:
            environment: of the process.
            folder: where it says how far it has come, and writes its report.
            command: what is run, before what is asked for.
        """
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        self._environment = dict(environment)
        self._command = command
        # Whoever only looks whether the lock is free must not seem to hold it.
        self._mutex = threading.Lock()

    @classmethod
    def of(cls, settings: Settings, environment: Mapping[str, str] = os.environ) -> Runs:
        """Returns the runs of a desk: what it calls live is tested as live."""
        kept = {name: value for name, value in environment.items() if name not in _SECRETS}
        kept["ASSISTANT_DATABASE_URL"] = settings.database_url
        kept["ASSISTANT_MODELS"] = str(settings.models)
        return cls(kept)

    def start(self, wish: Asked, who: str, at: datetime) -> bool:
        """Starts a run and returns True, unless one is going on.

        Raises:
            OSError: when the folder cannot be written, or the command not be started.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._mutex:
            lock = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
            try:
                if not _take(lock):
                    return False
                os.truncate(lock, 0)
                (self.folder / PROGRESS).unlink(missing_ok=True)
                self._write(Started(who, at.isoformat(timespec="seconds"), wish))
                self.process = self._run(wish, lock)
                os.write(lock, str(self.process.pid).encode())
            finally:
                # The process has it as well, and keeps it until it ends.
                os.close(lock)
        return True

    def stop(self) -> bool:
        """Asks the run to end; asked again, it is ended at once. Returns whether one goes on.

        Asked, it takes down the chat that it has started; what it found so far is dropped.
        """
        state = self.state()
        pid = self._pid()
        if state.started is None or not state.is_running or not pid:
            return False
        # A group of its own: the chat and Rasa are in it, too.
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL if state.started.is_stopping else signal.SIGINT)
        self._write(replace(state.started, is_stopping=True))
        return True

    def state(self) -> State:
        """Returns how the last run stands."""
        # Looked at first: what it wrote when it ended is there then.
        is_running = self._is_running()
        return State(self._started(), is_running, progress_in(self.folder), self._printed())

    def _run(self, wish: Asked, lock: int) -> subprocess.Popen[bytes]:
        with (self.folder / LOG).open("wb") as log:
            process = subprocess.Popen(  # noqa: S603
                [*self._command, *wish.arguments],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(lock,),
                start_new_session=True,
            )
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, process.pid, _NICENESS)
        return process

    def _is_running(self) -> bool:
        if self.process is not None:
            # One that has ended is let go by the system only when we have seen it.
            self.process.poll()
        with self._mutex:
            try:
                lock = os.open(self.folder / LOCK, os.O_RDWR)
            except OSError:
                return False
            try:
                return not _take(lock)
            finally:
                os.close(lock)

    def _pid(self) -> int:
        try:
            return int((self.folder / LOCK).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return 0

    def _started(self) -> Started | None:
        try:
            data = json.loads((self.folder / RECORD).read_text(encoding="utf-8"))
            wish = data["wish"]
            asked = Asked(wish["only"], tuple(wish["languages"]), wish["content"])
            return Started(data["who"], data["at"], asked, data["is_stopping"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _printed(self) -> str:
        try:
            text = (self.folder / LOG).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(text.strip().splitlines()[-_LINES:])

    def _write(self, started: Started) -> None:
        part = self.folder / f"{RECORD}.part"
        part.write_text(json.dumps(asdict(started)), encoding="utf-8")
        part.replace(self.folder / RECORD)


@dataclass(frozen=True)
class DeskTests:
    """What the pages of the tests work with."""

    runs: Runs
    situations: SituationFolder

    @classmethod
    def of(cls, settings: Settings) -> DeskTests:
        """Returns those of this machine."""
        return cls(Runs.of(settings), SituationFolder())


def testing() -> DeskTests:
    """Returns the runs and the situations of the desk that answers this request."""
    return cast(DeskTests, current_app.extensions["testing"])


def _take(lock: int) -> bool:
    """Takes the lock of an open file, and returns whether that was possible."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
