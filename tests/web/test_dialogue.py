"""The whole dialogue with the trained model, one turn after another, as the page drives it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.content.directory import ALWAYS_SHOWN
from bot.content.values import Content
from bot.conversation.rendering import more_reference
from bot.conversation.sealed_state import (
    IDLE_SECONDS,
    LIFETIME_SECONDS,
    MAX_TOKEN_CHARACTERS,
    ConversationState,
    Sealer,
)
from bot.errors import BadRequestError
from bot.languages import LANGUAGES
from bot.web.contract import TurnRequest
from bot.web.dialogue import UNASKED, Dialogue, TurnReply

NRM = {
    "en": "what is the national referral mechanism",
    "es": "qué es el mecanismo nacional de remisión NRM",
    "cy": "beth ydy'r NRM a sut mae'n gweithio",
    "pt": "o que é o NRM e como funciona",
}
RISK = {
    "en": "can the police tell the home office about me",
    "es": "¿la policía le puede contar de mí a inmigración?",
    "cy": "ydi'r heddlu'n gallu dweud wrth y Swyddfa Gartref amdana i",
    "pt": "a polícia pode contar para a imigração que estou aqui?",
}
MORE = {
    "en": "tell me more",
    "es": "cuéntame más",
    "cy": "dywedwch fwy wrtha i",
    "pt": "me conta mais",
}
SOURCES = {
    "en": "how do you know that",
    "es": "¿cómo sabes eso?",
    "cy": "sut ydych chi'n gwybod hynny",
    "pt": "como você sabe disso?",
}
DANGER = {
    "en": "he is hitting me",
    "es": "me está pegando",
    "cy": "mae o'n fy nharo i rwan",
    "pt": "ele está me batendo agora",
}
SUICIDE = {
    "en": "I want to kill myself",
    "es": "me quiero matar",
    "cy": "dw i eisiau lladd fy hun",
    "pt": "quero me matar",
}
ASK_FOR = {
    "en": "in English please",
    "es": "en español por favor",
    "cy": "yn Gymraeg os gwelwch yn dda",
    "pt": "em português por favor",
}
NONSENSE = "zxcv qwer asdf hjkl"

in_every_language = pytest.mark.parametrize("language", LANGUAGES)
in_every_other_language = pytest.mark.parametrize(
    ("language", "other"), [(one, two) for one in LANGUAGES for two in LANGUAGES if one != two]
)

Text = Callable[[str, str], str]


@dataclass
class Talk:
    """A browser tab: sends turns and holds the state."""

    dialogue: Dialogue
    state: str | None = None

    async def turn(self, **request: Any) -> TurnReply:
        reply = await self.dialogue.turn(TurnRequest(state=self.state, **request))
        self.state = reply.state
        return reply

    async def say(self, message: str) -> TurnReply:
        return await self.turn(message=message)

    async def tap(self, reference: str) -> TurnReply:
        return await self.turn(choose=reference)

    @property
    def opened(self) -> ConversationState:
        return self.dialogue.sealer.unseal(self.state)


@pytest.fixture
def talk(dialogue) -> Talk:
    return Talk(dialogue)


@pytest.fixture
def text(content: Content) -> Text:
    return lambda language, msgid: content.text(language, msgid)


def answers(reply: TurnReply) -> list[str]:
    return [message["answer"] for message in reply.messages]


def shown(reply: TurnReply) -> list[tuple[str, str]]:
    return [(message["answer"], message["lang"]) for message in reply.messages]


# Language


@in_every_language
async def test_it_opens_in_the_language_of_her_browser(talk: Talk, language: str) -> None:
    """Before she has said anything, the browser's language is the best guess."""
    reply = await talk.turn(reading=language)
    assert (reply.lang, shown(reply)) == (language, [("bot.greet", language)])


@in_every_language
async def test_it_answers_in_the_language_she_writes_in(talk: Talk, language: str) -> None:
    """Without a language picked by hand, her words decide."""
    reply = await talk.say(RISK[language])
    assert (reply.lang, shown(reply)) == (language, [("sharing.risk", language)])


@in_every_other_language
async def test_it_follows_her_when_she_changes_the_language_she_writes_in(
    talk: Talk, language: str, other: str
) -> None:
    """A woman who goes on in another language is answered in it."""
    await talk.say(RISK[language])
    reply = await talk.say(NRM[other])
    assert (reply.lang, shown(reply)) == (other, [("nrm.what", other)])


@in_every_language
async def test_what_is_in_no_language_does_not_change_it(talk: Talk, language: str) -> None:
    """A number, an emoji or another alphabet leaves the conversation in its language."""
    await talk.say(RISK[language])
    for message in ("999?", "😀", "मुझे मदद चाहिए", "أحتاج إلى مساعدة"):
        assert (await talk.say(message)).lang == language


