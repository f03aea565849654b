"""Danger, through the real dialogue: first, in full once, and then in sight."""

from __future__ import annotations

from typing import Any

import pytest

from bot.nlu import danger_override
from bot.nlu.danger.judgement import Judgement, Learnt, judge
from bot.nlu.danger.rules import Danger
from tests.web.talking import (
    DANGER,
    MORE,
    NRM,
    RISK,
    SUICIDE,
    Talk,
    Text,
    answers,
    in_every_language,
    in_every_other_language,
    shown,
)

#: Danger in words that no rule has; the first test that uses them says so when one has.
UNKNOWN_TO_THE_RULES = {
    "en": "he is pouring bleach over me",
    "es": "me está echando cloro encima",
    "cy": "mae e'n hyrddio fi yn erbyn y wal",
    "pt": "ele está jogando água sanitária em mim",
}


def learnt(monkeypatch: pytest.MonkeyPatch, danger: float) -> None:
    """Has the models find danger this likely; rules and judgement are the real ones."""

    def judged(found: Danger | None, *_: Learnt | None) -> Judgement | None:
        return judge(found, Learnt(danger=danger, suicide=0.01, asked=danger))

    monkeypatch.setattr(danger_override, "judge", judged)


@in_every_language
async def test_danger_is_answered_first_and_in_full(talk: Talk, text: Text, language: str) -> None:
    """The emergency answer stands before everything else, with 999 to tap."""
    await talk.turn(lang=language)
    reply = await talk.say(DANGER[language])
    assert shown(reply) == [("safety.danger", language)]
    assert reply.messages[0]["text"] == text(language, "safety.danger.short")
    assert reply.messages[0]["services"][0]["tel"] == "tel:999"


@in_every_language
async def test_suicide_is_answered_first_and_in_full(talk: Talk, text: Text, language: str) -> None:
    """The answer for a woman who wants to die stands first, with people to call."""
    await talk.turn(lang=language)
    reply = await talk.say(SUICIDE[language])
    assert shown(reply) == [("safety.suicide", language)]
    assert reply.messages[0]["text"] == text(language, "safety.suicide.short")
    assert {"999", "116 123"} <= {card["phone"] for card in reply.messages[0]["services"]}


@in_every_other_language
async def test_danger_is_answered_in_both_languages(talk: Talk, language: str, other: str) -> None:
    """In the page's language and in the one she wrote, each once."""
    await talk.turn(lang=language)
    reply = await talk.say(DANGER[other])
    assert [one for one in shown(reply) if one[0] == "safety.danger"] == [
        ("safety.danger", language),
        ("safety.danger", other),
    ]
    assert answers(reply)[:2] == ["safety.danger"] * 2
    assert reply.lang == language


@in_every_language
async def test_a_question_beside_danger_is_answered_after_it(talk: Talk, language: str) -> None:
    """She is told how to get help, and what she asked."""
    await talk.turn(lang=language)
    reply = await talk.say(f"{DANGER[language]}. {RISK[language]}")
    danger, *below = reply.messages
    assert (danger["answer"], danger["lang"]) == ("safety.danger", language)
    # Where danger drowns it, the answer is one tap away.
    reached = {message["answer"] for message in below}
    reached |= {button["choose"] for message in below for button in message["buttons"]}
    assert "sharing.risk" in reached


@in_every_language
async def test_danger_that_the_rules_miss_is_heard_and_answered_first(
    talk: Talk, text: Text, language: str
) -> None:
    """No list of phrases knows every way to say it: the trained model hears what they miss."""
    message = UNKNOWN_TO_THE_RULES[language]
    assert talk.dialogue.rules.detect(message) is None
    await talk.turn(lang=language)
    reply = await talk.say(message)
    assert reply.messages[0]["text"] == text(language, "safety.danger.short")
    assert talk.opened.alarms == ("safety.danger",)


@in_every_language
async def test_a_question_beside_danger_that_only_the_model_hears_is_answered_after_it(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, text: Text, language: str
) -> None:
    """What she asked is not lost for a danger that no rule found; the next turn has its line."""
    assert talk.dialogue.rules.detect(RISK[language]) is None
    await talk.turn(lang=language)
    learnt(monkeypatch, 0.99)
    reply = await talk.say(RISK[language])
    assert shown(reply)[:2] == [("safety.danger", language), ("sharing.risk", language)]
    assert reply.messages[0]["text"] == text(language, "safety.danger.short")
    learnt(monkeypatch, 0.001)
    reply = await talk.say(NRM[language])
    assert reply.messages[0]["text"] == text(language, "safety.danger.line")


@in_every_language
async def test_possible_danger_is_one_line_in_one_turn(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, text: Text, language: str
) -> None:
    """Above her answer one line with the whole answer a tap away, and nothing in the next turn."""
    await talk.turn(lang=language)
    learnt(monkeypatch, 0.3)
    line, answer = (await talk.say(RISK[language])).messages[:2]
    assert line["text"] == text(language, "safety.danger.line")
    assert line["buttons"][0]["choose"] == "safety.danger"
    assert answer["answer"] == "sharing.risk"
    learnt(monkeypatch, 0.001)
    assert answers(await talk.say(NRM[language]))[0] == "nrm.what"


