"""How answers stand in each language, and how they are looked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from bot.content.shipped import read_shipped
from bot.desk import standings
from bot.desk.standings import Wanted, found, rows
from bot.editing.draft import Draft, Entry
from bot.languages import LANGUAGES

ANSWER = "sharing.risk"
TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 10, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def live():
    """What ships."""
    return read_shipped()


def row_of(content, name=ANSWER, drafts=(), today=TODAY):
    return next(one for one in rows(content, drafts, today) if one.id == name)


def draft(state, *entries):
    made = tuple(Entry(part, name, "x", 1, "Eve", NOW, 1, 1) for part, name in entries)
    return Draft(7, ANSWER, None, state, "", 1, NOW, None, made, ())


def with_answer(live, **values):
    answers = {**live.answers, ANSWER: replace(live.answers[ANSWER], **values)}
    return replace(live, answers=answers)


def test_every_answer_and_service_has_a_row(live):
    """Nothing that she may read is left out of the table."""
    names = [one.id for one in rows(live, [], TODAY)]
    assert names == [*live.answers, *(f"service.{name}" for name in live.services)]


def test_sound_answer_is_published_and_unconfirmed(live):
    """An answer that ships is published in all languages, and no service has confirmed it."""
    row = row_of(live)
    assert row.cells == dict.fromkeys(LANGUAGES, ("published",))
    assert row.states == ("unconfirmed",)


def test_confirmed_answer_is_not_called_unconfirmed(live):
    """Once a service has confirmed an answer, the table no longer says that none has."""
    assert row_of(with_answer(live, checked_on=TODAY)).states == ()


@pytest.mark.parametrize(
    ("days", "states"),
    [(31, ()), (30, ("due",)), (0, ("due",)), (-1, ("overdue",))],
)
def test_review_is_due_before_it_is_overdue(live, days, states):
    """Staff see a review coming, and when it is late."""
    content = with_answer(live, review_by=TODAY + timedelta(days=days), checked_on=TODAY)
    assert row_of(content).states == states


def test_changed_fact_makes_an_answer_due(live):
    """An answer whose facts have changed waits to be read."""
    content = replace(live, fact_changes={ANSWER: ("F2",)})
    assert "due" in row_of(content).states


def test_overdue_answer_about_risk_is_withheld(live):
    """What she does not see any more is shown as withheld, in all languages."""
    row = row_of(with_answer(live, review_by=TODAY - timedelta(days=1)))
    assert all("withheld" in row.cells[tag] for tag in LANGUAGES)


def test_switched_off_answer_is_shown_as_such(live):
    """An answer that staff have put out of use says so."""
    row = row_of(replace(live, switches=frozenset({"topic.sharing"})))
    assert "off" in row.states
    assert all("withheld" in row.cells[tag] for tag in LANGUAGES)


@pytest.mark.parametrize(
    ("kind", "states"),
    [("improved", ("published", "stale")), ("dangerous", ("published", "stale", "withheld"))],
)
def test_stale_translation_is_shown_in_its_language(live, kind, states):
    """A translation of an older English is marked, and no other language."""
    row = row_of(replace(live, stale={("cy", f"{ANSWER}.short"): kind}))
    assert row.cells["cy"] == states
    assert row.cells["es"] == ("published",)


def test_missing_text_is_shown(live):
    """A language without the text says so."""
    texts = {key: text for key, text in live.texts.items() if key != ("pt", f"{ANSWER}.short")}
    assert row_of(replace(live, texts=texts)).cells["pt"] == ("missing",)


@pytest.mark.parametrize("state", ["draft", "waiting"])
def test_draft_is_shown_in_the_language_it_touches(live, state):
    """Whoever looks sees that somebody is working on a text already."""
    written = draft("waiting" if state == "waiting" else "open", ("cy", f"{ANSWER}.short"))
    row = row_of(live, drafts=[written])
    assert state in row.cells["cy"]
    assert row.cells["en"] == ("published",)
    assert row.drafts == {"cy": 7}


def test_import_is_shown_at_each_answer_it_touches(live):
    """A draft of many answers is found at each."""
    written = draft("open", ("cy", f"{ANSWER}.short"), ("cy", "service.bawso.about"))
    assert "draft" in row_of(live, "service.bawso", [written]).cells["cy"]


def test_draft_of_a_record_is_linked(live):
    """A changed record of an answer or service is seen in its row."""
    written = draft("open", ("records", "services/bawso"))
    assert row_of(live, "service.bawso", [written]).drafts == {"records": 7}


def names(live, **wanted):
    return [one.id for one in found(live, rows(live, [], TODAY), Wanted(**wanted))]


@pytest.mark.parametrize(
    "words",
    ["sharing.risk", "POLICIA puede avisar", "polícia pode", "swyddfa gartref ddweud", "policia"],
)
def test_search_knows_ids_and_all_languages_without_accents(live, words):
    """Words of any language are found, whatever their accents and case."""
    assert ANSWER in names(live, words=words)


def test_search_wants_all_words(live):
    """One word that is nowhere in an answer takes it out."""
    assert names(live, words="policia xyzzy") == []
    assert len(names(live, words="")) == len(live.answers) + len(live.services)


def test_filters_go_together(live):
    """Topic, language and state are all kept."""
    content = replace(live, stale={("cy", f"{ANSWER}.short"): "improved"})
    assert names(content, topic="sharing", language="cy", state="stale") == [ANSWER]
    assert names(content, topic="sharing", language="es", state="stale") == []
    assert names(content, topic="wales", language="cy", state="stale") == []
    assert names(content, state="stale") == [ANSWER]


def test_every_state_can_be_asked_for(live):
    """A state is of a row or of a cell; each that is listed is known."""
    row = row_of(with_answer(live, review_by=TODAY))
    for state in standings.STATES:
        assert isinstance(row.has(state, ""), bool)
