"""The database that content and its editing lie in: SQLite, or PostgreSQL by its address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import create_engine, event, inspect
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import ContentError, ContentUnavailableError

MIGRATIONS = Path(__file__).resolve().parent / "migrations"

#: Whoever writes holds this table, so that what it read before is still so when it writes.
_LOCK = "LOCK TABLE revisions IN SHARE ROW EXCLUSIVE MODE"
#: After so long of waiting for another writer it is an error, as in SQLite below.
_PATIENCE = "SET LOCAL lock_timeout = '5s'"
#: Of all programs on this database only one that migrates it holds this number.
_ONE_MIGRATION = "SELECT pg_advisory_xact_lock(5005)"
_ONE_MOMENT = "REPEATABLE READ"
#: A server that does not answer at all is away after so many seconds, and not after minutes.
_CONNECT_SECONDS = 5


class Database:
    """Connections to a database. No SQLAlchemy error leaves it."""

    def __init__(self, url: str) -> None:
        """Opens nothing yet.

        Raises:
            ContentUnavailableError: when there is no such kind of database here, or its
                folder cannot be made.
        """
        try:
            address = make_url(url)
            if address.get_backend_name() == "sqlite" and address.database:
                Path(address.database).parent.mkdir(parents=True, exist_ok=True)
            self._engine = _engine(url)
        except (SQLAlchemyError, ImportError, OSError) as error:
            raise ContentUnavailableError(type(error).__name__) from error

    @property
    def kind(self) -> str:
        """The kind of database: `sqlite`, `postgresql`."""
        return str(self._engine.dialect.name)

    def migrate(self, revision: str = "head") -> None:
        """Brings the tables up to date, or forward or back to a revision of them.

        Raises:
            ContentUnavailableError: when the database cannot be reached or changed.
        """
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.connect(write=True, locked=False) as connection:
            if self.kind == "postgresql":
                # Several processes of a new release start at once; the tables are made once.
                connection.exec_driver_sql(_ONE_MIGRATION)
            config.attributes["connection"] = connection
            command.upgrade(config, revision)

    def table_names(self) -> list[str]:
        """Returns what tables there really are.

        Raises:
            ContentUnavailableError: when the database cannot be reached.
        """
        with self.connect() as connection:
            return sorted(inspect(connection).get_table_names())

    @contextmanager
    def connect(self, *, write: bool = False, locked: bool = True) -> Iterator[Connection]:
        """Lends a connection; one that writes is one transaction, and one at a time.

        Raises:
            ContentUnavailableError: when the database cannot be read or written; nothing has
                changed then.
            ContentError: when a stored record is damaged.
        """
        try:
            with self._engine.connect() as connection:
                if not write:
                    if self.kind == "postgresql":
                        # As SQLite does: all that is read is of one moment, whoever publishes.
                        connection = connection.execution_options(isolation_level=_ONE_MOMENT)
                    yield connection
                    return
                connection = connection.execution_options(writes=True)
                with connection.begin():
                    if locked and self.kind == "postgresql":
                        connection.exec_driver_sql(_PATIENCE)
                        connection.exec_driver_sql(_LOCK)
                    yield connection
        except ValueError as error:
            # JSON that is none, in a column of records.
            raise ContentError(f"a stored record is damaged ({type(error).__name__})") from error
        except (SQLAlchemyError, CommandError) as error:
            # The class alone: a message of the driver may repeat the address and its password.
            raise ContentUnavailableError(type(error).__name__) from error

    def close(self) -> None:
        """Closes every connection."""
        self._engine.dispose()


def _engine(database_url: str) -> Engine:
    url = make_url(database_url)
    waits = url.get_backend_name() == "postgresql" and "connect_timeout" not in url.query
    arguments = {"connect_timeout": _CONNECT_SECONDS} if waits else {}
    # A connection that was cut while it lay idle is opened anew, and fails nobody's request.
    engine = create_engine(url, future=True, connect_args=arguments, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: Any) -> None:
            # The driver begins transactions late, when what was read may be old already.
            connection.isolation_level = None
            # WAL: the chat reads on while the desk writes.
            for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=5000"):
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            writes = connection.get_execution_options().get("writes")
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
