"""The one form that records have, and what may be shown of them."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import date, time

import pytest

from bot.content.hours import Period
from bot.content.records import (
    answer_from_data,
    fact_from_data,
    service_from_data,
    source_from_data,
)
from bot.content.values import Content
from bot.errors import ContentError, ContentUnavailableError
from bot.languages import LANGUAGES
from tests.content.making import answer, content_of, fact, service, source

ANSWER = {
    "risk": "high",
    "nations": ["wales"],
    "facts": ["F1"],
    "next": ["services.find?nation=wales"],
    "services": ["bawso"],
    "as_of": "2026-11-22",
    "checked_on": None,
    "review_by": "2027-02-22",
    "owner": "rights",
    "native_read": ["cy"],
}
SERVICE = {
    "nations": ["wales"],
    "needs": ["talk"],
    "languages": ["cy"],
    "interpreters": True,
    "phone": "0800 000 0000",
    "publish": "A",
    "sms": None,
    "url": "https://example.org",
    "email": None,
    "hours": [{"days": ["mon", "fri"], "opens": "09:00", "closes": "17:00"}],
    "hours_publish": "A",
    "bank_holidays": None,
    "free": True,
    "papers_needed": None,
    "warning": None,
    "sources": ["page"],
    "as_of": "2026-11-22",
    "checked_on": "2026-12-01",
    "review_by": "2026-12-22",
    "owner": "directory",
    "native_read": [],
}
FACT = {
    "says": "It is so.",
    "sources": ["page"],
    "as_of": "2025-12",
    "nations": ["wales"],
    "confidence": "V2",
    "claimed_by": None,
    "check": 1,
}
SOURCE = {"title": "A page", "publisher": "Somebody", "url": "https://example.org", "date": "2026"}
KINDS = [
    (answer_from_data, ANSWER),
    (service_from_data, SERVICE),
    (source_from_data, SOURCE),
    (fact_from_data, FACT),
]


def test_a_record_becomes_a_value_with_real_dates() -> None:
    """Lists become tuples, and days become dates, or stay open where nobody has checked."""
    answer = answer_from_data("sharing.risk", ANSWER)

    assert (answer.id, answer.nations) == ("sharing.risk", ("wales",))
    assert (answer.as_of, answer.checked_on) == (date(2026, 11, 22), None)
    assert service_from_data("bawso", SERVICE).checked_on == date(2026, 12, 1)


@pytest.mark.parametrize(("build", "data"), KINDS)
def test_a_value_cannot_be_changed(build, data) -> None:
    """What a turn reads stays as it was published."""
    with pytest.raises(FrozenInstanceError):
        build("x", data).id = "y"


@pytest.mark.parametrize(("build", "data"), KINDS)
def test_a_record_with_an_unknown_field_is_refused_by_name(build, data) -> None:
    """A field that nobody reads is a mistake, not a note."""
    with pytest.raises(ContentError, match=r"(?s)the-id.*colour"):
        build("the-id", {**data, "colour": "red"})


@pytest.mark.parametrize(
    ("build", "data", "field"),
    [(build, data, field) for build, data in KINDS for field in data],
)
def test_a_record_without_a_field_is_refused_by_name(build, data, field) -> None:
    """Nothing is filled in: every field stands in every record."""
    incomplete = {name: value for name, value in data.items() if name != field}

    with pytest.raises(ContentError, match="the-id"):
        build("the-id", incomplete)


@pytest.mark.parametrize(
    ("build", "data", "field", "value"),
    [
        (answer_from_data, ANSWER, "risk", "medium"),
        (answer_from_data, ANSWER, "risk", None),
        (answer_from_data, ANSWER, "nations", ["walse"]),
        (answer_from_data, ANSWER, "nations", "wales"),
        (answer_from_data, ANSWER, "nations", None),
        (answer_from_data, ANSWER, "as_of", "2026-13-01"),
        (answer_from_data, ANSWER, "checked_on", "yesterday"),
        (service_from_data, SERVICE, "publish", "D"),
        (service_from_data, SERVICE, "publish", "a"),
        (service_from_data, SERVICE, "needs", ["money"]),
        (service_from_data, SERVICE, "nations", ["uk"]),
        (service_from_data, SERVICE, "as_of", "22.11.2026"),
        (answer_from_data, ANSWER, "as_of", None),
        (answer_from_data, ANSWER, "review_by", None),
        (answer_from_data, ANSWER, "review_by", "spring"),
        (answer_from_data, ANSWER, "native_read", ["fr"]),
        (answer_from_data, ANSWER, "native_read", "cy"),
        (answer_from_data, ANSWER, "facts", None),
        (answer_from_data, ANSWER, "next", None),
        (answer_from_data, ANSWER, "services", None),
        (service_from_data, SERVICE, "publish", None),
        (service_from_data, SERVICE, "hours_publish", "D"),
        (service_from_data, SERVICE, "bank_holidays", "shut"),
        (service_from_data, SERVICE, "warning", "rumour"),
        (service_from_data, SERVICE, "free", "yes"),
        (service_from_data, SERVICE, "papers_needed", "no"),
        (service_from_data, SERVICE, "native_read", ["fr"]),
        (service_from_data, SERVICE, "review_by", None),
        (service_from_data, SERVICE, "sources", None),
        (service_from_data, SERVICE, "languages", "en"),
        (fact_from_data, FACT, "confidence", "certain"),
        (fact_from_data, FACT, "confidence", None),
        (fact_from_data, FACT, "nations", ["uk"]),
        (fact_from_data, FACT, "as_of", "last year"),
        (fact_from_data, FACT, "as_of", "22.11.2026"),
        (fact_from_data, FACT, "sources", None),
        (fact_from_data, FACT, "check", "first"),
    ],
)
def test_a_value_outside_its_list_is_refused_by_name(build, data, field, value) -> None:
    """Marks, nations, needs and days have one spelling, and a wrong one names its record."""
    with pytest.raises(ContentError, match="the-id"):
        build("the-id", {**data, field: value})


@pytest.mark.parametrize("field", ["phone", "sms"])
@pytest.mark.parametrize(
    ("mark", "checked_on", "is_shown"),
    [
        ("A", None, True),
        ("A", "2026-12-01", True),
        ("B", None, False),
        ("B", "2026-12-01", True),
        ("C", None, False),
        ("C", "2026-12-01", False),
    ],
)
def test_a_number_is_shown_only_when_its_row_is_marked_a(field, mark, checked_on, is_shown) -> None:
    """A number with one source, or an old one, stays back until a service has confirmed it."""
    number = "0800 000 0000"
    row = service_from_data(
        "x", {**SERVICE, field: number, "publish": mark, "checked_on": checked_on}
    )

    assert getattr(row, f"shown_{field}") == (number if is_shown else None)


@pytest.mark.parametrize(
    ("mark", "checked_on", "is_shown"),
    [
        ("A", None, True),
        ("B", None, False),
        ("B", "2026-12-01", True),
        ("C", "2026-12-01", False),
        (None, "2026-12-01", False),
    ],
)
def test_hours_are_shown_by_a_mark_of_their_own(mark, checked_on, is_shown) -> None:
    """Hours of one source stay back though the number beside them is marked A."""
    row = service_from_data("x", {**SERVICE, "hours_publish": mark, "checked_on": checked_on})

    assert row.hours
    assert row.shown_hours == (row.hours if is_shown else None)


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        (None, None),
        ("always", ()),
        (
            SERVICE["hours"],
            (Period(days=("mon", "fri"), opens=time(9), closes=time(17)),),
        ),
    ],
)
def test_hours_are_periods_or_always_or_not_known(written, hours) -> None:
    """Day and night is no periods at all, and not known is nothing, which are two things."""
    assert service_from_data("x", {**SERVICE, "hours": written}).hours == hours


@pytest.mark.parametrize(
    "written",
    [
        "never",
        "",
        [],
        {},
        7,
        ["mon 09:00"],
        [{"days": ["mon"], "opens": "09:00"}],
        [{"days": ["mon"], "opens": "17:00", "closes": "09:00"}],
        [{"days": ["someday"], "opens": "09:00", "closes": "17:00"}],
        [{"days": ["mon"], "opens": 9, "closes": 17}],
        [{"days": ["mon"], "opens": "nine", "closes": "17:00"}],
    ],
)
def test_hours_that_nobody_can_read_are_refused_by_name(written) -> None:
    """Hours of another form stop the reading, and the record is named."""
    with pytest.raises(ContentError, match="the-id"):
        service_from_data("the-id", {**SERVICE, "hours": written})


@pytest.mark.parametrize("as_of", [None, "2025", "2025-12", "2025-12-18"])
def test_a_fact_has_the_date_that_its_source_gives(as_of) -> None:
    """A year, a month or a day stays as it is: nothing is added that the source does not say."""
    assert fact_from_data("F1", {**FACT, "as_of": as_of}).as_of == as_of


def test_a_fact_is_for_answers_unless_it_says_otherwise() -> None:
    """Only a fact that is marked so is kept for advisers."""
    assert fact_from_data("F1", FACT).publish
    assert not fact_from_data("F1", {**FACT, "publish": False}).publish


def test_a_topic_is_the_first_part_of_an_id() -> None:
    """An answer belongs to the topic that its id begins with."""
    assert answer_from_data("sharing.risk", ANSWER).topic == "sharing"
    assert answer_from_data("nrm.who-refers", ANSWER).topic == "nrm"


def test_an_answer_rests_on_the_sources_of_its_facts_and_services() -> None:
    """Sources are those of the facts, in their order, then those of the services, each once."""
    row = answer("a.b", facts=("F2", "F1"), services=("bawso", "lawrs"))
    content = content_of(
        row,
        answer("a.c", facts=("F3",)),
        fact("F1", sources=("law", "news")),
        fact("F2", sources=("news", "study")),
        fact("F3", sources=("other",)),
        service("bawso", sources=("about", "law")),
        service("lawrs", sources=("about",)),
        *(source(name) for name in ("law", "news", "study", "other", "about")),
    )

    assert content.sources_of(row) == ("news", "study", "law", "about")
    assert content.sources_of(answer("a.d")) == ()


def test_the_parts_of_an_answer_are_its_own() -> None:
    """What an answer says in a language is found by its id, whose beginnings other ids share."""
    texts = {
        ("en", "a.b.short"): "one",
        ("en", "a.b.more"): "two",
        ("cy", "a.b.short"): "un",
        ("en", "a.b-c.short"): "other",
        ("en", "service.a.b.name"): "other",
    }

    found = content_of(answer("a.b"), texts=texts).parts_of("en", "a.b")
    assert found == {"short": "one", "more": "two"}


def content_with(language: str) -> Content:
    return content_of(texts={(language, "sharing.risk.short"): "words"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_stands_in_for_another(language) -> None:
    """A text that is missing in her language is an error, even where others have it."""
    content = content_with(language)

    assert content.text(language, "sharing.risk.short") == "words"
    for other in set(LANGUAGES) - {language}:
        assert not content.has_text(other, "sharing.risk.short")
        with pytest.raises(ContentUnavailableError, match=f"sharing.risk.short in {other}"):
            content.text(other, "sharing.risk.short")


def test_a_revision_prints_no_texts() -> None:
    """A revision in a log line or an error shows its number and nothing else."""
    assert repr(replace(content_with("en"), revision=7)) == "Content(revision=7)"
