"""Signing in: password and second factor, what is told when they are wrong, and sessions."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from bot.clock import in_utc
from bot.content.database import Database
from bot.editing import history
from bot.editing.person import Now, Person, by_id, find, is_later
from bot.editing.second_factor import SecondFactor, token_digest
from bot.editing.tables import people, sessions
from bot.editing.tries import NamedTries, lock_after
from bot.errors import EditingError

IDLE, LONGEST_SESSION = timedelta(minutes=30), timedelta(hours=10)

#: No account has this number: what is done to it takes its time and does nothing.
_NOBODY = 0


class SigningIn:
    """Lets people in, and knows who is in."""

    def __init__(
        self, database: Database, now: Now, hasher: PasswordHasher, factor: SecondFactor
    ) -> None:
        self._database = database
        self._now = now
        self._hasher = hasher
        self._factor = factor
        self._tries = NamedTries()
        # Checked where there is no such account, so that the time does not tell.
        self._nobody = hasher.hash(secrets.token_hex(16))

    def sign_in(self, name: str, password: str, code: str) -> str:
        """Checks password and second factor (or a recovery code), and returns a session's token.

        Raises:
            EditingError: `wrong` for whatever is wrong, `locked` when the name was tried too often;
                both come the same whether anybody has the name, and after the same work.
                `factor_lost` when name and password are right and no key opens the secret.
        """
        with self._database.connect() as connection:
            row = find(connection, name)
        hashed = row.password if row is not None and row.password else self._nobody
        # Slow by design, so nobody who writes waits for it.
        matches = self._matches(hashed, password)
        token, is_lost = None, False
        with self._database.connect(write=True) as connection:
            row = find(connection, name)
            is_locked = row is not None and is_later(row.locked_until, self._now())
            is_right = matches and row is not None and row.is_active and row.password == hashed
            if is_right and not is_locked:
                token = self._open(connection, row, code)
                is_lost = token is None and self._factor.is_lost(row)
            self._count(connection, None if is_locked else row, is_right=bool(token))
            is_told = self._tell(name, is_right=bool(token))
            outcome = "locked out" if is_locked or is_told else "failed to sign in"
            # A name that nobody has may be a password, typed into the wrong field.
            who = row.name if row is not None else "somebody unknown"
            history.write(connection, self._now(), who, "signed in" if token else outcome, "desk")
        if token is None:
            told = "locked" if is_told else "wrong"
            raise EditingError("factor_lost" if is_lost else told)
        return token

    def session(self, token: str) -> Person | None:
        """Returns whose session a token is, and keeps it alive; None when it has ended."""
        now = self._now()
        with self._database.connect(write=True) as connection:
            row = connection.execute(
                select(sessions).where(sessions.c.digest == token_digest(token))
            ).first()
            if row is None:
                return None
            if is_later(now, in_utc(row.seen_at) + IDLE) or is_later(now, row.ends_at):
                connection.execute(delete(sessions).where(sessions.c.digest == row.digest))
                return None
            person = by_id(connection, row.person_id)
            connection.execute(
                update(sessions).where(sessions.c.digest == row.digest).values(seen_at=now)
            )
            return person if person.is_active else None

    def sign_out(self, token: str) -> None:
        """Ends a session."""
        with self._database.connect(write=True) as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == token_digest(token)))

    def confirm(self, person: Person, code: str) -> bool:
        """Checks a fresh code of somebody who is signed in, before something that weighs.

        Wrong ones count as at signing in, and while the account waits no code is right.
        """
        with self._database.connect(write=True) as connection:
            row = connection.execute(select(people).where(people.c.id == person.id)).first()
            if row is None or is_later(row.locked_until, self._now()):
                return False
            is_right = self._factor.is_right(connection, row, code)
            self._count(connection, row, is_right=is_right)
            self._tell(row.name, is_right=is_right)
            if not is_right:
                history.write(connection, self._now(), row.name, "failed to confirm", "desk")
            return is_right

    def _open(self, connection: Connection, row: Any, code: str) -> str | None:
        if not self._factor.is_right(connection, row, code):
            return None
        token, now = secrets.token_urlsafe(32), self._now()
        connection.execute(
            insert(sessions).values(
                digest=token_digest(token),
                person_id=row.id,
                seen_at=now,
                ends_at=now + LONGEST_SESSION,
            )
        )
        return token

    def _count(self, connection: Connection, row: Any, *, is_right: bool) -> None:
        """Counts in the row of an account; the same is done for nobody, so that no time tells."""
        person_id, before = (row.id, row.failures) if row is not None else (_NOBODY, 0)
        failures = 0 if is_right else before + 1
        lock = lock_after(failures)
        connection.execute(
            update(people)
            .where(people.c.id == person_id)
            .values(failures=failures, locked_until=self._now() + lock if lock else None)
        )

    def _tell(self, name: str, *, is_right: bool) -> bool:
        """Says whether to tell that a name waits."""
        if is_right:
            self._tries.forget(name)
            return False
        return self._tries.fail(name, self._now())

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        # Half a character, which no keyboard gives, is a ValueError.
        except (VerificationError, ValueError):
            return False


def end_sessions(connection: Connection, person_id: int) -> None:
    """Ends every session of somebody."""
    connection.execute(delete(sessions).where(sessions.c.person_id == person_id))
