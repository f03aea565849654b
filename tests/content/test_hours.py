"""Whether a service is open at a moment: in UK time, by its nation's bank holidays."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

import pytest

from bot.clock import UK_TIME
from bot.content.hours import (
    WEEKDAYS,
    Opening,
    Period,
    is_bank_holiday,
    opening,
    period_from_data,
)
from bot.content.values import NATIONS

WEEK = WEEKDAYS[:5]
OFFICE = (Period(WEEK, time(9), time(17)),)
DAILY = (Period(WEEKDAYS, time(9), time(17)),)
EVENINGS = (Period(WEEKDAYS, time(19), time(23)),)
#: A morning and an afternoon with a break between them, and a short Saturday.
BROKEN = (
    Period(WEEK, time(14), time(17)),
    Period(WEEK, time(9), time(12)),
    Period(("sat",), time(10), time(11)),
)


def at(moment: str) -> datetime:
    """Returns a moment in UK time."""
    return datetime.fromisoformat(moment).replace(tzinfo=UK_TIME)


def found(hours, moment: str | datetime, nations=("wales",), bank_holidays=None) -> Opening | None:
    when = at(moment) if isinstance(moment, str) else moment
    return opening(hours, when, nations=nations, bank_holidays=bank_holidays)


# --- within a week


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        # 2026-11-26 is a Thursday.
        ("2026-11-26T08:59", Opening(is_open=False, next=at("2026-11-26T09:00"))),
        ("2026-11-26T09:00", Opening(is_open=True, until=at("2026-11-26T17:00"))),
        ("2026-11-26T16:59", Opening(is_open=True, until=at("2026-11-26T17:00"))),
        ("2026-11-26T17:00", Opening(is_open=False, next=at("2026-11-27T09:00"))),
        ("2026-11-27T17:00", Opening(is_open=False, next=at("2026-11-30T09:00"))),
        ("2026-11-28T12:00", Opening(is_open=False, next=at("2026-11-30T09:00"))),
        ("2026-11-29T23:59", Opening(is_open=False, next=at("2026-11-30T09:00"))),
    ],
)
def test_it_is_open_from_the_minute_it_opens_until_the_minute_it_closes(moment, expected) -> None:
    """An open service says until when, a closed one when it opens next, over a weekend too."""
    assert found(OFFICE, moment) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-26T08:00", Opening(is_open=False, next=at("2026-11-26T09:00"))),
        ("2026-11-26T10:00", Opening(is_open=True, until=at("2026-11-26T12:00"))),
        ("2026-11-26T12:00", Opening(is_open=False, next=at("2026-11-26T14:00"))),
        ("2026-11-26T14:30", Opening(is_open=True, until=at("2026-11-26T17:00"))),
        ("2026-11-27T18:00", Opening(is_open=False, next=at("2026-11-28T10:00"))),
        ("2026-11-28T10:30", Opening(is_open=True, until=at("2026-11-28T11:00"))),
        ("2026-11-28T11:00", Opening(is_open=False, next=at("2026-11-30T09:00"))),
    ],
)
def test_several_periods_count_each_in_its_turn(moment, expected) -> None:
    """A break at noon and a short Saturday are kept, in whatever order they were written."""
    assert found(BROKEN, moment) == expected


@pytest.mark.parametrize("bank_holidays", [None, "open", "closed"])
@pytest.mark.parametrize("moment", ["2026-11-26T03:00", "2026-12-25T03:00", "2026-10-25T01:30"])
def test_day_and_night_is_always_open(moment, bank_holidays) -> None:
    """A line without hours of its own is open at any time, and never says until when."""
    assert found((), moment, bank_holidays=bank_holidays) == Opening(is_open=True)


# --- bank holidays


@pytest.mark.parametrize(
    ("day", "nations"),
    [
        (date(2026, 11, 30), {"scotland"}),  # St Andrew's Day
        (date(2027, 1, 4), {"scotland"}),  # the second of January was a Saturday
        (date(2026, 3, 17), {"northern-ireland"}),  # St Patrick's Day
        (date(2026, 4, 6), {"england", "wales", "northern-ireland"}),  # Easter Monday
        (date(2026, 8, 31), {"england", "wales", "northern-ireland"}),
        (date(2026, 8, 3), {"scotland"}),
        (date(2026, 12, 25), set(NATIONS)),
        (date(2026, 12, 28), set(NATIONS)),  # Boxing Day was a Saturday
        (date(2026, 11, 26), set()),
    ],
)
def test_a_bank_holiday_is_one_where_it_is_kept(day, nations) -> None:
    """Each nation has its own bank holidays, and substitute days count."""
    assert {nation for nation in NATIONS if is_bank_holiday(day, (nation,))} == nations
    assert is_bank_holiday(day, NATIONS) == bool(nations)


def test_a_bank_holiday_elsewhere_closes_nobody() -> None:
    """On St Andrew's Day a service in Wales is open, and one in Scotland is not."""
    moment = "2026-11-30T10:00"

    assert found(OFFICE, moment, ("wales",), "closed") == Opening(
        is_open=True, until=at("2026-11-30T17:00")
    )
    assert found(OFFICE, moment, ("scotland",), "closed") == Opening(
        is_open=False, next=at("2026-12-01T09:00")
    )
    assert found(OFFICE, moment, ("scotland",), "open") == Opening(
        is_open=True, until=at("2026-11-30T17:00")
    )


