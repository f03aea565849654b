"""Plants one error in what ships, and asks a check what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from bot.content.checks.finding import Finding
from bot.content.values import Content

Check = Callable[[Content], Iterator[Finding]]

_FOUND_BEFORE: dict[Check, tuple[Content, set[Finding]]] = {}


def with_text(content: Content, language: str, msgid: str, text: str | None) -> Content:
    """Returns the content with another text, or without it."""
    texts = {**content.texts, (language, msgid): text or ""}
    if text is None:
        del texts[language, msgid]
    return replace(content, texts=texts)


def changed(content: Content, language: str, msgid: str, old: str, new: str) -> Content:
    """Returns the content with a part of a text changed; that part must be there."""
    text = content.text(language, msgid)
    assert old in text, f"{msgid} ({language}) no longer says {old!r}"
    return with_text(content, language, msgid, text.replace(old, new, 1))


def with_row(content: Content, kind: str, row_id: str, **values: Any) -> Content:
    """Returns the content with a record changed."""
    rows = dict(getattr(content, kind))
    rows[row_id] = replace(rows[row_id], **values)
    return replace(content, **{kind: rows})


def news(check: Check, content: Content, planted: Content) -> list[Finding]:
    """Returns what a check finds in the planted content and not in what ships."""
    # What ships is the same for every test: each check looks at it once.
    if check not in _FOUND_BEFORE:
        _FOUND_BEFORE[check] = content, set(check(content))
    looked_at, before = _FOUND_BEFORE[check]
    assert looked_at is content
    return [finding for finding in check(planted) if finding not in before]
