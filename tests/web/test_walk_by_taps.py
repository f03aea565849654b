"""From the opening by taps alone: the whole of what the assistant can say, in each language."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest

from bot.content.references import parse_reference
from bot.content.values import NATIONS, NEEDS, Content
from bot.conversation.rendering import more_reference
from bot.conversation.sealed_state import ConversationState
from bot.web.dialogue import OPENING, UNASKED
from tests.web.talking import Talk, in_every_language

#: "More" and the sources stand under each answer; the other two follow from her words.
BY_WORDS = {"bot.more", "bot.sources", "bot.unsure", "bot.out-of-scope"}

#: The messages of each tap, by what its button sends.
Walk = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def walks() -> dict[str, Walk]:
    """The walks that were made, by language: each is made once."""
    return {}


async def walk(talk: Talk, language: str, walks: dict[str, Walk]) -> Walk:
    """Taps everything that can be tapped, the nearest first, each as the first tap of a talk."""
    if language in walks:
        return walks[language]
    found: Walk = {}
    fresh = talk.dialogue.sealer.seal(ConversationState(language=language, picked=True))
    ahead = deque([OPENING])
    while ahead:
        reference = ahead.popleft()
        if reference in found:
            continue
        talk.state = fresh
        found[reference] = (await talk.tap(reference)).messages
        for message in found[reference]:
            if message["more"]:
                ahead.append(more_reference(message["answer"]))
            # What a button to another language leads to is that language's own walk.
            ahead += [
                button["choose"] for button in message["buttons"] if message["lang"] == language
            ]
    walks[language] = found
    return found


@in_every_language
async def test_every_answer_is_reached_from_the_opening(
    talk: Talk, content: Content, language: str, walks: dict[str, Walk]
) -> None:
    """A woman who cannot or does not want to write finds every answer there is, and its more."""
    found = await walk(talk, language, walks)
    given = {message["answer"] for messages in found.values() for message in messages}
    assert content.answers.keys() - UNASKED - given <= BY_WORDS
    texts = {message["text"] for messages in found.values() for message in messages}
    missing = [
        f"{answer_id}.{part}"
        for answer_id in given
        for part in ("short", "more")
        if content.has_text(language, f"{answer_id}.{part}")
        and not any(content.text(language, f"{answer_id}.{part}") in text for text in texts)
    ]
    # These two are about the answer before them, and there is none at the first tap.
    assert [name for name in missing if name.rpartition(".")[0] not in BY_WORDS] == []


@in_every_language
async def test_every_service_is_reached_from_the_opening(
    talk: Talk, content: Content, language: str, walks: dict[str, Walk]
) -> None:
    """No service of the directory is for those alone who know its name."""
    found = await walk(talk, language, walks)
    shown = {
        service["id"]
        for messages in found.values()
        for message in messages
        for service in message["services"]
    }
    assert shown == set(content.services)


@in_every_language
async def test_every_choice_of_the_search_is_reached(
    talk: Talk, language: str, walks: dict[str, Walk]
) -> None:
    """Each nation with each need ends in services, whichever way she takes."""
    found = await walk(talk, language, walks)
    ended = {
        (parameters["nation"], parameters["need"])
        for reference, messages in found.items()
        for answer_id, parameters in [parse_reference(reference)]
        if answer_id == "services.find" and {"nation", "need", "speak"} <= parameters.keys()
        if any(message["services"] for message in messages)
    }
    assert ended == {(one, two) for one in (*NATIONS, "any") for two in (*NEEDS, "any")}


@in_every_language
async def test_each_reply_of_the_walk_is_in_the_right_language(
    talk: Talk, language: str, walks: dict[str, Walk]
) -> None:
    """Every tap is answered in the language she picked, or in the one that its button names."""
    for reference, messages in (await walk(talk, language, walks)).items():
        wanted = parse_reference(reference)[1].get("lang", language)
        assert messages, reference
        assert {message["lang"] for message in messages} == {wanted}, reference
        for message in messages:
            assert message["text"].strip(), reference
            assert all(button["title"].strip() for button in message["buttons"]), reference


@in_every_language
async def test_no_tap_of_the_walk_ends_in_trouble(
    talk: Talk, language: str, walks: dict[str, Walk]
) -> None:
    """No button leads to an apology, to an interim text, or to a place without a way on."""
    for reference, messages in (await walk(talk, language, walks)).items():
        for message in messages:
            assert message["answer"] != "bot.trouble", reference
            assert message["interim"] is False, reference
        assert any(message["buttons"] for message in messages), reference


@in_every_language
async def test_each_tap_gives_the_answer_that_its_button_names(
    talk: Talk, language: str, walks: dict[str, Walk]
) -> None:
    """A button leads where it says: nothing of a tap is misunderstood on its way."""
    for reference, messages in (await walk(talk, language, walks)).items():
        answer_id, parameters = parse_reference(reference)
        if "lang" not in parameters:
            assert [message["answer"] for message in messages] == [answer_id], reference
