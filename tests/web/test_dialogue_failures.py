"""The dialogue when a part of it fails: she is never left without an answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from tests.web.talking import (
    DANGER,
    NRM,
    RISK,
    Talk,
    Text,
    answers,
    in_every_language,
)


@in_every_language
@pytest.mark.parametrize("error", [RuntimeError, MemoryError, TimeoutError])
async def test_danger_is_answered_without_rasa(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, text: Text, language: str, error: type[Exception]
) -> None:
    """When Rasa fails she still gets the emergency answer first, and an apology."""
    await talk.turn(lang=language)
    monkeypatch.setattr(talk.dialogue.agent, "handle_message", failing(error))
    reply = await talk.say(DANGER[language])
    assert [message["text"] for message in reply.messages] == [
        text(language, "safety.danger.short"),
        text(language, "bot.trouble.short"),
    ]
    # And the next turn remembers it.
    monkeypatch.undo()
    assert answers(await talk.say(NRM[language])) == ["safety.danger", "nrm.what"]


@in_every_language
@pytest.mark.parametrize(
    ("step", "below"),
    [
        ("parse_message", ["bot.trouble"]),
        ("_run_prediction_loop", ["bot.trouble"]),
        # By then Rasa has said all that it had to say, which was of danger.
        ("save_tracker", []),
    ],
)
async def test_danger_is_answered_by_the_rules_when_rasa_fails_in_mid_turn(
    talk: Talk,
    monkeypatch: pytest.MonkeyPatch,
    text: Text,
    language: str,
    step: str,
    below: list[str],
) -> None:
    """Wherever it breaks, what the models heard is lost, and the rules alone answer first."""
    await talk.turn(lang=language)
    await talk.tap("nrm.what")
    monkeypatch.setattr(talk.dialogue.agent.processor, step, breaking)
    reply = await talk.say(DANGER[language])
    assert reply.messages[0]["text"] == text(language, "safety.danger.short")
    assert answers(reply) == ["safety.danger", *below]
    assert talk.opened.alarms == ("safety.danger",)


async def breaking(*_: Any, **__: Any) -> None:
    raise RuntimeError


@in_every_language
async def test_when_rasa_fails_she_gets_an_apology_and_her_talk_goes_on(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, text: Text, language: str
) -> None:
    """The turn fails in her language, and the answer before it can still be asked about."""
    await talk.turn(lang=language)
    await talk.tap("nrm.what")
    monkeypatch.setattr(talk.dialogue.agent, "handle_message", failing(RuntimeError))
    reply = await talk.say(RISK[language])
    assert [message["text"] for message in reply.messages] == [text(language, "bot.trouble.short")]
    monkeypatch.undo()
    reply = await talk.tap("bot.more")
    assert reply.messages[0]["text"] == text(language, "nrm.what.more")


def failing(error: type[Exception]) -> Callable[..., Any]:
    async def fail(user: Any, *_: Any, **__: Any) -> None:
        raise error(user.text)

    return fail


async def test_a_turn_that_fails_logs_no_word(
    talk: Talk,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The log has the class of the error; her words are in its message and stay out."""
    monkeypatch.setattr(talk.dialogue.agent, "handle_message", failing(RuntimeError))
    with caplog.at_level(logging.DEBUG):
        await talk.say("zarzaparrilla is my name")
    assert "turn failed: RuntimeError" in caplog.text
    assert "zarzaparrilla" not in caplog.text
    assert "zarzaparrilla" not in "".join(capfd.readouterr())


@in_every_language
async def test_a_failing_action_gives_an_apology(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, text: Text, language: str
) -> None:
    """No action that fails leaves her without a word, and danger stays first."""
    await talk.turn(lang=language)
    await talk.say(DANGER[language])

    async def fail(*_: Any) -> None:
        raise KeyError("nation")

    actions = talk.dialogue.agent.processor.action_endpoint._executor.actions
    monkeypatch.setitem(actions, "action_find_services", fail)
    reply = await talk.tap("services.find")
    assert [message["text"] for message in reply.messages] == [
        text(language, "safety.danger.line"),
        text(language, "bot.trouble.short"),
    ]


@in_every_language
async def test_when_rasa_says_nothing_she_gets_an_apology(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, text: Text, language: str
) -> None:
    """An empty reply is a failure, never an empty page."""

    async def nothing(*_: Any, **__: Any) -> None:
        return None

    await talk.turn(lang=language)
    monkeypatch.setattr(talk.dialogue.agent, "handle_message", nothing)
    reply = await talk.say(RISK[language])
    assert [message["text"] for message in reply.messages] == [text(language, "bot.trouble.short")]
