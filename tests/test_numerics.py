"""The kernels that NumPy counts with are those that the processor can run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.numerics import kernels

AVX512 = "fpu sse3 fma avx2 avx512f avx512dq avx512cd avx512bw avx512vl"


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (AVX512, {"OPENBLAS_CORETYPE": "SkylakeX"}),
        (AVX512.replace("avx512vl", ""), {"OPENBLAS_CORETYPE": "Haswell"}),
        ("fpu sse3 fma avx2", {"OPENBLAS_CORETYPE": "Haswell"}),
        ("fpu sse3 avx2", {}),
        ("", {}),
    ],
)
def test_the_fastest_that_it_can_run(tmp_path: Path, flags: str, expected: object) -> None:
    """One ability short, the next slower ones; else the process would be killed in mid-turn."""
    described = tmp_path / "cpuinfo"
    described.write_text(f"processor\t: 0\nmodel\t\t: 207\nflags\t\t: {flags}\n\n")
    assert kernels(described) == expected


def test_where_nothing_describes_it_the_choice_is_left(tmp_path: Path) -> None:
    """As on a machine that is no Linux, and on one of another kind."""
    assert kernels(tmp_path / "none") == {}
    (tmp_path / "arm").write_text("processor\t: 0\nFeatures\t: fp asimd\n")
    assert kernels(tmp_path / "arm") == {}


def test_numpy_takes_them() -> None:
    """What is named is what OpenBLAS runs, on this machine."""
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import numpy, threadpoolctl; "
            "print(*(one.get('architecture') for one in threadpoolctl.threadpool_info()))",
        ],
        env={**os.environ, **kernels()},
        capture_output=True,
        text=True,
        check=True,
    )
    wanted = kernels().get("OPENBLAS_CORETYPE", "")
    assert wanted in said.stdout


def test_the_service_has_them(chat) -> None:
    """They are named before NumPy is imported, which reads them then."""
    environment = Path(f"/proc/{chat.process.pid}/environ").read_bytes().split(b"\0")
    named = kernels().get("OPENBLAS_CORETYPE")
    assert named is None or f"OPENBLAS_CORETYPE={named}".encode() in environment
