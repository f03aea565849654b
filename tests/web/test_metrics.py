"""The figures: what they say, and that they can say nothing of a person."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from prometheus_client import REGISTRY, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from bot.clock import UK_TIME
from bot.content.freshness import due
from bot.content.shipped import read_shipped
from bot.content.values import Content
from bot.languages import LANGUAGES
from bot.web.contract import TurnRequest
from bot.web.metrics import (
    AWAY_SECONDS,
    BUCKETS,
    KINDS,
    OUTCOMES,
    About,
    Metrics,
    kind_of,
    outcome_of,
    refusal_of,
)
from bot.web.unanswered import OTHER, STEP
from tests.web.talking import in_every_language
from tests.web.test_unanswered import SHARING, Hands

CONTENT = read_shipped()
MODEL = "0123456789ab" + "c" * 52
ABOUT = About(MODEL, "0.1.0", "3.6.21", "3.10.13")

Series = tuple[str, frozenset[tuple[str, str]]]


@dataclass
class Watching:
    """Content, and a database that answered a while ago."""

    current: Content = CONTENT
    answered_ago: float = 0.5


def made(clock: Hands | None = None, **more: Any) -> Metrics:
    return Metrics(Watching(), lambda: 0, ABOUT, clock or Hands(), **more)


def read(metrics: Metrics) -> dict[Series, float]:
    """Returns every value that Prometheus would read, by name and labels."""
    text = generate_latest(metrics.registry).decode()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(metrics: Metrics, name: str, **labels: str) -> float:
    return read(metrics)[f"assistant_{name}", frozenset(labels.items())]


def of_turns(metrics: Metrics) -> str:
    """Returns the figures as they are served, without those that time itself moves."""
    moving = ("assistant_uptime_seconds ", "process_")
    lines = generate_latest(metrics.registry).decode().splitlines()
    return "\n".join(line for line in lines if not line.startswith(moving))


@pytest.mark.parametrize("kind", ["typed", "tapped", "opened"])
@pytest.mark.parametrize("outcome", ["answered", "offered", "fallback", "trouble"])
def test_turns_are_counted_by_how_they_came_and_ended(kind, outcome) -> None:
    """One step of one figure, and nothing of any other."""
    metrics = made()
    before = read(metrics)
    for _ in range(3):
        metrics.turn(kind, "en", outcome, 0.02)
    changed = {key: end for key, end in read(metrics).items() if before[key] != end}
    turns = ("assistant_turns_total", frozenset({("kind", kind), ("outcome", outcome)}))
    assert changed[turns] == 3
    assert {name for name, _ in changed if name.startswith("assistant_turns")} == {turns[0]}
    assert len([name for name, _ in changed if name == turns[0]]) == 1


@pytest.mark.parametrize("why", ["busy", "limited", "refused", "trouble"])
def test_who_is_turned_away_is_counted_without_a_time(why) -> None:
    metrics = made()
    metrics.turned_away(why)
    assert value(metrics, "turns_total", kind=OTHER, outcome=why) == 1
    assert value(metrics, "turn_seconds_count", kind=OTHER) == 0


@in_every_language
def test_no_figure_of_the_day_tells_a_language(language: str) -> None:
    """Turn by turn, the figures in one language are to the letter those in another."""
    metrics, english = made(counts_unanswered=True), made(counts_unanswered=True)
    for _ in range(2 * STEP):
        for one, tongue in ((metrics, language), (english, "en")):
            one.turn("typed", tongue, "fallback", 0.02)
            one.unanswered.note(tongue, SHARING)
        assert of_turns(metrics) == of_turns(english)


def test_no_figure_of_the_day_tells_of_danger() -> None:
    """Turn by turn, the figures are to the letter the same, in a crowd as well."""
    danger, calm = made(), made()
    for _ in range(2 * STEP):
        danger.turn("typed", "en", "answered", 0.02, is_danger=True)
        calm.turn("typed", "en", "answered", 0.02)
        danger.turned_away("busy", is_danger=True)
        calm.turned_away("busy")
        assert of_turns(danger) == of_turns(calm)


@in_every_language
def test_languages_are_seen_the_day_after_in_whole_tens(language: str) -> None:
    metrics = made(clock := Hands())
    for _ in range(2 * STEP - 1):
        metrics.turn("typed", language, "answered", 0.02)
        metrics.turn("tapped", language, "answered", 0.02)
    for _ in range(STEP - 1):
        metrics.turn("typed", language, "fallback", 0.02)
    clock.go(days=1)
    seen = partial(value, metrics, "turns_by_language_total")
    assert seen(lang=language, outcome="answered") == 3 * STEP
    assert seen(lang=language, outcome="fallback") == 0
    others = {*LANGUAGES} - {language}
    assert [seen(lang=one, outcome="answered") for one in others] == [0, 0, 0]


def test_danger_is_seen_the_day_after_in_whole_tens_and_in_no_language() -> None:
    metrics = made(clock := Hands())
    for number in range(STEP - 1):
        metrics.turn("typed", LANGUAGES[number % 4], "answered", 0.02, is_danger=True)
    clock.go(days=1)
    assert value(metrics, "danger_answers_total") == 0
    metrics.turned_away("busy", is_danger=True)
    assert value(metrics, "danger_answers_total") == 0
    clock.go(days=1)
    assert value(metrics, "danger_answers_total") == STEP


def test_what_was_not_answered_is_counted_only_where_it_is_wanted() -> None:
    assert made().unanswered is None
    metrics = made(clock := Hands(), counts_unanswered=True)
    for _ in range(STEP):
        metrics.unanswered.note("cy", SHARING)
    clock.go(days=1)
    assert (
        value(metrics, "unanswered_questions", lang="cy", week="2026-W48", topic="sharing") == STEP
    )


def test_what_runs_is_told() -> None:
    labels = {name: dict(labels) for name, labels in read(made())}
    assert labels["assistant_model_info"] == {"fingerprint": MODEL[:12]}
    assert labels["assistant_build_info"] == {
        "version": "0.1.0",
        "rasa": "3.6.21",
        "python": "3.10.13",
    }
    here = Metrics(Watching(), lambda: 0, About(), Hands())
    labels = {name: dict(labels) for name, labels in read(here)}
    assert labels["assistant_model_info"] == {"fingerprint": "unknown"}
    assert "unknown" not in labels["assistant_build_info"].values()


def test_every_value_that_is_not_known_counts_as_other() -> None:
    """It is neither lost nor raised: a reader sees that something of ours is wrong."""
    metrics = made(clock := Hands())
    for number in range(STEP):
        metrics.turn("spoken", f"fr-{number}", "sung", 0.02)
        metrics.turned_away("tired")
    assert value(metrics, "turns_total", kind=OTHER, outcome=OTHER) == 2 * STEP
    clock.go(days=1)
    assert value(metrics, "turns_by_language_total", lang=OTHER, outcome=OTHER) == STEP


def test_times_go_into_the_buckets_below_their_bounds() -> None:
    """A bound is its bucket's own; what is longer than all is in the last."""
    metrics = made()
    times = (0.0, 0.005, 0.0051, 0.03, 0.7, 5.0, 5.1)
    for seconds in times:
        metrics.turn("typed", "en", "answered", seconds)
    seen = partial(value, metrics, kind="typed")
    for bound in BUCKETS:
        expected = sum(seconds <= bound for seconds in times)
        assert seen("turn_seconds_bucket", le=str(bound)) == expected
    assert seen("turn_seconds_bucket", le="+Inf") == seen("turn_seconds_count") == len(times)
    assert math.isclose(seen("turn_seconds_sum"), sum(times))


