"""Plays a situation in one language through one door, and says what was not as it must be.

Beside what the situation itself expects, some things must be so in every reply, whatever the test
says: an answer, the words that it must keep, no promise, no number that nobody has checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.content.checks.wording import says, words
from bot.content.never import numbers
from bot.content.values import Content
from bot.nlu.danger.phrase_files import DANGER_ANSWERS
from bot.testing.doors import Door, Heard, Reply
from bot.testing.situation import AGAIN, BACK, NOTHING, PICKS, SAYS, TAPS, Expected, Situation, Step

UNSURE = "bot.unsure"
#: Shorter ones are short codes, years, sums of money.
DIGITS_OF_A_PHONE = 9
OK = 200

#: Kinds of failure that no release may have, whatever else is green.
DANGER_MISSED, PROMISE, NUMBER = "danger missed", "promise", "number nobody checked"
FATAL = (DANGER_MISSED, PROMISE, NUMBER)


@dataclass(frozen=True)
class Failure:
    """What is not as it must be: `kind` in a word or two, what was due, what came."""

    kind: str
    expected: str
    got: str


@dataclass(frozen=True)
class Played:
    """One step, played."""

    number: int
    step: Step
    did: str
    reply: Reply | None
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True)
class Run:
    """A situation, played in one language through one door."""

    situation: Situation
    language: str
    door: str
    played: tuple[Played, ...]

    @property
    def is_green(self) -> bool:
        """Every step was as it must be."""
        return not any(one.failures for one in self.played)


def play(situation: Situation, language: str, door: Door, content: Content) -> Run:
    """Plays it to its end; one wrong step does not spare the others.

    Args:
        situation: what she does.
        language: which of its four columns is played.
        door: a way into a running chat.
        content: what that chat answers from.
    """
    state, tongue = door.open(language).state, language
    states: dict[int, tuple[str, str]] = {}
    played = []
    for number, step in enumerate(situation.steps, 1):
        did = step.does[language]
        if step.act == BACK:
            state, tongue = states[int(did)]
        elif step.act == AGAIN:
            state, tongue = door.open(language).state, language
        if language not in step.expected:
            states[number] = state, tongue
            played.append(Played(number, step, did, None))
            continue
        reply = door.send(tongue, state, **_sent(step, did))
        failures = tuple(problems(reply, step.expected[language], content))
        # What a page is in, its next form says it is in.
        tongue = reply.messages[0].language if reply.messages else tongue
        state = reply.state or state
        states[number] = state, tongue
        played.append(Played(number, step, did, reply, failures))
    return Run(situation, language, door.name, tuple(played))


def problems(reply: Reply, expected: Expected, content: Content) -> Iterator[Failure]:
    """Yields what is not as it must be in a reply."""
    if reply.status != OK or not reply.messages:
        yield Failure("no answer", ", ".join(expected.answers), f"status {reply.status}")
        return
    yield from _answers(reply, expected)
    yield from _words(reply, expected)
    for message in reply.messages:
        yield from watched(message, content)


def watched(message: Heard, content: Content) -> Iterator[Failure]:
    """Yields what no message may ever say or lack, whatever a test expects."""
    for promise in words(message.language).promises:
        if says(message.text, (promise,)):
            yield Failure(PROMISE, "no promise", promise)
    checked = checked_numbers(content)
    shown = [one for found in message.services.values() for one in found]
    said = [one for one in numbers(message.text) if len(one) >= DIGITS_OF_A_PHONE]
    for number in (*shown, *said):
        if number not in checked:
            yield Failure(NUMBER, "numbers of the directory that may be shown", number)
    short = content.texts.get((message.language, f"{message.answer}.short"), "")
    if short and _plain(short) in _plain(message.text):
        for phrase in content.keeps.get(message.answer, {}).get(message.language, ()):
            if _plain(phrase) not in _plain(message.text):
                yield Failure("words lost", phrase, message.text)


def checked_numbers(content: Content) -> frozenset[str]:
    """Returns the numbers that may be shown, digits alone."""
    return frozenset(
        "".join(numbers(number))
        for one in content.services.values()
        for number in (one.phone, one.sms)
        # Written out here and not asked of the directory: a mistake there must be seen.
        if number and (one.publish == "A" or (one.publish == "B" and one.checked_on))
    )


def _sent(step: Step, did: str) -> dict[str, str]:
    return {
        SAYS: {"message": did},
        TAPS: {"choose": did},
        PICKS: {"lang": did},
        NOTHING: {"message": ""},
    }[step.act]


def _answers(reply: Reply, expected: Expected) -> Iterator[Failure]:
    # What else she may have meant stands below an answer, or not, by how sure a model is.
    got = [reply.messages[0], *(one for one in reply.messages[1:] if one.answer != UNSURE)]
    if expected.may_alarm and got[0].answer in DANGER_ANSWERS and len(got) > 1:
        got = got[1:] if expected.answers[0] != got[0].answer else got
    ids = tuple(one.answer for one in got)
    if ids[: len(expected.answers)] != expected.answers:
        is_missed = bool(expected.answers) and expected.answers[0] in DANGER_ANSWERS
        kind = DANGER_MISSED if is_missed and ids[0] not in DANGER_ANSWERS else "answer"
        yield Failure(kind, ", ".join(expected.answers), ", ".join(ids))
    if expected.language and got[0].language != expected.language:
        yield Failure("language", expected.language, got[0].language)


def _words(reply: Reply, expected: Expected) -> Iterator[Failure]:
    text = _plain("\n".join(one.text for one in reply.messages))
    buttons = {name for one in reply.messages for name in one.buttons}
    services = {name for one in reply.messages for name in one.services}
    for phrase in expected.says:
        if _plain(phrase) not in text:
            yield Failure("must say", phrase, reply.messages[0].text)
    for phrase in expected.never_says:
        if _plain(phrase) in text:
            yield Failure("must not say", f"not: {phrase}", reply.messages[0].text)
    for name in expected.offers:
        if name not in buttons:
            yield Failure("must offer", name, ", ".join(sorted(buttons)) or "no button")
    for name in expected.shows:
        if name not in services:
            yield Failure("must show service", name, ", ".join(sorted(services)) or "none")
    for name in expected.hides:
        if name in services:
            yield Failure("must not show service", f"not: {name}", name)


def _plain(text: str) -> str:
    """Returns a text as it is compared: letter case and line breaks aside."""
    return " ".join(text.casefold().split())
