"""What could not be answered: counted by topic, shown late and in whole tens, of nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.clock import UK_TIME
from bot.content.references import rasa_name
from bot.content.shipped import read_shipped
from bot.content.values import Content
from bot.languages import LANGUAGES
from bot.web.unanswered import (
    NEAR,
    NONE,
    STEP,
    WEEKS,
    Unanswered,
    WholeTens,
    nearest_topic,
)

#: A Wednesday, the day before the one that other tests have.
BEGIN = datetime(2026, 11, 25, 10, 0, tzinfo=UK_TIME)
WEEK = "2026-W48"
CONTENT = read_shipped()
#: As the classifier ranks words that it does not understand, and that come near one topic.
SHARING = (("nlu_fallback", 0.8), ("sharing_risk", 0.4), ("nrm_what", 0.2))
NRM = (("nlu_fallback", 0.8), ("nrm_what", 0.4))


class Hands:
    """A clock whose hands are moved."""

    def __init__(self, now: datetime = BEGIN) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def go(self, **how_far: float) -> None:
        self.now += timedelta(**how_far)


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def missed(clock: Hands, content: Content) -> Unanswered:
    return Unanswered(lambda: content, clock)


def note(missed: Unanswered, times: int, language: str = "cy", ranking=SHARING) -> None:
    for _ in range(times):
        missed.note(language, ranking)


@pytest.mark.parametrize(
    ("times", "seen"), [(1, 0), (9, 0), (10, 10), (11, 10), (19, 10), (20, 20), (127, 120)]
)
def test_small_numbers_are_hidden_and_others_rounded_down(
    missed: Unanswered, clock: Hands, times: int, seen: int
) -> None:
    """Below ten there is nothing, not even a nought that would tell that there was something."""
    note(missed, times)
    clock.go(days=1)
    assert missed.shown() == ({("cy", WEEK, "sharing"): seen} if seen else {})


def test_nothing_moves_within_a_day(missed: Unanswered, clock: Hands) -> None:
    """Whoever looks after each message sees the same until the day is over."""
    seen = []
    for _ in range(3 * STEP):
        note(missed, 1)
        seen.append(missed.shown())
    assert seen == [{}] * 3 * STEP
    clock.go(hours=13, minutes=59)
    assert missed.shown() == {}
    clock.go(minutes=1)
    assert missed.shown() == {("cy", WEEK, "sharing"): 3 * STEP}


def test_what_the_new_day_brings_is_not_seen_with_the_old(missed: Unanswered, clock: Hands) -> None:
    """Though nobody looked at midnight: the first message of the day does not push it over."""
    note(missed, STEP - 1)
    clock.go(days=1)
    note(missed, 1)
    assert missed.shown() == {}
    clock.go(days=1)
    assert missed.shown() == {("cy", WEEK, "sharing"): STEP}


def test_languages_and_topics_hide_each_for_itself(missed: Unanswered, clock: Hands) -> None:
    """Nine in each of four languages stay hidden, though they are 36."""
    for language in LANGUAGES:
        note(missed, STEP - 1, language)
    note(missed, STEP, "pt", NRM)
    clock.go(days=1)
    assert missed.shown() == {("pt", WEEK, "nrm"): STEP}


def test_a_week_begins_on_monday_in_the_uk(missed: Unanswered, clock: Hands) -> None:
    clock.now = datetime(2026, 11, 29, 23, 59, tzinfo=UK_TIME)
    note(missed, STEP)
    clock.go(minutes=1)
    note(missed, STEP)
    clock.go(days=1)
    assert missed.shown() == {
        ("cy", "2026-W48", "sharing"): STEP,
        ("cy", "2026-W49", "sharing"): STEP,
    }


def test_old_weeks_are_dropped(missed: Unanswered, clock: Hands) -> None:
    """Eight are kept, this one among them; what was dropped does not come back with the clock."""
    note(missed, STEP)
    clock.go(weeks=WEEKS - 1)
    assert missed.shown() == {("cy", WEEK, "sharing"): STEP}
    clock.go(weeks=1)
    assert missed.shown() == {}
    clock.now = BEGIN + timedelta(days=1)
    assert missed.shown() == {}


def test_a_clock_that_ran_ahead_leaves_no_week_to_come(missed: Unanswered, clock: Hands) -> None:
    clock.go(weeks=500)
    note(missed, STEP)
    clock.now = BEGIN
    assert missed.shown() == {}
    clock.go(weeks=500, days=1)
    assert missed.shown() == {}


def test_what_is_dropped_is_not_seen_any_more(clock: Hands) -> None:
    """On the same day too, and it begins at nothing when it is counted again."""
    counts: WholeTens[str] = WholeTens(clock)
    for cell in ("old", "new") * STEP:
        counts.add(cell)
    clock.go(days=1)
    assert counts.shown() == {"old": STEP, "new": STEP}
    counts.drop(lambda cell: cell == "old")
    assert counts.shown() == {"new": STEP}
    counts.add("old")
    clock.go(days=1)
    assert counts.shown() == {"new": STEP}


def test_the_topic_is_that_of_the_nearest_answer(content: Content) -> None:
    """Not of what was judged first, which is that there is none; nor of the talk itself."""
    of = lambda *ranking: nearest_topic(ranking, content.answers)  # noqa: E731
    assert of(*SHARING) == "sharing"
    assert of(("bot_out_of_scope", 0.9), ("living_health", NEAR)) == "living"
    assert of(("bot_greet", 0.6), ("followup_yes", 0.2), ("safety_friend", 0.1)) == "safety"
    assert of(("nlu_fallback", 1.0), ("sharing_risk", NEAR - 0.01)) == NONE
    assert of(("nlu_fallback", 1.0)) == NONE
    assert of() == NONE


@pytest.mark.parametrize("answer", sorted(CONTENT.answers))
def test_every_answer_about_her_questions_leads_to_its_topic(answer: str) -> None:
    topic = answer.partition(".")[0]
    found = nearest_topic([(rasa_name(answer), 1.0)], CONTENT.answers)
    assert found == (NONE if topic == "bot" else topic)
