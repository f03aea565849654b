"""Looking after what is stored: whether the history is whole, a copy of it all, and back again."""

from __future__ import annotations

import contextlib
import os
import shlex
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from bot.content.database import Database
from bot.content.store import ContentStore
from bot.editing import history
from bot.editing.links import dead_links
from bot.errors import ContentError, ContentUnavailableError

__all__ = ["backup", "dead_links", "restore", "verify"]

#: What a copy of ours has at least; later tables are made when it is put back.
_OURS = {"alembic_version", "revisions", "records", "texts"}
_KEPT = ".before-restore"
#: Hashes of passwords and second factors are in it: nobody else on the machine may read it.
_MODE = 0o600


def verify(database: Database) -> list[str]:
    """Returns what is wrong with the history, in words; nothing when it is whole.

    Raises:
        ContentUnavailableError: when the database cannot be read.
    """
    return [
        f"History, row {row}: it does not follow from the row before it. One of them was changed,"
        " taken out or put in, past the desk."
        for row in history.broken(database)
    ]


def backup(store: ContentStore, path: Path) -> None:
    """Writes everything into one file that nobody else may read, while the service runs on.

    Raises:
        ContentError: when there is a file already, or the copy turns out damaged.
        ContentUnavailableError: when the database cannot be read, or is not SQLite: its own
            program makes the copy then, and the message says how.
    """
    if store.database.kind != "sqlite":
        with store.database.connect() as connection:
            raise ContentUnavailableError(_for_postgresql("pg_dump", connection.engine.url, path))
    if path.exists():
        raise ContentError(f"{path} is there already; choose another name.")
    part = path.with_name(f"{path.name}.part")
    with _clean(part):
        _create(part)
        with store.database.connect() as connection, _opened(part) as copy:
            connection.connection.driver_connection.backup(copy)
            # A copy of a database that writes ahead would leave files beside it when opened.
            copy.execute("PRAGMA journal_mode=DELETE")
        _check_whole(part)
        part.replace(path)


def restore(path: Path, database_url: str) -> Path | None:
    """Puts a copy in the place of the database, and returns where the present one is kept.

    Everybody is signed out: a session that was ended since the copy does not come back.

    Args:
        path: what `backup` wrote.
        database_url: of the database; it need not be there, and may be damaged.

    Raises:
        ContentError: when it is no copy of ours, is damaged, or its content does not load; the
            present database is untouched then.
        ContentUnavailableError: when the database is not SQLite.
    """
    address = make_url(database_url)
    if address.get_backend_name() != "sqlite" or not address.database:
        raise ContentUnavailableError(_for_postgresql("pg_restore", address, path))
    target = Path(address.database)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    with _clean(part):
        _create(part)
        try:
            part.write_bytes(path.read_bytes())
        except OSError as error:
            raise ContentError(f"{path} cannot be read: {error.strerror}.") from error
        _check_whole(part, path)
        _check_content(part, path)
        return _swap(part, target)


def _create(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _MODE))


@contextlib.contextmanager
def _clean(part: Path) -> Iterator[None]:
    """Leaves nothing half done behind."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise ContentError(f"{part}: {error}") from error
    finally:
        for end in ("", "-wal", "-shm", "-journal"):
            part.with_name(f"{part.name}{end}").unlink(missing_ok=True)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


def _check_whole(part: Path, named: Path | None = None) -> None:
    name = named or part
    try:
        with _opened(part) as connection:
            said = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
            tables = {
                row[0] for row in connection.execute("SELECT name FROM sqlite_master").fetchall()
            }
    except sqlite3.DatabaseError as error:
        raise ContentError(f"{name} is damaged, or no copy of ours: {error}.") from error
    if said != ["ok"]:
        raise ContentError(f"{name} is damaged: {'; '.join(said)}.")
    if not tables >= _OURS:
        raise ContentError(f"{name} is no copy of ours: tables are missing.")


def _check_content(part: Path, path: Path) -> None:
    store = ContentStore(f"sqlite:///{part}")
    try:
        # A copy of an earlier version has fewer tables; one of a later version is refused.
        store.migrate()
        content = store.load()
    except (ContentError, ContentUnavailableError) as error:
        raise ContentError(f"What is in {path} cannot be used here: {error}.") from error
    finally:
        store.close()
    if not content.answers:
        raise ContentError(f"There are no answers in {path}.")
    with _opened(part) as connection:
        connection.execute("DELETE FROM sessions")
        connection.execute("PRAGMA journal_mode=DELETE")


def _swap(part: Path, target: Path) -> Path | None:
    kept = None
    if target.exists():
        with contextlib.suppress(sqlite3.Error), _opened(target) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        kept = _free(target.with_name(f"{target.name}{_KEPT}"))
        # What was not yet written into the database itself goes with it.
        for end in ("-wal", "-shm", ""):
            beside = target.with_name(f"{target.name}{end}")
            if beside.exists():
                beside.replace(kept.with_name(f"{kept.name}{end}"))
    part.replace(target)
    return kept


def _free(path: Path) -> Path:
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free


def _for_postgresql(program: str, address: URL, path: Path) -> str:
    # Without the password: it is asked for, or stands in ~/.pgpass.
    plain = address.set(drivername="postgresql")._replace(password=None)
    to = shlex.quote(plain.render_as_string())
    file = shlex.quote(str(path))
    command = (
        f"pg_dump --format=custom --file={file} {to}"
        if program == "pg_dump"
        else f"pg_restore --clean --if-exists --single-transaction --dbname={to} {file}"
    )
    return f"PostgreSQL has its own program for this: umask 077; {command}"
