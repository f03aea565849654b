"""The one form that records have, and what may be shown of them."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest

from bot.content.values import (
    Content,
    answer_from_data,
    service_from_data,
    source_from_data,
)
from bot.errors import ContentError, ContentUnavailableError
from bot.languages import LANGUAGES

ANSWER = {
    "risk": "high",
    "nations": ["wales"],
    "facts": ["F1"],
    "sources": ["page"],
    "next": ["services.find?nation=wales"],
    "services": ["bawso"],
    "as_of": "2026-11-22",
    "checked_on": None,
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
    "always_open": False,
    "as_of": "2026-11-22",
    "checked_on": "2026-12-01",
}
SOURCE = {"title": "A page", "publisher": "Somebody", "url": "https://example.org", "date": "2026"}
KINDS = [(answer_from_data, ANSWER), (service_from_data, SERVICE), (source_from_data, SOURCE)]


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
    ],
)
def test_a_value_outside_its_list_is_refused_by_name(build, data, field, value) -> None:
    """Marks, nations, needs and days have one spelling, and a wrong one names its record."""
    with pytest.raises(ContentError, match="the-id"):
        build("the-id", {**data, field: value})


@pytest.mark.parametrize(("mark", "shown"), [("A", "0800 000 0000"), ("B", None), ("C", None)])
def test_a_number_is_shown_only_when_its_row_is_marked_a(mark, shown) -> None:
    """A number with one source, or an old one, stays back until a service has confirmed it."""
    assert service_from_data("x", {**SERVICE, "publish": mark}).shown_phone == shown


def content_with(language: str) -> Content:
    return Content(1, {}, {}, {}, {(language, "sharing.risk.short"): "words"})


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
