"""Refuses to start where something would be kept or handed out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.errors import UnsafeStartError

ALLOWED_ENDPOINTS = {
    "tracker_store": "bot.conversation.tracker_store.SealedTrackerStore",
    "nlg": "bot.conversation.nlg.AnswerGenerator",
}
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


def _read(path: Path) -> dict[str, Any]:
    try:
        data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, YAMLError) as error:
        raise UnsafeStartError(f"{path.name} cannot be read ({type(error).__name__}).") from error
    if data is not None and not isinstance(data, dict):
        raise UnsafeStartError(f"{path.name} is not a list of names and their settings.")
    return data or {}
