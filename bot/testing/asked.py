"""Which part of the tests is to be run, on which content."""

from __future__ import annotations

from dataclasses import dataclass

from bot.languages import LANGUAGES
from bot.testing.situation import Situation

SHIPPED, LIVE = "shipped", "live"


@dataclass(frozen=True)
class Asked:
    """Which part is to be run: a topic or a part of a name, languages, and which content."""

    only: str = ""
    languages: tuple[str, ...] = LANGUAGES
    content: str = SHIPPED

    @property
    def arguments(self) -> list[str]:
        """As the command takes it; what somebody typed is never an option of its own."""
        return [f"--only={self.only}", "--in", *self.languages, f"--content={self.content}"]

    @property
    def is_all(self) -> bool:
        """Nothing is left out."""
        return not self.only and self.languages == LANGUAGES

    def wants(self, situation: Situation) -> bool:
        """Says whether a situation is among it."""
        wanted = self.only.casefold()
        return not wanted or wanted == situation.topic or wanted in situation.name.casefold()

    def __str__(self) -> str:
        if self.is_all:
            return ""
        return f"{self.only or 'everything'} in {', '.join(self.languages)}"
