"""Staff: their accounts and invitations, with every change in the history."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from bot.content.database import Database
from bot.editing import history
from bot.editing.person import (
    ADMINISTRATOR,
    DESK_LANGUAGES,
    EDITOR,
    PUBLISHER,
    ROLES,
    TRANSLATOR,
    Now,
    Person,
    by_id,
    check_rights,
    everybody,
    find,
    is_later,
    name_key,
    one_name,
    rights,
    utc_now,
)
from bot.editing.seal import Seal, seal_of_this_process
from bot.editing.second_factor import (
    SecondFactor,
    new_totp_secret,
    token_digest,
)
from bot.editing.signing_in import SigningIn, end_sessions
from bot.editing.tables import invitations, people
from bot.errors import EditingError

__all__ = [
    "ADMINISTRATOR",
    "DESK_LANGUAGES",
    "EDITOR",
    "INVITATION",
    "LEAST_PASSWORD_CHARACTERS",
    "PUBLISHER",
    "ROLES",
    "TRANSLATOR",
    "Now",
    "People",
    "Person",
    "new_totp_secret",
    "token_digest",
    "utc_now",
]

#: NIST SP 800-63B: length alone makes a password strong.
LEAST_PASSWORD_CHARACTERS = 12
INVITATION = timedelta(days=7)


class People:
    """The accounts. Every change of one is in the history."""

    def __init__(self, database: Database, now: Now = utc_now, seal: Seal | None = None) -> None:
        """Opens nothing yet.

        Args:
            database: with its tables made.
            now: the clock, in UTC.
            seal: of the secrets of second factors; without one they end with this process.
        """
        self._database = database
        self._now = now
        self._hasher = PasswordHasher()
        self._factor = SecondFactor(seal or seal_of_this_process(), now)
        self._door = SigningIn(database, now, self._hasher, self._factor)
        # Whoever has the accounts has their door, too.
        self.sign_in, self.sign_out = self._door.sign_in, self._door.sign_out
        self.session, self.confirm = self._door.session, self._door.confirm

    # --- accounts

    def add_first(self, name: str) -> str:
        """Makes the first administrator and returns the token of their invitation.

        Somebody who has an account of this name becomes one, and proves anew who they are.

        Raises:
            EditingError: when there is an active administrator already, or it is no name.
        """
        name = one_name(name)
        check_rights(name, [ADMINISTRATOR], [], "en")
        with self._database.connect(write=True) as connection:
            if self._has_administrator(connection):
                raise EditingError("has_administrator")
            row = find(connection, name)
            if row is None:
                person_id = self._insert(connection, name, [ADMINISTRATOR], [], "en")
            else:
                person_id = row.id
                roles = sorted({*row.roles, ADMINISTRATOR})
                self._forget(connection, person_id, roles=roles, is_active=True)
            history.write(connection, self._now(), "command", "invited", name, new=ADMINISTRATOR)
            return self._invite(connection, person_id)

    def invite(
        self,
        by: Person,
        name: str,
        roles: Collection[str],
        languages: Collection[str],
        reads: str = "en",
    ) -> str:
        """Makes an account without a password and returns the token of its invitation.

        Raises:
            EditingError: when they may not, or the name is taken, or a role needs a language.
        """
        self._administrator(by)
        name = one_name(name)
        check_rights(name, roles, languages, reads)
        with self._database.connect(write=True) as connection:
            if find(connection, name):
                raise EditingError("name_taken")
            person_id = self._insert(connection, name, roles, languages, reads)
            new = ", ".join([*roles, *languages])
            history.write(connection, self._now(), by.name, "invited", name, new=new)
            return self._invite(connection, person_id)

    def invite_again(self, by: Person, person_id: int) -> str:
        """Takes away password and second factor, and returns a new invitation's token."""
        self._administrator(by)
        with self._database.connect(write=True) as connection:
            person = by_id(connection, person_id)
            self._forget(connection, person_id)
            history.write(connection, self._now(), by.name, "invited again", person.name)
            return self._invite(connection, person_id)

    def change(
        self,
        by: Person,
        person_id: int,
        roles: Collection[str],
        languages: Collection[str],
        *,
        is_active: bool,
    ) -> None:
        """Changes what somebody may; their sessions end.

        Raises:
            EditingError: when they may not, or nobody would be left to administer.
        """
        self._administrator(by)
        with self._database.connect(write=True) as connection:
            old = by_id(connection, person_id)
            check_rights(old.name, roles, languages, old.reads)
            keeps = is_active and ADMINISTRATOR in roles
            others = (one for one in everybody(connection) if one.id != person_id)
            if not keeps and not any(one.may(ADMINISTRATOR) and one.has_password for one in others):
                raise EditingError("last_administrator")
            connection.execute(
                update(people)
                .where(people.c.id == person_id)
                .values(roles=sorted(roles), languages=sorted(languages), is_active=is_active)
            )
            end_sessions(connection, person_id)
            history.write(
                connection,
                self._now(),
                by.name,
                "changed account",
                old.name,
                old=rights(old.roles, old.languages, is_active=old.is_active),
                new=rights(roles, languages, is_active=is_active),
            )

    def all(self) -> list[Person]:
        """Returns every account, by name."""
        with self._database.connect() as connection:
            return everybody(connection)

    # --- invitations

    def invited(self, token: str) -> Person | None:
        """Returns whose invitation a token is, None when it is none or has ended."""
        with self._database.connect() as connection:
            return self._invited(connection, token)

    def take_up(self, token: str, password: str, totp_secret: str, code: str) -> list[str]:
        """Sets password and second factor, and returns the recovery codes, shown this once.

        Raises:
            EditingError: `invitation_ended`, `password_short`, `code_wrong`.
        """
        if len(password) < LEAST_PASSWORD_CHARACTERS:
            raise EditingError("password_short")
        step = self._factor.step(totp_secret, code, after=0)
        if step is None:
            raise EditingError("code_wrong")
        hashed = self._hasher.hash(password)
        with self._database.connect(write=True) as connection:
            person = self._invited(connection, token)
            if person is None:
                raise EditingError("invitation_ended")
            connection.execute(
                update(people).where(people.c.id == person.id).values(password=hashed)
            )
            codes = self._factor.begin(connection, person.id, totp_secret, step)
            connection.execute(delete(invitations).where(invitations.c.person_id == person.id))
            history.write(connection, self._now(), person.name, "signed up", person.name)
        return codes

    # --- second factors

    def seal_secrets(self) -> None:
        """Seals, by the newest key, every secret that can be read."""
        self._factor.seal_all(self._database)

    def without_factor(self) -> frozenset[int]:
        """Returns the accounts whose second factor no key opens: they must be invited again."""
        with self._database.connect() as connection:
            return self._factor.lost(connection)

    def has_administrator(self) -> bool:
        """Says whether somebody can sign in who administers."""
        with self._database.connect() as connection:
            return self._has_administrator(connection)

    # --- within a transaction

    def _has_administrator(self, connection: Connection) -> bool:
        lost = self._factor.lost(connection)
        return any(
            one.may(ADMINISTRATOR) and one.has_password and one.id not in lost
            for one in everybody(connection)
        )

    def _insert(
        self,
        connection: Connection,
        name: str,
        roles: Iterable[str],
        languages: Iterable[str],
        reads: str,
    ) -> int:
        result = connection.execute(
            insert(people).values(
                name=name,
                key=name_key(name),
                totp_step=0,
                roles=sorted(roles),
                languages=sorted(languages),
                reads=reads,
                is_active=True,
                failures=0,
            )
        )
        return int(result.inserted_primary_key[0])

    def _invite(self, connection: Connection, person_id: int) -> str:
        token = secrets.token_urlsafe(32)
        connection.execute(delete(invitations).where(invitations.c.person_id == person_id))
        connection.execute(
            insert(invitations).values(
                digest=token_digest(token), person_id=person_id, ends_at=self._now() + INVITATION
            )
        )
        return token

    def _invited(self, connection: Connection, token: str) -> Person | None:
        row = connection.execute(
            select(invitations).where(invitations.c.digest == token_digest(token))
        ).first()
        if row is None or is_later(self._now(), row.ends_at):
            return None
        return by_id(connection, row.person_id)

    def _forget(self, connection: Connection, person_id: int, **values: Any) -> None:
        """Takes away what somebody proves themselves by, and ends their sessions."""
        connection.execute(
            update(people)
            .where(people.c.id == person_id)
            .values(password=None, failures=0, locked_until=None, **values)
        )
        self._factor.forget(connection, person_id)
        end_sessions(connection, person_id)

    def _administrator(self, by: Person) -> None:
        if not by.may(ADMINISTRATOR):
            raise EditingError("may_not")
