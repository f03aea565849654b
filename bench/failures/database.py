"""PostgreSQL in a folder of its own: stopped, started again, published to."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from bench.failures.waiting import ExpectationError
from bot.content.rows import Changes
from bot.content.shipped import read_shipped
from bot.content.store import ContentStore

PROGRAMS = Path("/usr/lib/postgresql")

#: The text that edits are made of; everything else is as it ships.
TEXT = ("en", "nrm.what.short")


class Database:
    """A server, reached by a socket in its folder alone."""

    def __init__(self, folder: Path) -> None:
        """Makes it, and starts nothing yet.

        Raises:
            ExpectationError: when there is no PostgreSQL on this machine.
        """
        found = sorted(PROGRAMS.glob("*/bin"), key=lambda path: int(path.parts[-2]))
        if not found:
            raise ExpectationError("There is no PostgreSQL: run `apt-get install postgresql`.")
        self._programs, self._folder = found[-1], folder
        self._data = folder / "data"
        self._shipped = read_shipped().texts[TEXT]
        # The server refuses root.
        self._as_somebody = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
        if self._as_somebody:
            shutil.chown(folder, "nobody")
        self._run("initdb", "-U", "desk", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")

    @property
    def url(self) -> str:
        """Its address, for `ASSISTANT_DATABASE_URL`."""
        return f"postgresql+psycopg2://desk@/postgres?host={self._folder}"

    @property
    def is_running(self) -> bool:
        """Whether it runs."""
        return self._ran("status")

    def start(self) -> None:
        """Starts it, and waits until it can be asked."""
        options = f"-c listen_addresses= -c unix_socket_directories={self._folder}"
        self._run("pg_ctl", "start", "-w", "-l", str(self._folder / "log"), "-o", options)

    def stop(self, *, at_once: bool = False) -> None:
        """Stops it in good order, or at once, as when the machine fails."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate" if at_once else "fast")

    def revision(self) -> int:
        """Returns the number of the newest revision.

        Raises:
            ContentUnavailableError: when the database cannot be read.
        """
        store = ContentStore(self.url)
        try:
            return store.latest_revision()
        finally:
            store.close()

    def publish(self, words: str) -> None:
        """Publishes an edit: a sentence more at the end of one English text.

        Raises:
            ContentUnavailableError: when the database cannot be written.
        """
        store = ContentStore(self.url)
        try:
            changes = Changes(texts={TEXT: f"{self._shipped} {words}"}, kinds={TEXT[1]: "wording"})
            store.publish(changes, origin="desk", note="a failure test")
        finally:
            store.close()

    def _run(self, program: str, *arguments: str) -> None:
        if not self._ran(*arguments, program=program):
            said = (self._folder / "said").read_text(encoding="utf-8", errors="replace")[-500:]
            raise ExpectationError(f"PostgreSQL: {program} {' '.join(arguments)} failed:\n{said}")

    def _ran(self, *arguments: str, program: str = "pg_ctl") -> bool:
        command = [*self._as_somebody, str(self._programs / program), "-D", str(self._data)]
        with (self._folder / "said").open("ab") as said:
            ran = subprocess.run(
                [*command, *arguments], cwd=self._folder, stdout=said, stderr=said, check=False
            )
        return ran.returncode == 0
