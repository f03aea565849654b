"""Says that something is going on, for whoever waits at a terminal."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

#: Often enough that nobody thinks it has stopped.
TICK_SECONDS = 5.0


def say(what: str, end: str = "\n", out: TextIO | None = None) -> None:
    """Prints at once. Where that cannot be, as in a log on a full disk, nothing stops for it."""
    with suppress(OSError):
        print(what, end=end, flush=True, file=out)


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Prints what is being done, a dot every few seconds, and how long it took."""
    # Kept, because whoever works inside may turn standard output away.
    out = sys.stdout
    say(f"{what} …", "", out)
    began, done = time.monotonic(), threading.Event()
    ticker = threading.Thread(target=_tick, args=(done, out), daemon=True)
    ticker.start()
    try:
        yield
    finally:
        done.set()
        ticker.join()
        say(f" {time.monotonic() - began:.0f} s", out=out)


def _tick(done: threading.Event, out: TextIO) -> None:
    while not done.wait(TICK_SECONDS):
        say(".", "", out)
