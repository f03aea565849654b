"""Danger, through the real dialogue: first, in full once, and then in sight."""

from __future__ import annotations

import pytest

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
    assert shown(reply) == [("safety.danger", language), ("sharing.risk", language)]


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
