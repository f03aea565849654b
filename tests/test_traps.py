"""A test for each trap of Rasa seen by running it, which fails if the trap opens again."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
import os
import socket
import subprocess
import sys
import warnings
import weakref
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore

from bot.conversation.sealed_state import KEPT_TURNS, MAX_TOKEN_CHARACTERS, ConversationState
from bot.conversation.tracker_store import SealedTrackerStore, _current, lend
from bot.languages import LANGUAGES
from bot.logs import configure_logging
from bot.settings import ROOT, Settings
from bot.web.contract import MAX_BODY_BYTES, TurnRequest
from bot.web.dialogue import Dialogue, TurnReply
from bot.web.server import create_app

CANARY = "zarzaparrilla"

QUESTIONS = {
    "en": "what is the national referral mechanism",
    "es": "¿la policía le puede contar de mí a inmigración?",
    "cy": "beth ydy'r NRM a sut mae'n gweithio",
    "pt": "a polícia pode contar para a imigração que estou aqui?",
}


async def say(dialogue: Dialogue, state: str | None, **request: Any) -> TurnReply:
    return await dialogue.turn(TurnRequest(state=state, **request))


# The tracker store


async def test_trap_the_fail_safe_wrapper_is_off_and_its_fallback_never_made(dialogue) -> None:
    """No turn, a failing one neither, makes Rasa keep a conversation in memory."""
    await say(dialogue, None, message="what is the NRM")
    assert type(dialogue.agent.tracker_store) is SealedTrackerStore
    assert dialogue.agent.processor.tracker_store is dialogue.agent.tracker_store
    gc.collect()
    wrappers = [one for one in gc.get_objects() if type(one) is FailSafeTrackerStore]
    of_ours = [one for one in wrappers if type(one._tracker_store) is SealedTrackerStore]
    assert all(wrapper._fallback_tracker_store is None for wrapper in of_ours)
    ours = dialogue.agent.tracker_store.domain
    kept = [one for one in gc.get_objects() if type(one) is InMemoryTrackerStore]
    assert not [store for store in kept if store.domain is ours or store.store]


async def test_trap_the_store_does_not_raise(dialogue) -> None:
    """Whatever tracker it is given, it notes it or drops it: an error would go to a fallback."""
    store = dialogue.agent.tracker_store
    with lend(ConversationState()):
        tracker = await store.retrieve("x")
        await store.save(tracker)
    await store.save(tracker)
    assert await store.retrieve("never seen") is not None


async def test_trap_nothing_of_a_turn_stays_in_the_process(dialogue, monkeypatch) -> None:
    """After a turn neither tracker nor message is to be found, nor a lock with its sender."""
    seen: list[weakref.ref[Any]] = []
    store = dialogue.agent.tracker_store
    retrieve = type(store).retrieve

    async def watched(self: Any, sender_id: str) -> Any:
        tracker = await retrieve(self, sender_id)
        seen.append(weakref.ref(tracker))
        return tracker

    monkeypatch.setattr(SealedTrackerStore, "retrieve", watched)
    reply = await say(dialogue, None, message=f"what is the NRM {CANARY}turn")
    gc.collect()
    assert reply.messages
    # It carries her words back to her own page.
    del reply
    assert seen
    assert [ref for ref in seen if ref() is not None] == []
    assert dialogue.agent.lock_store.conversation_locks == {}
    # Strings are not tracked themselves; what holds them is.
    holders = [one for one in gc.get_objects() if type(one) in (dict, list) and one is not seen]
    values = (one.values() if type(one) is dict else one for one in holders)
    assert not any(
        type(value) is str and f"{CANARY}turn" in value for one in values for value in list(one)
    )


# Bounded state


@pytest.mark.parametrize("language", LANGUAGES)
async def test_trap_turn_thirty_six_is_as_small_as_turn_three(dialogue, language: str) -> None:
    """A conversation has a bounded size, and its language is still remembered at the end."""
    state: str | None = None
    shapes: list[tuple[int, ...]] = []
    for _ in range(12):
        for request in (
            {"message": QUESTIONS[language]},
            {"choose": "services.find?nation=wales&need=refuge&speak=any"},
            {"choose": "sharing.risk"},
        ):
            reply = await say(dialogue, state, **request)
            state = reply.state
            assert reply.lang == language
            assert len(state) <= MAX_TOKEN_CHARACTERS
        opened = dialogue.sealer.unseal(state)
        # The number of turns alone differs, in its digits.
        opened = replace(opened, count=10)
        shapes.append((len(opened.turns), len(json.dumps(asdict(opened)))))
    assert len(set(shapes)) == 1
    assert shapes[0][0] == KEPT_TURNS
    assert (await say(dialogue, state, message="999?")).lang == language
    assert (await say(dialogue, state, choose="bot.more")).messages[0]["answer"] == "sharing.risk"


async def test_trap_restart_is_no_command(dialogue) -> None:
    """Rasa's `/restart` and `/session_start` mean nothing when they are typed."""
    state = (await say(dialogue, None, choose="services.find?nation=wales")).state
    for command in ("/restart", "/session_start", "/back", "/nlu_fallback"):
        reply = await say(dialogue, state, message=command)
        opened = dialogue.sealer.unseal(reply.state)
        assert opened.nation == "wales"
        assert opened.turns[-1].intent not in ("restart", "session_start", "back")
        assert reply.messages


