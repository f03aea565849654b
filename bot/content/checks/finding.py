"""What a check finds: where, what is wrong, and what a person should do about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.content.values import Content
from bot.languages import DEFAULT_LANGUAGE, LANGUAGES

#: English names of the languages, for people who read a finding.
NAMES = {"en": "English", "es": "Spanish", "cy": "Welsh", "pt": "Portuguese"}

TRANSLATED = tuple(language for language in LANGUAGES if language != DEFAULT_LANGUAGE)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    `where` is a msgid, or the id of an answer, a service or a fact; `language` is None
    when it holds in all of them.
    """

    check: str
    where: str
    language: str | None
    problem: str
    remedy: str

    def __str__(self) -> str:
        """Says all of it on one line."""
        language = f" ({NAMES[self.language]})" if self.language else ""
        return f"{self.where}{language}: {self.problem} {self.remedy}"


def pairs(content: Content) -> Iterator[tuple[str, str, str, str]]:
    """Yields msgid, language, English text and translation, for all that both have."""
    for (language, msgid), text in content.texts.items():
        if language != DEFAULT_LANGUAGE and content.has_text(DEFAULT_LANGUAGE, msgid):
            yield msgid, language, content.text(DEFAULT_LANGUAGE, msgid), text


def lines_of(text: str) -> list[str]:
    """Returns the lines of a text that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def sentences_of(text: str) -> list[str]:
    """Returns the sentences of a text; a line's end ends one too."""
    parts = re.split(r"(?<=[.!?…])[\"”»')]*\s+|\n+", text)
    return [part.strip("- ").strip() for part in parts if re.search(r"\w", part)]