def test_a_service_of_several_nations_keeps_the_holidays_of_each() -> None:
    """Where one of its nations has a bank holiday, nobody is told that it is surely open."""
    assert found(OFFICE, "2026-11-30T10:00", ("wales", "scotland"), None) is None


@pytest.mark.parametrize("moment", ["2026-11-30T08:00", "2026-11-30T10:00", "2026-11-30T20:00"])
def test_nobody_can_say_on_a_bank_holiday_that_no_source_tells_of(moment) -> None:
    """When it is not known what a service does on bank holidays, on one nothing is said."""
    assert found(OFFICE, moment, ("scotland",)) is None
    assert found(OFFICE, moment, ("wales",)) is not None


def test_the_next_opening_is_not_promised_for_a_bank_holiday() -> None:
    """Before a bank holiday that no source tells of, it is closed, and nobody says until when."""
    friday = "2026-11-27T18:00"

    assert found(OFFICE, friday, ("scotland",)) == Opening(is_open=False, next=None)
    assert found(OFFICE, friday, ("scotland",), "open") == Opening(
        is_open=False, next=at("2026-11-30T09:00")
    )
    assert found(OFFICE, friday, ("scotland",), "closed") == Opening(
        is_open=False, next=at("2026-12-01T09:00")
    )


def test_the_next_opening_is_found_behind_christmas() -> None:
    """After Christmas Eve an office opens on the Tuesday: bank holidays and a weekend later."""
    assert found(OFFICE, "2026-12-24T17:30", bank_holidays="closed") == Opening(
        is_open=False, next=at("2026-12-29T09:00")
    )


def test_the_turn_of_the_year_is_no_end() -> None:
    """The holidays of the next year count when the next opening lies there."""
    assert found(OFFICE, "2026-12-31T17:30", bank_holidays="closed") == Opening(
        is_open=False, next=at("2027-01-04T09:00")
    )
    assert found(OFFICE, "2026-12-31T17:30", ("scotland",), "closed") == Opening(
        is_open=False, next=at("2027-01-05T09:00")
    )


