"""Which language a conversation is in."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.languages import DEFAULT_LANGUAGE, LANGUAGES


def conversation_language(tracker: DialogueStateTracker) -> str:
    """Returns the language to answer in.

    The one she picked by hand stands. Otherwise it is the last one that was told from
    her own words, or the one the conversation began in.
    """
    remembered = tracker.get_slot("language")
    if remembered in LANGUAGES and tracker.get_slot("language_picked"):
        return str(remembered)
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered) and written_language(event.parse_data):
            return str(written_language(event.parse_data))
    return str(remembered) if remembered in LANGUAGES else DEFAULT_LANGUAGE


def written_language(parse_data: Any) -> str | None:
    """Returns the language that a message was surely written in, or None."""
    language = (parse_data or {}).get("language")
    return language if language in LANGUAGES else None
