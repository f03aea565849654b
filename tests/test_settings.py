"""What an operator sets, and what happens when it is set wrongly."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from dataclasses import FrozenInstanceError
from datetime import datetime
from pathlib import Path

import pytest

from bot.clock import UK_TIME, uk_now
from bot.errors import SettingsError
from bot.settings import NEUTRAL_SITES, ROOT, Settings

# The same in every process that runs the tests: they are part of the names of tests.
KEY, OLDER_KEY = (base64.urlsafe_b64encode(bytes([byte]) * 32).decode() for byte in (1, 2))


def command(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if "ASSISTANT_" not in name}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("variable", "value", "field", "expected"),
    [
        ("ASSISTANT_ENV", "test", "environment", "test"),
        ("ASSISTANT_HOST", "192.0.2.1", "host", "192.0.2.1"),
        ("ASSISTANT_CHAT_PORT", "8005", "chat_port", 8005),
        ("ASSISTANT_CHAT_PORT", " 8005 ", "chat_port", 8005),
        ("ASSISTANT_DESK_PORT", "8006", "desk_port", 8006),
        ("ASSISTANT_DATABASE_URL", "sqlite:///other.db", "database_url", "sqlite:///other.db"),
        ("ASSISTANT_STATE_KEYS", KEY, "state_keys", (KEY,)),
        ("ASSISTANT_STATE_KEYS", f"{KEY}, {OLDER_KEY},", "state_keys", (KEY, OLDER_KEY)),
        ("ASSISTANT_DESK_KEYS", f"{KEY}, {OLDER_KEY},", "desk_keys", (KEY, OLDER_KEY)),
        ("ASSISTANT_MODELS", "elsewhere", "models", Path("elsewhere")),
        ("ASSISTANT_SNAPSHOT", "elsewhere", "snapshot", Path("elsewhere")),
        ("ASSISTANT_BEHIND_PROXY", "1", "is_behind_proxy", True),
        ("ASSISTANT_TURNS_A_MINUTE", "0", "turns_a_minute", 0),
        ("ASSISTANT_TURNS_A_MINUTE", "600", "turns_a_minute", 600),
        ("ASSISTANT_METRICS_PORT", "9100", "metrics_port", 9100),
    ],
)
def test_a_variable_sets_its_setting_and_no_other(variable, value, field, expected) -> None:
    """Each variable is read into the one setting that it names; keys keep their order."""
    settings = Settings.from_environment({variable: value})

    assert getattr(settings, field) == expected
    others = {name for name in vars(settings) if name != field}
    assert {name: getattr(settings, name) for name in others} == {
        name: getattr(Settings(), name) for name in others
    }


@pytest.mark.parametrize("empty", ["", "   "])
@pytest.mark.parametrize(
    "variable",
    [
        "ASSISTANT_ENV",
        "ASSISTANT_HOST",
        "ASSISTANT_CHAT_PORT",
        "ASSISTANT_DESK_PORT",
        "ASSISTANT_DATABASE_URL",
        "ASSISTANT_STATE_KEYS",
        "ASSISTANT_DESK_KEYS",
        "ASSISTANT_MODELS",
        "ASSISTANT_NOW",
        "ASSISTANT_SNAPSHOT",
        "ASSISTANT_BEHIND_PROXY",
        "ASSISTANT_TURNS_A_MINUTE",
        "ASSISTANT_METRICS_PORT",
        "ASSISTANT_COUNT_UNANSWERED",
    ],
)
def test_an_empty_variable_keeps_the_default(variable, empty) -> None:
    """A variable that is set to nothing counts as absent."""
    assert Settings.from_environment({variable: empty}) == Settings()


def test_other_variables_say_nothing() -> None:
    """Only names that begin with ASSISTANT_ are read."""
    assert Settings.from_environment({"CHAT_PORT": "1", "DATABASE_URL": "x"}) == Settings()


def test_the_defaults_are_those_of_one_safe_machine() -> None:
    """Without variables the chat is on loopback, quiet, and keeps content in its own folder."""
    settings = Settings.from_environment({})

    assert (settings.host, settings.environment) == ("127.0.0.1", "trial")
    assert (settings.chat_port, settings.desk_port) == (5005, 5006)
    assert settings.database_url == f"sqlite:///{ROOT}/var/content.db"
    assert settings.state_keys == ()
    assert settings.clock is uk_now


WRONG = [
    ("ASSISTANT_ENV", "production"),
    ("ASSISTANT_CHAT_PORT", "0"),
    ("ASSISTANT_CHAT_PORT", "65536"),
    ("ASSISTANT_CHAT_PORT", "-1"),
    ("ASSISTANT_CHAT_PORT", "5005.0"),
    ("ASSISTANT_CHAT_PORT", "²"),
    ("ASSISTANT_DESK_PORT", "desk"),
    ("ASSISTANT_DATABASE_URL", "content.db"),
    ("ASSISTANT_DATABASE_URL", "://"),
    ("ASSISTANT_DATABASE_URL", "postgresql://desk:hunter2@host:port/content"),
    ("ASSISTANT_STATE_KEYS", "secret"),
    ("ASSISTANT_STATE_KEYS", "clé"),
    ("ASSISTANT_STATE_KEYS", "a" * 44),
    ("ASSISTANT_STATE_KEYS", f"{KEY},secret"),
    ("ASSISTANT_DESK_KEYS", f"{KEY},secret"),
    ("ASSISTANT_BEHIND_PROXY", "yes"),
    ("ASSISTANT_TURNS_A_MINUTE", "-1"),
    ("ASSISTANT_METRICS_PORT", "0"),
    ("ASSISTANT_COUNT_UNANSWERED", "0"),
]


@pytest.mark.parametrize(
    ("variable", "content", "field", "expected"),
    [
        ("STATE_KEYS", f"{KEY},{OLDER_KEY}\n", "state_keys", (KEY, OLDER_KEY)),
        ("DESK_KEYS", KEY, "desk_keys", (KEY,)),
        ("DATABASE_URL", "sqlite:///other.db\n", "database_url", "sqlite:///other.db"),
    ],
)
def test_a_secret_may_lie_in_a_file(tmp_path: Path, variable, content, field, expected) -> None:
    """As systemd, Docker and Kubernetes hand secrets over; a line break at the end is no part."""
    path = tmp_path / "secret"
    path.write_text(content, encoding="utf-8")
    settings = Settings.from_environment({f"ASSISTANT_{variable}_FILE": str(path)})
    assert getattr(settings, field) == expected


@pytest.mark.parametrize(
    ("content", "more"),
    [(None, {}), ("", {}), (b"\xff\xfe", {}), (KEY, {"ASSISTANT_STATE_KEYS": OLDER_KEY})],
)
def test_a_secret_that_cannot_be_read_stops_the_start(tmp_path: Path, content, more) -> None:
    """Missing, empty, no text, or given twice: never silently without the keys."""
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SettingsError, match=r"^ASSISTANT_STATE_KEYS_FILE .+\.$"):
        Settings.from_environment({"ASSISTANT_STATE_KEYS_FILE": str(path), **more})


def test_what_is_counted_must_be_readable_somewhere() -> None:
    counted = {"ASSISTANT_COUNT_UNANSWERED": "1"}
    with pytest.raises(SettingsError, match=r"^ASSISTANT_COUNT_UNANSWERED needs .+\.$"):
        Settings.from_environment(counted)
    assert Settings.from_environment(counted | {"ASSISTANT_METRICS_PORT": "9100"}).counts_unanswered


def test_there_is_a_snapshot_where_the_database_is_elsewhere() -> None:
    """An embedded database is a file of this machine itself."""
    elsewhere = {"ASSISTANT_DATABASE_URL": "postgresql://host/content"}
    assert Settings.from_environment({}).snapshot is None
    assert Settings.from_environment(elsewhere).snapshot == ROOT / "var" / "content.snapshot.json"


@pytest.mark.parametrize(("variable", "value"), WRONG)
def test_a_wrong_value_is_refused_with_a_sentence_that_names_it(variable, value) -> None:
    """A value that cannot be used stops the start, and the sentence says which variable."""
    with pytest.raises(SettingsError, match=rf"^{variable} must be .+\.$") as refused:
        Settings.from_environment({variable: value})

    assert refused.value.name == variable


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ASSISTANT_STATE_KEYS", f"{KEY},hunter2"),
        ("ASSISTANT_DESK_KEYS", f"{KEY},hunter2"),
        ("ASSISTANT_DATABASE_URL", "postgresql//desk:hunter2@host/content"),
    ],
)
def test_a_refusal_does_not_repeat_a_secret(variable, value) -> None:
    """A key or a password in a wrong value does not stand in the sentence."""
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({variable: value})

    assert "hunter2" not in str(refused.value)
    assert KEY not in str(refused.value)


def test_a_test_may_stop_the_clock() -> None:
    """In the environment of a test the clock shows the moment that it is told, in UK time."""
    settings = Settings.from_environment(
        {"ASSISTANT_ENV": "test", "ASSISTANT_NOW": "2026-06-26T10:00"}
    )

    assert settings.clock() == datetime(2026, 6, 26, 10, tzinfo=UK_TIME)
    assert settings.clock() == settings.clock()


@pytest.mark.parametrize("environment", [{}, {"ASSISTANT_ENV": "service"}])
def test_only_a_test_may_stop_the_clock(environment) -> None:
    """The service shows no made-up time: it would call an overdue answer fresh."""
    with pytest.raises(SettingsError, match=r"^ASSISTANT_NOW is for tests.+\.$") as refused:
        Settings.from_environment({**environment, "ASSISTANT_NOW": "2026-06-26T10:00"})

    assert refused.value.name == "ASSISTANT_NOW"


@pytest.mark.parametrize("moment", ["now", "10:00", "26 June 2026", "2026-13-01T10:00"])
def test_a_moment_that_is_none_is_refused(moment) -> None:
    """What is no moment stops the start with a sentence that shows how one is written."""
    with pytest.raises(SettingsError, match=r"^ASSISTANT_NOW must be .+ such as .+\.$"):
        Settings.from_environment({"ASSISTANT_ENV": "test", "ASSISTANT_NOW": moment})


def test_a_wrong_value_stops_the_command_with_one_line() -> None:
    """The command line says one sentence, ends with 1, and shows no traceback."""
    stopped = command("run", ASSISTANT_CHAT_PORT="five")

    assert stopped.returncode == 1
    assert stopped.stderr.splitlines() == [
        "ASSISTANT_CHAT_PORT must be a port number from 1 to 65535."
    ]


def test_a_printed_key_is_accepted() -> None:
    """What `make key` prints is a value for ASSISTANT_STATE_KEYS."""
    printed = command("key").stdout.strip()

    assert Settings.from_environment({"ASSISTANT_STATE_KEYS": printed}).state_keys == (printed,)


def test_settings_cannot_be_changed() -> None:
    """What was read at start holds until the end."""
    with pytest.raises(FrozenInstanceError):
        Settings().chat_port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "field", "most", "least"),
    [
        ("STATE_CHARACTERS", "characters", 2048, 1024),
        ("STATE_TURNS", "turns", 40, 1),
        ("IDLE_MINUTES", "idle_minutes", 30, 1),
        ("LIFETIME_MINUTES", "lifetime_minutes", 120, 1),
    ],
)
def test_a_conversation_can_be_made_shorter_and_never_longer(name, field, most, least) -> None:
    """The limits that the design sets are the most that an operator can choose."""
    for value in (most, least):
        settings = Settings.from_environment({f"ASSISTANT_{name}": str(value)})
        assert getattr(settings.state_limits, field) == value
    for value in (most + 1, least - 1, -1, "", "x", "1.5"):
        if value != "":
            with pytest.raises(SettingsError, match=name):
                Settings.from_environment({f"ASSISTANT_{name}": str(value)})


def test_partners_sites_and_colours_are_read() -> None:
    """Lists with commas; a language without a site of its own keeps the usual one."""
    page = Settings.from_environment(
        {
            "ASSISTANT_PARTNERS": "https://www.example.org, https://example.wales/,",
            "ASSISTANT_NEUTRAL_SITES": "es=https://www.example.org/tiempo",
            "ASSISTANT_COLOURS": "accent=#5b2a86, dark-accent=#dcc3ff",
            "ASSISTANT_PUBLIC_URL": "https://chat.example.org/",
        }
    ).page
    assert page.partners == ("https://www.example.org", "https://example.wales")
    assert page.neutral_sites["es"] == "https://www.example.org/tiempo"
    assert page.neutral_sites["cy"] == NEUTRAL_SITES["cy"]
    assert page.colours == {"accent": "#5b2a86", "dark-accent": "#dcc3ff"}
    assert page.public_url == "https://chat.example.org"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PARTNERS", "*"),
        ("PARTNERS", "https://*.example.org"),
        ("PARTNERS", "http://www.example.org"),
        ("PARTNERS", "https://www.example.org/page"),
        ("PARTNERS", "https://www.example.org; script-src *"),
        ("PARTNERS", "https://a:b@www.example.org"),
        ("PARTNERS", "https://www.example.org:port"),
        ("PARTNERS", "www.example.org"),
        ("NEUTRAL_SITES", "fr=https://www.example.org"),
        ("NEUTRAL_SITES", "es=http://www.example.org"),
        ("NEUTRAL_SITES", "https://www.example.org"),
        ("NEUTRAL_SITES", "es=javascript:alert(1)"),
        ("PUBLIC_URL", "http://chat.example.org"),
        ("PUBLIC_URL", "https://chat.example.org/chat"),
        ("COLOURS", "accent"),
        ("COLOURS", "accent="),
    ],
)
def test_a_wrong_page_setting_is_named(name: str, value: str) -> None:
    """A site that anybody could pose as, or that others could read, is refused with its reason."""
    with pytest.raises(SettingsError, match=f"ASSISTANT_{name}"):
        Settings.from_environment({f"ASSISTANT_{name}": value})


@pytest.mark.parametrize("name", ["verify-history", "dead-links"])
def test_a_database_that_cannot_be_had_is_said_in_a_sentence(name: str) -> None:
    """With the variable to look at, and nothing of its value, which may hold a password."""
    ended = command(name, ASSISTANT_DATABASE_URL="postgresql://desk:hunter2@127.0.0.1:1/content")
    assert ended.returncode == 1
    assert "The database cannot be used" in ended.stderr
    assert "ASSISTANT_DATABASE_URL" in ended.stderr
    assert "hunter2" not in ended.stdout + ended.stderr
