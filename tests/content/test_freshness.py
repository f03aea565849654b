"""Whether an answer may be shown as it is, and what waits for a person."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.content.freshness import (
    DANGEROUS,
    IMPROVED,
    OVERDUE,
    Due,
    Standing,
    due,
    is_overdue,
    standing,
)
from bot.content.values import RISKS
from bot.languages import LANGUAGES
from tests.content.making import REVIEW_BY, answer, content_of, service

TODAY, TOO_LATE = REVIEW_BY, REVIEW_BY + timedelta(days=1)
AS_IT_IS = Standing(is_withheld=False, warning=None)
TRANSLATED = ["es", "cy", "pt"]


def stands(risk: str, language: str = "cy", today: date = TODAY, **stale: str) -> Standing:
    """Returns how an answer stands whose parts in Welsh are stale in some way."""
    row = answer("a.b", risk=risk)
    content = content_of(row, stale={("cy", f"a.b.{part}"): kind for part, kind in stale.items()})
    return standing(content, row, language, today)


# --- overdue


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("risk", RISKS)
def test_on_the_last_day_an_answer_is_still_in_time(risk, language) -> None:
    """Until the end of the day of its review it stands as it is."""
    assert stands(risk, language, TODAY) == AS_IT_IS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("risk", "expected"),
    [
        ("high", Standing(is_withheld=True, warning=OVERDUE)),
        ("low", Standing(is_withheld=False, warning=OVERDUE)),
        ("lifeline", AS_IT_IS),
    ],
)
def test_an_overdue_answer_gives_way_warns_or_stays_by_its_risk(risk, expected, language) -> None:
    """What could do harm gives way, what could not warns, and a lifeline stays, in any language."""
    assert stands(risk, language, TOO_LATE) == expected


@pytest.mark.parametrize("row", [answer("a.b"), service("bawso")])
def test_a_review_is_overdue_the_day_after(row) -> None:
    """The day itself is in time, for answers and services alike."""
    assert not is_overdue(row, TODAY)
    assert is_overdue(row, TOO_LATE)


# --- translations of an older English text


@pytest.mark.parametrize("part", ["short", "more"])
@pytest.mark.parametrize("risk", ["high", "low"])
def test_a_dangerous_translation_gives_way_in_its_language_alone(risk, part) -> None:
    """What could now do harm is withheld in that language; the others stand as they are."""
    assert stands(risk, "cy", **{part: "dangerous"}) == Standing(True, DANGEROUS)
    for language in ("en", "es", "pt"):
        assert stands(risk, language, **{part: "dangerous"}) == AS_IT_IS


def test_a_dangerous_translation_takes_no_other_answer_with_it() -> None:
    """Only the answer whose text is stale gives way, not one whose id begins alike."""
    rows = [answer("a.b"), answer("a.c"), answer("a.b-c")]
    content = content_of(*rows, stale={("cy", "a.b.short"): "dangerous"})

    withheld = [row.id for row in rows if standing(content, row, "cy", TODAY).is_withheld]
    assert withheld == ["a.b"]


@pytest.mark.parametrize("risk", ["high", "low"])
def test_an_improved_english_warns(risk) -> None:
    """A translation that lacks something is shown with a word of warning."""
    assert stands(risk, short="improved") == Standing(False, IMPROVED)
    assert stands(risk, short="wording", more="improved") == Standing(False, IMPROVED)
    assert stands(risk, "es", short="improved") == AS_IT_IS


@pytest.mark.parametrize("risk", RISKS)
def test_a_change_of_wording_says_nothing(risk) -> None:
    """A translation that still says the same stands as it is."""
    assert stands(risk, short="wording", more="wording") == AS_IT_IS


@pytest.mark.parametrize("kind", ["wording", "improved", "dangerous"])
@pytest.mark.parametrize("today", [TODAY, TOO_LATE])
def test_a_lifeline_never_gives_way(kind, today) -> None:
    """A woman in danger is better served by an old line than by none, whatever has changed."""
    assert stands("lifeline", "cy", today, short=kind, more=kind) == AS_IT_IS


@pytest.mark.parametrize("part", ["label", "line", "not-now"])
def test_what_only_asks_or_names_withholds_nothing(part) -> None:
    """A stale label of a button is no reason to keep an answer back."""
    assert stands("high", **{part: "dangerous"}) == AS_IT_IS


def test_the_gravest_reason_is_given() -> None:
    """Danger comes before an overdue review, and that before a better English text."""
    assert stands("low", today=TOO_LATE, short="dangerous") == Standing(True, DANGEROUS)
    assert stands("low", today=TOO_LATE, short="improved") == Standing(False, OVERDUE)
    assert stands("high", today=TOO_LATE, short="improved") == Standing(True, OVERDUE)
    assert stands("low", short="improved", more="dangerous") == Standing(True, DANGEROUS)


# --- what waits for a person


def test_nothing_waits_while_everything_is_in_time() -> None:
    """On the last day of all reviews the list is empty."""
    assert due(content_of(answer("a.b"), service("bawso")), TODAY) == []


def test_what_waits_is_named_with_its_reason_and_its_owner() -> None:
    """Each entry says what it is about, why, and who looks after it."""
    content = content_of(
        answer("a.b", owner="lawyer"),
        service("bawso", owner="office", review_by=date(2027, 5, 1)),
        stale={("cy", "a.b.more"): "dangerous", ("es", "service.bawso.about"): "wording"},
        fact_changes={"a.b": ("F1", "F2")},
    )
    found = {(one.what, one.owner): [] for one in due(content, TOO_LATE)}
    for one in due(content, TOO_LATE):
        found[one.what, one.owner].append(one.why)

    assert found == {
        ("a.b", "lawyer"): [
            "a.b.more (cy) was made from an older English text; the change: dangerous",
            "facts it rests on have changed: F1, F2",
            "its review was due by 2027-02-22",
        ],
        ("service.bawso.about", "directory"): [
            "service.bawso.about (es) was made from an older English text; the change: wording"
        ],
    }


def test_an_overdue_service_waits_under_its_name() -> None:
    """A row of the directory is named with the owner of the row."""
    row = service("bawso", owner="office")
    (one,) = due(content_of(row), TOO_LATE)

    assert (one.what, one.owner) == ("service.bawso", "office")
    assert "2027-02-22" in one.why


def test_the_worst_comes_first() -> None:
    """Lifelines lead, for nobody else will notice; then risk, then services, then the rest."""
    content = content_of(
        answer("a.low", risk="low"),
        service("bawso"),
        answer("b.high", risk="high"),
        answer("a.high", risk="high"),
        answer("a.life", risk="lifeline"),
    )
    found = due(content, TOO_LATE)

    assert [one.what for one in found] == ["a.life", "a.high", "b.high", "service.bawso", "a.low"]
    assert found == sorted(found, key=lambda one: one.rank)


def test_each_thing_waits_once_for_each_reason() -> None:
    """Nothing stands twice in the list."""
    content = content_of(
        answer("a.b", risk="lifeline"),
        stale={(language, "a.b.short"): "improved" for language in TRANSLATED},
    )
    found = due(content, TOO_LATE)

    assert len(found) == len(set(found)) == 4
    assert {type(one) for one in found} == {Due}
    for language in TRANSLATED:
        assert [one for one in found if f"({language})" in one.why]


def test_what_ships_waits_for_nobody_on_the_day_it_was_written(content) -> None:
    """When the sources have just been read, nothing is due."""
    written = max(answer.as_of for answer in content.answers.values())

    assert due(content, written) == []
