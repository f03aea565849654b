"""A small content in a real database of either kind, staff of each role, and a clock to move."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import create_engine, inspect, text

from bot.content.rows import Changes
from bot.content.store import ContentStore
from bot.editing import history, people
from bot.editing.drafts import Drafts
from bot.editing.history import Deed
from bot.editing.people import ADMINISTRATOR, ROLES, People, Person, new_totp_secret
from bot.editing.takedowns import Takedowns
from bot.errors import EditingError
from bot.languages import LANGUAGES
from tests.editing.postgres import Server, running_server

BEGINNING = datetime(2026, 11, 26, 9, tzinfo=timezone.utc)
PASSWORD = "a sentence nobody guesses"  # noqa: S105 - of the tests alone

#: Everybody, with their roles and languages; the first makes the accounts of the others.
STAFF: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Ada": ((ADMINISTRATOR,), ()),
    "Efa": (("editor",), ()),
    "Eben": (("editor",), ()),
    "Tomos": (("translator",), ("cy",)),
    "Teresa": (("translator",), ("es", "pt")),
    "Petra": (("publisher",), LANGUAGES),
    "Paul": (("publisher",), ("en",)),
    "Ana": (("approver",), ("cy",)),
    "Tess": (("tester",), ()),
    "Olwen": (ROLES, LANGUAGES),
    "Owain": (ROLES, LANGUAGES),
    "Former": (ROLES, LANGUAGES),
}

_DAYS = {"as_of": "2026-11-22", "checked_on": None, "review_by": "2027-02-22"}
_ANSWER = {
    **{name: [] for name in ("nations", "facts", "next", "services", "native_read")},
    **_DAYS,
    "risk": "high",
    "owner": "rights",
}
_SERVICE = {
    **{name: [] for name in ("nations", "needs", "languages", "native_read")},
    **dict.fromkeys(("email", "url", "hours", "hours_publish", "bank_holidays")),
    **dict.fromkeys(("free", "papers_needed", "warning")),
    **_DAYS,
    "interpreters": False,
    "phone": "0808 157 0123",
    "sms": "07700 900123",
    "publish": "A",
    "sources": ["page"],
    "owner": "directory",
}
_SOURCE = {"title": "A page", "publisher": "Us", "url": "https://example.org", "date": "2026"}
ANSWERS = {
    "money.debt": _ANSWER,
    "money.tax": {**_ANSWER, "risk": "low"},
    "money.now": {**_ANSWER, "risk": "lifeline"},
    "safety.call": {**_ANSWER, "risk": "lifeline"},
    "safety.plan": _ANSWER,
}
#: `money.tax.more` is in English and Welsh alone.
CONTENT = Changes(
    records={
        ("sources", "page"): _SOURCE,
        ("services", "refuge"): _SERVICE,
        **{("answers", name): data for name, data in ANSWERS.items()},
    },
    texts={
        **{
            (language, f"{name}.{part}"): f"{name} {part} {language}"
            for language in LANGUAGES
            for name in (*ANSWERS, "service.refuge")
            for part in ("label", "short")
        },
        ("en", "money.tax.more"): "more",
        ("cy", "money.tax.more"): "mwy",
    },
)


class MovableClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **time: float) -> None:
        """Puts the clock forward."""
        self.moment += timedelta(**time)

    def code(self, secret: str, **later: float) -> str:
        """Returns what an authenticator shows now, or so much later."""
        return str(pyotp.TOTP(secret).at(self.moment + timedelta(**later)))


@dataclass(frozen=True)
class Account:
    """What somebody keeps of their sign-up."""

    secret: str
    recovery_codes: tuple[str, ...]


@dataclass(frozen=True)
class Desk:
    """Everything that is edited, and everybody who edits."""

    url: str
    store: ContentStore
    clock: MovableClock
    people: People
    drafts: Drafts
    takedowns: Takedowns
    accounts: Mapping[str, Account]
    password: str = PASSWORD

    def __getitem__(self, name: str) -> Person:
        return next(one for one in self.people.all() if one.name == name)

    @property
    def names(self) -> list[str]:
        """Everybody's name, the former ones' included."""
        return list(STAFF)

    @contextmanager
    def refuses(self, code: str) -> Iterator[None]:
        """Expects an act to be refused with a code, and to have changed nothing whatever."""
        before = self.tables()
        with pytest.raises(EditingError) as refused:
            yield
        assert refused.value.code == code
        assert self.tables() == before

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Returns every row of every table."""
        engine = create_engine(self.url, future=True)
        with engine.connect() as connection:
            names = sorted(inspect(connection).get_table_names())
            # Names of our own tables.
            queries = {name: text(f"SELECT * FROM {name}") for name in names}  # noqa: S608
            found = {
                name: sorted((tuple(row) for row in connection.execute(query)), key=repr)
                for name, query in queries.items()
            }
        engine.dispose()
        return found

    def run(self, statement: str, **values: Any) -> None:
        """Changes the database as nobody should: behind the program's back."""
        engine = create_engine(self.url, future=True)
        with engine.begin() as connection:
            connection.execute(text(statement), values)
        engine.dispose()

    def fresh_code(self, name: str) -> str:
        """Returns a code that has not been used."""
        self.clock.forward(seconds=60)
        return self.clock.code(self.accounts[name].secret)

    def sign_in(self, name: str) -> str:
        """Returns the token of a session."""
        return self.people.sign_in(name, PASSWORD, self.fresh_code(name))

    def write(
        self,
        texts: Mapping[tuple[str, str], str | None],
        *,
        subject: str = "money.debt",
        kind: str | None = None,
        by: str | None = None,
    ) -> int:
        """Returns a draft of some texts: by one person, or each by whoever writes the language."""
        writers = {"en": "Efa", "cy": "Tomos", "es": "Teresa", "pt": "Teresa"}
        draft_id = self.drafts.open(self[by or "Efa"], subject, "because")
        for (language, msgid), words in texts.items():
            known = self.drafts.get(draft_id).entry(language, msgid)
            author = self[by or writers[language]]
            seen = known.version if known else 0
            self.drafts.save_text(author, draft_id, language, msgid, words, seen)
        if kind:
            self.drafts.set_kind(self[by or "Efa"], draft_id, kind, "because")
        return draft_id

    def approve(self, draft_id: int, by: str = "Petra") -> None:
        """Has somebody agree to all of a draft."""
        for part in self.drafts.get(draft_id).parts:
            self.drafts.approve(self[by], draft_id, part)

    def change(self, texts: Mapping[tuple[str, str], str | None], kind: str = "wording") -> int:
        """Changes texts as it should be done, by two people, and returns the revision."""
        draft_id = self.write(texts, kind=kind, subject="import")
        self.approve(draft_id)
        return self.drafts.publish(self["Petra"], draft_id)

    def said(self, language: str, msgid: str) -> str | None:
        """Returns the text that is published."""
        return self.store.load().texts.get((language, msgid))

    def deeds(self) -> list[Deed]:
        """Returns the history, the oldest deed first."""
        return history.read(self.store.database, most=10_000)[::-1]


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Hundreds of passwords are checked here; what makes one slow is looked at by itself."""

    def quick() -> PasswordHasher:
        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "PasswordHasher", quick)
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL of this session's own."""
    with running_server() as running:
        yield running


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Account]]:
    """A filled SQLite database, to copy."""
    path = tmp_path_factory.mktemp("editing") / "content.db"
    return path, _fill(f"sqlite:///{path}")


