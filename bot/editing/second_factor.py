"""The second factor: codes of an authenticator, by a sealed secret, and codes on paper."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timezone
from typing import Any

import pyotp
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from bot.content.database import Database
from bot.editing.person import Now
from bot.editing.seal import Seal
from bot.editing.tables import people, recovery_codes

RECOVERY_CODES = 8
#: Long enough that nobody finds a code from its digest, which is a quick one.
RECOVERY_BYTES = 8
#: Two and a half times what we make; sealed, it still fits its column.
MOST_SECRET_CHARACTERS = 64
_STEP_SECONDS = 30


class SecondFactor:
    """Checks and keeps second factors, each within the transaction of the act it belongs to."""

    def __init__(self, seal: Seal, now: Now) -> None:
        self._seal = seal
        self._now = now

    def begin(self, connection: Connection, person_id: int, secret: str, step: int) -> list[str]:
        """Keeps a secret and the step of the code that proved it, and returns recovery codes."""
        codes = [secrets.token_hex(RECOVERY_BYTES) for _ in range(RECOVERY_CODES)]
        self.forget(connection, person_id)
        connection.execute(
            update(people)
            .where(people.c.id == person_id)
            .values(totp_sealed=self._seal.close(secret), totp_step=step)
        )
        connection.execute(
            insert(recovery_codes),
            [{"digest": token_digest(code), "person_id": person_id} for code in codes],
        )
        return codes

    def forget(self, connection: Connection, person_id: int) -> None:
        """Takes secret and recovery codes away."""
        connection.execute(
            update(people)
            .where(people.c.id == person_id)
            .values(totp_secret=None, totp_sealed=None)
        )
        connection.execute(delete(recovery_codes).where(recovery_codes.c.person_id == person_id))

    def is_right(self, connection: Connection, row: Any, code: str) -> bool:
        """Says whether a code is good, and uses it up."""
        code = "".join(code.split()).lower()
        step = self.step(self._secret(row) or "", code, after=row.totp_step)
        if step is not None:
            connection.execute(update(people).where(people.c.id == row.id).values(totp_step=step))
            return True
        used = connection.execute(
            delete(recovery_codes).where(
                recovery_codes.c.person_id == row.id, recovery_codes.c.digest == token_digest(code)
            )
        )
        return bool(used.rowcount)

    def step(self, secret: str, code: str, *, after: int) -> int | None:
        """Returns the time step of a code, None when it is wrong or no newer than `after`."""
        if len(secret) > MOST_SECRET_CHARACTERS:
            return None
        now = int(self._now().timestamp()) // _STEP_SECONDS
        # One step back and forth: clocks differ, and people type slowly (RFC 6238, 5.2).
        for step in (now - 1, now, now + 1):
            expected = _totp(secret, step)
            if step > after and expected and secrets.compare_digest(expected, code.encode()):
                return step
        return None

    def is_lost(self, row: Any) -> bool:
        """Says whether somebody who has signed up has a secret that no key opens."""
        return row.password is not None and self._secret(row) is None

    def lost(self, connection: Connection) -> frozenset[int]:
        """Returns the accounts whose secret no key opens."""
        rows = connection.execute(select(people))
        return frozenset(row.id for row in rows if self.is_lost(row))

    def seal_all(self, database: Database) -> None:
        """Seals what was kept in the clear before, and seals anew, by the newest key, the rest.

        Afterwards older keys can be taken away. What no key opens stays as it is: the right key
        may come back.

        Raises:
            ContentUnavailableError: when the database cannot be changed; nothing is then.
        """
        with database.connect(write=True) as connection:
            if database.kind == "sqlite":
                # What stood there is overwritten, not only let go.
                connection.exec_driver_sql("PRAGMA secure_delete=ON")
            was_clear = False
            for row in connection.execute(select(people)).all():
                secret = self._secret(row)
                if secret is None:
                    continue
                was_clear = was_clear or row.totp_secret is not None
                connection.execute(
                    update(people)
                    .where(people.c.id == row.id)
                    .values(totp_secret=None, totp_sealed=self._seal.close(secret))
                )
        if was_clear and database.kind == "sqlite":
            with database.connect() as connection:
                # Into the database itself: the pages of before are in it until then.
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def _secret(self, row: Any) -> str | None:
        # In the clear until the desk has been started once since secrets are sealed.
        return row.totp_secret or self._seal.open(row.totp_sealed)


def new_totp_secret() -> str:
    """Returns a secret for an authenticator app."""
    return str(pyotp.random_base32())


def totp_address(secret: str, name: str) -> str:
    """Returns the address that an authenticator app reads from a QR code."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="Rights desk"))


def token_digest(token: str) -> str:
    """Returns what is stored of a token: it cannot be turned back into one."""
    return hashlib.sha256(token.encode()).hexdigest()


def _totp(secret: str, step: int) -> bytes:
    """Returns the code of a time step; nothing when it is no secret."""
    # Of a zone: a moment without one is told twice when summer time ends.
    moment = datetime.fromtimestamp(step * _STEP_SECONDS, timezone.utc)
    try:
        return str(pyotp.TOTP(secret).at(moment)).encode() if secret else b""
    except ValueError:
        return b""
