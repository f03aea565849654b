"""Memory is not written to a disk, is not read by others, and is overwritten as it is freed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.memory import is_wiped
from bot.settings import ROOT


def printed_by(code: str, **environment: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": "/usr/bin", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.strip()


@pytest.mark.parametrize(("of_others", "dumpable"), [(True, "False"), (False, "True")])
def test_a_crash_writes_nothing(of_others: bool, dumpable: str) -> None:
    """The limit of core dumps is 0; in service nobody else's debugger may look in either."""
    code = (
        "import resource; from bot.memory import forbid_dumps, is_dumpable;"
        f"forbid_dumps(of_others={of_others});"
        "print(resource.getrlimit(resource.RLIMIT_CORE), is_dumpable())"
    )
    assert printed_by(code) == f"(0, 0) {dumpable}"


def test_a_process_is_started_anew_with_wiping_once() -> None:
    """The second time it is as it should be, and goes on; the answer comes from that one."""
    code = (
        "import os, sys; from bot import memory;"
        "again = 'import os; from bot.memory import is_wiped; print(is_wiped(os.environ))';"
        "memory.start_wiping(['-c', again]); print('not started anew')"
    )
    assert printed_by(code) == "True"
    wiping = {
        "MALLOC_PERTURB_": "165",
        "GLIBC_TUNABLES": "glibc.malloc.tcache_max=128",
        "PYTHONMALLOC": "malloc",
    }
    assert is_wiped(wiping)
    assert printed_by(code, **wiping) == "not started anew"


@pytest.mark.parametrize("missing", ["MALLOC_PERTURB_", "GLIBC_TUNABLES", "PYTHONMALLOC"])
def test_half_of_it_is_not_wiping(missing: str) -> None:
    """Each of the variables is needed."""
    whole = {
        "MALLOC_PERTURB_": "165",
        "GLIBC_TUNABLES": "glibc.malloc.tcache_max=128",
        "PYTHONMALLOC": "malloc",
    }
    assert not is_wiped({name: value for name, value in whole.items() if name != missing})


def test_the_service_computes_on_one_thread(chat) -> None:
    """Otherwise a second one spins beside each turn, and a turn costs twice its time."""
    environment = Path(f"/proc/{chat.process.pid}/environ").read_bytes().split(b"\0")
    assert {b"OPENBLAS_NUM_THREADS=1", b"OMP_NUM_THREADS=1"} <= set(environment)
