"""The lines of a PO file from somebody else's machine: refused where Babel would guess.

Babel repairs in silence an unfinished string or a second text of the same name; a guess is not
good enough for what somebody in danger will read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from babel.messages.pofile import unescape

MOST_BYTES = 2 * 1024 * 1024

#: Signs that nobody sees: control characters, and those that turn the direction of writing.
HIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"
)

#: A line that holds a string, whole; the beginning of one; and what must follow it.
_KEYWORD = r"(?:(?P<keyword>msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?) +)?"
_LINE = re.compile(_KEYWORD + r'(?P<string>"(?:\\[ntr"\\]|[^"\\])*")')
_OPENED = re.compile(_KEYWORD + '"')
_CLOSED = re.compile(r'(?:\\.|[^"\\])*"')


@dataclass(frozen=True)
class Flaw:
    """What is wrong with a line of a file, or why an entry is left out; `name` is about what."""

    code: str
    line: int
    name: str = ""


class DamagedPoError(Exception):
    """Raised when a file cannot be read; it never leaves `po.read`."""

    def __init__(self, code: str, line: int, name: str = "") -> None:
        super().__init__(code)
        self.flaw = Flaw(code, line, name)


def lines_of(data: bytes) -> list[str]:
    """Returns the lines of a file, without what its writer's machine put at their ends.

    Raises:
        DamagedPoError: when it is no text, or holds signs that nobody sees.
    """
    if len(data) > MOST_BYTES:
        raise DamagedPoError("large", 1)
    if data.startswith(b"PK"):
        raise DamagedPoError("zip", 1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DamagedPoError("encoding", data.count(b"\n", 0, error.start) + 1) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.lstrip().startswith("<"):
        raise DamagedPoError("html", 1)
    found = HIDDEN.search(text)
    if found:
        raise DamagedPoError("control", text.count("\n", 0, found.start()) + 1)
    return text.split("\n")


def comments_of(lines: list[str]) -> dict[str, str]:
    """Returns msgid → extracted comment of each entry, the header's first.

    Raises:
        DamagedPoError: when a line is none of a PO file, or an entry has no header before it, is
            there twice, is unfinished, or has a form that our texts do not have.
    """
    reading = _Reading()
    for number, line in enumerate(lines, start=1):
        reading.take(number, line.strip())
    reading.end_entry()
    if "" not in reading.found:
        raise DamagedPoError("no_header", 1)
    return reading.found


class _Reading:
    """Goes through the lines, and knows what may come next."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self._keyword, self._begun, self._msgid, self._comment = "", 0, "", ""

    def take(self, number: int, line: str) -> None:
        if not line:
            return
        if line.startswith("#"):
            self._take_comment(line)
            return
        found = _LINE.fullmatch(line)
        if found is None:
            raise DamagedPoError(_what_is_wrong(line), number)
        if found["keyword"]:
            self._take_keyword(number, found["keyword"], unescape(found["string"]))
        elif self._keyword == "msgid":
            self._msgid += unescape(found["string"])
        elif not self._keyword:
            raise DamagedPoError("not_po", number)

    def end_entry(self) -> None:
        if self._keyword == "msgid":
            raise DamagedPoError("unfinished", self._begun, self._msgid)
        self._keyword = ""

    def _take_comment(self, line: str) -> None:
        self.end_entry()
        if line.startswith("#~"):
            # What stood above belongs to an entry that is gone.
            self._comment = ""
        elif line.startswith("#."):
            self._comment += line.removeprefix("#.")

    def _take_keyword(self, number: int, keyword: str, string: str) -> None:
        if keyword == "msgid":
            self.end_entry()
            self._begun, self._msgid = number, string
        elif keyword == "msgctxt":
            raise DamagedPoError("context", number)
        elif keyword != "msgstr":
            raise DamagedPoError("plural", number)
        elif self._keyword != "msgid":
            raise DamagedPoError("not_po", number)
        else:
            self._take_entry()
        self._keyword = keyword

    def _take_entry(self) -> None:
        if not self.found and self._msgid:
            raise DamagedPoError("no_header", 1)
        if self._msgid in self.found:
            raise DamagedPoError("duplicate", self._begun, self._msgid)
        self.found[self._msgid], self._comment = self._comment, ""


def _what_is_wrong(line: str) -> str:
    opened = _OPENED.match(line)
    if opened is None:
        return "not_po"
    return "escape" if _CLOSED.fullmatch(line[opened.end() :]) else "quote"