async def test_the_whole_answer_is_not_offered_again_below_itself(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A button to what stands right above it would be one too many to read in danger."""
    parse = talk.dialogue.agent.processor.parse_message

    async def half_understood(message: Any, *rest: Any) -> dict[str, Any]:
        ranking = [
            {"name": name, "confidence": probability}
            for name, probability in (("safety_danger", 0.6), ("status_fees", 0.3))
        ]
        parsed = await parse(message, *rest)
        return {**parsed, "intent": ranking[0], "intent_ranking": ranking}

    monkeypatch.setattr(talk.dialogue.agent.processor, "parse_message", half_understood)
    learnt(monkeypatch, 0.99)
    danger, also = (await talk.say("he is coming, and the fee")).messages
    assert danger["answer"] == "safety.danger"
    assert [button["choose"] for button in also["buttons"]] == ["status.fees"]


@in_every_language
async def test_after_danger_each_turn_has_one_short_line(
    talk: Talk, text: Text, language: str
) -> None:
    """The full text is given once; then a line with "not now" above her answer."""
    await talk.turn(lang=language)
    await talk.say(DANGER[language])
    for message in (NRM[language], f"{DANGER[language]}. {NRM[language]}"):
        line, answer = (await talk.say(message)).messages
        assert (line["answer"], line["text"]) == (
            "safety.danger",
            text(language, "safety.danger.line"),
        )
        assert [(button["title"], button["choose"]) for button in line["buttons"]] == [
            (text(language, "safety.danger.not-now-label"), "safety.danger?now=no"),
            (text(language, "safety.silent-call.label"), "safety.silent-call"),
        ]
        # One line, and no cards or sources that push her answer down.
        assert "999" in line["text"]
        assert (line["services"], line["sources"]) == ([], [])
        assert answer["answer"] == "nrm.what"


@in_every_language
async def test_this_is_not_happening_now_takes_the_line_away(
    talk: Talk, text: Text, language: str
) -> None:
    """One tap ends the reminder; new danger brings the full text back."""
    await talk.turn(lang=language)
    await talk.say(DANGER[language])
    reply = await talk.tap("safety.danger?now=no")
    assert [message["text"] for message in reply.messages] == [
        text(language, "safety.danger.not-now")
    ]
    assert answers(await talk.say(NRM[language])) == ["nrm.what"]
    reply = await talk.say(DANGER[language])
    assert reply.messages[0]["text"] == text(language, "safety.danger.short")


@in_every_language
async def test_saying_that_danger_is_over_leaves_the_other_line(
    talk: Talk, text: Text, language: str
) -> None:
    """Who is no longer being hit may still want to die: that line stays until she says so."""
    await talk.turn(lang=language)
    await talk.say(SUICIDE[language])
    await talk.say(DANGER[language])
    await talk.tap("safety.danger?now=no")
    line = (await talk.say(NRM[language])).messages[0]
    assert line["text"] == text(language, "safety.suicide.line")


@in_every_language
async def test_suicide_keeps_its_own_line(talk: Talk, text: Text, language: str) -> None:
    """The short line is about what she said, with the number of a person who listens."""
    await talk.turn(lang=language)
    await talk.say(SUICIDE[language])
    line, _ = (await talk.say(NRM[language])).messages
    assert line["text"] == text(language, "safety.suicide.line")
    assert "116 123" in line["text"]
    assert line["buttons"][0]["choose"] == "safety.suicide?now=no"


@in_every_other_language
async def test_the_emergency_answer_is_said_again_in_another_language(
    talk: Talk, text: Text, language: str, other: str
) -> None:
    """A woman who changes the language to read how to get help finds all of it, not one line."""
    await talk.turn(lang=language)
    await talk.say(DANGER[language])
    reply = await talk.turn(lang=other)
    assert text(other, "safety.danger.short") in [m["text"] for m in reply.messages]


@in_every_language
@pytest.mark.parametrize("answer", ["safety.danger", "safety.suicide"])
@pytest.mark.parametrize("by", ["words", "tap"])
async def test_more_is_told_about_the_emergency_answer(
    talk: Talk, text: Text, language: str, answer: str, by: str
) -> None:
    """ "Tell me more" after the emergency answer gives the rest of it."""
    await talk.turn(lang=language)
    await talk.say({"safety.danger": DANGER, "safety.suicide": SUICIDE}[answer][language])
    reply = await (talk.say(MORE[language]) if by == "words" else talk.tap("bot.more"))
    assert text(language, f"{answer}.more") in [message["text"] for message in reply.messages]


@in_every_language
async def test_the_emergency_answer_can_be_asked_for_again(
    talk: Talk, text: Text, language: str
) -> None:
    """A tap on "I am in danger now" gives the full text as often as she wants it."""
    await talk.turn(lang=language)
    for _ in range(2):
        reply = await talk.tap("safety.danger")
        assert [message["text"] for message in reply.messages] == [
            text(language, "safety.danger.short")
        ]
