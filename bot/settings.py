"""The settings of a running assistant, read once from the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.clock import Clock, stopped_at, uk_now
from bot.errors import SettingsError
from bot.languages import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ("trial", "service", "test")
#: Nobody reaches these from another machine.
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class StateLimits:
    """How long and how large a conversation may be. An operator may make it less, never more."""

    # What every browser and proxy carries, and a whole conversation fits in.
    characters: int = 2048
    turns: int = 40
    idle_minutes: int = 30
    lifetime_minutes: int = 120


STATE_LIMITS = StateLimits()

#: Below this a conversation with its slots and last turns does not fit.
LEAST_STATE_CHARACTERS = 1024


#: Where the exit leads: a page that anybody might have open, in a language she reads.
NEUTRAL_SITES: Mapping[str, str] = MappingProxyType(
    {
        "en": "https://www.bbc.co.uk/weather",
        "es": "https://www.bbc.co.uk/weather",
        "cy": "https://www.bbc.co.uk/cymrufyw",
        "pt": "https://www.bbc.co.uk/weather",
    }
)


@dataclass(frozen=True)
class PageSettings:
    """What a service may choose of the page."""

    # Where people reach it through a proxy. If that is https, browsers are told to stay with it.
    public_url: str = ""
    # The origins whose pages may hold the chat in a frame.
    partners: tuple[str, ...] = ()
    # Where the exit leads, a language each.
    neutral_sites: Mapping[str, str] = field(default_factory=lambda: NEUTRAL_SITES)
    # Colours in place of those in style.css: name to value. The page refuses what is hard to read.
    colours: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Settings:
    """What an operator may choose. Every default is the safe one for a single machine."""

    # `service` starts only when the lifelines have been rung; until then it is a `trial`, and the
    # chat says so. `test` is for the project's own tests.
    environment: str = "trial"
    # Loopback: a reverse proxy stands in front of anything public.
    host: str = "127.0.0.1"
    chat_port: int = 5005
    desk_port: int = 5006
    # The embedded database. It holds content only, never a conversation.
    database_url: str = f"sqlite:///{ROOT / 'var' / 'content.db'}"
    # Newest first. Empty: a key is made at start and lives in memory, so that a
    # restart ends every conversation; several processes need keys in common.
    state_keys: tuple[str, ...] = ()
    # Newest first; they seal the secrets of second factors. Empty: one lies in a file beside an
    # SQLite database, made at its first use; with PostgreSQL they must be set.
    desk_keys: tuple[str, ...] = ()
    # When a conversation ends by itself.
    state_limits: StateLimits = STATE_LIMITS
    # Where staff reach the desk; with https, its cookies travel by nothing else.
    desk_url: str = ""
    # What the page looks like, who may embed it, and where its exit leads.
    page: PageSettings = PageSettings()
    # The content that was read last, in a file: the chat starts from it when the database is away.
    # None: there is none. The embedded database is a file of this machine itself.
    snapshot: Path | None = None
    # A proxy of ours stands in front, and says in X-Forwarded-For, at the end, who asks.
    is_behind_proxy: bool = False
    # How many turns one address may take in a minute; 0 is no limit. Many women share one: those
    # of a refuge, and of a whole phone network.
    turns_a_minute: int = 120
    # Where figures for Prometheus are, on a port of their own that no proxy leads to.
    metrics_port: int | None = None
    # Among the figures, what could not be answered: topics by week, and none of the small numbers.
    counts_unanswered: bool = False
    # Rasa's trained models, and beside them the sentence encoder.
    models: Path = ROOT / "models"
    # The page offers to copy a conversation as a story test: for testers, on their own machine.
    is_for_testers: bool = False
    # What the clock shows. Only a test may stop it: opening hours and review dates hang on it.
    clock: Clock = uk_now

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Reads the `ASSISTANT_…` variables; an absent or empty one keeps its default.

        Raises:
            SettingsError: names the variable and says what is wrong with it.
        """
        values = {
            name.removeprefix("ASSISTANT_"): value.strip()
            for name, value in environment.items()
            if name.startswith("ASSISTANT_") and value.strip()
        }
        values |= _of_files(values)
        return cls(
            environment=_environment(values.get("ENV", cls.environment)),
            host=values.get("HOST", cls.host),
            chat_port=_port("CHAT_PORT", values, cls.chat_port),
            desk_port=_port("DESK_PORT", values, cls.desk_port),
            database_url=_database_url(values.get("DATABASE_URL", cls.database_url)),
            state_keys=_keys("STATE_KEYS", values),
            desk_keys=_keys("DESK_KEYS", values),
            state_limits=_state_limits(values),
            desk_url=_site("DESK_URL", values),
            page=_page(values),
            snapshot=_snapshot(values),
            is_behind_proxy=_switch("BEHIND_PROXY", values),
            turns_a_minute=_at_most("TURNS_A_MINUTE", values, 100_000, 0, cls.turns_a_minute),
            metrics_port=_port("METRICS_PORT", values, 0) or None,
            counts_unanswered=_counts_unanswered(values),
            models=Path(values.get("MODELS", cls.models)),
            is_for_testers=_tester(values),
            clock=_clock(values),
        )

    @property
    def encoder(self) -> Path:
        """The folder of the sentence encoder."""
        return self.models / "encoder"