# Failing actions


async def test_trap_a_failing_action_is_an_apology_and_logs_no_word(
    dialogue, monkeypatch, caplog: pytest.LogCaptureFixture, capfd
) -> None:
    """Neither `200 []` nor the whole tracker in the log."""

    async def fail(_dispatcher: Any, tracker: Any, _domain: Any) -> None:
        raise RuntimeError(json.dumps(tracker.latest_message))

    actions = dialogue.agent.processor.action_endpoint._executor.actions
    monkeypatch.setitem(actions, "action_suggest", fail)
    with caplog.at_level(logging.INFO):
        reply = await say(dialogue, None, message=f"{CANARY} qwrt zxcv")
    assert [message["answer"] for message in reply.messages] == ["bot.trouble"]
    assert "action_suggest failed: RuntimeError" in caplog.text
    assert CANARY not in caplog.text
    assert CANARY not in "".join(capfd.readouterr())


def test_trap_no_action_server_is_called(dialogue) -> None:
    """The conversation is handed to no second process."""
    endpoint = dialogue.agent.processor.action_endpoint
    assert endpoint.url == "in-process"
    assert not hasattr(endpoint, "session")


# What is typed


TYPED_COMMANDS = [
    "/sharing_risk",
    "//sharing_risk",
    " / /sharing_risk",
    "/sharing_risk@0.9",
    '/services_find{"nation":"wales"}',
    '/services_find{"language":"cy","language_picked":true}',
    "/EXTERNAL: nrm_what",
]


@pytest.mark.parametrize("typed", TYPED_COMMANDS)
async def test_trap_a_typed_intent_is_read_as_words(dialogue, monkeypatch, typed: str) -> None:
    """A slash opens no intent: Rasa never sees it, and reads the rest as it reads anything."""
    handed: list[UserMessage] = []
    handle = dialogue.agent.handle_message

    async def watched(user: UserMessage) -> Any:
        handed.append(user)
        return await handle(user)

    monkeypatch.setattr(dialogue.agent, "handle_message", watched)
    reply = await say(dialogue, None, message=typed)
    (user,) = handed
    assert not user.text.startswith("/")
    assert user.parse_data is None
    assert reply.messages


