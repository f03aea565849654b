"""Staff: who they are, what they may, and how they prove it."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from bot.clock import in_utc
from bot.content.database import Database
from bot.editing import history
from bot.editing.tables import invitations, people, recovery_codes, sessions
from bot.errors import EditingError
from bot.languages import LANGUAGES

EDITOR, TRANSLATOR, PUBLISHER = "editor", "translator", "publisher"
APPROVER, ADMINISTRATOR, TESTER = "approver", "administrator", "tester"
ROLES = (EDITOR, TRANSLATOR, PUBLISHER, APPROVER, ADMINISTRATOR, TESTER)

#: The languages that the desk itself speaks.
DESK_LANGUAGES = ("en", "cy")

#: NIST SP 800-63B: length alone makes a password strong.
LEAST_PASSWORD_CHARACTERS = 12
#: After so many wrong tries in a row an account waits, longer each time.
FREE_FAILURES, LOCK = 5, timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)
IDLE, LONGEST_SESSION = timedelta(minutes=30), timedelta(hours=10)
INVITATION = timedelta(days=7)
RECOVERY_CODES = 8
_STEP_SECONDS = 30

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """Returns the moment it is, in UTC."""
    return datetime.now(timezone.utc)


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


class People:
    """The accounts. Every change of one is in the history."""

    def __init__(self, database: Database, now: Now = utc_now) -> None:
        self._database = database
        self._now = now
        self._hasher = PasswordHasher()
        # Checked where there is no such account, so that the time does not tell.
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    # --- accounts

    def add_first(self, name: str) -> str:
        """Makes the first administrator and returns the token of their invitation.

        Somebody who has an account of this name becomes one, and proves anew who they are.

        Raises:
            EditingError: when there is an active administrator already, or it is no name.
        """
        name = _one_name(name)
        self._check(name, [ADMINISTRATOR], [], "en")
        with self._database.connect(write=True) as connection:
            if any(one.may(ADMINISTRATOR) and one.has_password for one in self._all(connection)):
                raise EditingError("has_administrator")
            row = self._find(connection, name)
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
        name = _one_name(name)
        self._check(name, roles, languages, reads)
        with self._database.connect(write=True) as connection:
            if self._find(connection, name):
                raise EditingError("name_taken")
            person_id = self._insert(connection, name, roles, languages, reads)
            new = ", ".join([*roles, *languages])
            history.write(connection, self._now(), by.name, "invited", name, new=new)
            return self._invite(connection, person_id)

    def invite_again(self, by: Person, person_id: int) -> str:
        """Takes away password and second factor, and returns a new invitation's token."""
        self._administrator(by)
        with self._database.connect(write=True) as connection:
            person = self._by_id(connection, person_id)
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
            old = self._by_id(connection, person_id)
            self._check(old.name, roles, languages, old.reads)
            keeps = is_active and ADMINISTRATOR in roles
            others = (one for one in self._all(connection) if one.id != person_id)
            if not keeps and not any(one.may(ADMINISTRATOR) and one.has_password for one in others):
                raise EditingError("last_administrator")
            connection.execute(
                update(people)
                .where(people.c.id == person_id)
                .values(roles=sorted(roles), languages=sorted(languages), is_active=is_active)
            )
            self._end_sessions(connection, person_id)
            history.write(
                connection,
                self._now(),
                by.name,
                "changed account",
                old.name,
                old=_rights(old.roles, old.languages, old.is_active),
                new=_rights(roles, languages, is_active),
            )

    def all(self) -> list[Person]:
        """Returns every account, by name."""
        with self._database.connect() as connection:
            return self._all(connection)

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
        step = self._step(totp_secret, code, after=0)
        if step is None:
            raise EditingError("code_wrong")
        hashed = self._hasher.hash(password)
        codes = [secrets.token_hex(5) for _ in range(RECOVERY_CODES)]
        with self._database.connect(write=True) as connection:
            person = self._invited(connection, token)
            if person is None:
                raise EditingError("invitation_ended")
            connection.execute(
                update(people)
                .where(people.c.id == person.id)
                .values(password=hashed, totp_secret=totp_secret, totp_step=step)
            )
            for table in (invitations, recovery_codes):
                connection.execute(delete(table).where(table.c.person_id == person.id))
            connection.execute(
                insert(recovery_codes),
                [{"digest": token_digest(code), "person_id": person.id} for code in codes],
            )
            history.write(connection, self._now(), person.name, "signed up", person.name)
        return codes

    # --- signing in

    def sign_in(self, name: str, password: str, code: str) -> str:
        """Checks password and second factor (or a recovery code), and returns a session's token.

        Raises:
            EditingError: `wrong` for whatever is wrong, so that nothing can be learnt by trying;
                `locked` when there were too many tries.
        """
        with self._database.connect() as connection:
            row = self._find(connection, name)
        hashed = row.password if row is not None and row.password else self._nobody
        # Slow by design, so nobody who writes waits for it.
        matches = self._matches(hashed, password)
        with self._database.connect(write=True) as connection:
            row = self._find(connection, name)
            is_right = matches and row is not None and row.is_active and row.password == hashed
            if row is not None and _later(row.locked_until, self._now()):
                outcome, token = "locked out", None
            else:
                token = self._open(connection, row, code) if is_right and row is not None else None
                outcome = "signed in" if token else "failed to sign in"
                if row is not None:
                    self._count(connection, row, is_right=bool(token))
            # A name that nobody has may be a password, typed into the wrong field.
            who = row.name if row is not None else "somebody unknown"
            history.write(connection, self._now(), who, outcome, "desk")
        if token is None:
            raise EditingError("locked" if outcome == "locked out" else "wrong")
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
            if _later(now, in_utc(row.seen_at) + IDLE) or _later(now, row.ends_at):
                connection.execute(delete(sessions).where(sessions.c.digest == row.digest))
                return None
            person = self._by_id(connection, row.person_id)
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
            if row is None or _later(row.locked_until, self._now()):
                return False
            is_right = self._is_second_factor(connection, row, code)
            self._count(connection, row, is_right=is_right)
            if not is_right:
                history.write(connection, self._now(), row.name, "failed to confirm", "desk")
            return is_right

    # --- within a transaction

    def _open(self, connection: Connection, row: Any, code: str) -> str | None:
        if not self._is_second_factor(connection, row, code):
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

    def _is_second_factor(self, connection: Connection, row: Any, code: str) -> bool:
        code = "".join(code.split()).lower()
        step = self._step(row.totp_secret or "", code, after=row.totp_step)
        if step is not None:
            connection.execute(update(people).where(people.c.id == row.id).values(totp_step=step))
            return True
        used = connection.execute(
            delete(recovery_codes).where(
                recovery_codes.c.person_id == row.id, recovery_codes.c.digest == token_digest(code)
            )
        )
        return bool(used.rowcount)

    def _step(self, secret: str, code: str, *, after: int) -> int | None:
        """Returns the time step of a code, None when it is wrong or no newer than `after`."""
        if len(secret) > people.c.totp_secret.type.length:
            return None
        now = int(self._now().timestamp()) // _STEP_SECONDS
        # One step back and forth: clocks differ, and people type slowly (RFC 6238, 5.2).
        for step in (now - 1, now, now + 1):
            expected = _totp(secret, step)
            if step > after and expected and secrets.compare_digest(expected, code.encode()):
                return step
        return None

    def _count(self, connection: Connection, row: Any, *, is_right: bool) -> None:
        failures = 0 if is_right else row.failures + 1
        over = failures - FREE_FAILURES
        lock = min(LOCK * 2 ** min(over, 10), LONGEST_LOCK) if over >= 0 else None
        connection.execute(
            update(people)
            .where(people.c.id == row.id)
            .values(failures=failures, locked_until=self._now() + lock if lock else None)
        )

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        # Half a character, which no keyboard gives, is a ValueError.
        except (VerificationError, ValueError):
            return False

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
                key=_key(name),
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
        if row is None or _later(self._now(), row.ends_at):
            return None
        return self._by_id(connection, row.person_id)

    def _find(self, connection: Connection, name: str) -> Any:
        key = _key(name)
        # PostgreSQL cannot even be asked for such a name, so nobody has it.
        if "\0" in key:
            return None
        return connection.execute(select(people).where(people.c.key == key)).first()

    def _by_id(self, connection: Connection, person_id: int) -> Person:
        row = connection.execute(select(people).where(people.c.id == person_id)).first()
        if row is None:
            raise EditingError("nobody")
        return _person(row)

    def _all(self, connection: Connection) -> list[Person]:
        return [_person(row) for row in connection.execute(select(people).order_by(people.c.key))]

    def _forget(self, connection: Connection, person_id: int, **values: Any) -> None:
        """Takes away what somebody proves themselves by, and ends their sessions."""
        connection.execute(
            update(people)
            .where(people.c.id == person_id)
            .values(password=None, totp_secret=None, failures=0, locked_until=None, **values)
        )
        connection.execute(delete(recovery_codes).where(recovery_codes.c.person_id == person_id))
        self._end_sessions(connection, person_id)

    def _end_sessions(self, connection: Connection, person_id: int) -> None:
        connection.execute(delete(sessions).where(sessions.c.person_id == person_id))

    def _administrator(self, by: Person) -> None:
        if not by.may(ADMINISTRATOR):
            raise EditingError("may_not")

    def _check(
        self, name: str, roles: Collection[str], languages: Collection[str], reads: str
    ) -> None:
        most = people.c.name.type.length
        # Compared without regard to case, some letters become two. What cannot be seen could
        # make two names look like one.
        if not (name and name.isprintable() and max(len(name), len(_key(name))) <= most):
            raise EditingError("name_wrong")
        if set(roles) - set(ROLES) or set(languages) - set(LANGUAGES):
            raise EditingError("role_wrong")
        if reads not in DESK_LANGUAGES:
            raise EditingError("role_wrong")
        if {TRANSLATOR, PUBLISHER, APPROVER}.intersection(roles) and not languages:
            raise EditingError("language_missing")