@pytest.fixture(scope="session")
def postgres_template(server: Server) -> tuple[str, dict[str, Account]]:
    """A filled PostgreSQL database, to copy."""
    name = server.make()
    return name, _fill(server.address(name))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[str, dict[str, Account]]]:
    """The address of a filled database of the test's own, and the accounts in it."""
    if request.param == "sqlite":
        path, accounts = request.getfixturevalue("sqlite_template")
        shutil.copy(path, tmp_path / "content.db")
        yield f"sqlite:///{tmp_path / 'content.db'}", accounts
        return
    server: Server = request.getfixturevalue("server")
    template, accounts = request.getfixturevalue("postgres_template")
    name = server.make(template)
    yield server.address(name), accounts
    server.remove(name)


@pytest.fixture
def desk(database: tuple[str, dict[str, Account]]) -> Iterator[Desk]:
    """A desk an hour after everybody signed up."""
    url, accounts = database
    clock = MovableClock(BEGINNING + timedelta(hours=1))
    store = ContentStore(url)
    yield Desk(
        url=url,
        store=store,
        clock=clock,
        people=People(store.database, clock),
        drafts=Drafts(store, clock),
        takedowns=Takedowns(store, clock),
        accounts=accounts,
    )
    store.close()


def _fill(url: str) -> dict[str, Account]:
    store, clock = ContentStore(url), MovableClock(BEGINNING)
    store.migrate()
    store.publish(CONTENT, origin="shipped", note="Shipped content")
    accounts_of = People(store.database, clock)
    accounts: dict[str, Account] = {}
    for name, (roles, languages) in STAFF.items():
        known = {one.name: one for one in accounts_of.all()}
        if known:
            token = accounts_of.invite(known["Ada"], name, roles, languages)
        else:
            token = accounts_of.add_first(name)
        secret = new_totp_secret()
        codes = accounts_of.take_up(token, PASSWORD, secret, clock.code(secret))
        accounts[name] = Account(secret, tuple(codes))
    known = {one.name: one for one in accounts_of.all()}
    roles, languages = STAFF["Former"]
    accounts_of.change(known["Ada"], known["Former"].id, roles, languages, is_active=False)
    store.close()
    return accounts
