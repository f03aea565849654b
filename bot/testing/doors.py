"""The two doors of the chat that a test goes through: the JSON contract, and the form page.

Both speak to a running chat over HTTP, as a browser does; nothing here knows how it works inside.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Protocol

from bot.content.never import numbers

#: What a slow machine may take over one turn, in seconds.
PATIENCE = 30.0


@dataclass(frozen=True)
class Heard:
    """One message of a reply, as far as both doors tell.

    `services` maps ids to the numbers that are shown beside them, digits alone.
    """

    answer: str
    language: str
    text: str
    buttons: tuple[str, ...]
    services: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Reply:
    """What came back: the HTTP status, the messages, and the sealed state to go on from."""

    status: int
    messages: tuple[Heard, ...]
    state: str
    seconds: float


class Door(Protocol):
    """A way into the chat."""

    @property
    def name(self) -> str:
        """What a report calls it."""

    def open(self, language: str) -> Reply:
        """Opens the chat on a phone that is set to a language."""

    def send(self, language: str, state: str, **sent: str) -> Reply:
        """Sends a `message`, a `choose` or a `lang`, and returns the reply."""


class Line:
    """A connection to a chat that is kept open from turn to turn."""

    def __init__(self, url: str) -> None:
        """Takes `http://host:port`."""
        parts = urllib.parse.urlsplit(url)
        self._connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port, timeout=PATIENCE
        )

    def ask(
        self, path: str, language: str, body: str | None = None, kind: str = ""
    ) -> tuple[int, str, float]:
        """Returns status, text and seconds of one request, of a phone set to a language."""
        headers = {"Accept-Language": language} | ({"Content-Type": kind} if kind else {})
        method = "GET" if body is None else "POST"
        content = None if body is None else body.encode()
        began = time.monotonic()
        try:
            self._connection.request(method, path, content, headers)
            answer = self._connection.getresponse()
            text = answer.read().decode()
        except (http.client.HTTPException, ConnectionError):
            # The chat closes what has been quiet for a while: once more, anew.
            self._connection.close()
            self._connection.request(method, path, content, headers)
            answer = self._connection.getresponse()
            text = answer.read().decode()
        return answer.status, text, time.monotonic() - began


class JsonDoor:
    """`POST /webhooks/web/turn`."""

    name = "json"

    def __init__(self, url: str) -> None:
        self._line = Line(url)

    def open(self, language: str) -> Reply:
        """Opens the chat, as the script of the page does."""
        return self._turn(language, {})

    def send(self, language: str, state: str, **sent: str) -> Reply:
        """Sends a turn."""
        return self._turn(language, {"state": state, **sent})

    def _turn(self, language: str, body: Mapping[str, str]) -> Reply:
        status, raw, seconds = self._line.ask(
            "/webhooks/web/turn", language, json.dumps(body), "application/json"
        )
        data: dict[str, Any] = json.loads(raw)
        messages = [_heard(one) for one in data.get("messages", [])]
        return Reply(status, tuple(messages), str(data.get("state", "")), seconds)


class FormDoor:
    """The page without a script."""

    name = "form"

    def __init__(self, url: str) -> None:
        self._line = Line(url)

    def open(self, language: str) -> Reply:
        """Opens the page."""
        return _page(*self._line.ask("/chat", language))

    def send(self, language: str, state: str, **sent: str) -> Reply:
        """Sends the form."""
        form = urllib.parse.urlencode({"state": state, "page_lang": language, **sent})
        kind = "application/x-www-form-urlencoded"
        return _page(*self._line.ask("/chat", language, form, kind))


def _heard(message: Mapping[str, Any]) -> Heard:
    return Heard(
        message["answer"],
        message["lang"],
        message["text"],
        tuple(button["choose"] for button in message["buttons"]),
        {
            one["id"]: tuple("".join(numbers(one[name])) for name in ("phone", "sms") if one[name])
            for one in message["services"]
        },
    )


def _page(status: int, html: str, seconds: float) -> Reply:
    reader = _PageReader()
    reader.feed(html)
    return Reply(status, tuple(one.heard for one in reader.messages), reader.state, seconds)


@dataclass
class _Message:
    answer: str
    language: str
    lines: list[str] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)
    services: dict[str, list[str]] = field(default_factory=dict)

    @property
    def heard(self) -> Heard:
        shown = {name: tuple(found) for name, found in self.services.items()}
        text = "\n".join(line for line in map(str.strip, self.lines) if line)
        return Heard(self.answer, self.language, text, tuple(self.buttons), shown)


class _PageReader(HTMLParser):
    """Takes from the page what a woman reads and can press."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[_Message] = []
        self.state = ""
        self._open: _Message | None = None
        self._service = ""
        self._hidden = 0
        self._lists = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and given.get("name") == "state":
            self.state = given["value"]
        if tag == "article" and "data-answer" in given:
            self._open = _Message(given["data-answer"], given.get("lang", ""))
            self.messages.append(self._open)
        if self._open is None:
            return
        # What is read to her besides, or folded up, is no part of the answer's words.
        if self._hidden or given.get("class") == "hidden" or tag in ("details", "form"):
            self._hidden += tag not in ("input", "br")
        if tag == "li" and "data-service" in given:
            self._service = given["data-service"]
            self._open.services[self._service] = []
        if self._service and tag in ("ul", "li"):
            self._lists += 1
        if tag == "button" and given.get("name") == "choose":
            self._open.buttons.append(given["value"])
        scheme, _, number = given.get("href", "").partition(":")
        if self._service and scheme in ("tel", "sms"):
            self._open.services[self._service].append("".join(numbers(number)))

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self._open = None
        self._hidden -= bool(self._hidden)
        if self._service and tag in ("ul", "li"):
            self._lists -= 1
            if not self._lists:
                self._service = ""

    def handle_data(self, data: str) -> None:
        if self._open and not self._hidden and not self._service:
            self._open.lines.append(data)
