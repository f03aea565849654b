"""The clock shows UK time, and a test can stop it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from bot.clock import UK_TIME, stopped_at, uk_now


def test_now_is_the_present_in_uk_time() -> None:
    """The clock of the service shows this very moment, in the zone of the UK."""
    before = datetime.now(timezone.utc)
    shown = uk_now()
    after = datetime.now(timezone.utc)

    assert before <= shown <= after
    assert shown.tzinfo is UK_TIME


@pytest.mark.parametrize(
    ("moment", "offset"),
    [("2026-11-26T10:00", timedelta(0)), ("2026-06-26T10:00", timedelta(hours=1))],
)
def test_a_moment_without_a_zone_is_in_uk_time(moment, offset) -> None:
    """Ten o'clock is ten o'clock in the UK, in winter and in summer."""
    shown = stopped_at(datetime.fromisoformat(moment))()

    assert (shown.hour, shown.utcoffset()) == (10, offset)


def test_a_moment_with_a_zone_is_shown_in_uk_time() -> None:
    """Late on a summer evening elsewhere it is already the next day in the UK."""
    late = datetime(2026, 6, 26, 23, 30, tzinfo=timezone.utc)
    shown = stopped_at(late)()

    assert shown == late
    assert (shown.date().isoformat(), shown.hour) == ("2026-06-27", 0)


def test_a_stopped_clock_stands_still() -> None:
    """However often it is asked, it shows one moment."""
    clock = stopped_at(datetime(2026, 11, 26, 10))

    assert clock() == clock() == datetime(2026, 11, 26, 10, tzinfo=UK_TIME)
