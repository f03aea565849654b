"""Danger above whatever a turn answers: in full once, then a line; a line where possible."""

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
from bot.nlu.danger.judgement import Judgement, judge
from bot.nlu.danger.phrase_files import DANGER_ANSWERS
from bot.web.alarm import Alarm
from bot.web.contract import TurnRequest
from tests.web.talking import DANGER

Raise = Callable[..., Alarm]
Render = Callable[[str], Renderer]

SURE = Judgement("safety.danger", is_sure=True, language=None)
POSSIBLE = Judgement("safety.danger", is_sure=False, language=None)

in_every_language = pytest.mark.parametrize("language", LANGUAGES)
with_either_answer = pytest.mark.parametrize("answer_id", DANGER_ANSWERS)


@pytest.fixture
def render(content: Content, phrases: Phrases, clock: Clock) -> Render:
    return lambda language: Renderer(content, phrases, language, clock)


@pytest.fixture
def alarm(render: Render) -> Raise:
    def make(danger: Judgement | None, before: ConversationState, **request: str) -> Alarm:
        return Alarm(danger, render, before, TurnRequest(**request))

    return make


def texts(messages: list[Message]) -> list[tuple[str, str]]:
    return [(message["answer"], message["lang"]) for message in messages]


@in_every_language
def test_danger_by_the_rules_alone_is_answered_in_full(alarm: Raise, language: str) -> None:
    """Words alone are enough: no model, no answer of Rasa's."""
    state = ConversationState(language=language)
    danger = judge(DangerRules.load().detect(DANGER[language]), None)
    first, rest, after = alarm(danger, state, message=DANGER[language]).complete([], state)
    assert texts(first) == [("safety.danger", language)]
    assert first[0]["more"]
    assert rest == []
    assert after.alarms == ("safety.danger",)


@in_every_language
@with_either_answer
def test_sure_danger_that_no_single_words_tell_is_answered_in_full(
    alarm: Raise, content: Content, language: str, answer_id: str
) -> None:
    """What only the model heard comes whole as well, in the page's language."""
    state = ConversationState(language=language)
    danger = Judgement(answer_id, is_sure=True, language=None)
    (message,), _, after = alarm(danger, state, message="words").complete([], state)
    assert message["text"] == content.text(language, f"{answer_id}.short")
    assert after.alarms == (answer_id,)


@pytest.mark.parametrize("written", LANGUAGES)
@in_every_language
def test_the_page_and_her_words_each_get_their_language(
    alarm: Raise, language: str, written: str
) -> None:
    """Danger written in another language than the page's is answered in both, the page's first."""
    state = ConversationState(language=language)
    danger = Judgement("safety.danger", is_sure=True, language=written)
    first, _, _ = alarm(danger, state, message="words").complete([], state)
    wanted = [language] if written == language else [language, written]
    assert [message["lang"] for message in first] == wanted


@in_every_language
def test_the_language_before_the_turn_is_not_lost(alarm: Raise, language: str) -> None:
    """Where her words have changed the page's language, the one she was reading stays too."""
    before = ConversationState(language="cy")
    danger = Judgement("safety.danger", is_sure=True, language=language)
    raised = alarm(danger, before, message="words")
    first, _, _ = raised.complete([], ConversationState(language=language))
    assert [message["lang"] for message in first] == list(dict.fromkeys([language, "cy"]))


@pytest.mark.parametrize(
    "request_", [{}, {"message": "what is the NRM"}, {"message": ""}, {"choose": "nrm.what"}]
)
def test_without_danger_there_is_nothing(
    alarm: Raise, render: Render, request_: dict[str, str]
) -> None:
    """Where nothing was said of danger, no line stands above her answer."""
    state, answered = ConversationState(), [render("en").message("nrm.what")]
    assert alarm(None, state, **request_).complete(answered, state) == ([], answered, state)


@in_every_language
@with_either_answer
def test_after_it_one_line_stays(
    alarm: Raise, content: Content, language: str, answer_id: str
) -> None:
    """Every later turn has the short line, whether she writes or taps."""
    state = ConversationState(language=language, alarms=(answer_id,))
    for request in ({"message": "what is the NRM"}, {"choose": "nrm.what"}, {}):
        (line,), _, after = alarm(None, state, **request).complete([], state)
        assert line["text"] == content.text(language, f"{answer_id}.line")
        assert line["more"] is False
        assert line["buttons"][0]["choose"] == f"{answer_id}?now=no"
        assert after.alarms == (answer_id,)


def test_the_same_danger_again_is_the_line_and_another_danger_is_not(alarm: Raise) -> None:
    """The full text is given once for each kind of danger."""
    state = ConversationState(alarms=("safety.suicide",))
    again = Judgement("safety.suicide", is_sure=True, language="en")
    (line,), _, _ = alarm(again, state, message="words").complete([], state)
    assert line["more"] is False
    (whole,), _, after = alarm(SURE, state, message="words").complete([], state)
    assert (whole["answer"], whole["more"]) == ("safety.danger", True)
    assert after.alarms == ("safety.suicide", "safety.danger")


@with_either_answer
def test_not_now_ends_it(alarm: Raise, answer_id: str) -> None:
    """ "This is not happening now" takes the line away and says nothing of its own."""
    state = ConversationState(alarms=(answer_id,))
    over = alarm(None, state, choose=f"{answer_id}?now=no")
    assert over.complete([], state) == ([], [], ConversationState())


def test_not_now_ends_one_alarm_and_leaves_the_other(alarm: Raise, content: Content) -> None:
    """Who is no longer being hit may still want to die: that line stays until she says so."""
    state = ConversationState(alarms=("safety.suicide", "safety.danger"))
    over = alarm(None, state, choose="safety.danger?now=no")
    (line,), _, after = over.complete([], state)
    assert line["text"] == content.text("en", "safety.suicide.line")
    assert after.alarms == ("safety.suicide",)


