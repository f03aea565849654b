"""Whether anything of what people wrote, or of where they were, is left in a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def files_with(words: Sequence[str], folder: Path) -> tuple[int, list[Path]]:
    """Reads every file under a folder, and returns how many there are and those with a word."""
    sought = [word.encode() for word in words]
    looked_at, found = 0, []
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        looked_at += 1
        data = path.read_bytes()
        if any(word in data for word in sought):
            found.append(path)
    return looked_at, found
