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
from bot.web.dialogue import UNASKED, Dialogue
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

#: Something about papers: how sure of it the model is, each test says itself.
PAPERS = {
    "en": "a question about the papers",
    "es": "una pregunta sobre los papeles",
    "cy": "cwestiwn am y papurau",
    "pt": "uma pergunta sobre os papéis",
}


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
async def test_before_anything_was_said_there_is_no_more_to_tell(talk, text, language) -> None:
    """Whoever begins with it is told so, and offered where to begin."""
    reply = await talk.turn(choose="bot.more", lang=language)
    assert reply.messages[0]["text"] == text(language, "bot.more.none")
    assert reply.messages[0]["buttons"]


@in_every_language
async def test_how_do_you_know_shows_the_sources_of_the_last_answer(
    talk: Talk, content: Content, language: str
) -> None:
    """The sources are those of the answer before it, also after another such question."""
    await talk.turn(lang=language)
    await talk.tap("sharing.risk")
    for _ in range(2):
        reply = await talk.say(SOURCES[language])
        # Below it there may be what else she meant.
        assert answers(reply)[0] == "bot.sources"
        urls = [source["url"] for source in reply.messages[0]["sources"]]
        wanted = content.sources_of(content.answers["sharing.risk"])
        assert urls == [content.sources[name].url for name in wanted]


@in_every_language
async def test_follow_ups_at_the_beginning_have_an_answer(
    dialogue: Dialogue, text: Text, language: str
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


async def test_unsure_offers_the_nearest_answers(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, content: Content
) -> None:
    """Half understood, her likely questions stand on buttons that answer them."""
    understood(talk, monkeypatch, nlu_fallback=0.6, nrm_what=0.2, sharing_risk=0.2)
    (message,) = (await talk.say("the paper of the trafficking")).messages
    assert message["text"] == content.text("en", "bot.unsure.short")
    offered = [button["choose"] for button in message["buttons"]]
    assert offered == ["nrm.what", "sharing.risk", "services.find", "safety.danger"]


def understood(talk: Talk, monkeypatch: pytest.MonkeyPatch, **ranking: float) -> None:
    """Has the next messages understood with these probabilities, likeliest first."""
    parse = talk.dialogue.agent.processor.parse_message
    ranked = [{"name": name, "confidence": share} for name, share in ranking.items()]

    async def with_ranking(message: Any, *rest: Any) -> dict[str, Any]:
        parsed = await parse(message, *rest)
        return {**parsed, "intent": ranked[0], "intent_ranking": ranked}

    monkeypatch.setattr(talk.dialogue.agent.processor, "parse_message", with_ranking)


@in_every_language
async def test_an_answer_that_is_not_sure_has_what_else_she_may_have_meant_below(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, text: Text, language: str
) -> None:
    """The right answer is one tap away when the first was the wrong one, and the tap gives it."""
    await talk.turn(lang=language)
    understood(talk, monkeypatch, nrm_what=0.6, status_fees=0.3, living_health=0.09)
    answer, also = (await talk.say(PAPERS[language])).messages
    assert answer["text"] == text(language, "nrm.what.short")
    assert also["text"] == text(language, "bot.unsure.also")
    assert [button["choose"] for button in also["buttons"]] == ["status.fees", "living.health"]
    assert answers(await talk.tap("status.fees")) == ["status.fees"]


async def test_what_is_offered_below_does_not_change_what_more_means(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, text: Text
) -> None:
    """ "Tell me more" is about the answer, not about the question under it."""
    understood(talk, monkeypatch, nrm_what=0.6, status_fees=0.3)
    offered = (await talk.say(PAPERS["en"])).messages[-1]
    assert offered["answer"] == "bot.unsure"
    reply = await talk.tap("bot.more")
    assert [message["text"] for message in reply.messages] == [text("en", "nrm.what.more")]


@in_every_language
async def test_a_sure_answer_and_a_tap_stand_alone(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """Who was understood, or has chosen, is not asked whether she meant something else."""
    await talk.turn(lang=language)
    understood(talk, monkeypatch, nrm_what=0.95, status_fees=0.04)
    (message,) = (await talk.say(PAPERS[language])).messages
    assert message["answer"] == "nrm.what"
    understood(talk, monkeypatch, nrm_what=0.5, status_fees=0.4)
    assert answers(await talk.tap("nrm.what")) == ["nrm.what"]


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
