"""One chat process: started, killed, stopped, looked at."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bench.failures.door import Door
from bench.failures.talk import Line, Reply
from bench.failures.waiting import ExpectationError, wait_until
from bot.settings import ROOT

START_SECONDS = 240
#: It lets its turns end first.
STOP_SECONDS = 40


class Chat:
    """A chat at a port, in whatever process it runs just now."""

    def __init__(self, port: int, log: Path) -> None:
        self.port, self.door, self.log = port, Door(port), log
        self.settings: Mapping[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, settings: Mapping[str, str]) -> None:
        """Starts a process with these variables; it is not ready yet."""
        self.settings = dict(settings)
        environment = {key: value for key, value in os.environ.items() if "ASSISTANT_" not in key}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=ROOT,
                env={**environment, **settings, "ASSISTANT_CHAT_PORT": str(self.port)},
                stdout=log,
                stderr=log,
                # Ctrl-C is for the tests, which stop what they started.
                start_new_session=True,
            )

    def wait(self) -> float:
        """Waits until it is ready, and returns how long that took.

        Raises:
            ExpectationError: when it is not, with the end of its log.
        """
        try:
            took = wait_until(lambda: self.is_ready or not self.is_running, START_SECONDS, "")
        except ExpectationError:
            raise ExpectationError(self._trouble("start")) from None
        if not self.is_running:
            raise ExpectationError(self._trouble("start"))
        return took

    @property
    def process_id(self) -> int:
        """The number of its process."""
        return self._process.pid if self._process else 0

    @property
    def is_running(self) -> bool:
        """Whether there is a process, be it ready or not."""
        return self._process is not None and self._process.poll() is None

    @property
    def is_ready(self) -> bool:
        """Whether it answers."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/health", timeout=2):
                return True
        except (URLError, OSError):
            return False

    def hang(self) -> None:
        """Stops its process where it is: what it was asked waits in it."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def kill(self) -> None:
        """Takes its process away as a crash would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Asks its process to end, and waits until it has.

        Raises:
            ExpectationError: when it does not end, or had ended before anybody asked.
        """
        if not self.is_running:
            raise ExpectationError(self._trouble("go on running"))
        self._end(signal.SIGTERM)

    def exit_status(self) -> int:
        """Waits until its process ends by itself, and returns the status.

        Raises:
            ExpectationError: when it does not end.
        """
        wait_until(lambda: not self.is_running, START_SECONDS, "a chat process does not end.")
        return self._process.returncode if self._process else 0

    def ask(self, asked: Mapping[str, str], state: str = "") -> Reply:
        """Asks this process, past the proxy."""
        line = Line(self.door)
        try:
            return line.ask(asked, state)
        finally:
            line.close()

    def clock(self) -> int:
        """Returns the time that this process believes it is, as it stands in what it seals."""
        token = self.ask({"choose": "nrm.what"}).state
        return int.from_bytes(base64.urlsafe_b64decode(token)[1:9], "big")

    def sockets(self) -> int:
        """Returns how many connections it holds open."""
        files = Path(f"/proc/{self.process_id}/fd").iterdir()
        return sum(_target(file).startswith("socket:") for file in files)

    def has_mapped(self, folder: Path) -> bool:
        """Says whether it reads files of a folder."""
        maps = Path(f"/proc/{self.process_id}/maps").read_text(encoding="utf-8")
        return f"{folder}/" in maps

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise ExpectationError(self._trouble("end")) from None

    def _trouble(self, what: str) -> str:
        said = self.log.read_text(encoding="utf-8", errors="replace").strip()[-1000:]
        return f"The chat at port {self.port} does not {what}:\n{said}"


def _target(file: Path) -> str:
    try:
        return str(file.readlink())
    except OSError:
        # Closed while we look.
        return ""