# --- UK time


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        # The clocks go forward on 29 March 2026 and back on 25 October.
        ("2026-03-28T09:00", "2026-03-28T17:00"),
        ("2026-03-29T08:00", "2026-03-29T16:00"),
        ("2026-10-24T08:00", "2026-10-24T16:00"),
        ("2026-10-25T09:00", "2026-10-25T17:00"),
    ],
)
def test_hours_are_those_of_a_clock_on_the_wall(opens, closes) -> None:
    """Nine o'clock is nine in summer and in winter, the days of the change included."""
    opens, closes = (
        datetime.fromisoformat(moment).replace(tzinfo=timezone.utc) for moment in (opens, closes)
    )
    minute = timedelta(minutes=1)

    assert found(DAILY, opens - minute) == Opening(is_open=False, next=opens.astimezone(UK_TIME))
    assert found(DAILY, opens) == Opening(is_open=True, until=closes.astimezone(UK_TIME))
    assert found(DAILY, closes - minute) == Opening(is_open=True, until=closes.astimezone(UK_TIME))
    after = found(DAILY, closes)
    assert after is not None
    assert not after.is_open


def test_the_day_is_that_of_the_uk() -> None:
    """Half past eleven at night in UTC is the next day of a British summer."""
    late = datetime(2026, 6, 28, 23, 30, tzinfo=timezone.utc)

    assert found(OFFICE, late) == Opening(is_open=False, next=at("2026-06-29T09:00"))
    assert found((Period(("mon",), time(0), time(1)),), late) == Opening(
        is_open=True, until=at("2026-06-29T01:00")
    )


@pytest.mark.parametrize(
    "elsewhere",
    [
        datetime(2026, 11, 26, 16, 30, tzinfo=timezone(timedelta(hours=-3))),
        datetime(2026, 11, 27, 5, 30, tzinfo=timezone(timedelta(hours=10))),
    ],
)
def test_a_moment_may_come_from_anywhere(elsewhere) -> None:
    """Half past seven in the evening here is another hour, or another day, in another zone."""
    assert found(EVENINGS, elsewhere) == Opening(is_open=True, until=at("2026-11-26T23:00"))


def test_a_bank_holiday_begins_and_ends_at_midnight_in_the_uk() -> None:
    """It counts whether it is St Andrew's Day here, not where somebody set the clock."""
    ahead = datetime(2026, 11, 30, 9, tzinfo=timezone(timedelta(hours=10)))
    behind = datetime(2026, 11, 30, 22, tzinfo=timezone(timedelta(hours=-10)))

    assert found(DAILY, ahead, ("scotland",)) == Opening(is_open=False, next=None)
    assert found(DAILY, behind, ("scotland",)) == Opening(
        is_open=False, next=at("2026-12-01T09:00")
    )


# --- periods


def test_a_period_is_days_and_two_times() -> None:
    """Days keep their order, and times are of the day."""
    data = {"days": ["mon", "sat"], "opens": "09:00", "closes": "17:30"}

    assert period_from_data(data) == Period(("mon", "sat"), time(9), time(17, 30))


@pytest.mark.parametrize(
    "spoilt",
    [
        {"days": []},
        {"days": ["monday"]},
        {"days": ["mon", "someday"]},
        {"days": "mon"},
        {"days": None},
        {"opens": "17:00"},
        {"opens": "18:00"},
        {"opens": "9"},
        {"opens": "25:00"},
        {"opens": None},
        {"opens": 9},
        {"closes": "24:00"},
        {"closes": "late"},
        {"note": "by appointment"},
    ],
)
def test_a_period_of_another_form_is_refused(spoilt) -> None:
    """A day or a time that is none, no time between them, or a further field is an error."""
    data = {"days": ["mon"], "opens": "09:00", "closes": "17:00"}
    assert period_from_data(data)

    with pytest.raises((ValueError, TypeError)):
        period_from_data({**data, **spoilt})


@pytest.mark.parametrize("field", ["days", "opens", "closes"])
def test_a_period_without_a_field_is_refused(field) -> None:
    """Nothing is filled in."""
    data = {"days": ["mon"], "opens": "09:00", "closes": "17:00"}
    del data[field]

    with pytest.raises((KeyError, ValueError)):
        period_from_data(data)
