"""How tries to sign in are counted: by address, for a while, without end of nothing."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from bot.desk.tries import MOST_ADDRESSES, MOST_OF_ADDRESS, MOST_TURNS, RUSH, SPAN, Tries, network
from bot.errors import EditingError

NOW = datetime(2026, 11, 26, 10, tzinfo=timezone.utc)


def second(number: float) -> datetime:
    return NOW + timedelta(seconds=number)


def test_the_limit_of_an_address_is_thirty_in_five_minutes() -> None:
    """The thirty-first is refused; each makes room again when it is five minutes old."""
    assert (MOST_OF_ADDRESS, timedelta(minutes=5)) == (30, SPAN)
    tries = Tries()
    for number in range(30):
        tries.add(second(number), "192.0.2.1", None)
    for moment in (30, 299.9):
        with pytest.raises(EditingError, match="locked"):
            tries.add(second(moment), "192.0.2.1", None)
    tries.add(second(300), "192.0.2.1", None)
    with pytest.raises(EditingError, match="locked"):
        tries.add(second(300), "192.0.2.1", None)


def test_a_rush_ends_when_its_tries_are_five_minutes_old() -> None:
    """Sixty of all together in five minutes are no rush yet; the next is."""
    assert RUSH == 60
    tries = Tries()
    for number in range(60):
        tries.add(second(number), None, None)
    with pytest.raises(EditingError, match="rush"):
        tries.add(second(299), None, None)
    tries.add(second(300), None, None)


@pytest.mark.parametrize(("age", "is_good"), [(4.9, False), (5, True), (299, True), (300, False)])
def test_a_turn_is_good_after_five_seconds_for_five_minutes(age, is_good) -> None:
    """Not sooner, and nobody lays in a stock of them."""
    tries, now = Tries(), second(400)
    for _ in range(RUSH):
        tries.add(now, None, None)
    turn = ("one", now - timedelta(seconds=age))
    if not is_good:
        with pytest.raises(EditingError, match="rush"):
            tries.add(now, None, turn)
        return
    tries.add(now, None, turn)
    with pytest.raises(EditingError, match="rush"):
        tries.add(now, None, turn)


def test_no_address_is_kept_and_none_longer_than_five_minutes() -> None:
    """Memory holds salted digests, no more than it is to, and lets them go."""
    tries, other = Tries(), Tries()
    for number in range(MOST_ADDRESSES + 9):
        address = f"10.0.{number // 256}.{number % 256}"
        turn = (f"turn {number}", second(-10))
        tries.add(NOW, address, turn)
        other.add(NOW, address, turn)
    assert len(tries._of) == MOST_ADDRESSES
    assert len(tries._used) <= MOST_TURNS
    assert not set(tries._of) & set(other._of)
    assert "10.0." not in repr(vars(tries))
    tries.add(second(301), None, None)
    assert len(tries._of) == 0


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("somewhere", "somewhere"),
    ],
)
def test_one_household_is_one_address(address, expected) -> None:
    """Of IPv6 somebody has a whole network to try from; what is no address is taken as it is."""
    assert network(address) == expected
