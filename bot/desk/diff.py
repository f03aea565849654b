"""What differs between two texts, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

SAME, ADDED, TAKEN = "same", "added", "taken"

#: A word, a line's end, or the space between words.
_TOKEN = re.compile(r"\n|[^\S\n]+|\S+")

Pieces = list[tuple[str, str]]


def pieces(old: str, new: str) -> Pieces:
    """Returns the texts as one row of pieces: (`same`, `added` or `taken`, text).

    Those that are the same or taken give the old text, those the same or added the new one.
    What was taken stands before what was added in its place.
    """
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    blocks: list[tuple[str, str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        taken, added = "".join(before[a:b]), "".join(after[c:d])
        blocks.append((taken, "", "") if tag == "equal" else ("", taken, added))
    return _joined(blocks)


def _joined(blocks: list[tuple[str, str, str]]) -> Pieces:
    """Joins changes that only spaces keep apart: a new sentence is read as one, not as words."""
    found: Pieces = []
    taken, added = "", ""
    for index, (same, less, more) in enumerate(blocks):
        is_between = same.strip(" ") == "" and 0 < index < len(blocks) - 1
        if same and is_between:
            taken, added = taken + same, added + same
        elif same:
            found += [*_changed(taken, added), (SAME, same)]
            taken, added = "", ""
        else:
            taken, added = taken + less, added + more
    return [*found, *_changed(taken, added)]


def _changed(taken: str, added: str) -> Pieces:
    return [(kind, text) for kind, text in ((TAKEN, taken), (ADDED, added)) if text]
