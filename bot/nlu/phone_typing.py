"""Writes out what is typed short on a phone: "q" is "que", "vc" is "você", "pls" is "please".

For the models alone: the encoder has read books and web pages, and knows the whole words
better. In cross-validation the phrases that have such words gain four points in a hundred.
Rules of danger and the language of the talk are found in her words as typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import ContentError
from bot.normalisation import strip_accents
from bot.plain_yaml import read_yaml

_FILE = Path(__file__).parent / "data" / "phone_typing.yml"
_WORD = re.compile(r"[\w']+")
# No word of the four languages has a letter three times in a row.
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")


@dataclass(frozen=True)
class PhoneTyping:
    """What each language's short forms and bare words stand for."""

    written: Mapping[str, Mapping[str, str]]

    @classmethod
    def load(cls, path: Path = _FILE) -> PhoneTyping:
        """Reads the table of all languages.

        Raises:
            ContentError: a bare form stands for two words, or for a short form as well.
        """
        return cls({language: _table(language, own) for language, own in read_yaml(path).items()})

    def write_out(self, text: str, language: str) -> str:
        """Returns a text in lower case with its words written out, as that language does.

        Args:
            text: clean and in lower case (`bot.normalisation.clean`).
            language: the one that it is read in; its short forms are no other's.
        """
        short = _DRAWN_OUT.sub(r"\1", text)
        table = self.written.get(language)
        return _WORD.sub(lambda word: table.get(word[0], word[0]), short) if table else short


def _table(language: str, own: Mapping[str, Any]) -> dict[str, str]:
    short: dict[str, str] = own.get("short") or {}
    accented = (own.get("accents") or "").split()
    bare = [strip_accents(word) for word in accented]
    twice = {word for word in bare if bare.count(word) > 1 or word in short}
    if twice:
        raise ContentError(f"phone_typing.yml, {language}: two meanings of {sorted(twice)}")
    return {**dict(zip(bare, accented)), **short}
