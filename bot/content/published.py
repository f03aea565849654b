"""What is published now, held in memory so that no turn waits for the database."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timezone

from bot.clock import Clock, uk_now
from bot.content.freshness import due
from bot.content.snapshot import Snapshot, SnapshotFile
from bot.content.store import ContentStore, content_of
from bot.content.values import Content
from bot.errors import ContentUnavailableError

#: What a turn is answered from that looks at a draft. A context of its own for each turn.
_SHOWN: ContextVar[Content | None] = ContextVar("shown", default=None)

logger = logging.getLogger(__name__)

#: An edit must be live within two seconds.
POLL_SECONDS = 1.0

#: After an attempt that failed, so many times the work that it was: turns need the processor.
_REST = 4


class PublishedContent:
    """The newest revision, kept fresh by a thread that asks the store for its number.

    A store that is slow or away does not matter to the chat: the last good
    revision goes on being served. With a file, each revision is also written
    there, for a start at which the store is away.
    """

    def __init__(
        self,
        store: ContentStore,
        poll_seconds: float = POLL_SECONDS,
        clock: Clock = uk_now,
        *,
        file: SnapshotFile | None = None,
        instead: Snapshot | None = None,
        prepare: Callable[[], object] = lambda: None,
    ) -> None:
        """Reads the store.

        Args:
            store: where it comes from.
            poll_seconds: how often it is asked.
            clock: tells what waits for a person, and the moment of a snapshot.
            file: where each revision is kept.
            instead: is served until the store is back, which is not asked yet.
            prepare: is called once, before the store is read after that.

        Raises:
            ContentUnavailableError: when the database cannot be read.
            ContentError: when what it holds, or the snapshot, is not well formed.
        """
        self._store, self._clock = store, clock
        self._file, self._prepare = file, prepare
        self._alerted: tuple[int, date] | None = None
        #: What kind of database it is.
        self.kind = store.database.kind
        #: The tables that it has; None while nobody knows, as it has been away since the start.
        self.tables: list[str] | None = None
        #: When the snapshot was read that is served; None when the store itself has been read.
        self.snapshot_at: datetime | None = None
        self._unkept: Snapshot | None = None
        self._is_file_trouble_told = False
        self._answered_at = -math.inf
        if instead is None:
            self._load()
        else:
            self._content, self.snapshot_at = content_of(instead.stored), instead.read_at
        self._poll_seconds = poll_seconds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._poll, name="content", daemon=True)

    @property
    def current(self) -> Content:
        """The revision to answer from. One turn asks once, so that it is of one piece."""
        return _SHOWN.get() or self._content

    @contextmanager
    def showing(self, content: Content) -> Iterator[None]:
        """Answers from another content for the length of one turn, and for this turn alone."""
        token = _SHOWN.set(content)
        try:
            yield
        finally:
            _SHOWN.reset(token)

    @property
    def answered_ago(self) -> float:
        """How many seconds ago the database could last be read; infinity where it never could."""
        return time.monotonic() - self._answered_at

    @property
    def store(self) -> ContentStore:
        """Where it comes from."""
        return self._store

    def start(self) -> None:
        """Begins to watch the store."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the watch and closes the store."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()
        self._store.close()

    def refresh(self) -> None:
        """Loads the newest revision when it is not the one that is held.

        Raises:
            ContentUnavailableError: when the database cannot be used.
            ContentError: when what it holds, or what ships, is not well formed.
        """
        if self.snapshot_at is not None:
            self._prepare()
            # Whatever its number is: the database may have been put back meanwhile.
            self._load()
            logger.info("The database is back: revision %d", self._content.revision)
        elif self._store.latest_revision() != self._content.revision:
            self._load()
        else:
            self._keep()

    def alert(self) -> None:
        """Tells staff, in the log, what waits for a person: once a day, and at each revision.

        A lifeline is never withheld, however old: this is how anybody learns of it.
        """
        now = (self._content.revision, self._clock().date())
        if now != self._alerted:
            self._alerted = now
            waiting = list(dict.fromkeys(one.what for one in due(self._content, now[1])))
            if waiting:
                logger.warning(
                    "%d things wait for a person (`make content-report`): %s",
                    len(waiting),
                    ", ".join(waiting),
                )

    def _load(self) -> None:
        read_at = self._clock().astimezone(timezone.utc)
        stored = self._store.read()
        content, tables = content_of(stored), self._store.database.table_names()
        self._content, self.tables, self.snapshot_at = content, tables, None
        self._answered_at = time.monotonic()
        if self._file:
            self._unkept = Snapshot(stored, read_at)
        self._keep()

    def _keep(self) -> None:
        """Writes what was read to the file, unless that is done; else the next refresh tries."""
        if self._file is None or self._unkept is None:
            return
        try:
            if self._file.write(self._unkept, self._is_newest):
                self._unkept, self._is_file_trouble_told = None, False
        except ContentUnavailableError:
            # It went away in this moment. What was read before that is served.
            return
        except OSError as error:
            if not self._is_file_trouble_told:
                self._is_file_trouble_told = True
                logger.warning(
                    "The snapshot %s cannot be written (%s): without the database the chat would"
                    " not start. It goes on trying.",
                    self._file.path,
                    error.strerror,
                )

    def _is_newest(self) -> bool:
        return self._store.latest_revision() == self._content.revision

    def _poll(self) -> None:
        told, rest = "", 0.0
        while not self._stopped.wait(max(self._poll_seconds, rest)):
            began = time.thread_time()
            try:
                self.refresh()
                self._answered_at = time.monotonic()
                self.alert()
                told, rest = "", 0.0
            # Whatever it is, the last good revision goes on, and so does the watch.
            except Exception as error:
                rest = _REST * (time.thread_time() - began)
                what = _in_the_log(error)
                # Once: a database that is away for a day would fill the log.
                if what != told:
                    logger.warning("content not refreshed: %s", what)
                told = what


def _in_the_log(error: Exception) -> str:
    # Of what is away ours says the class alone; any other message may repeat words or an address.
    name = type(error).__name__
    return f"{name} ({error})" if isinstance(error, ContentUnavailableError) else name
