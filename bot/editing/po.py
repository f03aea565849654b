"""Translations as PO files, for a translator's own tool: out as they stand, and in again.

The msgid is a text's id, and the English stands in a comment above it: it tells what a
translation was made from. A file is read as a whole or not at all.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from bot.content.checks.completeness import MAX_LABEL, MAX_MORE, MAX_SERVICE, MAX_SHORT
from bot.content.never import never_said
from bot.content.values import Content
from bot.editing.po_lines import HIDDEN, DamagedPoError, Flaw, comments_of, lines_of
from bot.languages import DEFAULT_LANGUAGE

MOST_CHARACTERS = 4000
MAX_SHORT_WORDS = 60

#: In front of each line of the English that a translation is to say.
_ENGLISH = "English:"
_HEADER = """\
# Texts of the assistant, one entry for each part of an answer or a service.
# The msgid is an identifier and never changes. Translate the English above it.
#"""
_WHERE = {
    "label": "The words on a button.",
    "short": "The answer itself: the point, in three sentences.",
    "more": "Shown when she asks for more. One line for each English line.",
    "name": "The name of a service, in the list of services.",
    "about": "What a service does, in the list of services.",
    "confidential": "What a service says of confidentiality, in the list of services.",
}
_LIMITS = {
    "label": f"At most {MAX_LABEL} characters.",
    "short": f"At most {MAX_SHORT_WORDS} words ({MAX_SHORT} characters).",
    "more": f"At most {MAX_MORE} characters.",
}


def due(content: Content, language: str) -> list[str]:
    """Returns the msgids whose translation is missing, or made from an older English."""
    return [
        msgid
        for msgid in _msgids(content)
        if not content.has_text(language, msgid) or (language, msgid) in content.stale
    ]


def catalogue(
    content: Content, language: str, written_at: datetime, *, only_due: bool = False
) -> bytes:
    """Returns the texts of a language as a PO file.

    Args:
        content: what is published.
        language: its tag.
        written_at: the date of the file.
        only_due: leave out what is in step with the English.
    """
    found = Catalog(
        locale=language,
        project="rights-assistant",
        version=str(content.revision),
        msgid_bugs_address=" ",
        last_translator="the desk <>",
        language_team=f"{language} <>",
        creation_date=written_at,
        revision_date=written_at,
        header_comment=_HEADER,
        fuzzy=False,
    )
    for msgid in due(content, language) if only_due else _msgids(content):
        # Weblate counts along.
        flags = [f"max-length:{MAX_LABEL}"] if msgid.endswith(".label") else []
        entry = found.add(msgid, content.texts.get((language, msgid), ""), flags=flags)
        # Handed over above, a line that comes twice would be there once.
        entry.auto_comments = list(_above(content, language, msgid))
    buffer = io.BytesIO()
    write_po(buffer, found, width=78)
    return buffer.getvalue()


def _msgids(content: Content) -> list[str]:
    """Returns the msgids of the English: answer by answer, as they are listed, then services."""
    owners = [*content.answers, *(f"service.{name}" for name in content.services)]
    place = {owner: index for index, owner in enumerate(owners)}
    parts = {part: index for index, part in enumerate(_WHERE)}

    def order(msgid: str) -> tuple[int, int, str]:
        owner, _, part = msgid.rpartition(".")
        return place.get(owner, len(place)), parts.get(part, len(parts)), msgid

    return sorted((msgid for tag, msgid in content.texts if tag == DEFAULT_LANGUAGE), key=order)


def _above(content: Content, language: str, msgid: str) -> Iterator[str]:
    owner, _, part = msgid.rpartition(".")
    is_service = owner.startswith("service.")
    topic = "services" if is_service else owner.partition(".")[0]
    limit = f"At most {MAX_SERVICE} characters." if is_service else _LIMITS.get(part, "")
    where = _WHERE.get(part, "Said by the assistant, or words on a button.")
    yield f"Topic: {topic}. {where} {limit}".strip()
    kind = content.stale.get((language, msgid))
    if kind and content.has_text(language, msgid):
        yield f"The English has changed since this was translated ({kind})."
    for line in content.text(DEFAULT_LANGUAGE, msgid).splitlines():
        yield f"{_ENGLISH} {line}"


