"""How many turns come from one address, without knowing any address.

A fixed number of counters; an address belongs to the one that a secret number and SHA-256 lead
to. Each minute the secret is another and all counters begin at nothing, so that nothing ties an
address to a counter afterwards, or one minute's to the next. Two addresses may share a counter:
the limit is generous, and they only meet it sooner.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from array import array
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

#: Half a megabyte; of a thousand addresses a minute one in sixty shares a counter.
COUNTERS = 65_536
WINDOW_SECONDS = 60.0
_SECRET_BYTES = 32
#: One household has a whole /64 of version 6.
_HOUSEHOLD_BITS = 64


class Tally:
    """Counts turns by address for a minute at a time."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Takes how many turns an address may take in a minute, 0 for no limit, and a clock."""
        self._most, self._clock = most, clock
        self._begin(clock())

    def is_over(self, address: str) -> bool:
        """Counts one more turn of an address, and says whether that is too many.

        What is no address (a socket in a file) and this machine itself are not limited: behind a
        proxy that is not declared everybody would be this machine.
        """
        now = self._clock()
        if now - self._began >= WINDOW_SECONDS:
            self._begin(now)
        whose = _household(address)
        if not self._most or whose is None:
            return False
        place = int.from_bytes(hashlib.sha256(self._secret + whose).digest()[:2], "big")
        # It stops where it cannot become more wrong.
        self._counters[place] = min(self._counters[place] + 1, self._most + 1)
        return self._counters[place] > self._most

    def _begin(self, now: float) -> None:
        self._began = now
        self._secret = secrets.token_bytes(_SECRET_BYTES)
        self._counters = array("L", bytes(COUNTERS * array("L").itemsize))


def _household(address: str) -> bytes | None:
    try:
        found = ip_address(address)
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            bits = found.max_prefixlen - _HOUSEHOLD_BITS
            return None if found.is_loopback else (int(found) >> bits).to_bytes(16, "big")
        found = found.ipv4_mapped
    return None if found.is_loopback else found.packed


def asker(peer: str, forwarded: str | None, *, is_behind_proxy: bool) -> str:
    """Returns the address that a request comes from.

    Args:
        peer: the other end of the connection.
        forwarded: the request's `X-Forwarded-For`. Anybody can write one; the last item is our
            proxy's, where there is one.
        is_behind_proxy: whether there is.
    """
    if not is_behind_proxy or not forwarded:
        return peer
    return forwarded.rpartition(",")[2].strip()
