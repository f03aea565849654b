"""What is published now, held in memory so that no turn waits for the database."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from bot.clock import Clock, uk_now
from bot.content.freshness import due
from bot.content.store import ContentStore
from bot.content.values import Content

#: What a turn is answered from that looks at a draft. A context of its own for each turn.
_SHOWN: ContextVar[Content | None] = ContextVar("shown", default=None)

logger = logging.getLogger(__name__)

#: An edit must be live within two seconds.
POLL_SECONDS = 1.0


class PublishedContent:
    """The newest revision, kept fresh by a thread that asks the store for its number.

    A store that is slow or away does not matter to the chat: the last good
    revision goes on being served.
    """

    def __init__(
        self,
        store: ContentStore,
        poll_seconds: float = POLL_SECONDS,
        clock: Clock = uk_now,
    ) -> None:
        self._store = store
        self._clock = clock
        self._alerted: tuple[int, date] | None = None
        self._content = store.load()
        #: What kind of database it is, and the tables that it has.
        self.kind, self.tables = store.database.kind, store.database.table_names()
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
        """Loads the newest revision when it is not the one that is held."""
        if self._store.latest_revision() != self._content.revision:
            self._content = self._store.load()

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

    def _poll(self) -> None:
        while not self._stopped.wait(self._poll_seconds):
            try:
                self.refresh()
                self.alert()
            # Whatever it is, the last good revision goes on, and so does the watch.
            except Exception as error:
                logger.warning("content not refreshed: %s", type(error).__name__)
