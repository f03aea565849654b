from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.clock import Clock, stopped_at
from bot.content.references import response_name
from bot.content.values import Content
from bot.conversation.nlg import TROUBLE, WEB_CHANNEL, AnswerGenerator
from bot.conversation.rendering import Renderer
from bot.conversation.sealed_state import ConversationState
from bot.conversation.tracker_store import events_of
from bot.i18n import Phrases
from bot.languages import LANGUAGES
from bot.settings import ROOT


class Held:
    """Content that stays as it is."""

    def __init__(self, content: Content) -> None:
        self.current = content


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load(str(ROOT / "domain.yml"))


@pytest.fixture
def generator(content: Content, phrases: Phrases, clock: Clock) -> AnswerGenerator:
    return AnswerGenerator(content=Held(content), phrases=phrases, clock=clock)


def conversation(
    domain: Domain, language: str, parameters: dict[str, str] | None = None
) -> DialogueStateTracker:
    state = ConversationState(language=language, picked=True)
    tracker = DialogueStateTracker.from_events("x", events_of(state), domain.slots)
    parse_data: Any = {"intent": {"name": "any"}, "parameters": parameters or {}}
    tracker.update(UserUttered("her words", parse_data=parse_data))
    return tracker


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_response_of_the_domain_is_an_answer(
    generator: AnswerGenerator, domain: Domain, content: Content, language: str
) -> None:
    """Whatever Rasa may say is rendered from the content store in her language."""
    tracker = conversation(domain, language)
    given = [
        (await generator.generate(name, tracker, WEB_CHANNEL))["custom"]
        for name in domain.responses
    ]
    assert {message["answer"] for message in given} == set(content.answers)
    assert {message["lang"] for message in given} == {language}
    assert domain.responses.keys() == {response_name(answer_id) for answer_id in content.answers}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("answer_id", "parameters", "part"),
    [
        ("nrm.what", {}, "short"),
        ("nrm.what", {"part": "more"}, "more"),
        ("safety.danger", {"now": "no"}, "not-now"),
        ("nrm.what", {"part": "nothing-of-that-name"}, "short"),
    ],
)
async def test_a_button_decides_which_part_is_given(
    generator: AnswerGenerator,
    domain: Domain,
    content: Content,
    language: str,
    answer_id: str,
    parameters: dict[str, str],
    part: str,
) -> None:
    """ "More" and "this is not happening now" come with the tap, not with an action."""
    tracker = conversation(domain, language, parameters)
    reply = await generator.generate(response_name(answer_id), tracker, WEB_CHANNEL)
    assert reply["custom"]["text"] == content.text(language, f"{answer_id}.{part}")


async def test_an_action_gives_the_parts_of_a_message(
    generator: AnswerGenerator, domain: Domain, content: Content, phrases: Phrases, clock: Clock
) -> None:
    """Services, note, names, choices and buttons that an action names are in the message."""
    chosen = {"nation": "wales", "need": "talk", "speak": "es"}
    reply = await generator.generate(
        "utter_services_find",
        conversation(domain, "cy"),
        WEB_CHANNEL,
        note="spoken-es",
        note_names=["lawrs"],
        services=["lawrs"],
        chosen=chosen,
        next=["nrm.what"],
    )
    assert reply["custom"] == Renderer(content, phrases, "cy", clock).message(
        "services.find",
        note="spoken-es",
        note_names=["lawrs"],
        services=["lawrs"],
        chosen=chosen,
        buttons=["nrm.what"],
    )
    assert reply["custom"]["services"][0]["why"]


async def test_an_action_gives_the_card_of_a_message(
    generator: AnswerGenerator, domain: Domain
) -> None:
    """The card that an action asks for is in the message, and its lines in plain text too."""
    tracker, card_for = conversation(domain, "pt"), {"to": "cy", "speak": "pt"}
    web = await generator.generate("utter_services_card", tracker, WEB_CHANNEL, card_for=card_for)
    card = web["custom"]["card"]
    assert card["to"] == "cy"
    plain = await generator.generate("utter_services_card", tracker, "cmdline", card_for=card_for)
    assert all(line["text"] in plain["text"] for line in card["lines"])


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_answer_whose_review_is_overdue_gives_way(
    domain: Domain, content: Content, phrases: Phrases, language: str
) -> None:
    """The generator asks its clock: after the day of review the interim text is said instead."""
    late = stopped_at(datetime(2027, 9, 1, 10))
    generator = AnswerGenerator(content=Held(content), phrases=phrases, clock=late)
    reply = await generator.generate(
        "utter_sharing_risk", conversation(domain, language), WEB_CHANNEL
    )
    assert (reply["custom"]["answer"], reply["custom"]["interim"]) == ("sharing.risk", True)
    assert reply["custom"]["text"] == content.text(language, "bot.interim.sharing")


async def test_another_channel_gets_plain_text(
    generator: AnswerGenerator, domain: Domain, content: Content
) -> None:
    """`rasa shell` shows the words, the services and the date, in one message."""
    reply = await generator.generate("utter_safety_danger", conversation(domain, "en"), "cmdline")
    assert reply.keys() == {"text"}
    assert "999" in reply["text"]
    # A blank line would make Rasa send several messages.
    assert "\n\n" not in reply["text"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_missing_text_becomes_an_apology_in_her_language(
    domain: Domain,
    content: Content,
    phrases: Phrases,
    clock: Clock,
    language: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """She is told that something went wrong; the log has the answer's id and no words."""
    texts = {key: text for key, text in content.texts.items() if key[1] != "nrm.what.short"}
    held = Held(replace(content, texts=texts))
    generator = AnswerGenerator(content=held, phrases=phrases, clock=clock)
    with caplog.at_level(logging.INFO):
        reply = await generator.generate(
            "utter_nrm_what", conversation(domain, language), WEB_CHANNEL
        )
    assert reply["custom"]["answer"] == TROUBLE
    assert reply["custom"]["lang"] == language
    assert f"nrm.what in {language}" in caplog.text
    assert "her words" not in caplog.text


async def test_a_response_that_is_no_answer_becomes_an_apology(
    generator: AnswerGenerator, domain: Domain
) -> None:
    """A name that the content does not have is never an empty reply."""
    reply = await generator.generate("utter_gone", conversation(domain, "es"), WEB_CHANNEL)
    assert (reply["custom"]["answer"], reply["custom"]["lang"]) == (TROUBLE, "es")


async def test_an_edited_answer_is_given_at_the_next_turn(
    domain: Domain, content: Content, phrases: Phrases, clock: Clock
) -> None:
    """What is published now is what is said: no training, no restart."""
    held = Held(content)
    generator = AnswerGenerator(content=held, phrases=phrases, clock=clock)
    tracker = conversation(domain, "pt")
    texts = {**content.texts, ("pt", "nrm.what.short"): "Outra frase."}
    held.current = replace(content, texts=texts)
    reply = await generator.generate("utter_nrm_what", tracker, WEB_CHANNEL)
    assert reply["custom"]["text"] == "Outra frase."
