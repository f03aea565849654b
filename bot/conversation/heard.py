"""What was made of her words in one turn: what the door needs to know, and none of the words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.nlu.conversation_language import written_language
from bot.nlu.danger.judgement import Judgement
from bot.nlu.danger_override import JUDGED_DANGER


@dataclass(frozen=True)
class Heard:
    """One message as it was understood.

    Attributes:
        language: the one she surely wrote in, None when her words did not tell.
        danger: what was judged to be danger now.
        ranking: (intent, probability), likeliest first; empty for a tap.
    """

    language: str | None = None
    danger: Judgement | None = None
    ranking: tuple[tuple[str, float], ...] = ()

    @classmethod
    def of(cls, parse_data: Mapping[str, Any]) -> Heard:
        """Takes from Rasa's parse data what is needed, and leaves the text."""
        judged = parse_data.get(JUDGED_DANGER)
        return cls(
            language=written_language(parse_data),
            danger=Judgement(**judged) if judged else None,
            ranking=tuple(
                (intent["name"], intent["confidence"])
                for intent in parse_data.get("intent_ranking") or []
            ),
        )
