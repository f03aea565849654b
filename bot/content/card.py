"""The card to show or read out: each line in the reader's language and in hers."""

from __future__ import annotations

from typing import Any

from bot.content.values import Content

CARD = "services.card"

#: The languages that whoever reads the card may have.
READERS = ("en", "cy")

#: What stands on every card after the line that asks for a language. None of it tells
#: what she needs help with: the card may be seen by anybody.
LINES = ("woman", "family", "texts", "call-back", "confidential")


def card(content: Content, language: str, *, to: str, speak: str) -> dict[str, Any]:
    """Returns a card: `say`, one line to say aloud, and `lines` to show.

    Each line has `text` in the language of its reader and `own` in hers, None where
    they are the same.

    Args:
        content: what is published.
        language: hers, the page's.
        to: the reader's, one of READERS.
        speak: the language that the card asks for, one of `directory.SPOKEN`.

    Raises:
        ContentUnavailableError: when a line is missing in a language.
    """

    def line(part: str) -> dict[str, str | None]:
        msgid = f"{CARD}.{part}"
        own = content.text(language, msgid) if language != to else None
        return {"text": content.text(to, msgid), "own": own}

    parts = [f"line-interpreter-{speak}", *(f"line-{name}" for name in LINES)]
    return {"to": to, "say": line(f"say-{speak}"), "lines": [line(part) for part in parts]}
