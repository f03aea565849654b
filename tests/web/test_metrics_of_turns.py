"""What the dialogue and the running chat count: real turns, and no word of any of them."""

from __future__ import annotations

import html
import json
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.i18n import Phrases
from bot.testing.served import free_port
from bot.web.contract import TurnRequest
from bot.web.dialogue import Dialogue
from bot.web.metrics import Metrics
from bot.web.privacy import sections
from bot.web.unanswered import STEP
from bot.web.waiting import Line
from tests.conftest import NOW, START_SECONDS, running_chat
from tests.web.talking import DANGER, NONSENSE, NRM, Talk, in_every_language
from tests.web.test_http import FORM, JSON, TURN, Client
from tests.web.test_metrics import made, value
from tests.web.test_unanswered import Hands

PLANTED = "wqxzukword"


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def metrics(clock: Hands) -> Metrics:
    return made(clock, counts_unanswered=True)


@pytest.fixture
def counted(dialogue: Dialogue, metrics: Metrics) -> Dialogue:
    return replace(dialogue, metrics=metrics, line=Line(most=0))


def turns(metrics: Metrics, kind: str, outcome: str) -> float:
    return value(metrics, "turns_total", kind=kind, outcome=outcome)


@in_every_language
async def test_a_conversation_is_counted_turn_by_turn(
    counted: Dialogue, metrics: Metrics, language: str
) -> None:
    talk = Talk(counted)
    await talk.turn(lang=language)
    await talk.say(NRM[language])
    await talk.tap("sharing.risk")
    await talk.say(NONSENSE)
    assert turns(metrics, "opened", "answered") == 1
    assert turns(metrics, "typed", "answered") + turns(metrics, "typed", "offered") == 1
    assert turns(metrics, "tapped", "answered") == 1
    assert turns(metrics, "typed", "fallback") == 1
    assert value(metrics, "turn_seconds_count", kind="typed") == 2


@in_every_language
async def test_what_is_not_answered_is_noted_once_in_a_row(
    counted: Dialogue, metrics: Metrics, clock: Hands, language: str
) -> None:
    """The second try of the same woman, right after the first, does not count."""
    talk = Talk(counted)
    await talk.turn(lang=language)
    for _ in range(STEP):
        await talk.say(NONSENSE)
        await talk.say(NONSENSE)
        await talk.tap("sharing.risk")
    clock.go(days=1)
    shown = metrics.unanswered.shown()
    assert sum(shown.values()) == STEP
    assert {tongue for tongue, _, _ in shown} == {language}


@in_every_language
async def test_danger_in_a_crowd_counts_as_turned_away(
    counted: Dialogue, metrics: Metrics, clock: Hands, language: str
) -> None:
    """It is answered, and no exact figure tells it from those who were not."""
    for _ in range(STEP):
        async with counted.line.turn():
            await counted.turn(TurnRequest(message=DANGER[language], lang=language))
        await counted.turn(TurnRequest(message=DANGER[language], lang=language), is_limited=True)
    assert turns(metrics, "other", "busy") == turns(metrics, "other", "limited") == STEP
    assert value(metrics, "turn_seconds_count", kind="typed") == 0
    assert value(metrics, "danger_answers_total") == 0
    clock.go(days=1)
    assert value(metrics, "danger_answers_total") == 2 * STEP


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def client(port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Path]]:
    folder = tmp_path_factory.mktemp("metrics")
    more = {"ASSISTANT_METRICS_PORT": str(port), "ASSISTANT_COUNT_UNANSWERED": "1"}
    with running_chat(folder, NOW, more=more) as running:
        address = urlsplit(running.url)
        yield Client(str(address.hostname), int(address.port or 0)), folder


def figures(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
        return answer.read().decode()


def test_the_running_chat_gives_its_figures_and_no_word(
    client: tuple[Client, Path], port: int
) -> None:
    """Turns and refusals as they are; the words of none of them, nor in the log."""
    chat, folder = client
    before = {line.partition(" ")[0] for line in figures(port).splitlines()}
    for body in (
        {"message": f"{PLANTED} {NRM['cy']}", "lang": "cy"},
        {"message": PLANTED, "lang": PLANTED},
        {"choose": f"nrm.what?part={PLANTED}"},
        {"choose": f"{PLANTED}.what"},
        {"message": PLANTED, "state": PLANTED},
    ):
        chat.ask("POST", TURN, json.dumps(body), JSON)
    chat.ask("POST", TURN, PLANTED, JSON)
    chat.ask("POST", "/chat", f"lang={PLANTED}&message={PLANTED}", FORM)
    chat.ask("GET", f"/{PLANTED}", "", {})
    after = figures(port)
    assert {line.partition(" ")[0] for line in after.splitlines()} == before
    assert PLANTED not in after
    assert 'assistant_turns_total{kind="other",outcome="refused"} 4.0' in after
    assert 'assistant_turns_total{kind="other",outcome="other"} 0.0' in after
    assert 'fingerprint="unknown"' not in after
    log = (folder / "log").read_text()
    assert PLANTED not in log
    assert "metrics" not in log


def test_the_database_is_seen_to_answer(client: tuple[Client, Path], port: int) -> None:
    """From the first time that it is asked, a second after the start."""
    deadline = time.monotonic() + START_SECONDS
    while "assistant_database_reachable 1.0" not in figures(port):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_what_is_held_names_the_figures(client: tuple[Client, Path]) -> None:
    held = json.loads(client[0].get("/privacy.json").body)["metrics"]
    assert held["unanswered"]["least_shown"] == STEP
    assert "assistant_turns" in held["named"]


@in_every_language
def test_the_page_of_what_is_kept_says_it(
    client: tuple[Client, Path], phrases: Phrases, language: str
) -> None:
    """In her language, and only where it is so."""
    held = json.loads(client[0].get("/privacy.json").body)
    for metrics, more in ((held["metrics"], 2), (held["metrics"] | {"unanswered": None}, 1)):
        said, without = (
            [
                line
                for _, lines in sections(held | {"metrics": one}, phrases, language)
                for line in lines
            ]
            for one in (metrics, None)
        )
        assert len(said) == len(without) + more
        english = [line for _, lines in sections(held, phrases, "en") for line in lines]
        assert language == "en" or not {*said} & {*english}
    page = html.unescape(client[0].get(f"/privacy?lang={language}").body)
    assert all(line in page for line in said)


def test_without_a_port_nothing_is_counted(dialogue: Dialogue) -> None:
    assert dialogue.metrics is None