def test_not_now_about_something_else_ends_nothing(alarm: Raise) -> None:
    """Only the button under the line takes the line away."""
    state = ConversationState(alarms=("safety.danger",))
    _, _, after = alarm(None, state, choose="nrm.what?now=no").complete([], state)
    assert after.alarms == ("safety.danger",)


@with_either_answer
def test_the_danger_answer_of_rasa_keeps_its_line_too(
    alarm: Raise, render: Render, answer_id: str
) -> None:
    """Where she asked for the danger answer, the next turns have the short line as well."""
    answered = [render("en").message(answer_id)]
    quiet = alarm(None, ConversationState(), message="words")
    assert quiet.complete(answered, ConversationState()) == (
        [],
        answered,
        ConversationState(alarms=(answer_id,)),
    )


def test_the_emergency_answer_is_not_given_twice_in_a_turn(alarm: Raise, render: Render) -> None:
    """What Rasa says of the same danger is left out, her other answer stays."""
    raised = alarm(SURE, ConversationState(), message="words")
    from_rasa = [render("en").message(name) for name in ("safety.danger", "sharing.risk")]
    first, rest, _ = raised.complete(from_rasa, ConversationState())
    assert texts(first + rest) == [("safety.danger", "en"), ("sharing.risk", "en")]


@pytest.mark.parametrize("answer_id", ["bot.unsure", "bot.greet", "bot.thanks"])
def test_small_talk_does_not_stand_beside_danger(
    alarm: Raise, render: Render, answer_id: str
) -> None:
    """Nobody in danger reads "hello" or "I did not understand"; an apology she does."""
    raised = alarm(SURE, ConversationState(), message="words")
    _, rest, _ = raised.complete([render("en").message(answer_id)], ConversationState())
    assert rest == []
    _, rest, _ = raised.complete([render("en").message("bot.trouble")], ConversationState())
    assert texts(rest) == [("bot.trouble", "en")]


def test_small_talk_is_answered_under_the_line(alarm: Raise, render: Render) -> None:
    """A later "thank you" is answered as ever, below the line."""
    state = ConversationState(alarms=("safety.danger",))
    later = alarm(None, state, message="thank you")
    first, rest, _ = later.complete([render("en").message("bot.thanks")], state)
    assert texts(first + rest) == [("safety.danger", "en"), ("bot.thanks", "en")]


@with_either_answer
def test_who_taps_for_the_full_text_gets_it_without_the_line(
    alarm: Raise, render: Render, answer_id: str
) -> None:
    """A line that repeats the answer below it would only be in the way."""
    state = ConversationState(alarms=(answer_id,))
    full = [render("en").message(answer_id)]
    assert alarm(None, state, choose=answer_id).complete(full, state) == ([], full, state)


@in_every_language
@with_either_answer
def test_possible_danger_is_one_line_with_the_whole_answer_a_tap_away(
    alarm: Raise, content: Content, language: str, answer_id: str
) -> None:
    """A false alarm must not push her answer off the screen, and a true one must be one tap."""
    state = ConversationState(language=language)
    danger = Judgement(answer_id, is_sure=False, language=None)
    (line,), _, _ = alarm(danger, state, message="words").complete([], state)
    assert line["lang"] == language
    assert line["text"] == content.text(language, f"{answer_id}.line")
    assert (line["more"], line["services"], line["sources"]) == (False, [], [])
    assert [button["choose"] for button in line["buttons"]] == [answer_id, "safety.silent-call"]


def test_possible_danger_is_not_remembered(alarm: Raise, render: Render) -> None:
    """What may have been a misunderstanding does not stand above the rest of the talk."""
    state = ConversationState()
    answered = [render("en").message("nrm.what")]
    _, rest, after = alarm(POSSIBLE, state, message="words").complete(answered, state)
    assert (rest, after) == (answered, state)


@pytest.mark.parametrize("answer_id", ["bot.unsure", "bot.greet", "bot.thanks"])
def test_small_talk_stays_under_possible_danger(
    alarm: Raise, render: Render, answer_id: str
) -> None:
    """Where it is only possible, what she said is answered, whatever it is."""
    answered = [render("en").message(answer_id)]
    possible = alarm(POSSIBLE, ConversationState(), message="words")
    first, rest, _ = possible.complete(answered, ConversationState())
    assert (len(first), rest) == (1, answered)


def test_the_line_of_possible_danger_is_dropped_beside_the_answer_itself(
    alarm: Raise, render: Render
) -> None:
    """She asked what to do in danger: the answer, which is then remembered, and no line."""
    full = [render("en").message("safety.danger")]
    possible = alarm(POSSIBLE, ConversationState(), message="words")
    assert possible.complete(full, ConversationState()) == (
        [],
        full,
        ConversationState(alarms=("safety.danger",)),
    )


def test_the_line_of_possible_danger_stays_beside_the_other_danger_answer(
    alarm: Raise, render: Render
) -> None:
    """The answer to suicide does not say what to do about a man at the door."""
    other = [render("en").message("safety.suicide")]
    possible = alarm(POSSIBLE, ConversationState(), message="words")
    first, rest, _ = possible.complete(other, ConversationState())
    assert texts(first + rest) == [("safety.danger", "en"), ("safety.suicide", "en")]


def test_possible_danger_under_an_open_alarm_is_its_line_with_not_now(alarm: Raise) -> None:
    """One line is enough, and it keeps the way to end it."""
    state = ConversationState(alarms=("safety.danger",))
    (line,), _, after = alarm(POSSIBLE, state, message="words").complete([], state)
    assert line["buttons"][0]["choose"] == "safety.danger?now=no"
    assert after == state
