"""What a reply must be: each thing that can be wrong with it is found, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.content.values import Content
from bot.languages import LANGUAGES
from bot.testing.doors import Heard, Reply
from bot.testing.playing import DANGER_MISSED, FATAL, NUMBER, PROMISE, play, problems
from bot.testing.situation import AGAIN, BACK, SAYS, TAPS, Expected, Situation, Step

RISK = "sharing.risk"
PROMISES = {
    "en": "You will not be deported.",
    "es": "No te van a deportar.",
    "cy": "Ni chewch eich alltudio.",
    "pt": "Você não vai ser deportada.",
}

in_every_language = pytest.mark.parametrize("language", LANGUAGES)


def heard(content: Content, answer: str = RISK, language: str = "en", **changes: object) -> Heard:
    """Returns the message of an answer as the chat shows it."""
    text = content.text(language, f"{answer}.short")
    message = Heard(answer, language, text, ("sharing.consent",), {"police-999": ("999",)})
    return replace(message, **changes)


def reply(*messages: Heard, status: int = 200) -> Reply:
    return Reply(status, messages, "state", 0.01)


def kinds(found: Reply, content: Content, **expected: object) -> list[str]:
    wanted = Expected(**{"answers": (RISK,), "language": "en", **expected})
    return [one.kind for one in problems(found, wanted, content)]


@in_every_language
def test_a_right_reply_has_no_fault(content, language) -> None:
    """What ships passes, in each language."""
    found = reply(heard(content, language=language))
    assert kinds(found, content, language=language, offers=("sharing.consent",)) == []


@pytest.mark.parametrize(
    ("expected", "kind"),
    [
        ({"answers": ("sharing.consent",)}, "answer"),
        ({"answers": ("safety.danger",)}, DANGER_MISSED),
        ({"language": "cy"}, "language"),
        ({"says": ("the moon",)}, "must say"),
        ({"never_says": ("home office",)}, "must not say"),
        ({"offers": ("nrm.what",)}, "must offer"),
        ({"shows": ("lawrs",)}, "must show service"),
        ({"hides": ("police-999",)}, "must not show service"),
    ],
)
def test_what_is_not_as_expected_is_named(content, expected, kind) -> None:
    """One wrong thing is one failure of its kind."""
    assert kinds(reply(heard(content)), content, **expected) == [kind]


def test_no_answer_is_a_failure_of_its_own(content) -> None:
    """A refusal or an empty page is never taken for an answer."""
    assert kinds(reply(status=400), content) == ["no answer"]
    assert kinds(reply(heard(content), status=500), content) == ["no answer"]


@in_every_language
def test_a_promise_is_found_whatever_the_test_expects(content, language) -> None:
    """No release may have it, in any language."""
    text = f"{content.text(language, f'{RISK}.short')} {PROMISES[language]}"
    found = kinds(reply(heard(content, language=language, text=text)), content, language=language)
    assert set(found) == {PROMISE}
    assert PROMISE in FATAL


def test_a_number_that_nobody_checked_is_found(content) -> None:
    """In the words, or beside a service; the numbers of the directory that may be shown pass."""
    text = content.text("en", f"{RISK}.short")
    assert kinds(reply(heard(content, text=f"{text} 07700 900124")), content) == [NUMBER]
    bawso = {"bawso": ("08007318147",)}
    assert content.services["bawso"].publish == "B"
    assert kinds(reply(heard(content, services=bawso)), content) == [NUMBER]
    free = {"live-fear-free": ("08088010800",)}
    assert kinds(reply(heard(content, services=free)), content) == []


@in_every_language
def test_the_words_that_an_answer_must_keep_are_looked_for(content, language) -> None:
    """A text that was published without them is found by every test that reads it."""
    phrase = content.keeps[RISK][language][0]
    short = content.text(language, f"{RISK}.short")
    without = short.replace(phrase, "…")
    edited = replace(content, texts={**content.texts, (language, f"{RISK}.short"): without})
    found = reply(heard(content, language=language, text=without))
    assert kinds(found, edited, language=language) == ["words lost"]


def test_a_line_about_danger_may_stand_on_top_only_where_that_is_unclear(content) -> None:
    """Elsewhere it is a false alarm, and a failure."""
    alarm = heard(content, "safety.danger")
    both = reply(alarm, heard(content))
    assert kinds(both, content) == ["answer"]
    assert kinds(both, content, may_alarm=True) == []
    assert kinds(reply(alarm), content, may_alarm=True) == ["answer"]


class Chat:
    """A door that answers by a table, and remembers what it was sent."""

    name = "table"

    def __init__(self, says: Mapping[str, Heard]) -> None:
        self.says, self.sent = says, []

    def open(self, language: str) -> Reply:
        return Reply(200, (), "opened", 0.0)

    def send(self, language: str, state: str, **sent: str) -> Reply:
        self.sent.append((language, state, *sent.values()))
        return Reply(200, (self.says[next(iter(sent.values()))],), f"after {len(self.sent)}", 0.0)


def test_the_talk_goes_on_from_where_she_is(content) -> None:
    """Each turn carries the state of the one before; back and a new start carry that of then."""
    wanted = {"en": Expected((RISK,), "en")}
    steps = [
        Step(SAYS, {"en": "one"}, wanted),
        Step(TAPS, {"en": "two"}, wanted),
        Step(BACK, {"en": "1"}),
        Step(SAYS, {"en": "one"}, wanted),
        Step(AGAIN, {"en": "yes"}),
        Step(TAPS, {"en": "two"}, wanted),
    ]
    chat = Chat({"one": heard(content), "two": heard(content)})
    run = play(Situation("talk", "", "sharing", "f", 1, tuple(steps)), "en", chat, content)
    assert run.is_green
    states = ["opened", "after 1", "after 1", "opened"]
    assert [state for _language, state, _sent in chat.sent] == states


def test_a_wrong_step_does_not_spare_the_others(content) -> None:
    """Each step is looked at, and the run is red."""
    wanted = {"en": Expected(("nrm.what",), "en")}
    steps = (Step(SAYS, {"en": "one"}, wanted), Step(SAYS, {"en": "one"}, wanted))
    chat = Chat({"one": heard(content)})
    run = play(Situation("talk", "", "nrm", "f", 1, steps), "en", chat, content)
    assert [len(one.failures) for one in run.played] == [1, 1]
    assert not run.is_green
