"""The start is refused where something would be kept or handed out."""

from __future__ import annotations

import resource
import shutil
from pathlib import Path

import pytest

from bot import __main__ as commands
from bot.errors import UnsafeStartError
from bot.guard import check_configuration, check_environment
from bot.settings import ROOT, Settings
from bot.web.channel import WebChannel


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with the two files as they ship."""
    for name in ("endpoints.yml", "credentials.yml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def add(path: Path, text: str) -> None:
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{text}\n", encoding="utf-8")


def test_what_ships_may_start() -> None:
    """The project's own configuration keeps nothing, and is let through."""
    check_configuration(ROOT)


@pytest.mark.parametrize(
    "endpoint", ["event_broker", "lock_store", "action_endpoint", "model", "nlu", "something_new"]
)
def test_an_endpoint_that_keeps_or_passes_on_is_refused(root, endpoint) -> None:
    """Any endpoint but the two of ours is named and refused."""
    add(root / "endpoints.yml", f"{endpoint}:\n  url: http://localhost:9")

    with pytest.raises(UnsafeStartError, match=endpoint):
        check_configuration(root)


def test_an_endpoint_without_settings_is_refused_too(root) -> None:
    """A bare name would get Rasa's own settings, so it does not pass either."""
    add(root / "endpoints.yml", "event_broker:")

    with pytest.raises(UnsafeStartError, match="event_broker"):
        check_configuration(root)


@pytest.mark.parametrize(
    "store", ["SQL", "redis", "InMemoryTrackerStore", "rasa.core.tracker_store.SQLTrackerStore", ""]
)
def test_another_tracker_store_is_refused(root, store) -> None:
    """No store but the one that owns nothing may hold a conversation."""
    path = root / "endpoints.yml"
    shipped = "bot.conversation.tracker_store.SealedTrackerStore"
    path.write_text(path.read_text(encoding="utf-8").replace(shipped, store), encoding="utf-8")

    with pytest.raises(UnsafeStartError, match="tracker_store"):
        check_configuration(root)


@pytest.mark.parametrize("name", ["tracker_store", "nlg"])
def test_a_missing_endpoint_is_refused(root, name) -> None:
    """Rasa would fall back to its own store and its own answers, so both must be named."""
    path = root / "endpoints.yml"
    path.write_text(path.read_text(encoding="utf-8").replace(f"{name}:", f"# {name}:\nx:", 1))
    path.write_text(path.read_text(encoding="utf-8").replace("x:", f"other_{name}:", 1))

    with pytest.raises(UnsafeStartError, match=name):
        check_configuration(root)


def test_an_empty_file_of_endpoints_is_refused(root) -> None:
    """No configuration means Rasa's defaults, and they keep conversations."""
    (root / "endpoints.yml").write_text("")

    with pytest.raises(UnsafeStartError, match="tracker_store"):
        check_configuration(root)


def test_the_endpoints_for_a_terminal_are_refused(root) -> None:
    """What `rasa shell` runs with never serves the chat."""
    shutil.copy(ROOT / "endpoints.dev.yml", root / "endpoints.yml")

    with pytest.raises(UnsafeStartError):
        check_configuration(root)


@pytest.mark.parametrize("channel", ["rest", "socketio", "callback", "telegram", "my.own.Channel"])
def test_another_channel_is_refused(root, channel) -> None:
    """A channel that logs what people write is named and refused."""
    add(root / "credentials.yml", f"{channel}:\n  url: x")

    with pytest.raises(UnsafeStartError, match=channel):
        check_configuration(root)


def test_the_service_asks_before_it_does_anything_else(root, monkeypatch) -> None:
    """An unsafe configuration stops the start before a model is trained or loaded."""
    add(root / "credentials.yml", "rest:")
    monkeypatch.setattr(commands, "ROOT", root)
    monkeypatch.setattr(commands, "_have_model", lambda *_, **__: pytest.fail("went on"))

    with pytest.raises(UnsafeStartError):
        commands.run(Settings())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RASA_TELEMETRY_ENABLED", "true"),
        ("RASA_TELEMETRY_ENABLED", " True "),
        ("SANIC_ACCESS_LOG", "1"),
        ("SANIC_DEBUG", "yes"),
        ("LOG_LEVEL", "DEBUG"),
        ("LOG_LEVEL_LIBRARIES", "debug"),
        ("PYTHONASYNCIODEBUG", "1"),
        ("PYTHONDEVMODE", "1"),
        ("PYTHONTRACEMALLOC", "10"),
        ("SENTRY_DSN", "https://key@example.org/1"),
    ],
)
def test_a_variable_that_reports_or_prints_is_refused(name: str, value: str) -> None:
    """What an operator set for another program does not make this one talk."""
    with pytest.raises(UnsafeStartError, match=name) as refused:
        check_environment({name: value})
    assert "key@" not in str(refused.value)


@pytest.mark.parametrize(
    "environment",
    [{}, {"RASA_TELEMETRY_ENABLED": "false"}, {"LOG_LEVEL": "ERROR"}, {"PYTHONDEVMODE": ""}],
)
def test_a_quiet_environment_may_start(environment: dict[str, str]) -> None:
    """Nothing set, or set to be quiet, is let through."""
    check_environment(environment)


def test_the_start_asks_for_the_environment_first(monkeypatch, capsys) -> None:
    """`make run` ends with the sentence, before anything is started anew or loaded."""
    monkeypatch.setenv("SENTRY_DSN", "https://key@example.org/1")
    monkeypatch.setattr(commands, "start_wiping", lambda _: pytest.fail("went on"))
    assert commands.main(["run"]) == 1
    assert "SENTRY_DSN" in capsys.readouterr().err


def test_core_dumps_that_stay_on_are_refused(monkeypatch) -> None:
    """Where the limit cannot be set, the chat does not start."""
    monkeypatch.setattr(commands, "forbid_dumps", lambda **_: None)
    monkeypatch.setattr(resource, "getrlimit", lambda _: (resource.RLIM_INFINITY,) * 2)
    with pytest.raises(UnsafeStartError, match="core dumps"):
        commands.run(Settings())


async def test_rasas_own_server_does_not_load_our_channel() -> None:
    """`rasa run`, which could hand out conversations by its HTTP API, gets no channel of ours."""
    with pytest.raises(UnsafeStartError, match="make run"):
        WebChannel.from_credentials({})
