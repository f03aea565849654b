"""The shipped nginx configuration, run: nothing lost, nothing kept, and errors in the contract."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from bot.i18n import Phrases
from bot.languages import LANGUAGES
from bot.web.contract import MAX_BODY_BYTES
from bot.web.refusals import refusal
from tests.project.reverse_proxy import (
    CHAT,
    DESK,
    SHIPPED,
    Answer,
    Proxy,
    lay_out,
    nginx,
    running_proxy,
)

TURN = "/webhooks/web/turn"
#: What nobody would write by chance, so that it can be searched for.
WORDS = "xylophone-quagmire"


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """Runs nginx as it ships, with two chats and a desk behind it."""
    with running_proxy(tmp_path_factory.mktemp("proxy")) as running:
        yield running


def test_nginx_takes_the_configuration(tmp_path) -> None:
    """`nginx -t` finds nothing to complain of."""
    main, _, _ = lay_out(tmp_path)
    checked = subprocess.run(
        [nginx(), "-t", "-p", str(tmp_path), "-c", str(main)], capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stderr
    # Newer ones would rather read `http2 on;`, which older ones do not know.
    said = [line for line in checked.stderr.splitlines() if '"listen ... http2"' not in line]
    assert not [line for line in said if "[warn]" in line or "[emerg]" in line]


def test_nginx_takes_the_configuration_of_the_containers(tmp_path) -> None:
    """There it has a main configuration and upstreams of their own."""
    main, _, _ = lay_out(tmp_path)
    container = SHIPPED.parent / "container"
    upstreams = (container / "upstreams.conf").read_text()
    (main.parent / "rights-assistant" / "upstreams.conf").write_text(upstreams)
    text = (container / "nginx.conf").read_text()
    main.write_text(text.replace(" /tmp/", f" {tmp_path}/temporary/"))
    checked = subprocess.run(
        [nginx(), "-t", "-p", str(tmp_path), "-c", str(main)], capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stderr


def test_a_turn_reaches_a_chat_with_what_it_needs_and_no_more(proxy: Proxy) -> None:
    """The address is the one that nginx sees; what the chat does not read stays outside."""
    written = {
        "X-Forwarded-For": "198.51.100.7",
        "X-Real-IP": "198.51.100.7",
        "Forwarded": "for=198.51.100.7",
        "Cookie": "a=b",
        "Referer": "https://example.org/",
        "User-Agent": "somebody's phone",
        "Accept-Language": "cy",
        "Content-Type": "application/json",
    }
    answer = proxy.ask(TURN, json.dumps({"message": WORDS}), written)
    assert answer.status == 200
    assert answer.data["path"] == TURN
    assert json.loads(answer.data["body"]) == {"message": WORDS}
    assert answer.data["headers"] == {
        "host": CHAT,
        "x-forwarded-for": "127.0.0.1",
        "accept-language": "cy",
        "content-type": "application/json",
        "content-length": str(len(answer.data["body"])),
        "accept-encoding": "identity",
    }


def test_the_largest_body_that_the_chat_takes_gets_through(proxy: Proxy) -> None:
    """What the chat would take, nginx takes too."""
    assert len(proxy.ask(TURN, b"x" * MAX_BODY_BYTES).data["body"]) == MAX_BODY_BYTES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_larger_body_is_refused_in_the_form_of_the_contract(
    proxy: Proxy, phrases: Phrases, language: str
) -> None:
    """413, with 999, in her language; a page where she uses the page."""
    headers = {"Accept-Language": f"{language}, en;q=0.5"}
    sentence = refusal(phrases, language, "too_long")
    answer = proxy.ask(TURN, b"x" * (MAX_BODY_BYTES + 1), headers)
    assert (answer.status, answer.headers["content-type"]) == (413, "application/json")
    assert answer.data == {"error": {"code": "too_long", "message": sentence}}
    page = proxy.ask("/chat", b"x" * (MAX_BODY_BYTES + 1), headers)
    assert (page.status, page.headers["content-type"]) == (413, "text/html; charset=utf-8")
    assert f'<html lang="{language}">' in page.body
    assert sentence in _text(page.body)
    for came in (answer, page):
        assert came.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fr-FR, fr;q=0.9, cy;q=0.8, en;q=0.7", "cy"),
        ("es-419,es;q=0.9", "es"),
        ("PT-br", "pt"),
        ("ett, esu, cym", "en"),
        ("*", "en"),
        ("", "en"),
    ],
    ids=["later", "region", "capitals", "others", "any", "none"],
)
def test_her_language_is_the_first_of_ours_that_she_reads(
    proxy: Proxy, phrases: Phrases, header: str, language: str
) -> None:
    """The header is read as the chat does."""
    answer = proxy.ask(TURN, b"x" * (MAX_BODY_BYTES + 1), {"Accept-Language": header})
    assert answer.data["error"]["message"] == refusal(phrases, language, "too_long")


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "/ready"])
def test_what_is_for_operators_is_not_reached(proxy: Proxy, path: str) -> None:
    """Figures and readiness stay inside."""
    answer = proxy.ask(path)
    assert answer.status == 404
    assert "999" in answer.body


def test_an_error_of_the_chat_passes_as_it_is(proxy: Proxy) -> None:
    """Its busy answer is in her language already, and may hold the answer to danger."""
    answer = proxy.ask(TURN, b"busy")
    assert (answer.status, answer.data["body"]) == (503, "busy")


def test_the_desk_has_its_own_name(proxy: Proxy) -> None:
    """Its name leads to the desk alone, with the cookie that says who it is."""
    answer = proxy.ask("/answers", headers={"Cookie": "desk=1"}, name=DESK)
    assert answer.data["chat"] == "desk"
    assert answer.data["headers"]["cookie"] == "desk=1"


def test_the_desk_is_closed_to_whoever_is_not_let_in(tmp_path) -> None:
    """Without the line that lets this machine in, nobody gets there; the chat stays open."""
    with running_proxy(tmp_path, {"    allow 127.0.0.1;\n": ""}) as proxy:
        assert proxy.ask(name=DESK).status == 403
        assert proxy.ask().status == 200


def test_another_name_is_not_answered(proxy: Proxy) -> None:
    """Whoever scans addresses sees no certificate and no answer."""
    with pytest.raises(OSError, match="UNRECOGNIZED_NAME"):
        proxy.ask(name="other.example.org")


def test_too_many_are_refused_in_the_form_of_the_contract(tmp_path, phrases: Phrases) -> None:
    """429, with 999, and when to try again. Here the limit is made small enough to meet."""
    changes = {"rate=30r/s": "rate=1r/m", "burst=200 nodelay": "burst=2 nodelay"}
    with running_proxy(tmp_path, changes) as proxy:
        answers = [proxy.ask(TURN, b"{}", {"Accept-Language": "cy"}) for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    message = refusal(phrases, "cy", "too_many")
    assert answers[-1].data == {"error": {"code": "too_many", "message": message}}
    assert answers[-1].headers["retry-after"] == "5"


def test_a_killed_chat_costs_nobody_an_answer(tmp_path) -> None:
    """Killed in mid-turn and gone afterwards: each turn is answered by the other, with 200.

    Meanwhile nothing of what was written lies in a file.
    """
    body = f"hold {WORDS} ".ljust(MAX_BODY_BYTES, ".")
    with running_proxy(tmp_path) as proxy:
        answers: list[Answer] = []
        held = threading.Thread(target=lambda: answers.append(proxy.ask(TURN, body)))
        held.start()
        name = _holder(proxy.held)
        assert_nothing_kept(proxy.written())
        proxy.chats[name].kill()
        held.join(60)
        answers += [proxy.ask(TURN, f"{number} {WORDS}") for number in range(20)]
        written = proxy.written()
    other = {"first": "second", "second": "first"}[name]
    assert [(answer.status, answer.data["chat"]) for answer in answers] == [(200, other)] * 21
    assert answers[0].data["body"] == body
    assert_nothing_kept(written)


def test_with_no_chat_at_all_she_gets_an_emergency_number(tmp_path, phrases: Phrases) -> None:
    """502 in four languages, as JSON and as a page, and nothing of it in a log."""
    with running_proxy(tmp_path) as proxy:
        for name in ("first", "second"):
            proxy.chats[name].kill()
            proxy.chats[name].wait(30)
        answers = {
            language: [
                proxy.ask(path, WORDS, {"Accept-Language": language}) for path in (TURN, "/chat")
            ]
            for language in LANGUAGES
        }
        written = proxy.written()
    for language, (turn, page) in answers.items():
        sentence = refusal(phrases, language, "trouble")
        assert (turn.status, page.status) == (502, 502)
        assert turn.data == {"error": {"code": "trouble", "message": sentence}}
        assert sentence in _text(page.body)
        # The page's script would show it in place of "your words are still here: try again".
        assert 'id="error"' not in page.body
    assert_nothing_kept(written)


def test_nothing_of_a_request_is_written(tmp_path) -> None:
    """Answered, refused, too large, broken off, or not TLS at all: no file holds any of it."""
    with running_proxy(tmp_path) as proxy:
        proxy.ask(f"/chat?lang=cy&{WORDS}")
        proxy.ask(TURN, WORDS.encode() * 400, {"User-Agent": WORDS})
        proxy.ask(TURN, WORDS.encode() * 4000)
        proxy.ask(f"/metrics?{WORDS}")
        proxy.ask("/answers", WORDS.encode() * 100_000, name=DESK)
        for port in (proxy.tls_port, proxy.plain_port):
            _send_raw(port, f"POST /{WORDS} HTTP/1.1\r\nContent-Length: 9\r\n\r\n")
            _send_raw(port, f"{WORDS} {WORDS}\r\n\r\n")
        with pytest.raises(OSError, match="UNRECOGNIZED_NAME"):
            proxy.ask(f"/{WORDS}", name="other.example.org")
        written = proxy.written()
    assert_nothing_kept(written)


def assert_nothing_kept(written: dict[str, str]) -> None:
    """Fails when nginx has written anything but that it started and stopped."""
    assert set(written) == {"error.log", "access.log"}
    assert written["access.log"] == ""
    for trace in (WORDS, "client:", "request:", "127.0.0.1"):
        assert trace not in written["error.log"], written["error.log"]


def _holder(held: Path) -> str:
    """Returns who holds a request, as soon as somebody does."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if held.exists() and (name := held.read_text()):
            return name
        time.sleep(0.02)
    pytest.fail("No chat got the request.")


def _text(page: str) -> str:
    """Returns a page as it is read, without its marks."""
    return unescape(re.sub(r"<[^>]*>", "", page))


def _send_raw(port: int, text: str) -> None:
    with socket.create_connection(("127.0.0.1", port), 30) as plain:
        plain.sendall(text.encode())
        plain.shutdown(socket.SHUT_WR)
        while plain.recv(4096):
            pass