def desk_origin(settings: Settings) -> str:
    """Returns where staff reach the desk."""
    return settings.desk_url or f"http://{settings.host}:{settings.desk_port}"


def chat_origin(settings: Settings) -> str:
    """Returns where people reach the chat."""
    return settings.page.public_url or f"http://{settings.host}:{settings.chat_port}"


def _environment(value: str) -> str:
    if value not in ENVIRONMENTS:
        raise SettingsError("ASSISTANT_ENV", f"must be one of {', '.join(ENVIRONMENTS)}.")
    return value


def _clock(values: Mapping[str, str]) -> Clock:
    now = values.get("NOW")
    if now is None:
        return uk_now
    if values.get("ENV") != "test":
        raise SettingsError("ASSISTANT_NOW", "is for tests: it needs ASSISTANT_ENV=test.")
    try:
        return stopped_at(datetime.fromisoformat(now))
    except ValueError as error:
        raise SettingsError(
            "ASSISTANT_NOW", "must be a moment in UK time, such as 2026-11-26T10:00."
        ) from error


#: What may be given as a file, NAME_FILE: environments can be read by more people than files.
SECRETS = ("DATABASE_URL", "STATE_KEYS", "DESK_KEYS")


def _of_files(values: Mapping[str, str]) -> dict[str, str]:
    """Returns the secrets that are given as the names of files."""
    found = {}
    for name in SECRETS:
        path = values.get(f"{name}_FILE")
        if path is None:
            continue
        if name in values:
            raise SettingsError(f"ASSISTANT_{name}_FILE", f"and ASSISTANT_{name} are both set.")
        try:
            found[name] = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise SettingsError(
                f"ASSISTANT_{name}_FILE", f"{path} cannot be read ({type(error).__name__})."
            ) from error
        if not found[name]:
            raise SettingsError(f"ASSISTANT_{name}_FILE", f"{path} is empty.")
    return found


def _switch(name: str, values: Mapping[str, str]) -> bool:
    if values.get(name, "1") != "1":
        raise SettingsError(f"ASSISTANT_{name}", "must be 1, or not be set.")
    return name in values


def _counts_unanswered(values: Mapping[str, str]) -> bool:
    is_on = _switch("COUNT_UNANSWERED", values)
    if is_on and "METRICS_PORT" not in values:
        raise SettingsError(
            "ASSISTANT_COUNT_UNANSWERED",
            "needs ASSISTANT_METRICS_PORT, where the counts are read.",
        )
    return is_on


def _tester(values: Mapping[str, str]) -> bool:
    if not _switch("TESTER", values):
        return False
    is_here = values.get("HOST", Settings.host) in LOOPBACK
    # Behind a proxy the address is a loopback one, too, and people come.
    is_reached = values.get("ENV") == "service" or "PUBLIC_URL" in values
    if is_reached or not is_here:
        raise SettingsError(
            "ASSISTANT_TESTER",
            "is for testers on their own machine: it needs ASSISTANT_HOST to be one of"
            f" {', '.join(LOOPBACK)}, no ASSISTANT_PUBLIC_URL, and no ASSISTANT_ENV=service.",
        )
    return True


def _port(name: str, values: Mapping[str, str], default: int) -> int:
    if name not in values:
        return default
    value = values[name]
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise SettingsError(f"ASSISTANT_{name}", "must be a port number from 1 to 65535.")
    return int(value)


