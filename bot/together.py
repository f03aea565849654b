"""Runs several commands beside each other: the chat and the desk of one small machine."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from types import FrameType

_POLL_SECONDS, _PATIENCE_SECONDS = 0.5, 20


def run_together(*commands: str) -> None:
    """Starts each command in a process of its own; when one ends, or we are told to, all end.

    Raises:
        SystemExit: with the status of the one that ended by itself.
    """
    signal.signal(signal.SIGTERM, _stop)
    running = [subprocess.Popen([sys.executable, "-m", "bot", name]) for name in commands]  # noqa: S603
    try:
        while all(one.poll() is None for one in running):
            time.sleep(_POLL_SECONDS)
        sys.exit(next(one.returncode for one in running if one.poll() is not None))
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait(_PATIENCE_SECONDS)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
