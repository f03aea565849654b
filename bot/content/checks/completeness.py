"""Every part of every answer and service is there in all four languages, and has its form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.content.checks.finding import Finding, lines_of, pairs, sentences_of
from bot.content.values import Content
from bot.languages import LANGUAGES

#: What fits a button on a narrow screen.
MAX_LABEL = 45
#: The point, in three short sentences.
MAX_SHORT_SENTENCES = 3
MAX_SHORT = 460
#: A screen and a half of a small phone.
MAX_MORE = 1500
MAX_SERVICE = 480

NEEDED = ("label", "short")
_PLACEHOLDER = re.compile(r"\{\w*\}")


def find(content: Content) -> Iterator[Finding]:
    """Yields what is missing, left over, too long, or of another shape than the English."""
    yield from _missing(content)
    yield from _too_long(content)
    for msgid, language, english, text in pairs(content):
        if _PLACEHOLDER.findall(english) != _PLACEHOLDER.findall(text):
            yield Finding(
                "completeness",
                msgid,
                language,
                "its placeholders are not those of the English text.",
                f"Write {' '.join(_PLACEHOLDER.findall(english)) or 'no braces'}.",
            )
        if _shape(english) != _shape(text):
            yield Finding(
                "completeness",
                msgid,
                language,
                f"it has {len(lines_of(text))} lines or other bullets,"
                f" the English {len(lines_of(english))}.",
                "Keep one line for each English line.",
            )


def _missing(content: Content) -> Iterator[Finding]:
    msgids = {msgid for _, msgid in content.texts}
    msgids |= {f"{answer}.{part}" for answer in content.answers for part in NEEDED}
    msgids |= {f"service.{name}.{part}" for name in content.services for part in ("name", "about")}
    for msgid in sorted(msgids):
        owner = msgid.rpartition(".")[0]
        if owner not in content.answers and owner.removeprefix("service.") not in content.services:
            yield Finding(
                "completeness", msgid, None, "it belongs to nothing.", "Take the text away."
            )
        for language in LANGUAGES:
            if not content.texts.get((language, msgid), "").strip():
                yield Finding("completeness", msgid, language, "the text is missing.", "Write it.")


def _too_long(content: Content) -> Iterator[Finding]:
    for (language, msgid), text in content.texts.items():
        part = msgid.rpartition(".")[2]
        limit = _limit(msgid, part)
        if limit and len(text) > limit:
            yield Finding(
                "completeness",
                msgid,
                language,
                f"it has {len(text)} characters, {limit} are allowed.",
                "Say it shorter.",
            )
        if part == "short" and len(sentences_of(text)) > _max_sentences(msgid):
            yield Finding(
                "completeness",
                msgid,
                language,
                f"it has {len(sentences_of(text))} sentences.",
                f"Say the point in {MAX_SHORT_SENTENCES}.",
            )


def _limit(msgid: str, part: str) -> int | None:
    if msgid.startswith("service."):
        return MAX_SERVICE
    return {"label": MAX_LABEL, "short": MAX_SHORT, "more": MAX_MORE}.get(part)


def _max_sentences(msgid: str) -> int:
    # In danger each sentence is one thing to do; the apology adds two numbers to call.
    lifelines = ("safety.danger.short", "bot.trouble.short")
    return 5 if msgid in lifelines else MAX_SHORT_SENTENCES


def _shape(text: str) -> list[bool]:
    return [line.startswith("- ") for line in lines_of(text)]
