"""Does hostile input over HTTP bring anything down, hang it, or leave a trace of itself?

`make test` sends 2,000 inputs to a running chat, `make soak` 20,000 (`python -m bench.fuzz COUNT
SEED` for others). No answer may be an error of the server; what looks like a state must be sealed;
no word that was sent may stand in the log or in the database; and somebody in danger must be
answered afterwards as ever.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import secrets
import socket
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bench.servers import post
from bot.conversation.sealed_state import MAX_TOKEN_CHARACTERS
from tests.robustness.hostile import MARKUP, PREFIX, TURN, Attack, attacks

COUNT = 20_000
SEED = 1
#: Longer than this nobody should wait for an answer, however odd the question.
HANG_SECONDS = 1.0
#: An answer that has not come by then does not come.
GIVE_UP_SECONDS = 30
#: So many failures are enough to know: a chat that hangs would take days to answer them all.
MOST_FAILURES = 10

DANGER = {
    "en": "he is hitting me",
    "es": "me está pegando",
    "cy": "mae o'n fy nharo i rwan",
    "pt": "ele está me batendo agora",
}

_SEALED = re.compile(r"(?:gAAAAA[A-Za-z0-9_-]+={0,2})?")
_STATE_FIELD = re.compile(r'name="state" value="([^"]*)"')


@dataclass(frozen=True)
class Answer:
    """What came back: the status, 0 when nothing did."""

    status: int = 0
    body: bytes = b""
    is_json: bool = False


@dataclass
class Outcome:
    """What became of all inputs. Failures say which input of which seed, and what was wrong."""

    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    slowest: float = 0.0


def fuzz(url: str, count: int, seed: int = SEED) -> Outcome:
    """Sends hostile inputs, one after the other, and judges each answer.

    Args:
        url: of the running chat.
        count: how many.
        seed: which ones.
    """
    outcome = Outcome()
    state = str(post(f"{url}{TURN}", {"choose": "nrm.what"})["state"])
    for number, attack in enumerate(attacks(seed, count, lambda: state)):
        took, answer = timed_send(url, attack)
        name = f"{attack.kind}, input {number} of seed {seed}"
        outcome.statuses[answer.status] += 1
        outcome.slowest = max(outcome.slowest, took)
        outcome.failures += [f"{name}: {wrong}" for wrong in faults(attack, answer)]
        # A busy machine is slow once; what hangs is slow each time.
        if took > HANG_SECONDS and timed_send(url, attack)[0] > HANG_SECONDS:
            outcome.slow.append(f"{name}: {took:.1f} seconds")
        if len(outcome.failures) >= MOST_FAILURES:
            break
    outcome.failures += still_answers(url)
    return outcome


def timed_send(url: str, attack: Attack) -> tuple[float, Answer]:
    """Sends one input and returns the seconds that it took, and what came back."""
    began = time.perf_counter()
    answer = send(url, attack)
    return time.perf_counter() - began, answer


def send(url: str, attack: Attack) -> Answer:
    """Sends one input and returns what comes back, if anything does."""
    address = urlsplit(url)
    place = (str(address.hostname), int(address.port or 0))
    with socket.create_connection(place, timeout=GIVE_UP_SECONDS) as connection:
        # Refused before it was all sent: the answer may be there all the same.
        with contextlib.suppress(OSError):
            connection.sendall(attack.data)
        if attack.hangs_up:
            return Answer()
        if not attack.is_answered:
            # It may be waited for, in vain: there is nothing more to come.
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
        came = http.client.HTTPResponse(connection, method=None if attack.has_body else "HEAD")
        try:
            came.begin()
            body = came.read()
        except (OSError, http.client.HTTPException):
            return Answer()
        kind = came.headers.get("content-type", "")
        return Answer(came.status, body, kind.startswith("application/json"))


def faults(attack: Attack, answer: Answer) -> list[str]:
    """Returns what is wrong with an answer."""
    found = []
    if answer.status >= 500:
        found.append(f"the server failed, {answer.status}")
    if answer.status == 0 and attack.is_answered:
        found.append("no answer came")
    if MARKUP.encode() in answer.body and not answer.is_json:
        found.append("markup that was sent stands in a page")
    if b"Traceback" in answer.body:
        found.append("an answer tells of the program")
    if answer.status == 200 and attack.has_body:
        found += _faults_of_states(answer)
    return found


def _faults_of_states(answer: Answer) -> list[str]:
    text = answer.body.decode(errors="replace")
    states = _STATE_FIELD.findall(text)
    if answer.is_json:
        told = json.loads(text)
        states = [told["state"]] if "state" in told else []
        if states and not told["messages"]:
            return ["a turn without a message"]
    return [
        "a state that was not sealed"
        for state in states
        if len(state) > MAX_TOKEN_CHARACTERS or not _SEALED.fullmatch(state)
    ]


def still_answers(url: str) -> list[str]:
    """Returns what is wrong with the answers to danger, in each language."""
    found = []
    for language, words in DANGER.items():
        try:
            told = post(f"{url}{TURN}", {"message": words, "lang": language})
        except OSError as error:
            return [f"danger in {language} is not answered: {error}"]
        messages = told["messages"]
        first = messages[0] if isinstance(messages, list) else {}
        if first.get("answer") != "safety.danger" or first.get("lang") != language:
            found.append(f"danger in {language} is answered with {first.get('answer')}")
        elif first["services"][0]["tel"] != "tel:999":
            found.append(f"danger in {language} is answered without 999")
    return found


def traces(folder: Path) -> list[str]:
    """Returns the files of a folder that hold a word of an input: log, database, journals."""
    return [
        path.name
        for path in sorted(folder.rglob("*"))
        if path.is_file() and PREFIX.encode() in path.read_bytes()
    ]


def run(count: int = COUNT, seed: int | None = None) -> bool:
    """Starts a chat, sends hostile inputs, prints what became of them; True when all is well.

    Args:
        count: how many.
        seed: which ones; others each time when it is None.
    """
    from tests.conftest import NOW, running_chat

    seed = secrets.randbelow(10**6) if seed is None else seed
    folder = Path(tempfile.mkdtemp(prefix="assistant-fuzz-"))
    with running_chat(folder, NOW) as chat:
        began = time.monotonic()
        outcome = fuzz(chat.url, count, seed)
        took = time.monotonic() - began
        left = traces(folder)
    statuses = ", ".join(f"{n} × {status}" for status, n in sorted(outcome.statuses.items()))
    print(f"{count} hostile inputs of seed {seed} in {took:.0f} seconds: {statuses}")
    found = ", ".join(left) or "nothing"
    print(f"slowest answer {outcome.slowest:.2f} seconds; words of the inputs in: {found}")
    for line in (*outcome.failures, *outcome.slow):
        print(line)
    return not (outcome.failures or outcome.slow or left)


if __name__ == "__main__":
    sys.exit(0 if run(*map(int, sys.argv[1:])) else 1)
