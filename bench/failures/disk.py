"""A small disk in memory that can be filled to the last byte."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from bench.failures.waiting import ExpectationError

_CHUNK = b"\0" * 65536
#: At the end of a file there is room up to here, however full the disk is.
_BLOCK_BYTES = 4096


class Disk:
    """A file system of its own in a folder."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        """Puts it there.

        Raises:
            ExpectationError: when we may not.
        """
        self._folder, self._filling = folder, folder / "filling"
        folder.mkdir()
        size = f"size={megabytes}m,mode=0755"
        if not _ran("mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)):
            raise ExpectationError(
                "A small disk can be had by root alone: run `sudo make failures`."
            )

    def fill(self, logs: Sequence[Path] = ()) -> None:
        """Leaves no byte free.

        Args:
            logs: files on it whose last block is filled up too.
        """
        for log in logs:
            with log.open("ab") as file:
                file.write(b"\n" * (-log.stat().st_size % _BLOCK_BYTES))
        size = len(_CHUNK)
        with self._filling.open("ab", buffering=0) as file:
            while size:
                try:
                    file.write(_CHUNK[:size])
                except OSError:
                    # What is left may be smaller.
                    size //= 2

    def free(self) -> None:
        """Gives the room back."""
        self._filling.unlink(missing_ok=True)

    def take_away(self) -> None:
        """Takes it away with all that is on it."""
        _ran("umount", "--lazy", str(self._folder))


def _ran(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
