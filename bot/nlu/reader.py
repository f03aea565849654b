"""What the models read of a message: its words written out, and for Welsh their English gloss."""

from __future__ import annotations

from dataclasses import dataclass

from bot.nlu.phone_typing import PhoneTyping
from bot.nlu.welsh.gloss import Glossary
from bot.normalisation import clean


@dataclass(frozen=True)
class Reader:
    """Writes out what is typed on phones, and glosses Welsh; it holds nothing of what it reads."""

    typing: PhoneTyping
    glossary: Glossary

    @classmethod
    def load(cls) -> Reader:
        """Reads the word lists that ship."""
        return cls(PhoneTyping.load(), Glossary.load())

    def read(self, text: str, words: str, language: str) -> tuple[str, str]:
        """Returns what the encoder reads, and what the models of letters and words read.

        Args:
            text: the message as it came.
            words: its words, a space between each.
            language: `en`, `es`, `cy` or `pt`.
        """
        # Shouting is not another meaning.
        text, words = (
            self.typing.write_out(form.lower(), language) for form in (clean(text), words)
        )
        if language != "cy":
            return text, words
        gloss = self.glossary.gloss(text)
        return gloss, f"{words} {gloss}"
