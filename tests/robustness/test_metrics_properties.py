"""No text can get into the figures, and no small number out of them."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from bot.content.shipped import read_shipped
from bot.content.topics import topics
from bot.languages import LANGUAGES
from bot.web.metrics import About, Metrics
from bot.web.unanswered import (
    NONE,
    OTHER,
    STEP,
    TALK,
    Unanswered,
    WholeTens,
    week_name,
    week_of,
)
from tests.robustness.made_up import texts
from tests.web.test_metrics import Watching, made, read
from tests.web.test_unanswered import WEEK, Hands

CONTENT = read_shipped()
TOPICS = {*topics(CONTENT.answers), NONE} - {TALK}

rankings = st.lists(st.tuples(texts, st.floats()), max_size=4)


@given(st.lists(st.tuples(texts, texts, texts, texts), min_size=1, max_size=4), st.booleans())
def test_whatever_is_counted_the_labels_stay_the_same(
    words: list[tuple[str, str, str, str]], is_danger: bool
) -> None:
    """Words in the place of a label, or of a time: no name and no label but those at first."""
    metrics = made(clock := Hands())
    before = read(metrics)
    for kind, lang, outcome, why in words:
        for _ in range(STEP):
            metrics.turn(kind, lang, outcome, why, is_danger=is_danger)
            metrics.turned_away(why, is_danger=is_danger)
    assert set(read(metrics)) == set(before)
    clock.go(days=1)
    after = read(metrics)
    assert set(after) == set(before)
    sums = Counter()
    for (name, _), end in after.items():
        sums[name] += end
    assert sums["assistant_turns_total"] == 2 * STEP * len(words)
    assert sums["assistant_turns_by_language_total"] == STEP * len(words)
    assert sums["assistant_danger_answers_total"] == 2 * STEP * len(words) * is_danger


@given(st.lists(st.tuples(texts, rankings), min_size=1, max_size=4))
def test_whatever_was_not_answered_the_labels_are_of_closed_sets(
    noted: list[tuple[str, list[tuple[str, float]]]],
) -> None:
    """Words in the place of a language, or of an intent."""
    metrics = made(clock := Hands(), counts_unanswered=True)
    before = set(read(metrics))
    for language, ranking in noted:
        for _ in range(STEP):
            metrics.unanswered.note(language, ranking)
    assert set(read(metrics)) == before
    clock.go(days=1)
    new = {key: end for key, end in read(metrics).items() if key not in before}
    assert sum(new.values()) == STEP * len(noted)
    for name, labels in new:
        seen = dict(labels)
        assert name == "assistant_unanswered_questions"
        assert seen.pop("lang") in {*LANGUAGES, OTHER}
        assert seen.pop("topic") in TOPICS
        assert seen == {"week": WEEK}


@given(texts, texts)
@example("0123456789ab" + "c" * 52, "3.10.13+a-b")
@example("0123456789a\n", "3.10.13 a word")
@example("0123456789a", "3" * 41)
def test_what_runs_is_told_by_versions_and_digits_alone(model: str, build: str) -> None:
    """A label of the model or the build is of a short form, or says that it is not known."""
    metrics = Metrics(Watching(), lambda: 0, About(model, build, build, build), Hands())
    labels = {name: dict(labels) for name, labels in read(metrics)}
    fingerprint = labels["assistant_model_info"]["fingerprint"]
    assert fingerprint == "unknown" or (
        fingerprint == model[:12] and not {*fingerprint} - {*"0123456789abcdef"}
    )
    for version in labels["assistant_build_info"].values():
        is_short = version == build and len(version) <= 40 and version.isascii()
        assert version == "unknown" or (is_short and not {*version} & {*' "\\\n='})


@given(st.lists(st.one_of(st.sampled_from("abc"), st.just("midnight")), max_size=120))
def test_what_is_seen_is_what_was_there_at_midnight_in_whole_tens(happens: list[str]) -> None:
    """Against counting by hand: never more than there were, and never less by ten."""
    counts: WholeTens[str] = WholeTens(clock := Hands())
    so_far: Counter[str] = Counter()
    at_midnight: Counter[str] = Counter()
    for one in happens:
        if one == "midnight":
            clock.go(days=1)
            at_midnight = so_far.copy()
        else:
            counts.add(one)
            so_far[one] += 1
        seen = counts.shown()
        assert set(seen) == {cell for cell, count in at_midnight.items() if count >= STEP}
        assert all(0 <= at_midnight[cell] - count < STEP for cell, count in seen.items())
        assert all(count % STEP == 0 for count in seen.values())


@given(st.integers(0, 4 * STEP), st.sampled_from(LANGUAGES), st.sampled_from(sorted(TOPICS)))
def test_a_number_below_ten_is_never_seen(times: int, language: str, topic: str) -> None:
    """In any language and topic, on any day of the week it was counted in, and after it."""
    missed = Unanswered(lambda: CONTENT, clock := Hands())
    intents = {answer.topic: name for name, answer in CONTENT.answers.items()}
    name = intents.get(topic, "").replace(".", "_").replace("-", "_")
    for _ in range(times):
        missed.note(language, [(name, 0.5)])
        assert missed.shown() == {}
    for _ in range(9):
        clock.go(days=1)
        expected = {(language, WEEK, topic): times // STEP * STEP} if times >= STEP else {}
        assert missed.shown() == expected


@given(st.dates(min_value=date(1900, 1, 1)))
def test_weeks_are_those_of_the_standard(day: date) -> None:
    """From the first week of a year to the 53rd, as `date` itself has them."""
    assert week_name(week_of(day)) == f"{day:%G-W%V}"