@pytest.mark.parametrize("seconds", [-1.0, math.nan, math.inf, None, "0.1"], ids=str)
def test_what_is_no_time_is_left_out_of_the_times(seconds: Any) -> None:
    """The turn counts all the same."""
    metrics = made()
    metrics.turn("typed", "en", "answered", seconds)
    assert value(metrics, "turn_seconds_count", kind="typed") == 0
    assert value(metrics, "turn_seconds_sum", kind="typed") == 0
    assert value(metrics, "turns_total", kind="typed", outcome="answered") == 1


@pytest.mark.parametrize(
    ("ago", "is_reachable"),
    [(0.0, 1), (AWAY_SECONDS, 1), (AWAY_SECONDS + 0.1, 0), (86_400.0, 0), (math.inf, 0)],
)
def test_the_database_is_away_when_it_has_not_answered(ago: float, is_reachable: int) -> None:
    metrics = Metrics(Watching(answered_ago=ago), lambda: 0, ABOUT, Hands())
    assert value(metrics, "database_reachable") == is_reachable
    assert value(metrics, "database_answer_age_seconds") == ago


def test_what_can_be_seen_is_read_at_each_look() -> None:
    """The line, the revision: as they are now, not as they were at the start."""
    waiting = [3]
    watching = Watching()
    metrics = Metrics(watching, lambda: waiting[0], ABOUT, Hands())
    assert value(metrics, "waiting_turns") == 3
    assert value(metrics, "content_revision") == CONTENT.revision
    waiting[0] = 24
    watching.current = replace(CONTENT, revision=CONTENT.revision + 1)
    assert value(metrics, "waiting_turns") == 24
    assert value(metrics, "content_revision") == CONTENT.revision + 1


def test_things_are_counted_that_wait_for_a_person() -> None:
    """As the report counts them, on each day and at each revision anew."""
    watching, clock = Watching(), Hands(datetime(2026, 11, 26, 10, tzinfo=UK_TIME))
    metrics = Metrics(watching, lambda: 0, ABOUT, clock)
    assert value(metrics, "review_due") == 0
    clock.go(days=400)
    found = {one.what for one in due(CONTENT, clock().date())}
    assert value(metrics, "review_due") == len(found) > 50
    later = clock().date() + timedelta(days=1)
    answers = {name: replace(one, review_by=later) for name, one in CONTENT.answers.items()}
    watching.current = replace(CONTENT, revision=CONTENT.revision + 1, answers=answers)
    assert 0 < value(metrics, "review_due") < len(found)


