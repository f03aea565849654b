"""The answers, through the real dialogue: each by a tap, follow-ups, and what is not understood."""

from __future__ import annotations

from typing import Any

import pytest

from bot.content.values import Content
from bot.conversation.rendering import more_reference
from bot.conversation.sealed_state import (
    ConversationState,
)
from bot.errors import BadRequestError
from bot.web.dialogue import UNASKED
from tests.web.talking import (
    MORE,
    NONSENSE,
    SOURCES,
    Talk,
    Text,
    answers,
    in_every_language,
    shown,
)


@in_every_language
async def test_every_answer_is_reached_by_tapping_alone(
    talk: Talk, content: Content, language: str
) -> None:
    """Each answer is given whole by `choose`, and its "more" by another tap."""
    await talk.turn(lang=language)
    for answer_id in content.answers.keys() - UNASKED:
        # Otherwise the short line of danger would stand above the next answer.
        talk.state = talk.dialogue.sealer.seal(ConversationState(language=language, picked=True))
        reply = await talk.tap(answer_id)
        assert shown(reply) == [(answer_id, language)], answer_id
        (message,) = reply.messages
        assert message["text"]
        if message["more"]:
            more = await talk.tap(more_reference(answer_id))
            assert more.messages[-1]["text"] == content.text(language, f"{answer_id}.more")


@pytest.mark.parametrize("choose", ["gone.answer", *sorted(UNASKED)])
async def test_an_answer_that_nobody_can_ask_for_is_refused(talk: Talk, choose: str) -> None:
    """A button of another time or another site is a bad request, not a crash."""
    with pytest.raises(BadRequestError) as error:
        await talk.tap(choose)
    assert error.value.code == "unknown_answer"


@in_every_language
async def test_more_is_told_about_the_last_answer(talk: Talk, text: Text, language: str) -> None:
    """ "Tell me more" gives the long text of the answer before it, by words or by a tap."""
    await talk.turn(lang=language)
    await talk.tap("nrm.what")
    reply = await talk.say(MORE[language])
    assert [message["text"] for message in reply.messages] == [text(language, "nrm.what.more")]
    await talk.tap("sharing.consent")
    reply = await talk.tap("bot.more")
    assert reply.messages[0]["text"] == text(language, "sharing.consent.more")


@in_every_language
async def test_how_do_you_know_shows_the_sources_of_the_last_answer(
    talk: Talk, content: Content, language: str
) -> None:
    """The sources are those of the answer before it, also after another such question."""
    await talk.turn(lang=language)
    await talk.tap("sharing.risk")
    for _ in range(2):
        reply = await talk.say(SOURCES[language])
        assert answers(reply) == ["bot.sources"]
        urls = [source["url"] for source in reply.messages[0]["sources"]]
        wanted = content.sources_of(content.answers["sharing.risk"])
        assert urls == [content.sources[name].url for name in wanted]


@in_every_language
async def test_follow_ups_at_the_beginning_have_an_answer(
    dialogue, text: Text, language: str
) -> None:
    """Without anything before them they are asked back, not left without a reply."""
    for reference in ("bot.more", "bot.sources"):
        reply = await Talk(dialogue).turn(choose=reference, lang=language)
        assert reply.messages[0]["text"] == text(language, f"{reference}.none")


@in_every_language
async def test_unsure_says_so_and_offers_a_person(talk: Talk, text: Text, language: str) -> None:
    """What was not understood is never guessed at: services and the way out stand below."""
    await talk.turn(lang=language)
    reply = await talk.say(NONSENSE)
    (message,) = [one for one in reply.messages if one["answer"] == "bot.unsure"]
    parts = ("bot.unsure.plain", "bot.unsure.short")
    assert message["text"] in [text(language, part) for part in parts]
    offered = [button["choose"] for button in message["buttons"]]
    assert {"services.find", "safety.danger"} <= set(offered)


async def test_unsure_offers_the_nearest_answers(talk: Talk, monkeypatch, content) -> None:
    """Half understood, her likely questions stand on buttons that answer them."""
    parse = talk.dialogue.agent.processor.parse_message

    async def half_understood(message: Any, *rest: Any) -> dict[str, Any]:
        parsed = await parse(message, *rest)
        ranking = [{"name": "nlu_fallback", "confidence": 0.6}]
        ranking += [{"name": name, "confidence": 0.2} for name in ("nrm_what", "sharing_risk")]
        return {**parsed, "intent": ranking[0], "intent_ranking": ranking}

    monkeypatch.setattr(talk.dialogue.agent.processor, "parse_message", half_understood)
    (message,) = (await talk.say("the paper of the trafficking")).messages
    assert message["text"] == content.text("en", "bot.unsure.short")
    offered = [button["choose"] for button in message["buttons"]]
    assert offered == ["nrm.what", "sharing.risk", "services.find", "safety.danger"]


@pytest.mark.parametrize(
    "message",
    ["😀😀😀", "मुझे मदद चाहिए", "\u202eأحتاج إلى مساعدة", "הצילו", "////", "?", ".", "a" * 500],
)
async def test_whatever_is_typed_gets_an_answer(talk: Talk, message: str) -> None:
    """Emoji, Hindi, right-to-left text and signs are answered with "not understood"."""
    reply = await talk.say(message)
    assert answers(reply) == ["bot.unsure"]


async def test_an_empty_line_says_the_last_answer_again(talk: Talk) -> None:
    """Sending nothing is no message: what stood there is shown."""
    await talk.tap("nrm.what")
    assert answers(await talk.say("")) == ["nrm.what"]
    assert answers(await Talk(talk.dialogue).say("")) == ["bot.greet"]