@in_every_language
async def test_the_name_of_a_service_does_not_change_the_language(
    talk: Talk, language: str
) -> None:
    """Who types only "LAWRS" is answered about LAWRS in the language she has been using."""
    await talk.say(RISK[language])
    reply = await talk.say("LAWRS")
    assert shown(reply) == [("services.lawrs", language)]


@in_every_other_language
async def test_another_language_in_mid_talk_says_the_last_answer_again_in_it(
    talk: Talk, text: Text, language: str, other: str
) -> None:
    """The picker shows what stood there, in the new language, and nothing else."""
    await talk.say(NRM[language])
    reply = await talk.turn(lang=other)
    assert reply.lang == other
    assert [message["text"] for message in reply.messages] == [text(other, "nrm.what.short")]
    assert talk.opened.picked


@in_every_other_language
async def test_the_list_of_services_is_said_again_whole(
    talk: Talk, language: str, other: str
) -> None:
    """With the last answer its choices come back: the same services, in the new language."""
    await talk.turn(lang=language)
    before = await talk.tap("services.find?nation=wales&need=refuge&speak=cy")
    after = await talk.turn(lang=other)
    found = [[card["id"] for card in reply.messages[0]["services"]] for reply in (before, after)]
    assert found[0] == found[1]
    assert "live-fear-free" in found[0]


@in_every_other_language
async def test_a_picked_language_is_never_overridden(talk: Talk, language: str, other: str) -> None:
    """What she picked by hand stands, whatever she writes in; she is answered all the same."""
    await talk.turn(lang=language)
    for message, answer in ((RISK[other], "sharing.risk"), (NRM[other], "nrm.what")):
        reply = await talk.say(message)
        assert reply.lang == language
        assert shown(reply)[0] == (answer, language)
    assert talk.opened.picked


@in_every_other_language
async def test_text_in_another_language_gets_an_offer_in_both(
    talk: Talk, text: Text, language: str, other: str
) -> None:
    """She is asked in both languages whether to go on in the one she writes."""
    await talk.turn(lang=language)
    _, *offers = (await talk.say(RISK[other])).messages
    assert [(offer["lang"], offer["text"]) for offer in offers] == [
        (other, text(other, f"bot.language.offer-{other}")),
        (language, text(language, f"bot.language.offer-{other}")),
    ]
    for offer in offers:
        assert [button["choose"] for button in offer["buttons"]] == [f"bot.language?lang={other}"]


@in_every_other_language
async def test_the_offer_is_made_once_and_then_stays_as_a_button(
    talk: Talk, language: str, other: str
) -> None:
    """Nobody is asked the same thing twice, and nobody loses the way."""
    await talk.turn(lang=language)
    await talk.say(RISK[other])
    reply = await talk.say(NRM[other])
    assert shown(reply) == [("nrm.what", language)]
    assert reply.messages[0]["buttons"][-1]["choose"] == f"bot.language?lang={other}"


@in_every_other_language
async def test_taking_the_offer_says_the_last_answer_again(
    talk: Talk, text: Text, language: str, other: str
) -> None:
    """One tap, and both the talk and the last answer are in the other language."""
    await talk.turn(lang=language)
    await talk.say(RISK[other])
    reply = await talk.tap(f"bot.language?lang={other}")
    assert [message["text"] for message in reply.messages] == [
        text(other, "bot.language.changed"),
        text(other, "sharing.risk.short"),
    ]
    assert (reply.lang, (await talk.say(NRM[language])).lang) == (other, other)


@in_every_other_language
async def test_she_can_ask_for_a_language_in_words(
    talk: Talk, text: Text, language: str, other: str
) -> None:
    """ "In Welsh, please" changes the language as the picker does."""
    await talk.turn(lang=language)
    await talk.tap("nrm.what")
    reply = await talk.say(ASK_FOR[other])
    assert reply.lang == other
    assert reply.messages[-1]["text"] == text(other, "nrm.what.short")


# Answers


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


@in_every_language
async def test_every_answer_is_linked_from_another_one(
    talk: Talk, content: Content, language: str
) -> None:
    """Beginning at the greeting, taps alone lead to every answer a person can ask for."""
    await talk.turn(lang=language)
    seen: set[str] = set()
    open_ends = ["bot.greet"]
    while open_ends:
        reference = open_ends.pop()
        answer_id = reference.partition("?")[0]
        if answer_id in seen:
            continue
        seen.add(answer_id)
        reply = await talk.tap(reference)
        open_ends += [button["choose"] for m in reply.messages for button in m["buttons"]]
    # "More" and the sources are under each answer; the other two follow from her words.
    by_words = {"bot.more", "bot.sources", "bot.unsure", "bot.out-of-scope"}
    assert content.answers.keys() - UNASKED - seen <= by_words


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
        wanted = content.answers["sharing.risk"].sources
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


# Services


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


# Danger


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


# When something fails


