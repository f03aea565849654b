"""Opening hours and warnings at the desk: typed as rows, said as the chat says them, by two."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time, timezone

import pytest
from flask import Flask, g

from bot.content.hours import Period
from bot.content.values import WARNINGS
from bot.conversation.service_rendering import ServiceRenderer
from bot.desk import hours_form, hours_words
from bot.desk.service_form import fields_of, seal
from bot.editing.draft import OPEN, WAITING
from bot.i18n import Phrases
from tests.desk.forms import main_of

SBS, BAWSO, LAWRS = "southall-black-sisters", "bawso", "lawrs"
NINE_TO_FIVE = {"days": ["mon", "tue", "wed", "thu", "fri"], "opens": "09:00", "closes": "17:00"}
CALL = {
    "called_on": "2026-11-25",
    "spoke_to": "Ms Rees",
    "said": "The hours",
    "read_back": "020 8571 9595",
}
SATURDAY = {"days-2": ["sat"], "opens-2": "10", "closes-2": "13.30"}


def record_of(desk, service_id):
    return desk.store.read().records["services"][service_id]


def form(desk, service_id=SBS, **changes):
    """Returns what the form of a service sends when these fields are filled otherwise."""
    record = record_of(desk, service_id)
    fields = {**fields_of(record), "version": 0, "seal": seal(record)}
    return {name: value for name, value in {**fields, **changes}.items() if value is not False}


def send(client, data, service_id=SBS):
    return client.post(f"/services/{service_id}", data=data)


def drafts(desk):
    return desk.drafts.all(OPEN, WAITING)


def publish(desk, pat):
    draft = drafts(desk)[0]
    desk.drafts.approve(pat, draft.id, "records")
    desk.drafts.publish(pat, draft.id)


def chosen(page: str, name: str) -> list[str]:
    """Returns the values that are ticked of a name."""
    return re.findall(rf'name="{name}" value="([^"]*)" checked', page)


# --- the form


def test_the_form_holds_the_hours_and_one_empty_row_more(eve) -> None:
    """What stands there is filled in, and another row can be typed without a script."""
    page = eve.get(f"/services/{SBS}").text
    assert chosen(page, "hours") == ["rows"]
    assert chosen(page, "days-1") == NINE_TO_FIVE["days"]
    assert 'name="opens-1" value="09:00"' in page
    assert 'name="closes-1" value="17:00"' in page
    assert chosen(page, "days-2") == []
    assert 'name="opens-2" value=""' in page
    assert "days-3" not in page
    assert chosen(eve.get(f"/services/{BAWSO}").text, "hours") == ["always"]
    assert chosen(eve.get(f"/services/{LAWRS}").text, "hours") == ["unknown"]


def test_every_service_that_ships_comes_back_as_it_is(desk) -> None:
    """No form changes a record by being sent as it was drawn."""
    with desk.app.test_request_context():
        g.language = "en"
        for service_id, record in desk.store.read().records["services"].items():
            problems: dict[str, str] = {}
            made = hours_form.take(fields_of(record), record, problems)
            assert problems == {}, service_id
            assert made == {name: record[name] for name in hours_form.HOURS}, service_id


def test_another_row_comes_without_a_script_and_nothing_is_lost(desk, eve) -> None:
    """The button draws the page with a row more and all that was typed; nothing is saved."""
    typed = {**SATURDAY, "opens-1": "soon", "email": "kept@example.org", "said": "Half a call"}
    answer = send(eve, form(desk, **typed, again="row"))
    page = answer.text
    assert answer.status_code == 200
    for kept in ('value="soon"', 'value="13.30"', "kept@example.org", "Half a call"):
        assert kept in page
    assert chosen(page, "days-2") == ["sat"]
    assert "opens-3" in page
    assert "opens-4" not in page
    assert "Nothing is saved yet" not in page
    more = send(eve, form(desk, **typed, **{"opens-3": "", "closes-3": ""}, again="row")).text
    assert "opens-4" in more
    assert re.search(r'name="days-4" value="mon" autofocus', more)
    assert drafts(desk) == []


def test_rows_have_an_end(desk, eve) -> None:
    """Nobody can make the page grow for ever."""
    many = {f"opens-{n}": "" for n in range(1, 500)}
    page = send(eve, form(desk, **many, again="row")).text
    assert f"opens-{hours_form.MOST_ROWS}" in page
    assert f"opens-{hours_form.MOST_ROWS + 1}" not in page
    assert 'value="row"' not in page


def test_enter_in_a_field_saves(eve) -> None:
    """The first button of the form is the one that Enter presses."""
    page = eve.get(f"/services/{SBS}").text
    whole = page[page.index('name="seal"') :]
    first = re.search(r"<button[^>]*>", whole)
    assert first
    assert "again" not in first[0]


MISTAKES = [
    ({"closes-1": "08:00"}, "closes-1", "closes before it opens"),
    ({"closes-1": "09:00"}, "closes-1", "closes before it opens"),
    ({"opens-1": "22:00", "closes-1": "06:00"}, "closes-1", "23:59"),
    ({"opens-1": "9am"}, "opens-1", "24-hour clock"),
    ({"closes-1": "24:00"}, "closes-1", "24-hour clock"),
    ({"closes-1": "17:60"}, "closes-1", "24-hour clock"),
    ({"closes-1": ""}, "closes-1", "24-hour clock"),
    ({"opens-1": "٠٩:٠٠"}, "opens-1", "24-hour clock"),
    ({"opens-1": '"><script>alert(1)</script>'}, "opens-1", "24-hour clock"),
    ({"days-1": []}, "days-1", "at least one day"),
    ({"days-1": ["someday"]}, "days-1", "at least one day"),
    ({**SATURDAY, "days-2": ["fri", "sat"]}, "days-2", "Friday is in row 1 too"),
    ({"days-1": [], "opens-1": "", "closes-1": ""}, "hours", "Fill in a row"),
    ({**SATURDAY, "hours": "always"}, "hours", "You have typed times"),
    ({"opens-1": "10:00", "hours": "unknown"}, "hours", "You have typed times"),
    ({"hours": "sometimes"}, "hours", "Choose one"),
    ({"hours": ""}, "hours", "Choose one"),
    ({"hours_publish": ""}, "hours_publish", "Choose one"),
    ({"bank_holidays": "perhaps"}, "bank_holidays", "Choose one"),
    ({"warning": "aliens"}, "warning", "Choose one"),
]


@pytest.mark.parametrize(("changes", "field", "says"), MISTAKES)
def test_each_mistake_is_said_in_words_and_nothing_typed_is_lost(
    desk, eve, changes, field, says
) -> None:
    """The field is marked, the sentence says what to do, the rest stays as typed."""
    answer = send(eve, form(desk, **{**CALL, "email": "kept@example.org", **changes}))
    assert answer.status_code == 400
    marked = re.search(rf'id="{field}-wrong">([^<]+)', answer.text)
    assert marked
    assert says in marked[1]
    assert "kept@example.org" in answer.text
    assert "<script>alert" not in answer.text
    assert drafts(desk) == []


@pytest.mark.parametrize("again", ["row", "look"])
def test_a_look_at_half_a_form_is_no_trouble(desk, eve, again) -> None:
    """Whatever is wrong, both buttons draw the form again; only the look marks it."""
    for changes, field, _says in MISTAKES:
        answer = send(eve, form(desk, **changes, again=again))
        assert answer.status_code == 200, changes
        is_marked = f'id="{field}-wrong"' in answer.text
        assert is_marked == (again == "look" and field != "warning"), changes


def test_times_that_touch_do_not_overlap(desk, eve) -> None:
    """A morning and an afternoon that follows on are two rows of one day."""
    rows = {"days-2": ["mon"], "opens-2": "17:00", "closes-2": "20:00"}
    assert send(eve, form(desk, **CALL, **rows)).status_code == 303


# --- a call, and a second person


def test_hours_change_by_a_call_and_a_second_person(desk, eve, pat) -> None:
    """What is typed is live when both have done their part, and the page tells of it."""
    changes = {**SATURDAY, "bank_holidays": "closed", "hours_publish": "A"}
    assert send(eve, form(desk, **CALL, **changes)).status_code == 303
    assert desk.store.load().services[SBS].shown_hours is None
    publish(desk, pat)
    service = desk.store.load().services[SBS]
    week = Period(tuple(NINE_TO_FIVE["days"]), time(9), time(17))
    assert service.shown_hours == (week, Period(("sat",), time(10), time(13, 30)))
    assert service.bank_holidays == "closed"
    page = main_of(eve.get(f"/services/{SBS}").text)
    assert "Hours: Monday–Friday 09:00–17:00 became Monday–Friday 09:00–17:00; Saturday" in page
    assert "On bank holidays: not known became closed" in page
    assert "Whether hours are shown: shown once somebody has rung became shown" in page


@pytest.mark.parametrize(
    "changes",
    [
        SATURDAY,
        {"hours": "always"},
        {"closes-1": "16:00"},
        {"bank_holidays": "open"},
        {"hours_publish": "A"},
    ],
)
def test_hours_change_only_with_a_call(desk, eve, changes) -> None:
    """Hours that are changed or shown are what a caller would find wrong: ring first."""
    answer = send(eve, form(desk, **changes))
    assert answer.status_code == 400
    assert "The hours, or whether they are shown, would change." in main_of(answer.text)
    assert drafts(desk) == []


def test_a_call_for_some_hours_does_not_carry_others(desk, eve) -> None:
    """Whoever changes the hours of a draft that has its call must ring again."""
    send(eve, form(desk, **CALL, **SATURDAY))
    draft = drafts(desk)[0].entry("records", f"services/{SBS}")
    again = {**form(desk), **fields_of(draft.value), "version": draft.version}
    again = {name: value for name, value in again.items() if value is not False}
    answer = send(eve, {**again, "closes-2": "15:00"})
    assert answer.status_code == 400
    assert "Ring first" in answer.text


@pytest.mark.parametrize("changes", [{"hours": "unknown"}, {"hours_publish": "C"}])
def test_wrong_hours_go_without_a_call(desk, eve, pat, changes) -> None:
    """To say less nobody need ring; a second person must agree all the same."""
    lone = "karma-nirvana"
    assert desk.store.load().services[lone].shown_hours
    assert send(eve, form(desk, lone, **changes), lone).status_code == 303
    assert desk.store.load().services[lone].shown_hours
    publish(desk, pat)
    assert desk.store.load().services[lone].shown_hours is None
    assert desk.store.load().services[lone].checked_on is None


def test_a_warning_needs_the_second_person_only(desk, eve, pat) -> None:
    """It is set without a call, is told in the past of the service, and asks for its text."""
    assert send(eve, form(desk, LAWRS, warning="passes-reports-on"), LAWRS).status_code == 303
    assert desk.store.load().services[LAWRS].warning is None
    assert "no text tells women of it" in eve.get(f"/services/{LAWRS}").text
    publish(desk, pat)
    assert desk.store.load().services[LAWRS].warning == "passes-reports-on"
    page = main_of(eve.get(f"/services/{LAWRS}").text)
    assert "Warning: none became It passes reports on to others" in page


def test_who_saves_second_sees_both_hours(desk, eve) -> None:
    """What stands there now is shown in words beside what was typed, and both are kept."""
    mine = form(desk, **CALL, **SATURDAY)
    send(eve, form(desk, **CALL, **{"closes-1": "16:00"}))
    answer = send(eve, mine)
    page = main_of(answer.text)
    assert answer.status_code == 409
    assert "Hours Monday–Friday 09:00–16:00" in page
    assert "Monday–Friday 09:00–17:00; Saturday 10–13.30" in page


# --- what the chat says


def as_the_chat_says(desk, service):
    """Returns what the chat's own renderer says of hours in English."""
    now = datetime(2026, 11, 26, 10, tzinfo=timezone.utc)
    return ServiceRenderer(desk.store.load(), Phrases(), "en", now).service(service)["hours"]


