"""The whole service on one machine: a database, chat processes, a proxy, in a temporary folder."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from types import MappingProxyType

from cryptography.fernet import Fernet

from bench.failures.chat import Chat
from bench.failures.database import Database
from bench.failures.disk import Disk
from bench.failures.proxy import ASKED_AGAIN_SECONDS, Proxy
from bench.failures.waiting import ExpectationError, wait_until
from bot.settings import ROOT, Settings
from bot.testing.served import free_port
from bot.training import is_trained

#: What lies where, in megabytes: PostgreSQL takes some fifty, and its journal grows.
DISKS: Mapping[str, int] = MappingProxyType({"database": 400, "snapshot": 20, "logs": 20})
#: The promise is two seconds; here everything shares two cores.
LIVE_SECONDS = 30


class Site:
    """The parts, and what all chat processes are started with."""

    def __init__(self, folder: Path, processes: int, disks: Mapping[str, Disk]) -> None:
        """Lays everything out; starts nothing yet."""
        self.folder, self.disks, self._edits = folder, disks, 0
        (folder / "proxy").mkdir()
        self.database = Database(folder / "database")
        self.chats = [Chat(free_port(), folder / "logs" / f"{n}.log") for n in range(processes)]
        self.proxy = Proxy(folder / "proxy", [chat.port for chat in self.chats])
        self.key = Fernet.generate_key().decode()
        self.settings: Mapping[str, str] = {
            "ASSISTANT_ENV": "test",
            "ASSISTANT_DATABASE_URL": self.database.url,
            "ASSISTANT_STATE_KEYS": self.key,
            "ASSISTANT_BEHIND_PROXY": "1",
            "ASSISTANT_SNAPSHOT": str(folder / "snapshot" / "content.json"),
            "ASSISTANT_MODELS": str(ROOT / "models"),
        }

    def start(self) -> None:
        """Starts every part, and waits until all are ready.

        Raises:
            ExpectationError: when one does not start, or there is no model to start with.
        """
        if not is_trained(Settings(models=Path(self.settings["ASSISTANT_MODELS"]))):
            raise ExpectationError("The model is not of these files: run `make train`.")
        self.database.start()
        for chat in self.chats:
            chat.start(self.settings)
        for chat in self.chats:
            chat.wait()
        self.proxy.start()

    def mend(self) -> list[str]:
        """Brings back what a scenario left broken, and returns what had ended by itself."""
        for disk in self.disks.values():
            disk.free()
        said = [] if self.proxy.is_running else ["nginx had ended"]
        if not self.database.is_running:
            said.append("PostgreSQL had ended")
            self.database.start()
        for chat in self.chats:
            if not chat.is_running:
                said.append(f"the chat at port {chat.port} had ended")
            elif chat.settings == self.settings:
                continue
            else:
                chat.stop()
            chat.start(self.settings)
            chat.wait()
        return said

    def roll(self, broken: Callable[[], None], at_once: int = 1) -> None:
        """Restarts every chat process with the settings as they are now, so many at once.

        Args:
            broken: is called whenever a process is told to end.
            at_once: the others serve meanwhile.
        """
        for first in range(0, len(self.chats), at_once):
            batch = self.chats[first : first + at_once]
            for chat in batch:
                broken()
                chat.stop()
                chat.start(self.settings)
            for chat in batch:
                chat.wait()
            time.sleep(ASKED_AGAIN_SECONDS)

    def edit(self, more: str = "") -> str:
        """Publishes an edit, and returns what then stands in the text.

        Args:
            more: words that stand there as well.

        Raises:
            ContentUnavailableError: when the database cannot be written.
        """
        self._edits += 1
        words = f"(Edit {self._edits}.)"
        self.database.publish(f"{words} {more}".strip())
        return words

    def wait_for(self, words: str) -> float:
        """Waits until an edit is live at every process, and returns how long that took.

        Raises:
            ExpectationError: when it does not become so.
        """
        return wait_until(
            lambda: all(words in chat.ask({"choose": "nrm.what"}).text for chat in self.chats),
            LIVE_SECONDS,
            f"an edit is not live everywhere within {LIVE_SECONDS} seconds.",
        )

    def stop(self) -> None:
        """Stops everything that runs, whatever state it is in."""
        ends: list[Callable[[], None]] = [chat.kill for chat in self.chats]
        ends += [self.proxy.stop, partial(self.database.stop, at_once=True)]
        for end in ends:
            with suppress(ExpectationError):
                end()


@contextmanager
def running_site(processes: int, *, with_disks: bool) -> Iterator[Site]:
    """Runs the service while inside; nothing of it stays.

    Args:
        processes: how many chat processes.
        with_disks: whether what is written lies on small disks, which only root may make.
    """
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="assistant-failures-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        # The database and the proxy's workers run as somebody else.
        folder.chmod(0o755)
        disks: dict[str, Disk] = {}
        for name, megabytes in DISKS.items():
            if with_disks:
                disks[name] = Disk(folder / name, megabytes)
                stack.callback(disks[name].take_away)
            else:
                (folder / name).mkdir()
        site = Site(folder, processes, disks)
        stack.callback(site.stop)
        site.start()
        yield site