@in_every_language
@pytest.mark.parametrize("error", [RuntimeError, MemoryError, TimeoutError])
async def test_danger_is_answered_without_rasa(
    talk: Talk, monkeypatch, text: Text, language: str, error: type[Exception]
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
async def test_when_rasa_fails_she_gets_an_apology_and_her_talk_goes_on(
    talk: Talk, monkeypatch, text: Text, language: str
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
    talk: Talk, monkeypatch, caplog: pytest.LogCaptureFixture, capfd
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
    talk: Talk, monkeypatch, text: Text, language: str
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
    talk: Talk, monkeypatch, text: Text, language: str
) -> None:
    """An empty reply is a failure, never an empty page."""

    async def nothing(*_: Any, **__: Any) -> None:
        return None

    await talk.turn(lang=language)
    monkeypatch.setattr(talk.dialogue.agent, "handle_message", nothing)
    reply = await talk.say(RISK[language])
    assert [message["text"] for message in reply.messages] == [text(language, "bot.trouble.short")]


# The state


@dataclass
class Clock:
    now: float = 1_800_000_000

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(dialogue, clock: Clock) -> Talk:
    """A talk whose time a test decides."""
    return Talk(replace(dialogue, sealer=Sealer(Sealer.with_fresh_key().keys, clock)))


@in_every_language
async def test_an_expired_state_starts_afresh_with_a_kind_sentence(
    timed: Talk, clock: Clock, text: Text, language: str
) -> None:
    """After half an hour she begins anew, and what she asks is answered all the same."""
    await timed.turn(lang=language)
    clock.now += IDLE_SECONDS + 1
    reply = await timed.say(NRM[language])
    assert [message["text"] for message in reply.messages] == [
        text(language, "bot.fresh-start.short"),
        text(language, "nrm.what.short"),
    ]
    assert answers(await timed.say(RISK[language])) == ["sharing.risk"]


async def test_no_talk_lasts_longer_than_two_hours(timed: Talk, clock: Clock) -> None:
    """However busy, a conversation ends; the next turn begins another one."""
    await timed.tap("services.find?nation=wales")
    for _ in range(LIFETIME_SECONDS // (IDLE_SECONDS - 60)):
        clock.now += IDLE_SECONDS - 60
        reply = await timed.tap("nrm.what")
    clock.now += IDLE_SECONDS - 60
    reply = await timed.tap("nrm.what")
    assert answers(reply) == ["bot.fresh-start", "nrm.what"]
    assert timed.opened.nation is None


@pytest.mark.parametrize(
    "state", ["x", "gAAAAA", "\x00", "é", "\ud800", "a" * (MAX_TOKEN_CHARACTERS + 1), "FOREIGN"]
)
@in_every_language
async def test_a_state_that_is_not_ours_starts_afresh(
    talk: Talk, language: str, state: str
) -> None:
    """A foreign or broken state is never an error page: she is answered, in her language."""
    if state == "FOREIGN":
        state = Sealer.with_fresh_key().seal(ConversationState(nation="wales"))
    talk.state = state
    reply = await talk.say(NRM[language])
    assert shown(reply) == [
        ("bot.fresh-start", language),
        ("nrm.what", language),
    ]
    assert talk.opened.nation is None


async def test_an_altered_state_starts_afresh(talk: Talk) -> None:
    """One character changed, and nothing of the conversation is believed."""
    await talk.tap("services.find?nation=wales")
    middle = len(talk.state) // 2
    other = "A" if talk.state[middle] != "A" else "B"
    talk.state = talk.state[:middle] + other + talk.state[middle + 1 :]
    assert answers(await talk.tap("nrm.what")) == ["bot.fresh-start", "nrm.what"]
    assert talk.opened.nation is None


@in_every_language
async def test_danger_stands_before_the_fresh_start(talk: Talk, language: str) -> None:
    """Not even a lost conversation comes before the emergency answer."""
    talk.state = "broken"
    reply = await talk.turn(message=DANGER[language], lang=language)
    assert answers(reply) == ["safety.danger", "bot.fresh-start"]


@in_every_language
async def test_a_lost_state_with_a_picked_language_opens_in_it(talk: Talk, language: str) -> None:
    """Picking a language with a state that is gone opens the talk in that language."""
    talk.state = "broken"
    reply = await talk.turn(lang=language)
    assert shown(reply) == [("bot.fresh-start", language), ("bot.greet", language)]


async def test_any_process_with_the_key_can_take_the_next_turn(dialogue) -> None:
    """The state alone carries the talk: another server goes on with it."""
    one = Talk(dialogue)
    await one.tap("nrm.what")
    other = Talk(replace(dialogue, sealer=Sealer(dialogue.sealer.keys)), one.state)
    reply = await other.tap("bot.more")
    assert answers(reply) == ["nrm.what"]


async def test_going_back_to_an_older_state_goes_on_from_there(talk: Talk) -> None:
    """The server holds nothing that could contradict the tab's "back"."""
    await talk.tap("nrm.what")
    older = talk.state
    await talk.tap("sharing.risk")
    talk.state = older
    assert answers(await talk.tap("bot.more")) == ["nrm.what"]