def test_the_desk_says_hours_as_the_chat_does(desk) -> None:
    """Letter for letter, for every service that ships and every way of saying hours."""
    services = desk.store.load().services
    week = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    some = [
        None,
        (),
        *((Period(week[:n], time(9), time(17, 30)),) for n in range(1, 8)),
        (Period(("mon", "wed", "fri"), time(9), time(12)), Period(("sat",), time(0), time(23, 59))),
    ]
    made = [
        replace(services[SBS], hours=hours, hours_publish=mark, bank_holidays=holidays)
        for hours in some
        for mark in (None, "A", "B", "C")
        for holidays in (None, "open", "closed")
    ]
    for service in [*services.values(), *made]:
        assert hours_words.in_chat(service) == as_the_chat_says(desk, service)


def test_a_look_shows_what_the_chat_will_say(desk, eve) -> None:
    """Beside the rows stands the sentence in English, or why there is none."""
    shown = eve.get("/services/karma-nirvana").text
    assert "Monday–Friday 09:00–17:00 (UK time). It may be closed on bank holidays." in shown
    assert "until somebody has rung" in main_of(eve.get(f"/services/{SBS}").text)
    assert "they are not known" in main_of(eve.get(f"/services/{LAWRS}").text)
    changes = {**SATURDAY, "hours_publish": "A", "bank_holidays": "open"}
    page = main_of(send(eve, form(desk, **changes, again="look")).text)
    says = "Monday–Friday 09:00–17:00; Saturday 10:00–13:30 (UK time). Also open on bank holidays."
    assert says in page
    rung = main_of(send(eve, form(desk, **CALL, again="look")).text)
    assert "Monday–Friday 09:00–17:00 (UK time)." in rung
    assert drafts(desk) == []


def test_every_warning_has_words() -> None:
    """No warning of a record is shown by its bare name."""
    with Flask(__name__).app_context():
        assert set(hours_words.warnings()) == set(WARNINGS)