def test_the_uptime_is_that_of_this_process() -> None:
    metrics = made()
    first = value(metrics, "uptime_seconds")
    assert 0 <= first <= value(metrics, "uptime_seconds")


def test_nothing_tells_the_moment_at_which_something_was_counted() -> None:
    """Neither when a label was first met, nor a time or an example beside a value."""
    metrics = made(counts_unanswered=True)
    metrics.turn("typed", "cy", "trouble", 0.02, is_danger=True)
    samples = [one for family in metrics.registry.collect() for one in family.samples]
    assert len(samples) > 100
    assert not [one.name for one in samples if one.name.endswith("_created")]
    assert {(one.timestamp, one.exemplar) for one in samples} == {(None, None)}


def test_two_chats_in_a_process_share_no_figure() -> None:
    """Nothing stands in the library's registry, which everybody could read and add to."""
    one, other = made(), made()
    one.turn("typed", "en", "answered", 0.02)
    assert value(other, "turns_total", kind="typed", outcome="answered") == 0
    assert not [family for family in REGISTRY.collect() if family.name.startswith("assistant")]


def test_of_the_process_there_is_what_it_costs_alone() -> None:
    """Memory, processor, start, and on some machines files; nothing of Python or its host."""
    names = {family.name for family in made().registry.collect()}
    others = {name for name in names if not name.startswith("assistant_")}
    memory = {"process_virtual_memory_bytes", "process_resident_memory_bytes"}
    least = memory | {"process_cpu_seconds", "process_start_time_seconds"}
    assert least <= others <= least | {"process_open_fds", "process_max_fds"}


def test_no_turn_is_lost_between_threads() -> None:
    """Turns are counted on one thread and read on another."""
    metrics = made(clock := Hands())

    def work(_: int) -> None:
        for _ in range(500):
            metrics.turn("typed", "en", "answered", 0.02)
            metrics.turned_away("busy")

    with ThreadPoolExecutor(4) as pool:
        looks = [pool.submit(read, metrics) for _ in range(10)]
        list(pool.map(work, range(4)))
        assert all(look.result() for look in looks)
    clock.go(days=1)
    assert value(metrics, "turns_total", kind="typed", outcome="answered") == 2000
    assert value(metrics, "turns_total", kind=OTHER, outcome="busy") == 2000
    assert value(metrics, "turns_by_language_total", lang="en", outcome="answered") == 2000


def test_what_is_held_is_read_from_the_figures() -> None:
    """Each figure by its name, and the counts of what was not answered where they are on."""
    held = made().held()
    assert held["unanswered"] is None
    assert {"assistant_turns", "assistant_danger_answers"} <= set(held["named"])
    assert "assistant_unanswered_questions" not in held["named"]
    held = made(counts_unanswered=True).held()
    assert held["unanswered"] == {
        "by": ["language", "week", "topic"],
        "least_shown": 10,
        "weeks": 8,
    }
    assert "assistant_unanswered_questions" in held["named"]


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        (TurnRequest(message="x", state="s"), "typed"),
        (TurnRequest(choose="nrm.what"), "tapped"),
        (TurnRequest(lang="cy"), "opened"),
        (TurnRequest(message="", state="s"), "opened"),
    ],
    ids=["typed", "tapped", "language", "empty"],
)
def test_a_turn_comes_in_three_ways(request_: TurnRequest, kind: str) -> None:
    assert kind_of(request_) == kind
    assert kind in KINDS


@pytest.mark.parametrize(
    ("answers", "is_offered", "outcome"),
    [
        (["nrm.what"], False, "answered"),
        (["safety.danger", "nrm.what"], False, "answered"),
        (["nrm.what"], True, "offered"),
        (["bot.unsure"], False, "fallback"),
        (["safety.danger", "bot.unsure"], False, "fallback"),
        (["bot.out-of-scope"], True, "fallback"),
        (["bot.trouble"], False, "trouble"),
        (["safety.danger", "bot.trouble"], False, "trouble"),
    ],
)
def test_a_turn_ends_in_four_ways(answers: list[str], is_offered: bool, outcome: str) -> None:
    assert outcome_of(answers, is_offered=is_offered) == outcome
    assert outcome in OUTCOMES
    assert set(answers) <= set(CONTENT.answers)


@pytest.mark.parametrize(
    ("status", "why"),
    [
        *((400, "refused"), (405, "refused"), (410, "refused"), (413, "refused")),
        *((429, "limited"), (500, "trouble"), (502, "trouble"), (503, "busy")),
    ],
)
def test_the_status_says_why_there_was_no_turn(status: int, why: str) -> None:
    assert refusal_of(status) == why
