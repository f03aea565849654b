"""Keeps what people write from outliving its turn in the memory of the process, or on a disk.

A program that gives memory back leaves in it what was there. The C library of most Linux
systems overwrites it at once when it is asked to before the process starts, and Python asks
the C library for each object when it is told to: see `wiping`.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
import threading
from collections.abc import Mapping

#: glibc fills what is freed with this byte (mallopt(3), M_PERTURB), but not what goes into the
#: cache of a thread, so there is none; Python's own allocator, which would keep freed objects
#: as they are, is left out (PYTHONMALLOC). Turn times are the same within what can be measured.
_WIPING = {
    "MALLOC_PERTURB_": "165",
    "GLIBC_TUNABLES": "glibc.malloc.tcache_max=128",
    "PYTHONMALLOC": "malloc",
}

#: How often memory is given back: it takes some milliseconds, in which nothing can be had.
GIVE_BACK_SECONDS = 60.0

#: prctl(2): no core dump, and no reading of the memory by others of the same user.
_PR_SET_DUMPABLE, _PR_GET_DUMPABLE = 4, 3


def is_wiped(environment: Mapping[str, str]) -> bool:
    """Says whether a process with this environment overwrites memory as it is freed."""
    return all(environment.get(name) == value for name, value in _WIPING.items())


def start_wiping(arguments: list[str]) -> None:
    """Starts this process anew with wiping, if it has not been started so; then it does not return.

    Args:
        arguments: of the Python interpreter, such as `["-m", "bot", "run"]`.
    """
    if sys.platform == "linux" and not is_wiped(os.environ):
        os.execve(  # noqa: S606 - the same interpreter, without a shell
            sys.executable, [sys.executable, *arguments], {**os.environ, **_WIPING}
        )


def forbid_dumps(*, of_others: bool) -> None:
    """Sets the limit of core dumps to 0, so that a crash writes no memory to a disk.

    Args:
        of_others: forbid debuggers and dumps by programs of the same user as well. Linux only.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if of_others and sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def is_dumpable() -> bool:
    """Says whether programs of the same user may read this process's memory."""
    if sys.platform != "linux":
        return True
    return bool(ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0))


def give_back() -> None:
    """Gives memory that nobody uses any more back to the system.

    After the start that is some thirty megabytes. The C library itself gives back only what lies at
    the end of its memory, and one small object there keeps all that was freed before it.
    """
    if hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)


def go_on_giving_back(seconds: float = GIVE_BACK_SECONDS) -> threading.Event:
    """Gives memory back from time to time, on a thread of its own, until the event is set."""
    stopped = threading.Event()

    def work() -> None:
        while not stopped.wait(seconds):
            give_back()

    threading.Thread(target=work, name="memory", daemon=True).start()
    return stopped
