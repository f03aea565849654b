"""The clock of a process, which can be made to jump while the process runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bench.failures.waiting import ExpectationError

HOURS = 3


class Clock:
    """A clock that is wrong by what stands in a file; libfaketime reads it for the process."""

    def __init__(self, file: Path) -> None:
        """Finds the library.

        Raises:
            ExpectationError: when it is not on this machine.
        """
        # The one for programs with threads.
        found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        if not found:
            raise ExpectationError("There is no libfaketime: run `apt-get install faketime`.")
        self._file = file
        self.variables: Mapping[str, str] = {
            "LD_PRELOAD": str(found[0]),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            # Looks at the file once a second.
            "FAKETIME_CACHE_DURATION": "1",
            # What measures a time-out is no calendar, and does not jump on real machines either.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def jump(self, hours: int) -> None:
        """Sets the clock so many hours ahead of the right time, or behind it."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{hours:+d}h\n", encoding="utf-8")
        new.replace(self._file)
