"""Which translations were made from an older English text, and how much that matters."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from bot.content.values import CHANGES

#: When nobody has said what kind a change was: the translation is shown, with a word of warning.
UNSAID = "improved"


@dataclass(frozen=True)
class EnglishText:
    """An English text as one revision had it; `change` is how it bears on its translations."""

    digest: str | None
    change: str | None


def digest(text: str) -> str:
    """Returns what a translation remembers of the English that it was made from."""
    return hashlib.sha256(text.encode()).hexdigest()


def kind_of_staleness(made_from: str | None, history: Sequence[EnglishText]) -> str | None:
    """Returns the gravest change of the English since a translation was made, or None.

    Args:
        made_from: the digest that the translation remembers.
        history: every revision of the English text, oldest first.
    """
    if made_from is None or not history or history[-1].digest == made_from:
        return None
    known = [index for index, text in enumerate(history) if text.digest == made_from]
    since = history[known[-1] + 1 :] if known else history
    return max((text.change or UNSAID for text in since), key=CHANGES.index)
