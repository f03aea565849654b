"""How NumPy is to count: variables of the environment that it reads when it is imported."""

from __future__ import annotations

import os
from pathlib import Path

#: A turn's products of matrices are small: a second thread halves no time, and waits for its work
#: in a loop that costs as much as the turn. Training uses them all.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

#: OpenBLAS' kernels by what a processor must be able to do for them, the fastest first.
_KERNELS = (
    ("SkylakeX", frozenset({"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl", "fma"})),
    ("Haswell", frozenset({"avx2", "fma"})),
)


def kernels(processor: Path = Path("/proc/cpuinfo")) -> dict[str, str]:
    """Returns the variable that names OpenBLAS' kernels for this processor, or nothing.

    Rasa's NumPy brings an OpenBLAS of 2022, which goes by the model of a processor. One that it
    does not know, as most made since, gets the kernels of 2004: a sixth of the speed.

    Args:
        processor: Linux' description of it; where there is none, OpenBLAS' own choice stands.
    """
    try:
        lines = processor.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    abilities = next((set(line.split()) for line in lines if line.startswith("flags")), set())
    for name, needed in _KERNELS:
        if needed <= abilities:
            return {"OPENBLAS_CORETYPE": name}
    return {}


def use_kernels() -> None:
    """Names the kernels in the environment, unless somebody who knows the machine better has."""
    os.environ.update(kernels() | os.environ)
