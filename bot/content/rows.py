"""What a revision changes and holds, as plain data, and the rows of the tables that keep it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.content.shipped import KINDS, one_line
from bot.content.staleness import EnglishText, digest, kind_of_staleness
from bot.errors import ContentError
from bot.languages import DEFAULT_LANGUAGE

Records = dict[str, dict[str, dict[str, Any]]]
Texts = dict[tuple[str, str], str]


@dataclass(frozen=True)
class Changes:
    """What a revision changes; None takes a record or a text away.

    `kinds` tells, for a changed English text, how the change bears on its translations
    (msgid → one of CHANGES). `sources` tells, for a translation, the English it was made
    from, where that is not the present one.
    """

    records: Mapping[tuple[str, str], Mapping[str, Any] | None] = field(default_factory=dict)
    texts: Mapping[tuple[str, str], str | None] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.records or self.texts)


@dataclass(frozen=True)
class Stored:
    """Everything that the newest revision holds, as plain data."""

    revision: int
    records: Records
    texts: Texts
    stale: dict[tuple[str, str], str]
    fact_changes: dict[str, tuple[str, ...]]


def record_rows(revision: int, changes: Changes) -> list[dict[str, Any]]:
    """Returns the rows of the records that a revision changes."""
    return [
        {"revision_id": revision, "kind": kind, "id": record_id, "data": data}
        for (kind, record_id), data in changes.records.items()
    ]


def text_rows(revision: int, changes: Changes, english: Mapping[str, str]) -> list[dict[str, Any]]:
    """Returns the rows of the texts that a revision changes.

    Args:
        revision: its number.
        changes: what it changes.
        english: msgid → the English text that stands before it.
    """

    def source(language: str, msgid: str) -> str | None:
        if language == DEFAULT_LANGUAGE:
            return None
        # A source of the same words as the present text is that text, whatever its white space.
        present = changes.texts.get((DEFAULT_LANGUAGE, msgid)) or english.get(msgid)
        told = changes.sources.get((language, msgid), present)
        text = present if present and told and one_line(told) == one_line(present) else told
        return digest(text) if text else None

    return [
        {
            "revision_id": revision,
            "language": language,
            "msgid": msgid,
            "text": text,
            "source_fingerprint": source(language, msgid),
            "change": changes.kinds.get(msgid) if language == DEFAULT_LANGUAGE else None,
        }
        for (language, msgid), text in changes.texts.items()
    ]


def stale_translations(
    rows: Iterable[Any], history: Mapping[str, list[EnglishText]]
) -> dict[tuple[str, str], str]:
    """Returns the keys of translations made from an older English, and what changed in it."""
    kinds = {
        (row.language, row.msgid): kind_of_staleness(
            row.source_fingerprint, history.get(row.msgid, [])
        )
        for row in rows
        if row.text and row.language != DEFAULT_LANGUAGE
    }
    return {key: kind for key, kind in kinds.items() if kind}


def records_of(rows: Iterable[Any]) -> Records:
    """Returns kind → id → record. Raises ContentError when a row is of no kind."""
    found: Records = {kind: {} for kind in KINDS}
    for row in rows:
        if row.kind not in found:
            raise ContentError(f"{row.id}: {row.kind!r} is no kind of record")
        if row.data is not None:
            found[row.kind][row.id] = row.data
    return found


def fact_changes(rows: Sequence[Any]) -> dict[str, tuple[str, ...]]:
    """Returns answer → its facts that were published anew after it was.

    Whoever has looked at such an answer publishes its record again, and the mark is gone.
    """
    revision_of = {row.id: row.revision_id for row in rows if row.kind == "facts"}
    changed = {
        row.id: tuple(name for name in _facts_of(row) if revision_of.get(name, 0) > row.revision_id)
        for row in rows
        if row.kind == "answers"
    }
    return {answer: facts for answer, facts in changed.items() if facts}


def _facts_of(row: Any) -> Sequence[str]:
    # A damaged record is named when it is made a value; here it only rests on nothing.
    facts = row.data.get("facts") if isinstance(row.data, dict) else None
    return facts if isinstance(facts, list) else ()
