"""Runs a PostgreSQL of the tests' own: in a temporary folder, reached by a socket in it alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine

BINARIES = Path("/usr/lib/postgresql")


class Server:
    """A running server, which makes databases and takes them away."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._engine = create_engine(
            self.address("postgres"), future=True, isolation_level="AUTOCOMMIT"
        )

    def address(self, name: str) -> str:
        """Returns the address of a database."""
        return f"postgresql+psycopg2://desk@/{name}?host={self._folder}"

    def make(self, template: str = "template1") -> str:
        """Makes a database, as a copy of another, and returns its name."""
        name = f"content_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def remove(self, name: str) -> None:
        """Takes a database away, whoever is still connected to it."""
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Closes the connections of this process."""
        self._engine.dispose()

    def _run(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql(statement)


@contextmanager
def running_server() -> Iterator[Server]:
    """Starts a server and stops it; nothing of it stays."""
    found = sorted(BINARIES.glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    if not found:
        pytest.fail("There is no PostgreSQL: run `apt-get install postgresql`.")
    binaries = found[-1].parent
    # Not under pytest's own folder, which nobody but its owner may enter.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    as_somebody = _as_somebody(folder)
    data = str(folder / "data")

    def run(program: str, *arguments: str) -> None:
        with (folder / "said").open("ab") as said:
            subprocess.run(
                [*as_somebody, str(binaries / program), *arguments],
                cwd=folder,
                stdout=said,
                stderr=said,
                check=True,
            )

    try:
        run("initdb", "-D", data, "-U", "desk", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        server = Server(folder)
        yield server
        server.close()
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _as_somebody(folder: Path) -> list[str]:
    """Returns how to run a program as somebody else, when this is root: the server refuses root."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "nobody")
    return [shutil.which("runuser") or "runuser", "-u", "nobody", "--"]
