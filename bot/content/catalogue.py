"""Monolingual gettext catalogues: a msgid is an id, and English is a translation like others."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from bot.errors import ContentError


def read_texts(path: Path, language: str) -> dict[str, str]:
    """Returns msgid → text. Empty and fuzzy entries are left out: neither may be served.

    Raises:
        ContentError: names the file, when it cannot be read as a catalogue.
    """
    return {
        str(message.id): str(message.string)
        for message in _read(path, language)
        if message.id and message.string and not message.fuzzy
    }


def read_sources(path: Path, language: str) -> dict[str, str]:
    """Returns msgid → the English that a translation was made from, as its comment has it.

    The comment is part of the translation: whoever changes the English leaves it as it
    is, and whoever translates anew brings it in step. White space is not kept.

    Raises:
        ContentError: names the file, when it cannot be read as a catalogue.
    """
    return {
        str(message.id): " ".join(
            " ".join(line.removeprefix(_SOURCE_MARK) for line in message.auto_comments).split()
        )
        for message in _read(path, language)
        if message.id
    }


def _read(path: Path, language: str) -> Catalog:
    try:
        data = path.read_bytes()
        _check_quotes(data.decode("utf-8"))
        catalogue = read_po(io.BytesIO(data), locale=language, abort_invalid=True)
        # Reading it parses the plural forms, which may be damaged too.
        _ = catalogue.num_plurals
    # Babel's reader raises whatever a damaged file makes it stumble over.
    except Exception as error:
        raise ContentError(f"{path.name} ({language}): {error}") from error
    return catalogue


def catalogue_of(
    texts: Mapping[str, str], language: str, source: Mapping[str, str] | None = None
) -> bytes:
    """Returns the bytes of a catalogue, in the order of `texts`.

    Args:
        texts: msgid → text in this language.
        language: its tag.
        source: msgid → English text, shown to the translator above each entry.
    """
    catalogue = Catalog(
        locale=language, project="rights-assistant", fuzzy=False, header_comment=_HEADER
    )
    # A date would change the file when nothing in it has changed.
    for msgid, text in texts.items():
        comments = [f"{_SOURCE_MARK} {line}" for line in (source or {}).get(msgid, "").splitlines()]
        catalogue.add(msgid, text, auto_comments=comments)
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100)
    lines = buffer.getvalue().decode().splitlines(keepends=True)
    return "".join(
        line for line in lines if not _VARYING.intersection([line.split(":")[0]])
    ).encode()


def _check_quotes(text: str) -> None:
    """Babel takes a string without an end for one that ends a letter earlier."""
    for number, line in enumerate(text.splitlines(), start=1):
        opened = _STRING.match(line)
        if opened and not _CLOSED.fullmatch(line[opened.end() :].rstrip()):
            raise ValueError(f"line {number}: a text without its closing quotation mark")


# The beginning of a line that holds a string, and what must follow: escaped
# characters or any others, and one closing mark.
_STRING = re.compile(r'\s*(?:msg\w+(?:\[\d+\])?\s+)?"')
_CLOSED = re.compile(r'(?:\\.|[^"\\])*"')

#: In front of each line of the English that a translation was made from.
_SOURCE_MARK = "English:"

_HEADER = """\
# Texts of the assistant, one entry for each part of an answer or a service.
# The msgid is an identifier and never changes. Translate the English above it.
#"""
_VARYING = {'"POT-Creation-Date', '"PO-Revision-Date', '"Last-Translator', '"Language-Team'}