async def test_trap_a_typed_intent_sets_no_slot(dialogue) -> None:
    """Nothing that stands in braces becomes known of her."""
    for typed in TYPED_COMMANDS:
        opened = dialogue.sealer.unseal((await say(dialogue, None, message=typed)).state)
        assert (opened.nation, opened.speak, opened.picked) == (None, None, False)


async def test_trap_an_unlikely_intent_is_not_jumped_to(dialogue, monkeypatch) -> None:
    """The words of a command are understood by the model: no certainty comes from a slash."""
    parsed: list[dict[str, Any]] = []
    processor = dialogue.agent.processor
    parse = processor.parse_message

    async def watched(*arguments: Any) -> dict[str, Any]:
        parsed.append(await parse(*arguments))
        return parsed[-1]

    monkeypatch.setattr(processor, "parse_message", watched)
    await say(dialogue, None, message="/bot_out_of_scope")
    assert parsed[0]["intent"]["confidence"] < 1.0
    assert len(parsed[0]["intent_ranking"]) > 1


async def test_trap_a_tap_is_not_classified(dialogue, monkeypatch) -> None:
    """What she tapped is never misunderstood: the model is not asked."""

    def not_asked(*_: Any, **__: Any) -> None:
        raise AssertionError("the model was asked")

    monkeypatch.setattr(dialogue.agent.processor, "_parse_message_with_graph", not_asked)
    assert (await say(dialogue, None, choose="nrm.what")).messages[0]["answer"] == "nrm.what"
    # And the model is asked there: a typed message fails without it.
    typed = await say(dialogue, None, message="what is the NRM")
    assert typed.messages[0]["answer"] == "bot.trouble"


async def test_trap_the_clients_sender_is_not_used(dialogue, monkeypatch) -> None:
    """Every turn has an id of its own, which no client chooses and nobody can ask for."""
    senders: list[str] = []

    async def watched(user: UserMessage) -> None:
        senders.append(user.sender_id)

    monkeypatch.setattr(dialogue.agent, "handle_message", watched)
    for _ in range(3):
        await say(dialogue, None, message="hello")
    assert len(set(senders)) == 3
    assert all(len(sender) == 32 for sender in senders)
    assert not hasattr(TurnRequest(), "sender")


# A client that hangs up


@pytest.mark.parametrize("where", ["before Rasa", "in an action"])
async def test_trap_hanging_up_in_mid_turn_leaves_nothing(
    dialogue, monkeypatch, where: str
) -> None:
    """A cancelled turn leaves neither its conversation, nor its words, nor a lock."""
    reached, left = asyncio.Event(), []
    messages: list[weakref.ref[UserMessage]] = []

    async def hang(*_: Any, **__: Any) -> None:
        reached.set()
        await asyncio.sleep(3600)

    handle = dialogue.agent.handle_message

    async def watched(user: UserMessage) -> None:
        messages.append(weakref.ref(user))
        await (hang() if where == "before Rasa" else handle(user))

    monkeypatch.setattr(dialogue.agent, "handle_message", watched)
    actions = dialogue.agent.processor.action_endpoint._executor.actions
    monkeypatch.setitem(actions, "action_suggest", hang)

    async def turn() -> None:
        try:
            await say(dialogue, None, message=f"{CANARY} qwrt zxcv")
        finally:
            left.append(_current.get())

    task = asyncio.create_task(turn())
    await asyncio.wait_for(reached.wait(), 30)
    task.cancel()
    # Waited for, not awaited: a caught error would hold the frames of the turn.
    await asyncio.wait({task})
    assert task.cancelled()
    assert left == [None]
    assert _current.get() is None
    del task
    gc.collect()
    assert [ref for ref in messages if ref() is not None] == []
    assert dialogue.agent.lock_store.conversation_locks == {}
    monkeypatch.undo()
    assert (await say(dialogue, None, choose="nrm.what")).messages[0]["answer"] == "nrm.what"


# Logs


def run_python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )


def test_trap_structlog_events_are_dropped() -> None:
    """Rasa's own events, her words among them, come out nowhere."""
    printed = run_python(
        "from bot.logs import configure_logging; configure_logging()\n"
        "import structlog\n"
        "for name in ('debug', 'info', 'warning', 'error', 'critical', 'exception'):\n"
        f"    getattr(structlog.get_logger('rasa.x'), name)('said', text='{CANARY}')\n"
    )
    assert CANARY not in printed.stdout + printed.stderr


def test_trap_without_our_configuration_they_would_be_printed() -> None:
    """The test above can fail: structlog as it comes prints every event."""
    printed = run_python(
        f"import structlog; structlog.get_logger('rasa.x').error('said', text='{CANARY}')"
    )
    assert CANARY in printed.stdout + printed.stderr


def test_trap_logging_is_configured_before_rasa_is_imported() -> None:
    """The command sets up logging first; importing Rasa afterwards does not undo it."""
    printed = run_python(
        "import sys\n"
        "import bot.__main__\n"
        "assert 'rasa' not in sys.modules, 'Rasa is imported too early'\n"
        "from bot.logs import configure_logging; configure_logging()\n"
        "import rasa.core.processor as processor\n"
        f"processor.structlogger.error('said', text='{CANARY}')\n"
        f"processor.logger.error('said {CANARY}')\n"
        "import logging\n"
        "print(logging.getLogger().level)\n",
        RASA_TELEMETRY_ENABLED="false",
        TF_CPP_MIN_LOG_LEVEL="3",
    )
    assert CANARY not in printed.stdout + printed.stderr
    assert printed.stdout.split()[-1] == str(logging.WARNING)


def test_trap_warnings_do_not_get_past_the_filter() -> None:
    """`warnings.warn` with her words in it prints nothing of them."""
    printed = run_python(
        "from bot.logs import configure_logging; configure_logging()\n"
        "import warnings; warnings.simplefilter('always')\n"
        f"warnings.warn('could not read {CANARY}')\n"
    )
    assert CANARY not in printed.stdout + printed.stderr


def test_trap_a_traceback_of_any_logger_is_dropped() -> None:
    """An exception that holds her words leaves its class in the log and nothing else."""
    printed = run_python(
        "from bot.logs import configure_logging; configure_logging()\n"
        "import logging\n"
        "for name in ('sanic.root', 'rasa.core', 'bot.web', 'asyncio', 'root'):\n"
        "    try:\n"
        f"        raise ValueError('{CANARY}')\n"
        "    except ValueError:\n"
        f"        logging.getLogger(name).exception('failed')\n"
        f"logging.getLogger('sanic.error').error('bad request %s', '{CANARY}')\n"
    )
    assert CANARY not in printed.stdout + printed.stderr
    assert printed.stderr.count("ValueError") == 5


def test_trap_no_level_is_debug(chat) -> None:
    """Rasa logs whole messages at DEBUG; the running service does not have that level."""
    configure_logging()
    assert logging.getLogger("rasa").getEffectiveLevel() >= logging.WARNING
    assert "DEBUG" not in chat.log


# The server


def test_trap_telemetry_is_off() -> None:
    """The command reports to nobody, whatever the machine's own Rasa settings are."""
    printed = run_python(
        "import sys\n"
        "from bot.__main__ import main\n"
        "main(['key'])\n"
        "from rasa.telemetry import is_telemetry_enabled\n"
        "print(is_telemetry_enabled())\n",
        RASA_TELEMETRY_ENABLED="true",
        TF_CPP_MIN_LOG_LEVEL="3",
    )
    assert printed.stdout.split()[-1] == "False"


def test_trap_the_server_listens_on_loopback_only(chat) -> None:
    """Nothing outside this machine reaches the chat, whatever addresses the machine has."""
    port = int(chat.url.rpartition(":")[2])
    listening = [
        line.split()[1]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and int(line.split()[1].rpartition(":")[2], 16) == port
    ]
    assert listening == [f"0100007F:{port:04X}"]
    assert Settings().host == "127.0.0.1"


