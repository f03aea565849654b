"""Hostile input over HTTP, to the running chat. `make soak` sends ten times as much."""

from __future__ import annotations

import pytest

from bench.fuzz import Answer, faults, fuzz, send, still_answers, traces
from tests.robustness.hostile import JSON, KINDS, PREFIX, TURN, Attack, attacks

INPUTS = 2_000


def test_hostile_input_brings_nothing_down_and_leaves_no_trace(chat) -> None:
    """No error of the server, no state that is not sealed, no word in log or database."""
    outcome = fuzz(chat.url, INPUTS)
    assert outcome.failures == []
    assert outcome.statuses.total() == INPUTS
    # Each was answered, refused in every way that there is, or cut off.
    assert {0, 200, 303, 400, 404, 405, 413, 415} <= set(outcome.statuses)
    assert outcome.statuses[200] > INPUTS / 5
    assert traces(chat.folder) == []


@pytest.mark.parametrize(
    "lie",
    [
        *("Content-Length: -1", "Content-Length: -99", "Content-Length: 1, 2", "Content-Length: x"),
        *("Content-Length: +5", "Content-Length: 1_0", "Content-Length: 5\r\nContent-Length: 2"),
        *("Transfer-Encoding: gzip, chunked", "Transfer-Encoding: x"),
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
    ],
)
def test_a_body_of_no_sound_length_is_refused_and_stops_nobody(chat, lie: str) -> None:
    """Such a request is answered with 400, and the next one as ever: nobody else waits for it."""
    head = f"POST {TURN} HTTP/1.1\r\nHost: x\r\nContent-Type: {JSON}\r\n{lie}\r\n"
    data = f'{head}Connection: close\r\n\r\n{{"message": "hello"}}'.encode()
    answer = send(chat.url, Attack("length", data))
    assert answer.status == 400
    assert b"999" in answer.body
    assert still_answers(chat.url) == []


def test_a_seed_makes_the_same_input_each_time() -> None:
    """What failed once can be sent again; another seed makes something else."""
    first, again, other = (list(attacks(seed, 90, lambda: "gAAAAAx")) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert len({attack.kind for attack in first}) == len(set(KINDS))


def test_every_input_carries_a_word_of_its_own() -> None:
    """Otherwise the search for it would prove nothing."""
    made = list(attacks(3, 600, lambda: "gAAAAAx"))
    held = [
        PREFIX.encode() in attack.data or PREFIX.encode("utf-16-le") in attack.data
        for attack in made
        if not attack.hangs_up
    ]
    assert all(held)
    assert len({attack.data for attack in made}) > 590


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        (Answer(200, b'{"state": "gAAAAAx_-y==", "messages": [{}]}', is_json=True), False),
        (Answer(200, b'{"state": "", "messages": [{}]}', is_json=True), False),
        (Answer(200, b'{"state": "hello", "messages": [{}]}', is_json=True), True),
        (Answer(200, b'{"state": "gAAAAAx", "messages": []}', is_json=True), True),
        (Answer(200, b'<input name="state" value="gAAAAA' + b"x" * 3000 + b'">'), True),
        (Answer(200, b'<input name="state" value="aGVyIHdvcmRz">'), True),
        (Answer(200, b"<p>&lt;img src=x onerror=1&gt;</p>"), False),
        (Answer(200, b"<p><img src=x onerror=1></p>"), True),
        (Answer(400, b"Traceback (most recent call last)"), True),
        (Answer(400, b""), False),
        (Answer(500, b""), True),
        (Answer(), True),
    ],
)
def test_the_judge_finds_what_is_wrong(answer: Answer, wrong: bool) -> None:
    """The test above can fail: an answer of each kind of wrong is found."""
    assert bool(faults(Attack("turn", b""), answer)) == wrong


def test_the_search_finds_a_word_in_a_file(tmp_path) -> None:
    """Wherever in a folder it stands."""
    (tmp_path / "log").write_text("all is well\n")
    assert traces(tmp_path) == []
    (tmp_path / "content.db-wal").write_bytes(b"\x00" + f"{PREFIX}7n1".encode() + b"\x00")
    assert traces(tmp_path) == ["content.db-wal"]
