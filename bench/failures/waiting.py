"""Waits for what must come to be, and says so when it does not."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.errors import AssistantError


class ExpectationError(AssistantError):
    """Raised when something is not as it must be; its sentence says what."""


def wait_until(is_so: Callable[[], bool], seconds: float, otherwise: str) -> float:
    """Waits until something is so, and returns how long that took.

    Raises:
        ExpectationError: when it is not in time, with the sentence that says so.
    """
    began = time.monotonic()
    while not is_so():
        if time.monotonic() - began > seconds:
            raise ExpectationError(otherwise)
        time.sleep(0.1)
    return time.monotonic() - began
