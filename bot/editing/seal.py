"""The key that seals the secrets of second factors, which lies apart from the database."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from secrets import token_hex

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy.engine import make_url

from bot.errors import SettingsError
from bot.settings import Settings

_VARIABLE = "ASSISTANT_DESK_KEYS"
#: Whoever reads it can make the codes of everybody.
_MODE = 0o600


@dataclass(frozen=True)
class Seal:
    """Seals secrets with the first key; every key opens."""

    keys: tuple[str, ...]

    @cached_property
    def _fernet(self) -> MultiFernet:
        return MultiFernet([Fernet(key) for key in self.keys])

    def close(self, secret: str) -> str:
        """Returns a secret sealed."""
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str | None) -> str | None:
        """Returns what was sealed, None when no key opens it or there is nothing."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode() if sealed else None
        except InvalidToken:
            return None


@cache
def seal_of_this_process() -> Seal:
    """Returns a seal that ends with the process, for whoever was given none.

    What it closes nobody opens later: the desk and its commands bring one of `open_seal`.
    """
    return Seal((Fernet.generate_key().decode(),))


def open_seal(settings: Settings) -> Seal:
    """Returns the seal that an operator has set, or that lies beside an SQLite database.

    At its first use the key beside the database is made. One from before opens on where keys are
    set, so that nobody has to be invited again when the first is set.

    Raises:
        SettingsError: when there is no key and no place for one, or the key file is of no use.
    """
    path = key_file(settings)
    if not settings.desk_keys and path is None:
        raise SettingsError(
            _VARIABLE,
            "must be set: the secrets of second factors are sealed by a key that is not in the"
            " database. `make key` prints one.",
        )
    if not settings.desk_keys and path and not path.exists():
        _make(path)
    beside = _read(path) if path and path.exists() else ()
    return Seal((*settings.desk_keys, *beside))


def key_file(settings: Settings) -> Path | None:
    """Returns where the key lies beside an SQLite database; None where there is no such file."""
    address = make_url(settings.database_url)
    if address.get_backend_name() != "sqlite" or address.database in (None, "", ":memory:"):
        return None
    database = Path(address.database)
    return database.with_name(f"{database.name}.key")


def where_the_key_is(settings: Settings) -> str:
    """Returns a sentence on what a copy of the database lacks."""
    path = key_file(settings)
    # What is set seals; a file that is still there only opens what is older.
    place = _VARIABLE if settings.desk_keys or path is None else str(path)
    return (
        f"The key to second factors is not in it: {place}. Keep that too, in another place."
        " Without it everybody must be invited again."
    )


def _make(path: Path) -> None:
    """Makes a key file, whole or not at all; one that is there already stays as it is."""
    part = path.with_name(f"{path.name}.{token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _MODE)
        try:
            os.write(file, Fernet.generate_key() + b"\n")
            os.fsync(file)
        finally:
            os.close(file)
        try:
            # A link never takes the place of a file: of two that start at once, one key stays.
            os.link(part, path)
        except FileExistsError:
            return
        finally:
            part.unlink()
    except OSError as error:
        raise SettingsError(
            _VARIABLE, f"must be set, since {path} cannot be written: {error.strerror}."
        ) from error


def _read(path: Path) -> tuple[str, ...]:
    try:
        keys = tuple(path.read_text(encoding="ascii").split())
        for key in keys:
            Fernet(key)
    # Letters that no key has are a ValueError as well.
    except (OSError, ValueError) as error:
        raise SettingsError(
            _VARIABLE, f"must be set, or {path} put back: it holds no key that can be read."
        ) from error
    if not keys:
        raise SettingsError(_VARIABLE, f"must be set, or {path} put back: it is empty.")
    return keys
