"""Refuses to start where something would be kept or handed out."""

from __future__ import annotations

import resource
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml.error import YAMLError

from bot.errors import UnsafeStartError
from bot.plain_yaml import read_yaml

ALLOWED_ENDPOINTS = {
    "tracker_store": "bot.conversation.tracker_store.SealedTrackerStore",
    "nlg": "bot.conversation.nlg.AnswerGenerator",
}
#: How a variable says yes.
_ON = frozenset({"true", "1", "yes", "on"})
ALLOWED_CHANNELS = {"bot.web.channel.WebChannel"}


def check_configuration(root: Path) -> None:
    """Reads `endpoints.yml` and `credentials.yml`.

    Raises:
        UnsafeStartError: names an endpoint or a channel that must not be there, or is missing.
    """
    endpoints, channels = _read(root / "endpoints.yml"), _read(root / "credentials.yml")
    for name, allowed in ALLOWED_ENDPOINTS.items():
        if (endpoints.get(name) or {}).get("type") != allowed:
            raise UnsafeStartError(f"endpoints.yml: {name} must be {allowed}.")
    for name in sorted(set(endpoints) - set(ALLOWED_ENDPOINTS)):
        raise UnsafeStartError(f"endpoints.yml: {name} would keep or pass on conversations.")
    for name in sorted(set(channels) - ALLOWED_CHANNELS):
        raise UnsafeStartError(f"credentials.yml: the channel {name} is not one that forgets.")


def check_environment(environment: Mapping[str, str]) -> None:
    """Looks at the variables that other libraries read.

    Raises:
        UnsafeStartError: names the variable that would report, print or keep conversations.
    """
    for name in ("RASA_TELEMETRY_ENABLED", "SANIC_ACCESS_LOG", "SANIC_DEBUG"):
        if environment.get(name, "").strip().lower() in _ON:
            raise UnsafeStartError(f"{name} would report on conversations: take it away.")
    for name in ("LOG_LEVEL", "LOG_LEVEL_LIBRARIES", "LOG_LEVEL_RASA"):
        if environment.get(name, "").strip().upper() in ("DEBUG", "NOTSET"):
            raise UnsafeStartError(f"{name}: at this level libraries print what people write.")
    for name in ("PYTHONASYNCIODEBUG", "PYTHONDEVMODE", "PYTHONTRACEMALLOC", "PYTHONFAULTHANDLER"):
        if environment.get(name, "").strip() not in ("", "0"):
            raise UnsafeStartError(f"{name} is for debugging, not for a service.")
    for name in ("SENTRY_DSN", "RASA_SENTRY_DSN"):
        if environment.get(name):
            raise UnsafeStartError(f"{name} would send errors to another company.")


def check_dumps() -> None:
    """Looks at what the machine writes when a process dies.

    Raises:
        UnsafeStartError: when memory would be written to a disk.
    """
    if resource.getrlimit(resource.RLIMIT_CORE)[0] != 0:
        raise UnsafeStartError("a crash could write memory to a disk: core dumps must be off.")


def _read(path: Path) -> dict[str, Any]:
    try:
        data = read_yaml(path)
    except (OSError, ValueError, YAMLError) as error:
        raise UnsafeStartError(f"{path.name} cannot be read ({type(error).__name__}).") from error
    if data is not None and not isinstance(data, dict):
        raise UnsafeStartError(f"{path.name} is not a list of names and their settings.")
    return data or {}
