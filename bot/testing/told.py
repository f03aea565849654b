"""How far a run has come: told on the terminal, and in a file that the desk reads."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

PROGRESS = "progress.json"
_EVERY_SECONDS = 0.5


@dataclass(frozen=True)
class Progress:
    """How far: `done` of `of` tests, what is being done, and whether it has ended."""

    done: int
    of: int
    what: str
    ended: bool = False
    error: str = ""


class Telling:
    """Tells how far a run has come, and whatever happens that it has ended."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / PROGRESS
        self._told = 0.0
        self._last = Progress(0, 0, "")

    def __enter__(self) -> Telling:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._write(self._last)
        return self

    def __call__(self, done: int, of: int, what: str) -> None:
        """Tells that so many of so many are done."""
        self._last = Progress(done, of, what)
        if time.monotonic() - self._told >= _EVERY_SECONDS:
            self._told = time.monotonic()
            self._write(self._last)
            _show(f"{done} of {of}: {what[:70]:70}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        _show(" " * 90)
        last = self._last
        self._write(Progress(last.done, last.of, last.what, True, str(error) if error else ""))

    def _write(self, progress: Progress) -> None:
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps(asdict(progress)), encoding="utf-8")
        part.replace(self._path)


def _show(line: str) -> None:
    """Writes over the line that stands there; a file or a pipe gets nothing."""
    if sys.stdout.isatty():
        sys.stdout.write(f"\r{line}\r")
        sys.stdout.flush()


def progress_in(folder: Path) -> Progress | None:
    """Returns how far the last run in a folder has come, None where there was none."""
    try:
        return Progress(**json.loads((folder / PROGRESS).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
