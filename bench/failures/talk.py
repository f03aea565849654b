"""The conversations of the load, what each turn must be answered with, and one request of them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from typing import Any

from bench.failures.counting import AFRESH, LOST, NO_ANSWER, ON
from bench.failures.door import Connection, Door
from bench.failures.waiting import ExpectationError

PATH = "/webhooks/web/turn"
FRESH_START = "bot.fresh-start"

#: The page waits as long as the browser does; nobody waits longer than this.
PATIENCE_SECONDS = 40

#: Means nothing in any language, is in no text of ours, and so can be searched for afterwards.
NONSENSE = "".join(secrets.choice("bcdfghjkqvwxz") for _ in range(14))


@dataclass(frozen=True)
class Step:
    """What is asked in a turn, and whether it means something only after what was said before."""

    asked: Mapping[str, str]
    hangs: bool = False


@dataclass(frozen=True)
class Heard:
    """What came back: the language of the reply and its answers, in order."""

    language: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Reply:
    """An answer to a request: its code, and when it is a good one what it said and the state."""

    code: str
    heard: Heard | None = None
    state: str = ""
    text: str = ""


def _picked(language: str) -> Step:
    return Step({"lang": language})


def _typed(message: str) -> Step:
    return Step({"message": message})


def _tapped(reference: str) -> Step:
    return Step({"choose": reference})


def _more(message: str) -> Step:
    return Step({"message": message}, hangs=True)


_MORE_TAPPED = Step({"choose": "bot.more"}, hangs=True)
_SOURCES = Step({"choose": "bot.sources"})
_NONSENSE = _typed(f"{NONSENSE} {NONSENSE[::-1]}")

#: Typed and tapped turns in the four languages, one of danger among them.
SCRIPTS: tuple[tuple[Step, ...], ...] = (
    (
        _picked("en"),
        _typed("Can the police tell the Home Office about me?"),
        _more("tell me more"),
        _tapped("nrm.what"),
        _more("tell me more please"),
        _NONSENSE,
        _MORE_TAPPED,
        _SOURCES,
        _typed("he is outside with a knife"),
        _more("tell me more"),
    ),
    (
        _picked("es"),
        _typed("¿La policía puede avisar al Home Office?"),
        _more("cuéntame más"),
        _tapped("living.refuge"),
        _more("dime más"),
        _NONSENSE,
        _MORE_TAPPED,
        _tapped("services.find?nation=wales"),
        _more("cuéntame más"),
    ),
    (
        _picked("cy"),
        _typed("Beth yw'r NRM?"),
        _more("dweud mwy"),
        _tapped("sharing.risk"),
        _more("mwy o wybodaeth"),
        _NONSENSE,
        _MORE_TAPPED,
        _SOURCES,
    ),
    (
        _picked("pt"),
        _typed("O que é o NRM?"),
        _more("conte mais"),
        _tapped("rights.access"),
        _more("quero saber mais"),
        _NONSENSE,
        _MORE_TAPPED,
        _SOURCES,
    ),
)


class Line:
    """A connection that is kept for a conversation."""

    def __init__(self, door: Door) -> None:
        self._to = Connection(door, PATIENCE_SECONDS)

    def ask(self, asked: Mapping[str, str], state: str = "") -> Reply:
        """Sends one request and returns what came of it; it never raises."""
        body = json.dumps({**asked, "state": state}).encode()
        try:
            self._to.request("POST", PATH, body, {"Content-Type": "application/json"})
            answer = self._to.getresponse()
            return reply(answer.status, answer.read())
        except (OSError, HTTPException):
            self._to.close()
            return Reply(NO_ANSWER)

    def close(self) -> None:
        """Hangs up."""
        self._to.close()


def reply(status: int, body: bytes) -> Reply:
    """Reads a response; one that nobody could show is no better than none."""
    try:
        data: dict[str, Any] = json.loads(body)
        if status == HTTPStatus.OK:
            messages = data["messages"]
            heard = Heard(data["lang"], tuple(str(one["answer"]) for one in messages))
            text = " ".join(str(one["text"]) for one in messages)
            return Reply(str(status), heard, data["state"], text)
        return Reply(f"{status} {data['error']['code']}")
    except (ValueError, KeyError, TypeError):
        return Reply(f"{status}, not ours")


def verdict(expected: Heard, heard: Heard) -> str:
    """Returns whether an answer goes on with the conversation, begins afresh, or has lost it."""
    if FRESH_START in heard.answers:
        return AFRESH
    return ON if heard == expected else LOST


def rehearse(door: Door) -> list[list[Heard]]:
    """Holds each conversation once with nothing broken, and returns what was answered.

    Raises:
        ExpectationError: when a turn is not answered, or one that hangs on the conversation is
            answered as well without it: a lost conversation would go unnoticed.
    """
    return [_rehearse(door, script) for script in SCRIPTS]


def _rehearse(door: Door, script: Sequence[Step]) -> list[Heard]:
    # Each from an address of its own, which may take so many turns in a minute and no more.
    line, state, heard = Line(door), "", []
    for step in script:
        answer, without = line.ask(step.asked, state), line.ask(step.asked)
        if answer.heard is None or FRESH_START in answer.heard.answers:
            raise ExpectationError(f"{step.asked} got {answer.code} with nothing broken.")
        if step.hangs and without.heard and without.heard.answers == answer.heard.answers:
            raise ExpectationError(f"{step.asked} does not show whether a conversation goes on.")
        heard.append(answer.heard)
        state = answer.state
    line.close()
    return heard
