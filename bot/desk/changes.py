"""What a draft would change, entry by entry, beside what is live."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import g

from bot.content.rows import Stored
from bot.desk import hours_words
from bot.desk.diff import SAME, Pieces, pieces
from bot.editing.draft import RECORDS, Draft, Entry, record_key
from bot.languages import DEFAULT_LANGUAGE


@dataclass(frozen=True)
class Change:
    """One entry of a draft; `name` its text, or the field of its record."""

    name: str
    pieces: Pieces
    entry: Entry

    @property
    def is_same(self) -> bool:
        """Whether it would stand as it does now: somebody has confirmed it."""
        return all(kind == SAME for kind, _ in self.pieces)


def changes_of(draft: Draft, part: str, stored: Stored) -> list[Change]:
    """Returns what a draft would change in a part, word by word.

    Args:
        draft: of whatever state.
        part: a language, or `records`.
        stored: what is live.
    """
    entries = [entry for entry in draft.entries if entry.part == part]
    if part != RECORDS:
        return [
            Change(e.name, pieces(stored.texts.get((part, e.name), ""), e.value or ""), e)
            for e in entries
        ]
    return [change for entry in entries for change in _of_record(entry, stored)]


def _of_record(entry: Entry, stored: Stored) -> list[Change]:
    kind, record_id = record_key(entry.name)
    old = stored.records.get(kind, {}).get(record_id)
    if old is None or entry.value is None:
        before, after = ("", _plain(entry.value)) if old is None else (_plain(old), "")
        return [Change(entry.name, pieces(before, after), entry)]
    return [
        Change(
            f"{record_id}: {name}",
            pieces(_written(name, old.get(name)), _written(name, entry.value.get(name))),
            entry,
        )
        for name in {**old, **entry.value}
        if old.get(name) != entry.value.get(name)
    ]


def _written(field: str, value: Any) -> str:
    """Writes the value of a field; hours as the chat says them."""
    return (
        hours_words.said(field, value, g.get("language", DEFAULT_LANGUAGE))
        if field == "hours"
        else _plain(value)
    )


def _plain(value: Any) -> str:
    """Writes the value of a field as staff read it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value) or "–"
    return json.dumps(value, ensure_ascii=False)