def new_totp_secret() -> str:
    """Returns a secret for an authenticator app."""
    return str(pyotp.random_base32())


def totp_address(secret: str, name: str) -> str:
    """Returns the address that an authenticator app reads from a QR code."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="Rights desk"))


def _one_name(name: str) -> str:
    # The same letters may come as one character or as two, by the device they are typed on.
    return " ".join(unicodedata.normalize("NFC", name).split())


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", _one_name(name).casefold())


def _totp(secret: str, step: int) -> bytes:
    """Returns the code of a time step; nothing when it is no secret."""
    # Of a zone: a moment without one is told twice when summer time ends.
    moment = datetime.fromtimestamp(step * _STEP_SECONDS, timezone.utc)
    try:
        return str(pyotp.TOTP(secret).at(moment)).encode() if secret else b""
    except ValueError:
        return b""


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


def _rights(roles: Iterable[str], languages: Iterable[str], is_active: bool) -> str:
    rights = ", ".join([*sorted(roles), *sorted(languages)])
    return rights if is_active else f"{rights} (closed)"


def token_digest(token: str) -> str:
    """Returns what is stored of a token: it cannot be turned back into one."""
    return hashlib.sha256(token.encode()).hexdigest()


def _later(one: datetime | None, other: datetime) -> bool:
    return one is not None and in_utc(one) > in_utc(other)
