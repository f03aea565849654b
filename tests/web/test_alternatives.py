"""What else she may have meant: offered only where the answer may be wrong, and not too much."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.clock import Clock
from bot.content.suggestions import MOST
from bot.content.values import Content
from bot.conversation.heard import Heard
from bot.conversation.rendering import Message, Renderer
from bot.i18n import Phrases
from bot.languages import LANGUAGES
from bot.web.alternatives import LEAST, SURE, alternatives

Render = Callable[[str], Renderer]


@pytest.fixture
def render(content: Content, phrases: Phrases, clock: Clock) -> Render:
    return lambda language: Renderer(content, phrases, language, clock)


def heard(*ranking: tuple[str, float]) -> Heard:
    return Heard(ranking=ranking)


def offered(messages: list[Message]) -> list[str]:
    return [button["choose"] for message in messages for button in message["buttons"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_next_likeliest_answers_are_offered_in_her_language(
    render: Render, content: Content, language: str
) -> None:
    """A wrong answer is one tap away from the right one, with a question that she can read."""
    renderer = render(language)
    unsure = heard(("nrm_what", 0.5), ("status_fees", 0.3), ("living_health", 0.1))
    (message,) = alternatives([renderer.message("nrm.what")], unsure, renderer)
    assert message["text"] == content.text(language, "bot.unsure.also")
    assert message["buttons"] == [
        {"title": content.text(language, f"{answer}.label"), "choose": answer}
        for answer in ("status.fees", "living.health")
    ]
    assert (message["services"], message["sources"]) == ([], [])


@pytest.mark.parametrize(("probability", "number"), [(SURE - 0.001, 1), (SURE, 0), (1.0, 0)])
def test_a_sure_answer_stands_alone(render: Render, probability: float, number: int) -> None:
    """Who was understood is not asked again."""
    understood = heard(("nrm_what", probability), ("status_fees", 0.05))
    shown = [render("en").message("nrm.what")]
    assert len(alternatives(shown, understood, render("en"))) == number


@pytest.mark.parametrize("nothing", [None, Heard()])
def test_without_words_nothing_is_offered(render: Render, nothing: Heard | None) -> None:
    """A tap is never misunderstood, and where Rasa failed there is nothing to offer."""
    shown = [render("en").message("nrm.what")]
    assert alternatives(shown, nothing, render("en")) == []


def test_who_was_not_understood_is_not_asked_twice(render: Render) -> None:
    """ "I am not sure that I understood" has its own choices."""
    shown = [render("en").message("bot.unsure")]
    unsure = heard(("nlu_fallback", 0.5), ("nrm_what", 0.3))
    assert alternatives(shown, unsure, render("en")) == []


def test_no_more_is_offered_than_somebody_in_a_hurry_reads(render: Render) -> None:
    """The likeliest come first, and the rest is left out."""
    names = ("status_fees", "living_health", "nrm_support", "rights_access", "sharing_already")
    unsure = heard(("nrm_what", 0.4), *((name, 0.1) for name in names))
    found = offered(alternatives([render("en").message("nrm.what")], unsure, render("en")))
    assert found == ["status.fees", "living.health", "nrm.support"]
    assert len(found) == MOST


def test_what_is_hardly_likely_is_not_offered(render: Render) -> None:
    """A button that nobody meant makes the others harder to find."""
    unsure = heard(("nrm_what", 0.6), ("status_fees", LEAST), ("living_health", LEAST * 0.99))
    shown = [render("en").message("nrm.what")]
    assert offered(alternatives(shown, unsure, render("en"))) == ["status.fees"]


def test_what_stands_there_already_is_not_offered(render: Render, content: Content) -> None:
    """Neither an answer that is shown nor one that a button above leads to, chosen or not."""
    assert "sharing.consent" in content.answers["sharing.risk"].next
    shown = [render("en").message("sharing.risk", buttons=["sharing.consent", "services.find?a=b"])]
    names = ("sharing_consent", "services_find", "status_fees")
    unsure = heard(("sharing_risk", 0.6), *((name, 0.1) for name in names))
    assert offered(alternatives(shown, unsure, render("en"))) == ["status.fees"]


def test_with_nothing_else_to_offer_nothing_is_said(render: Render) -> None:
    """A question without choices would be a dead end."""
    unsure = heard(("nrm_what", 0.6), ("nrm_what", 0.3))
    assert alternatives([render("en").message("nrm.what")], unsure, render("en")) == []


@pytest.mark.parametrize(
    "intent",
    [
        "bot_greet",
        "bot_thanks",
        "bot_goodbye",
        "bot_out_of_scope",
        "bot_sources",
        "bot_more",
        "followup_cost",
        "nlu_fallback",
    ],
)
def test_courtesies_and_follow_ups_are_not_offered(render: Render, intent: str) -> None:
    """Nobody taps "thank you", and a follow-up has no answer of its own."""
    unsure = heard(("nrm_what", 0.5), (intent, 0.3), ("status_fees", 0.1))
    shown = [render("en").message("nrm.what")]
    assert offered(alternatives(shown, unsure, render("en"))) == ["status.fees"]


def test_the_likeliest_is_offered_when_something_else_was_answered(render: Render) -> None:
    """Where the answer given is not the likeliest, the likeliest is what she is offered first."""
    unsure = heard(("status_fees", 0.5), ("nrm_what", 0.4))
    shown = [render("en").message("nrm.what")]
    assert offered(alternatives(shown, unsure, render("en"))) == ["status.fees"]
