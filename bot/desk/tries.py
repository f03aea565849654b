"""How often signing in may be tried: by one network address, and by everybody together.

Only somebody's own address is ever shut out. Were all tries together limited, whoever sends enough
of them would keep every colleague out; so a rush of them only makes each person wait a moment.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock

from bot.errors import EditingError

SPAN = timedelta(minutes=5)
#: So many tries of one address are taken in that time: an office comes by one address.
MOST_OF_ADDRESS = 30
#: After so many tries of all together, each that follows waits its turn for so long.
RUSH, WAIT = 60, timedelta(seconds=5)
#: So many addresses, and turns that were used, are known at once; of more the oldest is forgotten.
MOST_ADDRESSES = MOST_TURNS = 5000

#: One household or office has a whole network of this size (RFC 6177).
_IPV6_NETWORK = 64


class Tries:
    """Counts the tries of the last minutes: in memory alone, and addresses by a salted digest."""

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(32)
        self._all: deque[datetime] = deque(maxlen=RUSH)
        self._of: OrderedDict[bytes, deque[datetime]] = OrderedDict()
        self._used: OrderedDict[str, None] = OrderedDict()
        # The server answers in several threads.
        self._lock = Lock()

    def add(self, now: datetime, address: str | None, turn: tuple[str, datetime] | None) -> None:
        """Counts a try; one that is refused is not counted.

        Args:
            now: the moment it is.
            address: where it comes from, None when that is not known.
            turn: what this browser was given when it was last asked to wait, and when.

        Raises:
            EditingError: `locked` when there were too many of this address; `rush` when there are
                many of everybody, and this browser has not waited.
        """
        with self._lock:
            self._forget(now)
            own = self._of.get(self._digest(address)) if address else None
            if own and len(own) >= MOST_OF_ADDRESS:
                raise EditingError("locked")
            is_rush = len(self._all) >= RUSH and self._all[0] > now - SPAN
            if is_rush and not self._has_waited(now, turn):
                raise EditingError("rush")
            self._all.append(now)
            if address:
                self._count(self._digest(address), now)

    def is_good(self, now: datetime, turn: tuple[str, datetime]) -> bool:
        """Says whether a turn counts, or will when its time has come."""
        return turn[0] not in self._used and now - SPAN < turn[1] <= now

    def _has_waited(self, now: datetime, turn: tuple[str, datetime] | None) -> bool:
        if turn is None or not self.is_good(now, turn) or now < turn[1] + WAIT:
            return False
        # Once: a browser that sends it again has not waited again.
        self._used[turn[0]] = None
        if len(self._used) > MOST_TURNS:
            self._used.popitem(last=False)
        return True

    def _count(self, digest: bytes, now: datetime) -> None:
        self._of.setdefault(digest, deque()).append(now)
        self._of.move_to_end(digest)
        if len(self._of) > MOST_ADDRESSES:
            self._of.popitem(last=False)

    def _forget(self, now: datetime) -> None:
        """Forgets what is older than the span."""
        for digest, own in list(self._of.items()):
            while own and own[0] <= now - SPAN:
                own.popleft()
            if not own:
                del self._of[digest]

    def _digest(self, address: str) -> bytes:
        return hmac.digest(self._salt, network(address).encode(), hashlib.sha256)


def network(address: str) -> str:
    """Returns an address, or of IPv6 the network that one household or office has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    mapped = found.ipv4_mapped
    whole = ipaddress.ip_network((found.packed, _IPV6_NETWORK), strict=False)
    return str(mapped or whole)
