"""The running chat when somebody wants it to stand still: floods, slow senders, large bodies."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.languages import LANGUAGES
from tests.conftest import NOW, running_chat
from tests.web.talking import DANGER
from tests.web.test_http import JSON, TURN, Client

MOST = 5
FLOODED = {"en": 11, "es": 12, "cy": 13, "pt": 14}


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A chat behind a proxy, which takes few turns a minute of one address."""
    more = {"ASSISTANT_BEHIND_PROXY": "1", "ASSISTANT_TURNS_A_MINUTE": str(MOST)}
    with running_chat(tmp_path_factory.mktemp("limited"), NOW, more=more) as running:
        address = urlsplit(running.url)
        yield Client(str(address.hostname), int(address.port or 0))


def turn(client: Client, address: str, **fields: str) -> tuple[int, dict[str, str], dict]:
    headers = JSON | {"X-Forwarded-For": f"192.0.2.1, {address}"}
    answer = client.ask("POST", TURN, json.dumps(fields), headers)
    return answer.status, answer.headers, answer.json


def flood(client: Client, address: str) -> None:
    for _ in range(MOST):
        turn(client, address, choose="nrm.what")


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_many_turns_of_one_address_are_refused(limited: Client, language: str) -> None:
    """In her language, with an emergency number, and with when to try again; danger is not."""
    address = f"203.0.113.{FLOODED[language]}"
    flood(limited, address)
    status, headers, body = turn(limited, address, choose="nrm.what", lang=language)
    assert (status, headers["retry-after"], body["error"]["code"]) == (429, "60", "too_many")
    assert "999" in body["error"]["message"]
    status, _, body = turn(limited, address, message=DANGER[language], lang=language)
    assert (status, body["messages"][0]["answer"]) == (200, "safety.danger")
    # Everybody else is answered.
    assert turn(limited, f"198.51.100.{FLOODED[language]}", choose="nrm.what")[0] == 200


def test_the_page_without_script_keeps_what_she_typed(limited: Client) -> None:
    flood(limited, "203.0.113.20")
    form = "message=what+is+the+nrm&page_lang=es"
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Forwarded-For": "203.0.113.20",
    }
    answer = limited.ask("POST", "/chat", form, headers)
    assert answer.status == 429
    assert "what is the nrm" in answer.body
    assert "999" in answer.body


def test_health_is_never_limited(limited: Client) -> None:
    flood(limited, "203.0.113.21")
    found = [limited.get(path, **{"X-Forwarded-For": "203.0.113.21"}) for path in
             ("/health", "/ready", "/privacy") for _ in range(MOST + 1)]  # fmt: skip
    assert {answer.status for answer in found} == {200}


def test_nothing_of_an_address_is_logged(limited: Client, tmp_path_factory) -> None:
    flood(limited, "203.0.113.77")
    turn(limited, "203.0.113.77", choose="nrm.what")
    folder = next(Path(tmp_path_factory.getbasetemp()).glob("limited*"))
    assert "203.0.113" not in (folder / "log").read_text(encoding="utf-8")


def test_a_crowd_is_told_that_it_is_busy_and_danger_is_answered(client: Client) -> None:
    """All at once: some are answered, the rest hear at once to try again, danger always comes."""
    crowd = [{"message": f"what is the nrm, i am number {number}"} for number in range(90)]
    danger = [{"message": DANGER[language]} for language in LANGUAGES]
    with ThreadPoolExecutor(len(crowd) + len(danger)) as pool:
        asked = [pool.submit(client.turn, **fields) for fields in (*crowd, *danger)]
        came = [one.result() for one in asked]
    busy = [one for one in came[: len(crowd)] if one.status == 503]
    answered = [one for one in came[: len(crowd)] if one.status == 200]
    assert len(busy) + len(answered) == len(crowd)
    assert busy
    assert answered
    assert all(one.json["messages"][0]["answer"] == "nrm.what" for one in answered)
    for one in busy:
        assert (one.json["error"]["code"], one.headers["retry-after"]) == ("busy", "2")
        assert "999" in one.json["error"]["message"]
    for one in came[len(crowd) :]:
        assert (one.status, one.json["messages"][0]["answer"]) == (200, "safety.danger")
    assert client.turn(choose="nrm.what").status == 200


def test_slow_senders_do_not_keep_others_waiting(client: Client) -> None:
    """Two hundred connections that never finish a request; the next one is answered."""
    with contextlib.ExitStack() as stack:
        for number in range(200):
            slow = stack.enter_context(socket.create_connection((client.host, client.port)))
            start = f"POST {TURN} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
            slow.sendall(start.encode() if number % 2 else start.encode() + b"\r\n{")
        assert client.turn(choose="nrm.what").status == 200


def test_a_large_body_is_refused_before_it_is_sent(client: Client) -> None:
    """Its length is enough: not one byte of it need come."""
    head = f"POST {TURN} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    received = client.raw(f"{head}Content-Length: 100000000\r\n\r\n".encode() + b"{")
    assert b" 413 " in received.splitlines()[0]


@pytest.fixture
def client(chat) -> Client:
    address = urlsplit(chat.url)
    return Client(str(address.hostname), int(address.port or 0))
