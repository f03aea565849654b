"""Wrong tries in a row, and how long a name waits after them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from bot.editing.person import name_key

#: After so many wrong tries in a row an account waits, longer each time.
FREE_FAILURES, LOCK = 5, timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)
#: Of so many names wrong tries are remembered; of more the one not tried for longest is forgotten.
MOST_NAMES = 10_000


def lock_after(failures: int) -> timedelta | None:
    """Returns how long a name waits after so many wrong tries, None when it need not."""
    over = failures - FREE_FAILURES
    return min(LOCK * 2 ** min(over, 10), LONGEST_LOCK) if over >= 0 else None


class NamedTries:
    """The wrong tries of each name that was typed, whether anybody has it or not.

    It decides what somebody is told, never whether they come in: what the database knows of an
    account must not be heard, or names could be tried through to learn who works here. Names are
    held in memory alone and by a salted digest: one of them may be a mistyped password.
    """

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(32)
        self._names: OrderedDict[bytes, tuple[int, datetime | None]] = OrderedDict()
        # The server answers in several threads.
        self._lock = Lock()

    def fail(self, name: str, now: datetime) -> bool:
        """Counts a wrong try; says whether the name was waiting already, and counts none then."""
        digest = self._digest(name)
        with self._lock:
            failures, until = self._names.pop(digest, (0, None))
            is_waiting = until is not None and until > now
            if not is_waiting:
                failures += 1
                lock = lock_after(failures)
                until = now + lock if lock else None
            self._names[digest] = failures, until
            if len(self._names) > MOST_NAMES:
                self._names.popitem(last=False)
        return is_waiting

    def forget(self, name: str) -> None:
        """Forgets the wrong tries of somebody who got in."""
        with self._lock:
            self._names.pop(self._digest(name), None)

    def _digest(self, name: str) -> bytes:
        typed = name_key(name).encode("utf-8", "surrogatepass")
        return hmac.digest(self._salt, typed, hashlib.sha256)