def test_trap_the_chat_opens_no_other_port(chat) -> None:
    """The one port of the chat is all that the process listens on."""
    sockets = set()
    for link in Path(f"/proc/{chat.process.pid}/fd").iterdir():
        try:
            target = str(link.readlink())
        except OSError:
            continue
        if target.startswith("socket:["):
            sockets.add(target[8:-1])
    listening = [
        line
        for table in ("tcp", "tcp6", "udp", "udp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        if line.split()[9] in sockets and (line.split()[3] == "0A" or table.startswith("udp"))
    ]
    assert len(listening) == 1


def test_trap_limits_of_the_server_are_ours(phrases) -> None:
    """Bodies of 100 MB, minutes of waiting and access logs are Sanic's defaults, not ours."""
    app = create_app(lambda: None, phrases)
    assert app.config.REQUEST_MAX_SIZE == MAX_BODY_BYTES <= 32 * 1024
    assert app.config.REQUEST_TIMEOUT <= 15
    assert app.config.RESPONSE_TIMEOUT <= 30
    assert app.config.KEEP_ALIVE_TIMEOUT <= 15
    assert app.config.ACCESS_LOG is False


def test_trap_several_applications_live_in_one_process(phrases) -> None:
    """Sanic refuses two of one name; ours are told apart."""
    assert create_app(lambda: None, phrases).name != create_app(lambda: None, phrases).name


def test_trap_only_our_routes_are_there(phrases) -> None:
    """Rasa's own `GET /`, its API and its trackers have no address."""
    app = create_app(lambda: None, phrases)
    routes = {(route.path, method) for route in app.router.routes for method in route.methods}
    assert {route for route in routes if not route[0].startswith("static")} == {
        ("", "GET"),
        ("chat", "GET"),
        ("chat", "POST"),
        ("exit", "GET"),
        ("forget", "POST"),
        ("health", "GET"),
        ("ready", "GET"),
        ("preview", "GET"),
        ("privacy", "GET"),
        ("privacy.json", "GET"),
        ("traces", "GET"),
        ("widget.js", "GET"),
        ("webhooks/web/turn", "POST"),
    }


def test_trap_a_slow_client_holds_nobody_up(chat) -> None:
    """While one client sends half a request and waits, others are answered."""
    host, port = "127.0.0.1", int(chat.url.rpartition(":")[2])
    with socket.create_connection((host, port)) as slow:
        slow.sendall(b"POST /webhooks/web/turn HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        with socket.create_connection((host, port), timeout=60) as other:
            other.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert b"200 OK" in other.recv(4096)


# spaCy


async def test_trap_spacy_forgets_every_word(dialogue) -> None:
    """No string store of the running pipeline has a word of hers after the turn."""
    import spacy

    for language, question in QUESTIONS.items():
        await say(dialogue, None, message=f"{question} {CANARY}{language}")
    gc.collect()
    stores = [one.vocab.strings for one in gc.get_objects() if isinstance(one, spacy.Language)]
    assert len(stores) >= len(LANGUAGES)
    assert not [word for store in stores for word in store if CANARY in word]


def test_trap_configuring_again_does_not_open_the_log() -> None:
    """Tests and tools may call it twice: there is still one handler, with the filter on it."""
    configure_logging()
    configure_logging()
    assert len(logging.getLogger().handlers) >= 1
    stream = io.StringIO()
    (handler,) = [h for h in logging.getLogger().handlers if type(h) is logging.StreamHandler]
    old = handler.setStream(stream)
    try:
        logging.getLogger("rasa").error("she said %s", CANARY)
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            structlog.get_logger().error("said", text=CANARY)
    finally:
        if old:
            handler.setStream(old)
    assert "message left out" in stream.getvalue()
    assert CANARY not in stream.getvalue()
