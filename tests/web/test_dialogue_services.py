"""Finding services, through the real dialogue."""

from __future__ import annotations

import json

from bot.content.directory import ALWAYS_SHOWN
from bot.content.values import Content
from bot.web.dialogue import UNASKED
from tests.web.talking import (
    Talk,
    Text,
    in_every_language,
)


@in_every_language
async def test_finding_services_asks_three_things_and_shows_them(
    talk: Talk, text: Text, language: str
) -> None:
    """Nation, need, language, each by a tap; then services, and 999, 111 and 116 123."""
    await talk.turn(lang=language)
    reply = await talk.tap("services.find")
    for question, value in (("nation", "wales"), ("need", "refuge"), ("speak", "cy")):
        (message,) = reply.messages
        assert message["text"] == text(language, f"services.find.ask-{question}")
        assert not message["services"]
        choice = [b["choose"] for b in message["buttons"] if b["choose"].endswith(f"={value}")]
        reply = await talk.tap(choice[0])
    (message,) = reply.messages
    assert message["services"][0]["id"] == "live-fear-free"
    assert {card["id"] for card in message["services"]} >= set(ALWAYS_SHOWN)


@in_every_language
async def test_every_question_can_be_skipped(talk: Talk, text: Text, language: str) -> None:
    """Three taps on "skip" lead to services that anybody can talk to."""
    await talk.turn(lang=language)
    reply = await talk.tap("services.find")
    for _ in range(3):
        skip = reply.messages[0]["buttons"][-1]
        assert skip["title"] == text(language, "services.find.skip")
        reply = await talk.tap(skip["choose"])
    cards = {card["id"]: card["phone"] for card in reply.messages[0]["services"]}
    assert {cards[name] for name in ALWAYS_SHOWN} == {"999", "111", "116 123"}
    assert len(cards) > len(ALWAYS_SHOWN)


async def test_nation_and_language_are_not_asked_twice(talk: Talk) -> None:
    """In the same talk a second search asks only what she needs."""
    await talk.tap("services.find?nation=wales&need=refuge&speak=cy")
    await talk.tap("nrm.what")
    reply = await talk.tap("services.find")
    assert all("need=" in button["choose"] for button in reply.messages[0]["buttons"])
    reply = await talk.tap("services.find?need=legal")
    assert reply.messages[0]["services"]


@in_every_language
async def test_no_number_without_the_mark_a_is_shown_anywhere(
    talk: Talk, content: Content, language: str
) -> None:
    """A number that sources disagree on appears in no answer, the website does."""
    kept_back = {
        service.phone: service.id
        for service in content.services.values()
        if service.phone and service.publish != "A"
    }
    assert kept_back
    replies = [await talk.turn(lang=language)]
    replies += [await talk.tap(answer) for answer in content.answers.keys() - UNASKED]
    replies += [
        await talk.tap(f"services.find?nation={nation}&need={need}&speak=any")
        for nation in ("england", "wales", "any")
        for need in ("talk", "refuge", "exploitation")
    ]
    everything = json.dumps([reply.messages for reply in replies])
    for number in kept_back:
        assert number not in everything
        assert number.replace(" ", "") not in everything
    assert content.services["bawso"].url in everything
