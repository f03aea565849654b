"""A desk with real accounts on a real database, and people who are signed in."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cache, partial
from pathlib import Path

import pyotp
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from bot.content.intake import take_in_shipped
from bot.content.store import ContentStore
from bot.desk.app import create_app
from bot.desk.parts import COOKIE
from bot.desk.tests_run import DeskTests, Runs
from bot.editing.drafts import Drafts
from bot.editing.people import ADMINISTRATOR, People, Person, new_totp_secret
from bot.editing.takedowns import Takedowns
from bot.i18n import Phrases
from bot.languages import LANGUAGES
from bot.settings import Settings
from bot.testing.adding import SituationFolder
from tests.desk.testers import FAKE, OLD

PASSWORD = "a sentence nobody guesses"  # noqa: S105 - of the tests alone


@dataclass
class Desk:
    """A desk, and everybody who works at it."""

    app: Flask
    store: ContentStore
    clock: list[datetime]
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def people(self) -> People:
        """The accounts."""
        return People(self.store.database, self.now)

    @property
    def drafts(self) -> Drafts:
        """The drafts."""
        return Drafts(self.store, self.now)

    @property
    def takedowns(self) -> Takedowns:
        """What one person may take away."""
        return Takedowns(self.store, self.now)

    def now(self) -> datetime:
        """Returns what the clock shows."""
        return self.clock[0]

    def wait(self, **time: float) -> None:
        """Puts the clock forward."""
        self.clock[0] += timedelta(**time)

    def code(self, name: str) -> str:
        """Returns a fresh code of somebody's authenticator."""
        self.wait(seconds=31)
        return pyotp.TOTP(self.secrets[name]).at(int(self.now().timestamp()))

    def person(self, name: str, roles: Sequence[str] = (), languages: Sequence[str] = ()) -> Person:
        """Returns somebody with these rights; makes their account where there is none."""
        known = {one.name: one for one in self.people.all()}
        if name not in known:
            token = self._invite(name, roles, languages)
            self.secrets[name] = new_totp_secret()
            self.people.take_up(token, PASSWORD, self.secrets[name], self.code(name))
            known = {one.name: one for one in self.people.all()}
        return known[name]

    def as_(self, name: str) -> FlaskClient:
        """Returns a browser of somebody who is signed in."""
        token = self.people.sign_in(name, PASSWORD, self.code(name))
        client = self.client
        client.set_cookie(COOKIE, token)
        return client

    @property
    def client(self) -> FlaskClient:
        """A browser of somebody who is not signed in."""
        return self.app.test_client()

    def _invite(self, name: str, roles: Sequence[str], languages: Sequence[str]) -> str:
        if not any(one.may(ADMINISTRATOR) and one.has_password for one in self.people.all()):
            if list(roles) == [ADMINISTRATOR]:
                return self.people.add_first(name)
            self.person("Ada", [ADMINISTRATOR])
        return self.people.invite(self.person("Ada"), name, roles, languages)


@pytest.fixture(scope="session")
def _filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the shipped content, to copy."""
    path = tmp_path_factory.mktemp("desk") / "content.db"
    store = ContentStore(f"sqlite:///{path}")
    store.migrate()
    take_in_shipped(store)
    with store.database.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


@pytest.fixture
def desk(tmp_path: Path, _filled: Path) -> Iterator[Desk]:
    """A desk of the test's own. Forms need no token here; that is tested by itself."""
    path = tmp_path / "content.db"
    path.write_bytes(_filled.read_bytes())
    store = ContentStore(f"sqlite:///{path}")
    clock = [datetime(2026, 11, 26, 10, tzinfo=timezone.utc)]
    app = create_app(Settings(), store, lambda: clock[0])
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(_filled.parent))
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False)
    yield Desk(app, store, clock)
    store.close()


@pytest.fixture(scope="session")
def _phrases() -> Callable[..., Phrases]:
    """The real catalogues, read once for all desks."""
    return cache(Phrases)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, _phrases: Callable[..., Phrases]) -> None:
    """Makes passwords quick to check: real ones, made cheap. Reads the catalogues once."""
    cheap = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("bot.editing.people.PasswordHasher", cheap)
    monkeypatch.setattr("bot.desk.app.Phrases", _phrases)


@pytest.fixture
def eve(desk: Desk) -> FlaskClient:
    """The browser of an editor."""
    desk.person("Eve", ["editor"])
    return desk.as_("Eve")


@pytest.fixture
def pat(desk: Desk) -> Person:
    """A publisher who reads all four languages."""
    return desk.person("Pat", ["publisher"], LANGUAGES)


@pytest.fixture
def place(desk, tmp_path):
    """Folders of the test's own, and a command that only pretends; whatever it began, ends."""
    situations, results = tmp_path / "situations", tmp_path / "stories"
    situations.mkdir()
    results.mkdir()
    (situations / "bot.yml").write_text(OLD, encoding="utf-8")
    os.mkfifo(results / "ready")
    (tmp_path / "fake.py").write_text(FAKE, encoding="utf-8")
    command = (sys.executable, str(tmp_path / "fake.py"), str(results))
    settings = Settings(database_url="sqlite:///of-the-desk.db")
    environment = {**os.environ, "ASSISTANT_DESK_KEYS": "secret", "ASSISTANT_STATE_KEYS": "secret"}
    runs = Runs(Runs.of(settings, environment)._environment, results, command)
    desk.app.extensions["testing"] = DeskTests(runs, SituationFolder(situations))
    yield desk.app.extensions["testing"]
    if runs.process and runs.process.poll() is None:
        os.killpg(runs.process.pid, signal.SIGKILL)
        runs.process.wait(20)


@pytest.fixture
def tess(desk, place):
    """The browser of a tester."""
    desk.person("Tess", ["tester"])
    return desk.as_("Tess")
