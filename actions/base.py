"""What the actions of this package share."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker

from bot.content.opening import open_content
from bot.content.published import PublishedContent
from bot.content.values import Content
from bot.settings import Settings


class ContentAction(Action, ABC):
    """An action that looks at what is published."""

    def __init__(self, published: PublishedContent | None = None) -> None:
        """The service gives what it has open; `rasa run actions` gives nothing."""
        self._published = published

    @abstractmethod
    def name(self) -> str:
        """Gives the name that the rules call it by."""

    @property
    def content(self) -> Content:
        """The newest revision; opened from the environment's settings when none was given."""
        if self._published is None:
            self._published = open_content(Settings.from_environment(os.environ))
            self._published.start()
        return self._published.current


def parameters_of(tracker: Tracker) -> dict[str, str]:
    """Returns what a button sent beside the answer's id, or what was found in her words."""
    message: dict[str, Any] = tracker.latest_message or {}
    return {**(message.get("found") or {}), **(message.get("parameters") or {})}
