"""Looks for words in the memory of a running process, as a debugger or a seizure would."""

from __future__ import annotations

import os
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator

_CHUNK = 16 * 1024 * 1024
#: How Python holds text: one, two or four bytes a character.
_ENCODINGS = ("ascii", "utf-16-le", "utf-32-le")
#: What is written may be swapped out, so all of it is searched: heap, stacks, anonymous maps.
_MAP = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) (r[w-][x-])[ps] \S+ \S+ (\d+)")


def collect_garbage(process_id: int) -> None:
    """Asks the watched service to collect garbage, and waits until it has."""
    os.kill(process_id, signal.SIGUSR1)
    time.sleep(2)


def words_in(process_id: int, prefix: str) -> Counter[str]:
    """Counts the words of lower-case letters and digits that begin with a prefix.

    Args:
        process_id: of a process that may be read: one's own, or by root.
        prefix: ASCII; rare enough that no library has such a word.
    """
    found: Counter[str] = Counter()
    tails = {
        encoding: re.compile(
            re.escape(prefix.encode(encoding))
            + b"(?:" + rb"[a-z0-9]" + b"\x00" * (len("a".encode(encoding)) - 1) + b")+"
        )
        for encoding in _ENCODINGS
    }  # fmt: skip
    for block in _blocks(process_id):
        for encoding, pattern in tails.items():
            for match in pattern.finditer(block):
                found[match[0].decode(encoding)] += 1
    return found


def _blocks(process_id: int) -> Iterator[bytes]:
    with open(f"/proc/{process_id}/maps") as maps:  # noqa: PTH123 - not a file of a folder
        lines = maps.readlines()
    with open(f"/proc/{process_id}/mem", "rb", buffering=0) as memory:  # noqa: PTH123
        for line in lines:
            match = _MAP.match(line)
            # What is read-only and from a file is code, and cannot hold what came in.
            if not match or match[3][1] != "w":
                continue
            start, end = int(match[1], 16), int(match[2], 16)
            for at in range(start, end, _CHUNK):
                try:
                    memory.seek(at)
                    yield memory.read(min(_CHUNK, end - at))
                except (OSError, ValueError):
                    break  # A guard page, or unmapped in the meantime.
