"""Conversations with planted words through every door and every failure."""

from __future__ import annotations

import http.client
import json
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from bot.languages import LANGUAGES
from tests.privacy.service import FAULTS

#: Every planted word begins so. No word of any language does, and no doubled letter is in it.
PREFIX = "xqzarv"
#: A detail of each kind that is masked; the digits stand nowhere else.
PHONE = "07700 900461"
#: What a browser says of itself, and a proxy of her address.
AGENT, ADDRESS = f"{PREFIX}agent", "198.51.100.77"

ASKED = {
    "en": ("what is the NRM", "he is hitting me", "I want to kill myself", "tell me more"),
    "es": ("qué es el NRM", "me está pegando", "me quiero matar", "más"),
    "cy": ("beth ydy'r NRM", "mae o'n fy nharo i rwan", "dw i eisiau lladd fy hun", "mwy"),
    "pt": ("o que é o NRM", "ele está me batendo agora", "quero me matar", "me conta mais"),
}


@dataclass
class Answered:
    """One response."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass
class Tab:
    """A browser tab that plants a word of its own in each message."""

    url: str
    language: str
    number: int
    answers: list[Answered] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    state: str = ""
    said: int = 0

    def word(self) -> str:
        self.said += 1
        return f"{PREFIX}{self.language}{self.number}n{self.said}"

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> Answered:
        address = urlsplit(self.url)
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)
        headers = {"User-Agent": AGENT, "X-Forwarded-For": ADDRESS, "Referer": f"http://{AGENT}/"}
        if kind:
            headers["Content-Type"] = kind
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            found = Answered(answer.status, {k.lower(): v for k, v in answer.getheaders()}, text)
        finally:
            connection.close()
        self.answers.append(found)
        return found

    def json(self, **fields: Any) -> Answered:
        body = json.dumps({"state": self.state, **fields}, ensure_ascii=False).encode()
        answer = self.ask("POST", "/webhooks/web/turn", body, "application/json")
        self._keep(json.loads(answer.body).get("state"))
        return answer

    def form(self, **fields: Any) -> Answered:
        body = urlencode({"state": self.state, "page_lang": self.language, **fields}).encode()
        answer = self.ask("POST", "/chat", body, "application/x-www-form-urlencoded")
        found = re.search(r'name="state" value="([^"]*)"', answer.body)
        self._keep(found[1] if found else None)
        return answer

    def hang_up(self, message: str) -> None:
        """Sends a turn and closes the connection before it is answered."""
        address = urlsplit(self.url)
        body = json.dumps({"message": message}).encode()
        head = (
            f"POST /webhooks/web/turn HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
            "Content-Type: application/json\r\n\r\n"
        )
        with socket.create_connection((str(address.hostname), address.port)) as client:
            client.sendall(head.encode() + body)

    def _keep(self, state: str | None) -> None:
        if state:
            self.state = state
            self.tokens.append(state)


def converse(url: str, number: int) -> Tab:
    """Holds one conversation through one of the two doors, with everything that can happen."""
    language = LANGUAGES[number % len(LANGUAGES)]
    tab = Tab(url, language, number)
    for _ in _steps(tab, tab.json if number % 2 else tab.form):
        pass
    return tab


def _steps(tab: Tab, turn: Any) -> Iterator[Answered]:
    yield tab.ask("GET", f"/chat?lang={tab.language}")
    for asked in ASKED[tab.language]:
        yield turn(message=f"{asked}. {tab.word()}")
    yield turn(message=f"{tab.word()} {PHONE} ana@{tab.word()}.com RF1234567")
    yield turn(message=f"{tab.word()} qwrt zxcv 😀 {tab.word()}")
    yield turn(choose="services.find?nation=wales")
    yield turn(choose="bot.sources")
    yield turn(lang=LANGUAGES[(tab.number + 1) % len(LANGUAGES)])
    for fault in FAULTS:
        yield turn(message=f"qwrt {fault} {tab.word()}")
    yield turn(message=f"{ASKED[tab.language][1]}. zqnlu {tab.word()}")
    yield turn(message=tab.word() * 60)
    yield turn(choose=f"services.find?nation={tab.word()}")
    yield turn(choose=f"{tab.word()}.{tab.word()}")
    yield turn(lang=tab.word())
    yield tab.ask("POST", "/webhooks/web/turn", tab.word().encode(), "application/json")
    yield tab.ask("POST", "/chat", tab.word().encode(), f"multipart/form-data; boundary={AGENT}")
    yield tab.ask("GET", f"/{tab.word()}?message={tab.word()}")
    yield tab.ask("GET", f"/privacy?lang={tab.word()}")
    tab.hang_up(f"zqslow {tab.word()}")
    forget = urlencode({"page_lang": tab.language, "state": tab.state}).encode()
    yield tab.ask("POST", "/forget", forget, "application/x-www-form-urlencoded")
