from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.clock import Clock
from bot.content.values import Content
from bot.conversation.rendering import Message, Renderer
from bot.conversation.sealed_state import ConversationState
from bot.i18n import Phrases
from bot.languages import LANGUAGES
from bot.nlu.danger import DangerRules
from bot.web.alarm import LIFELINES, Alarm
from bot.web.contract import TurnRequest

DANGER = {
    "en": "he is hitting me",
    "es": "me está pegando",
    "cy": "mae o'n fy nharo i rwan",
    "pt": "ele está me batendo agora",
}

Raise = Callable[..., Alarm]

in_every_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def rules() -> DangerRules:
    return DangerRules.load()


@pytest.fixture
def render(content: Content, phrases: Phrases, clock: Clock) -> Callable[[str], Renderer]:
    return lambda language: Renderer(content, phrases, language, clock)


@pytest.fixture
def alarm(rules: DangerRules, render: Callable[[str], Renderer]) -> Raise:
    def make(before: ConversationState, **request: str) -> Alarm:
        return Alarm(rules, render, before, TurnRequest(**request))

    return make


def texts(messages: list[Message]) -> list[tuple[str, str]]:
    return [(message["answer"], message["lang"]) for message in messages]


@in_every_language
def test_danger_raises_the_alarm_before_rasa(alarm: Raise, language: str) -> None:
    """Words alone are enough: no model, no database, no Rasa."""
    raised = alarm(ConversationState(language=language), message=DANGER[language])
    assert raised.is_raised
    assert texts(raised.messages) == [("safety.danger", language)]
    assert raised.messages[0]["more"]
    assert raised.state.alarms == ("safety.danger",)


@in_every_language
def test_the_page_and_her_words_each_get_their_language(alarm: Raise, language: str) -> None:
    """Danger written in another language than the page's is answered in both, the page's first."""
    for written in LANGUAGES:
        state = ConversationState(language=language)
        raised = alarm(state, message=DANGER[written])
        messages, _ = raised.complete([], raised.state)
        wanted = [language] if written == language else [language, written]
        assert [message["lang"] for message in messages] == wanted


@pytest.mark.parametrize(
    "request_", [{}, {"message": "what is the NRM"}, {"message": ""}, {"choose": "nrm.what"}]
)
def test_without_danger_there_is_nothing(alarm: Raise, request_: dict[str, str]) -> None:
    """Where nothing was said of danger, no line stands above her answer."""
    quiet = alarm(ConversationState(), **request_)
    assert (quiet.is_raised, quiet.messages, quiet.state) == (False, [], ConversationState())


@in_every_language
@pytest.mark.parametrize("answer_id", LIFELINES)
def test_after_it_one_line_stays(
    alarm: Raise, content: Content, language: str, answer_id: str
) -> None:
    """Every later turn has the short line, whether she writes or taps."""
    state = ConversationState(language=language, alarms=(answer_id,))
    for request in ({"message": "what is the NRM"}, {"choose": "nrm.what"}, {}):
        (line,) = alarm(state, **request).messages
        assert line["text"] == content.text(language, f"{answer_id}.line")
        assert line["more"] is False
        assert line["buttons"][0]["choose"] == f"{answer_id}?now=no"


def test_the_same_danger_again_is_the_line_and_another_danger_is_not(alarm: Raise) -> None:
    """The full text is given once for each kind of danger."""
    state = ConversationState(alarms=("safety.suicide",))
    assert alarm(state, message="I want to kill myself").messages[0]["more"] is False
    raised = alarm(state, message=DANGER["en"])
    assert texts(raised.messages) == [("safety.danger", "en")]
    assert raised.messages[0]["more"] is True
    assert raised.state.alarms == ("safety.suicide", "safety.danger")


@pytest.mark.parametrize("answer_id", LIFELINES)
def test_not_now_ends_it(alarm: Raise, answer_id: str) -> None:
    """ "This is not happening now" takes the line away and says nothing of its own."""
    over = alarm(ConversationState(alarms=(answer_id,)), choose=f"{answer_id}?now=no")
    assert (over.messages, over.state.alarms) == ([], ())


def test_not_now_about_something_else_ends_nothing(alarm: Raise) -> None:
    """Only the button under the line takes the line away."""
    state = ConversationState(alarms=("safety.danger",))
    assert alarm(state, choose="nrm.what?now=no").state.alarms == ("safety.danger",)


def test_danger_that_the_model_found_keeps_its_line_too(
    alarm: Raise, render: Callable[[str], Renderer]
) -> None:
    """Where only the model heard danger, the next turns have the short line as well."""
    quiet = alarm(ConversationState(), message="something the rules do not know")
    for answer_id in LIFELINES:
        _, state = quiet.complete([render("en").message(answer_id)], ConversationState())
        assert state.alarms == (answer_id,)


def test_the_emergency_answer_is_not_given_twice_in_a_turn(
    alarm: Raise, render: Callable[[str], Renderer]
) -> None:
    """What Rasa says of the same danger is left out, her other answer stays."""
    raised = alarm(ConversationState(), message=DANGER["en"])
    from_rasa = [render("en").message(name) for name in ("safety.danger", "sharing.risk")]
    messages, _ = raised.complete(from_rasa, raised.state)
    assert texts(messages) == [("safety.danger", "en"), ("sharing.risk", "en")]


@pytest.mark.parametrize("answer_id", ["bot.unsure", "bot.greet", "bot.thanks"])
def test_small_talk_does_not_stand_beside_danger(
    alarm: Raise, render: Callable[[str], Renderer], answer_id: str
) -> None:
    """Nobody in danger reads "hello" or "I did not understand"; an apology she does."""
    raised = alarm(ConversationState(), message=DANGER["en"])
    messages, _ = raised.complete([render("en").message(answer_id)], raised.state)
    assert texts(messages) == [("safety.danger", "en")]
    messages, _ = raised.complete([render("en").message("bot.trouble")], raised.state)
    assert texts(messages) == [("safety.danger", "en"), ("bot.trouble", "en")]


def test_small_talk_is_answered_under_the_line(
    alarm: Raise, render: Callable[[str], Renderer]
) -> None:
    """A later "thank you" is answered as ever, below the line."""
    later = alarm(ConversationState(alarms=("safety.danger",)), message="thank you")
    messages, _ = later.complete([render("en").message("bot.thanks")], later.state)
    assert texts(messages) == [("safety.danger", "en"), ("bot.thanks", "en")]


@pytest.mark.parametrize("answer_id", LIFELINES)
def test_who_taps_for_the_full_text_gets_it_without_the_line(
    alarm: Raise, render: Callable[[str], Renderer], answer_id: str
) -> None:
    """A line that repeats the answer below it would only be in the way."""
    state = ConversationState(alarms=(answer_id,))
    asked = alarm(state, choose=answer_id)
    full = [render("en").message(answer_id)]
    assert asked.complete(full, state) == (full, state)