@dataclass(frozen=True)
class Incoming:
    """What a file would change; nothing when it has a flaw."""

    #: msgid → text, of what differs from what is live.
    texts: dict[str, str] = field(default_factory=dict)
    left_out: tuple[Flaw, ...] = ()
    flaws: tuple[Flaw, ...] = ()


def read(data: bytes, language: str, content: Content) -> Incoming:
    """Reads a translator's file against what is live.

    Args:
        data: the file.
        language: the one that it must be of.
        content: what is published.
    """
    try:
        lines = lines_of(data)
        comments = comments_of(lines)
        messages = _messages(lines, language)
    except DamagedPoError as error:
        return Incoming(flaws=(error.flaw,))
    flaws = tuple(flaw for message in messages for flaw in _flaws(message, content))
    if flaws:
        return Incoming(flaws=flaws)
    texts, left_out = {}, []
    for message in messages:
        text = as_saved(message.string)
        if text == as_saved(content.texts.get((language, message.id), "")):
            continue
        reason = _reason(message, text, comments[message.id], content)
        if reason:
            left_out.append(Flaw(reason, message.lineno, message.id))
        else:
            texts[message.id] = text
    return Incoming(texts, tuple(left_out))


def as_saved(text: str) -> str:
    """Returns a text as a draft keeps it; what differs in no letter is no change."""
    lines = unicodedata.normalize("NFC", text).strip().splitlines()
    return "\n".join(line.rstrip() for line in lines)


def _messages(lines: list[str], language: str) -> list[Message]:
    try:
        # What a tool keeps of entries that are gone is not for us.
        kept = ["#" if line.lstrip().startswith("#~") else line for line in lines]
        found = read_po(kept, abort_invalid=True)
    # The lines are well formed, so it is the header: Babel raises whatever it stumbles over there.
    except Exception as error:
        raise DamagedPoError("no_header", 1) from error
    named = str(found.locale_identifier or "")
    if named.replace("-", "_").partition("_")[0].casefold() != language:
        header = next((n for n, line in enumerate(lines, 1) if '"Language:' in line), 1)
        raise DamagedPoError("language", header, named)
    if found.charset not in ("utf-8", "utf8"):
        header = next((n for n, line in enumerate(lines, 1) if "charset=" in line), 1)
        raise DamagedPoError("encoding", header)
    return [message for message in found if message.id]


def _flaws(message: Message, content: Content) -> Iterator[Flaw]:
    if not content.has_text(DEFAULT_LANGUAGE, message.id):
        yield Flaw("unknown", message.lineno, message.id)
    elif HIDDEN.search(message.string) or re.search(r"[\t\r]", message.string):
        yield Flaw("control", message.lineno, message.id)
    elif len(message.string) > MOST_CHARACTERS:
        yield Flaw("long", message.lineno, message.id)
    else:
        for reason in never_said(message.string):
            yield Flaw("never", message.lineno, reason)


def _reason(message: Message, text: str, comment: str, content: Content) -> str:
    """Returns why an entry that differs is left out, nothing when it is not."""
    if message.fuzzy:
        return "fuzzy"
    if not text:
        return "empty"
    _, mark, english = comment.partition(_ENGLISH)
    if not mark:
        return "no_english"
    # Published as made from the present English, it would count as in step, and is not.
    present = content.text(DEFAULT_LANGUAGE, message.id)
    return "" if _letters(english) == _letters(present) else "old_english"


def _letters(english: str) -> str:
    """Returns a text without what a tool changes when it wraps a comment."""
    return re.sub(r"\s", "", english).replace(_ENGLISH, "")
