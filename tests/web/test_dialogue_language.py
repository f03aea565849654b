"""The language of a talk, through the real dialogue: picked, written, changed, offered."""

from __future__ import annotations

from tests.web.talking import (
    ASK_FOR,
    NRM,
    RISK,
    Talk,
    Text,
    in_every_language,
    in_every_other_language,
    shown,
)


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
    messages = (await talk.say(RISK[other])).messages
    offers = [message for message in messages if message["answer"] == "bot.language"]
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
