"""The answer that a follow-up is about."""

from __future__ import annotations

from rasa_sdk import Tracker

from bot.content.references import parse_reference
from bot.content.values import Content


def last_answer(tracker: Tracker, content: Content) -> str | None:
    """Returns the id of the last answer with something to say, None at the beginning."""
    reference = tracker.get_slot("last_answer")
    if not reference:
        return None
    answer_id, _ = parse_reference(reference)
    return answer_id if answer_id in content.answers else None
