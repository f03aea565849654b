"""Turns counted by address, and no address kept."""

from __future__ import annotations

import pickle

import pytest

from bot.web.tally import COUNTERS, WINDOW_SECONDS, Tally, asker


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_so_many_are_taken_and_no_more_until_the_minute_is_over() -> None:
    clock = Clock()
    tally = Tally(3, clock)
    assert [tally.is_over("203.0.113.7") for _ in range(5)] == [False] * 3 + [True] * 2
    clock.now += WINDOW_SECONDS
    assert not tally.is_over("203.0.113.7")


def test_others_are_counted_apart() -> None:
    tally = Tally(1, Clock())
    addresses = [f"203.0.113.{last}" for last in range(40)]
    # Two may share a counter by chance; forty do not share ten.
    assert sum(tally.is_over(address) for address in addresses) < 10
    assert all(tally.is_over(address) for address in addresses)


def test_a_household_of_version_6_counts_as_one() -> None:
    tally = Tally(1, Clock())
    assert not tally.is_over("2001:db8:1:2::1")
    assert tally.is_over("2001:db8:1:2:ffff::9")


def test_version_4_written_as_6_is_the_same_address() -> None:
    tally = Tally(1, Clock())
    assert not tally.is_over("203.0.113.7")
    assert tally.is_over("::ffff:203.0.113.7")


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "", "unix:", "x" * 99])
def test_this_machine_and_what_is_no_address_are_not_limited(address: str) -> None:
    tally = Tally(1, Clock())
    assert not any(tally.is_over(address) for _ in range(5))


def test_no_limit_limits_nobody() -> None:
    tally = Tally(0, Clock())
    assert not any(tally.is_over("203.0.113.7") for _ in range(1000))


def test_it_holds_counters_and_a_secret_and_nothing_of_an_address() -> None:
    """As many bytes after ten thousand addresses as before, and none of them among these."""
    tally = Tally(5, Clock())
    before = len(pickle.dumps(tally._counters))
    addresses = [f"198.51.{high}.{low}" for high in range(40) for low in range(250)]
    for address in addresses:
        tally.is_over(address)
    assert len(tally._counters) == COUNTERS
    assert len(pickle.dumps(tally._counters)) == before
    assert all(not isinstance(value, (str, dict, list, set)) for value in vars(tally).values())


def test_the_secret_of_a_minute_is_gone_with_it() -> None:
    clock = Clock()
    tally = Tally(5, clock)
    tally.is_over("203.0.113.7")
    secret = tally._secret
    clock.now += WINDOW_SECONDS
    tally.is_over("203.0.113.7")
    assert tally._secret != secret
    assert sum(tally._counters) == 1


@pytest.mark.parametrize(
    ("forwarded", "is_behind_proxy", "expected"),
    [
        (None, False, "192.0.2.1"),
        (None, True, "192.0.2.1"),
        # Written by whoever asks, where no proxy of ours stands in front.
        ("203.0.113.7", False, "192.0.2.1"),
        ("203.0.113.7", True, "203.0.113.7"),
        # The last one is our proxy's; those before it anybody can write.
        ("198.51.100.9, 203.0.113.7", True, "203.0.113.7"),
    ],
)
def test_who_asks(forwarded: str | None, is_behind_proxy: bool, expected: str) -> None:
    assert asker("192.0.2.1", forwarded, is_behind_proxy=is_behind_proxy) == expected
