"""Takes shipped content into the store, without touching what staff have written there."""

from __future__ import annotations

from typing import Any

from bot.content.rows import Changes, Records, Texts
from bot.content.shipped import (
    build_content,
    fingerprint,
    read_all_sources,
    read_all_texts,
    read_records,
    stale_texts,
)
from bot.content.store import ContentStore
from bot.errors import ContentError
from bot.languages import DEFAULT_LANGUAGE


def take_in_shipped(store: ContentStore) -> int | None:
    """Publishes what ships and is new; returns the revision, or None when there is no news.

    What staff published at the desk stays: a shipped text never replaces it.

    Raises:
        ContentError: when what ships is not well formed; nothing is published then.
        ContentUnavailableError: when the database cannot be used.
    """
    records, texts, sources = read_records(), read_all_texts(), read_all_sources()
    build_content(0, records, texts)
    digest = fingerprint(records, texts, sources)
    if digest == store.shipped_fingerprint():
        return None
    changes = _changes(records, texts, sources, store)
    return store.publish(changes, origin="shipped", note="Shipped content", fingerprint=digest)


def _changes(records: Records, texts: Texts, sources: Texts, store: ContentStore) -> Changes:
    stored = store.read()
    edited, edited_texts = store.edited_at_desk()
    changed_texts = _difference(texts, stored.texts, edited_texts)
    out_of_step = stale_texts(texts, sources)
    # A translation that was read against the new English and needed no other word says so by
    # its comment alone: it is published again, so that it counts as in step.
    read_again = {
        (language, msgid): text
        for (language, msgid), text in texts.items()
        if (language, msgid) not in edited_texts
        and (language, msgid) not in out_of_step
        and ((language, msgid) in stored.stale or (DEFAULT_LANGUAGE, msgid) in changed_texts)
    }
    changes = Changes(
        records=_difference(_flat(records), _flat(stored.records), edited),
        texts=read_again | changed_texts,
        sources=sources,
    )
    if _fits(changes, stored.records):
        return changes
    # Staff's own records lean on something that no longer ships: it stays for them.
    return Changes(
        records={key: data for key, data in changes.records.items() if data is not None},
        texts={key: text for key, text in changes.texts.items() if text is not None},
        sources=changes.sources,
    )


def _fits(changes: Changes, stored: Records) -> bool:
    merged = _flat(stored) | dict(changes.records)
    records: Records = {kind: {} for kind in stored}
    for (kind, record_id), data in merged.items():
        if data is not None:
            records[kind][record_id] = dict(data)
    try:
        build_content(0, records, {})
    except ContentError:
        return False
    return True


def _difference(shipped: dict[Any, Any], stored: dict[Any, Any], edited: set[Any]) -> Any:
    changed = {key: value for key, value in shipped.items() if stored.get(key) != value}
    gone = {key: None for key in stored if key not in shipped}
    return {key: value for key, value in (changed | gone).items() if key not in edited}


def _flat(records: Records) -> dict[tuple[str, str], Any]:
    return {
        (kind, record_id): data
        for kind, group in records.items()
        for record_id, data in group.items()
    }
