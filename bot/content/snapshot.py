"""A file of what was published last: the chat starts from it when the database is away.

Only what a turn is answered from is in it. Who wrote it, and why staff put something out of use,
stays in the database. The digest finds damage, not forgery: whoever can write here can write the
database of a single machine, too.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from bot.content.rows import Stored
from bot.content.shipped import KINDS, SWITCHES
from bot.content.store import content_of
from bot.errors import ContentError, ContentUnavailableError

#: One more whenever what stands in the file, or what it means, is another. A file of another
#: format is not read: the version of the program that wrote it knew other content.
FORMAT = 1

_MODE = 0o600


@dataclass(frozen=True)
class Snapshot:
    """What the store held, and the moment (UTC) at which it was asked."""

    stored: Stored
    read_at: datetime


class SnapshotFile:
    """The snapshot of one machine, which all its chats read and write."""

    def __init__(self, path: Path, database_url: str) -> None:
        """Opens nothing yet.

        Args:
            path: where it lies.
            database_url: whose content it is; that of another is neither read nor kept.
        """
        self.path = path
        self._database = _place(database_url)

    def read(self) -> Snapshot:
        """Returns what was written last.

        Raises:
            ContentUnavailableError: when there is none that can be used; it says why.
        """
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise ContentUnavailableError(f"there is no snapshot {self.path}") from error
        except OSError as error:
            raise self._useless(f"cannot be read ({error.strerror})") from error
        except ValueError as error:
            raise self._useless("is damaged") from error
        body = self._body(text)
        if body.get("database") != self._database:
            raise self._useless("is of another database")
        try:
            snapshot = _from_plain(body)
            content_of(snapshot.stored)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise self._useless("is damaged") from error
        except ContentError as error:
            raise self._useless(f"does not fit this version ({error})") from error
        return snapshot

    def write(self, snapshot: Snapshot, is_newest: Callable[[], bool]) -> bool:
        """Replaces what is there at one stroke; returns False when it should be tried again.

        One chat writes at a time, and asks the database before it does. So a slow one that still
        holds an older revision replaces nothing, and a database that was put back to an older
        revision is followed: the numbers of revisions alone would not tell the two apart.

        Args:
            snapshot: what to write.
            is_newest: asks the database whether it holds just that.

        Raises:
            OSError: when it cannot be written. What is there is not older then: content that was
                withdrawn must not come back, so an older snapshot is taken away.
            ContentUnavailableError: when the database cannot be asked; nothing has changed then.
        """
        snapshot = replace(snapshot, stored=_without_reasons(snapshot.stored))
        body = {"database": self._database, **_to_plain(snapshot)}
        text = json.dumps({"format": FORMAT, "sha256": _digest(body), "body": body})
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with _alone_in(self.path.parent) as folder:
            if folder is None or not is_newest():
                return False
            try:
                self._replace(text, folder)
            except OSError:
                self._take_away_unless(snapshot.stored)
                raise
        return True

    def _body(self, text: str) -> dict[str, Any]:
        """Returns what the digest vouches for."""
        try:
            plain = json.loads(text)
            form = plain["format"]
            if form == FORMAT and plain["sha256"] == _digest(plain["body"]):
                return dict(plain["body"])
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise self._useless("is damaged") from error
        if form == FORMAT:
            raise self._useless("is damaged")
        raise self._useless(f"is of format {form!r}, and this version reads {FORMAT}")

    def _useless(self, why: str) -> ContentUnavailableError:
        return ContentUnavailableError(f"the snapshot {self.path} {why}")

    def _replace(self, text: str, folder: int) -> None:
        part = self.path.with_name(f"{self.path.name}.new")
        try:
            # Left behind by a chat that was killed.
            part.unlink(missing_ok=True)
            handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _MODE)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(handle)
            part.replace(self.path)
            os.fsync(folder)
        except OSError:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise

    def _take_away_unless(self, stored: Stored) -> None:
        # What cannot be read starts no chat, and may be somebody else's.
        with suppress(ContentUnavailableError, OSError):
            if self.read().stored != stored:
                self.path.unlink()


@contextmanager
def _alone_in(folder: Path) -> Iterator[int | None]:
    """Lends the folder, or None while another chat writes in it: nobody waits for one that hangs.

    The folder itself is what is locked, so that no further file lies about, and the lock goes
    with the process that holds it.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield handle
    finally:
        os.close(handle)


def _place(database_url: str) -> str:
    """Returns a digest of which database it is. No user and no password goes into it."""
    url = make_url(database_url)
    database = url.database or ""
    if url.get_backend_name() == "sqlite":
        database = str(Path(database).resolve())
    # A socket's folder is told among the options.
    host = url.host or url.query.get("host")
    return _digest([url.get_backend_name(), host, url.port or url.query.get("port"), database])


def _digest(plain: Any) -> str:
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()


def _without_reasons(stored: Stored) -> Stored:
    """Leaves out what staff wrote down when they put something out of use: it may name somebody."""
    switches: dict[str, dict[str, Any]] = {name: {} for name in stored.records[SWITCHES]}
    return replace(stored, records={**stored.records, SWITCHES: switches})


def _to_plain(snapshot: Snapshot) -> dict[str, Any]:
    stored = snapshot.stored
    return {
        "read_at": snapshot.read_at.isoformat(),
        "revision": stored.revision,
        "records": stored.records,
        "texts": [[*key, text] for key, text in stored.texts.items()],
        "stale": [[*key, kind] for key, kind in stored.stale.items()],
        "fact_changes": {answer: list(facts) for answer, facts in stored.fact_changes.items()},
    }


def _from_plain(body: dict[str, Any]) -> Snapshot:
    if set(body["records"]) != set(KINDS):
        raise ContentError("other kinds of records")
    stored = Stored(
        revision=body["revision"],
        records=body["records"],
        texts={(language, msgid): text for language, msgid, text in body["texts"]},
        stale={(language, msgid): kind for language, msgid, kind in body["stale"]},
        fact_changes={answer: tuple(facts) for answer, facts in body["fact_changes"].items()},
    )
    return Snapshot(stored, datetime.fromisoformat(body["read_at"]))
