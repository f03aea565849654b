"""Spelling, by the dictionaries of GNU Aspell, and a list of names and terms that people read."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from bot.content.checks.finding import Finding
from bot.content.values import Content
from bot.errors import ContentError
from bot.languages import DEFAULT_LANGUAGE, LANGUAGES

WORD_LISTS = Path(__file__).resolve().parent / "data" / "words"

#: What the dictionaries are called, and what brings them.
DICTIONARIES: Mapping[str, str] = {"en": "en_GB", "es": "es", "cy": "cy", "pt": "pt_BR"}
INSTALL = "apt-get install aspell aspell-en aspell-es aspell-cy aspell-pt-br"

#: Language → word → whether its dictionary has it. Words of published texts and of drafts, which
#: are looked at again each time that a page of the desk is drawn; asking takes a tenth of a second.
_KNOWN: dict[str, dict[str, bool]] = {language: {} for language in LANGUAGES}

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
#: Web addresses and placeholders are no words.
_NOT_PROSE = re.compile(r"https?://\S+|\b[\w.-]+\.(?:org|uk|wales|com|gov)\b\S*|\{\w+\}|\S+@\S+")


def find(content: Content) -> Iterator[Finding]:
    """Yields the words that no dictionary has.

    Raises:
        ContentError: when the dictionaries are not installed; it says how to.
    """
    for language in LANGUAGES:
        texts = {
            msgid: words_of(text) for (tag, msgid), text in content.texts.items() if tag == language
        }
        unknown = misspelt({word for words in texts.values() for word in words}, language)
        for msgid, words in texts.items():
            # A word that stands in the English text too is a name, or quoted from it.
            quoted = _quoted(content, msgid, language)
            for word in words:
                if word in unknown and word.casefold() not in quoted:
                    yield Finding(
                        "spelling",
                        msgid,
                        language,
                        f"{word!r} is in no dictionary.",
                        f"Mend it, or add it to checks/data/words/{language}.txt after"
                        " somebody who reads the language has looked at it.",
                    )


def _quoted(content: Content, msgid: str, language: str) -> set[str]:
    if language == DEFAULT_LANGUAGE:
        return set()
    english = words_of(content.texts.get((DEFAULT_LANGUAGE, msgid), ""))
    return {part.casefold() for word in english for part in (word, *re.split(r"['-]", word))}


def words_of(text: str) -> list[str]:
    """Returns the words of a text as they are written, each once."""
    return list(dict.fromkeys(_WORD.findall(_NOT_PROSE.sub(" ", text).replace("’", "'"))))


def misspelt(words: set[str], language: str) -> set[str]:
    """Returns those of the words that neither the dictionary nor the reviewed list has.

    A word with an apostrophe or a hyphen is known when each of its parts is.

    Raises:
        ContentError: when the dictionaries are not installed; it says how to.
    """
    reviewed = reviewed_words(language)
    parts = {word: [part for part in re.split(r"['-]", word) if part] for word in words}
    asked = sorted({*words, *(part for found in parts.values() for part in found)})
    wrong = {word for word in _ask(asked, language) if word.casefold() not in reviewed}
    return {
        word
        for word, found in parts.items()
        if word.casefold() not in reviewed
        # Aspell takes a word with a hyphen apart, and says nothing of the whole.
        and (word in wrong or "-" in word)
        and any(part in wrong and len(part) > 1 for part in found)
    }


@cache
def reviewed_words(language: str) -> frozenset[str]:
    """Returns the names and terms that somebody has read: of all languages, and of this one."""
    lines = [
        line.partition("#")[0].strip().casefold()
        for name in ("names", language)
        for line in (WORD_LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    ]
    return frozenset(line for line in lines if line)


def _ask(words: list[str], language: str) -> set[str]:
    """Returns those of the words that the dictionary does not have."""
    program = shutil.which("aspell")
    if program is None:
        raise ContentError(f"The spelling cannot be checked here: run `{INSTALL}`.")
    known = _KNOWN[language]
    new = [word for word in words if word not in known]
    if new:
        wrong = _run(program, new, language)
        known |= {word: word not in wrong for word in new}
    return {word for word in words if not known[word]}


def _run(program: str, words: list[str], language: str) -> set[str]:
    command = [program, f"--lang={DICTIONARIES[language]}", "--encoding=utf-8", "list"]
    asked = subprocess.run(  # noqa: S603
        command, input="\n".join(words), capture_output=True, text=True, check=False
    )
    if asked.returncode:
        raise ContentError(f"The spelling of {language} cannot be checked here: run `{INSTALL}`.")
    return set(asked.stdout.split())