def _state_limits(values: Mapping[str, str]) -> StateLimits:
    limits = STATE_LIMITS
    return StateLimits(
        _at_most("STATE_CHARACTERS", values, limits.characters, LEAST_STATE_CHARACTERS),
        _at_most("STATE_TURNS", values, limits.turns),
        _at_most("IDLE_MINUTES", values, limits.idle_minutes),
        _at_most("LIFETIME_MINUTES", values, limits.lifetime_minutes),
    )


def _at_most(
    name: str, values: Mapping[str, str], most: int, least: int = 1, default: int | None = None
) -> int:
    value = values.get(name, str(most if default is None else default))
    if not value.isdecimal() or not least <= int(value) <= most:
        raise SettingsError(f"ASSISTANT_{name}", f"must be a whole number from {least} to {most}.")
    return int(value)


def _page(values: Mapping[str, str]) -> PageSettings:
    sites = _pairs("NEUTRAL_SITES", values, "es=https://www.bbc.co.uk/weather")
    for language, url in sites.items():
        if language not in LANGUAGES or urlsplit(url).scheme != "https":
            raise SettingsError(
                "ASSISTANT_NEUTRAL_SITES",
                f"{language}={url}: a language is one of {', '.join(LANGUAGES)},"
                " and its site an address that begins with https://.",
            )
    public_url = _site("PUBLIC_URL", values)
    partners = tuple(
        one.strip().rstrip("/") for one in values.get("PARTNERS", "").split(",") if one
    )
    for partner in partners:
        if _origin(partner) != partner:
            raise SettingsError(
                "ASSISTANT_PARTNERS",
                f"{partner}: must be sites without a path, separated by commas:"
                " https://www.example.org, https://example.wales.",
            )
    colours = _pairs("COLOURS", values, "accent=#0b4f6c")
    return PageSettings(public_url, partners, {**NEUTRAL_SITES, **sites}, colours)


def _site(name: str, values: Mapping[str, str]) -> str:
    url = values.get(name, "").rstrip("/")
    if url and _origin(url) != url:
        raise SettingsError(
            f"ASSISTANT_{name}", "must be a site without a path: https://chat.example.org."
        )
    return url


#: Anything else could end a header's value and begin another.
_HOST = re.compile(r"[a-z0-9.-]+")


def _origin(url: str) -> str | None:
    """Returns the origin of an address, None when it could be read by others on its way."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not host or not _HOST.fullmatch(host):
        return None
    is_here = host in ("localhost", "127.0.0.1")
    if parts.scheme not in (("http", "https") if is_here else ("https",)):
        return None
    return f"{parts.scheme}://{host}:{port}" if port else f"{parts.scheme}://{host}"


def _pairs(name: str, values: Mapping[str, str], example: str) -> dict[str, str]:
    pairs = {}
    for item in filter(None, values.get(name, "").split(",")):
        key, equals, value = item.strip().partition("=")
        if not (equals and value.strip()):
            raise SettingsError(
                f"ASSISTANT_{name}", f"must be names and values with commas between: {example}."
            )
        pairs[key.strip()] = value.strip()
    return pairs


def _database_url(value: str) -> str:
    try:
        make_url(value)
    # A port that is no number is a ValueError of its own.
    except (ArgumentError, ValueError) as error:
        # The value is not repeated: it may hold a password.
        raise SettingsError(
            "ASSISTANT_DATABASE_URL", "must be an SQLAlchemy URL, such as sqlite:///var/content.db."
        ) from error
    return value


def _snapshot(values: Mapping[str, str]) -> Path | None:
    is_embedded = make_url(values.get("DATABASE_URL", "sqlite://")).get_backend_name() == "sqlite"
    default = None if is_embedded else ROOT / "var" / "content.snapshot.json"
    return Path(values["SNAPSHOT"]) if "SNAPSHOT" in values else default


def _keys(name: str, values: Mapping[str, str]) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in values.get(name, "").split(",") if key.strip())
    for key in keys:
        try:
            Fernet(key)
        except ValueError as error:
            raise SettingsError(
                f"ASSISTANT_{name}",
                "must be one or more keys of 32 bytes in URL-safe base64, separated by commas;"
                " `make key` prints one.",
            ) from error
    return keys
