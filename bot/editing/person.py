"""Who somebody of a service is, what they are called, and what they may do."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.clock import in_utc
from bot.editing.tables import people
from bot.errors import EditingError
from bot.languages import LANGUAGES

EDITOR, TRANSLATOR, PUBLISHER = "editor", "translator", "publisher"
APPROVER, ADMINISTRATOR, TESTER = "approver", "administrator", "tester"
ROLES = (EDITOR, TRANSLATOR, PUBLISHER, APPROVER, ADMINISTRATOR, TESTER)

#: The languages that the desk itself speaks.
DESK_LANGUAGES = ("en", "cy")

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """Returns the moment it is, in UTC."""
    return datetime.now(timezone.utc)


def is_later(one: datetime | None, other: datetime) -> bool:
    """Says whether a stored moment, where there is one, comes after another."""
    return one is not None and in_utc(one) > in_utc(other)


@dataclass(frozen=True)
class Person:
    """Somebody of a service."""

    id: int
    name: str
    roles: frozenset[str]
    languages: frozenset[str]
    reads: str
    is_active: bool
    has_password: bool

    def may(self, *roles: str) -> bool:
        """Says whether they have one of these roles."""
        return self.is_active and bool(self.roles.intersection(roles))

    def may_edit(self, language: str) -> bool:
        """Says whether they may write in a language: editors English, translators theirs."""
        if language == "en":
            return self.may(EDITOR)
        return self.may(TRANSLATOR) and language in self.languages

    def may_approve(self, language: str) -> bool:
        """Says whether they may approve texts of a language: publishers and approvers of it."""
        return self.may(PUBLISHER, APPROVER) and language in self.languages


def one_name(name: str) -> str:
    """Returns a name as it is kept, however it was spaced and by whatever device typed."""
    # The same letters may come as one character or as two, by the device they are typed on.
    return " ".join(unicodedata.normalize("NFC", name).split())


def name_key(name: str) -> str:
    """Returns what a name is compared by."""
    return unicodedata.normalize("NFC", one_name(name).casefold())


def check_rights(name: str, roles: Collection[str], languages: Collection[str], reads: str) -> None:
    """Refuses a name that is none, and rights that are none.

    Raises:
        EditingError: `name_wrong`, `role_wrong`, `language_missing`.
    """
    most = people.c.name.type.length
    # Compared without regard to case, some letters become two. What cannot be seen could
    # make two names look like one.
    if not (name and name.isprintable() and max(len(name), len(name_key(name))) <= most):
        raise EditingError("name_wrong")
    if set(roles) - set(ROLES) or set(languages) - set(LANGUAGES):
        raise EditingError("role_wrong")
    if reads not in DESK_LANGUAGES:
        raise EditingError("role_wrong")
    if {TRANSLATOR, PUBLISHER, APPROVER}.intersection(roles) and not languages:
        raise EditingError("language_missing")


def rights(roles: Iterable[str], languages: Iterable[str], *, is_active: bool) -> str:
    """Returns what somebody may, as the history tells it."""
    told = ", ".join([*sorted(roles), *sorted(languages)])
    return told if is_active else f"{told} (closed)"


def find(connection: Connection, name: str) -> Any:
    """Returns the row of whoever has a name, None when nobody has."""
    key = name_key(name)
    # PostgreSQL cannot even be asked for such a name, so nobody has it.
    if "\0" in key:
        return None
    return connection.execute(select(people).where(people.c.key == key)).first()


def by_id(connection: Connection, person_id: int) -> Person:
    """Returns somebody.

    Raises:
        EditingError: `nobody` when there is no such account.
    """
    row = connection.execute(select(people).where(people.c.id == person_id)).first()
    if row is None:
        raise EditingError("nobody")
    return _person(row)


def everybody(connection: Connection) -> list[Person]:
    """Returns every account, by name."""
    return [_person(row) for row in connection.execute(select(people).order_by(people.c.key))]


def _person(row: Any) -> Person:
    return Person(
        id=row.id,
        name=row.name,
        roles=frozenset(row.roles),
        languages=frozenset(row.languages),
        reads=row.reads,
        is_active=row.is_active,
        has_password=row.password is not None,
    )
