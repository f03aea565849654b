"""Runs every measurement, one after the other, each in a process of its own.

`python -m bench [--baseline FOLDER]`, or `BASELINE=FOLDER make bench`. The chat is measured beside
the trained baseline in that folder (`var/baseline` unless another is named); where there is none
nothing is measured, and it is said how to make it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from bench.baseline import FOLDER, lacking


def main() -> int:
    """Runs them; status 1 where there is no baseline."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    given = Path(os.environ.get("BASELINE") or FOLDER)
    parser.add_argument("--baseline", type=Path, default=given)
    project = parser.parse_args().baseline.resolve()
    # Before anything else: the measurements take an hour.
    if missing := lacking(project):
        print(missing, file=sys.stderr)
        return 1
    for name, more in (
        ("understanding", []),
        ("turns", ["--baseline", str(project)]),
        ("encoder", []),
    ):
        print(f"\n== {name}", flush=True)
        subprocess.run([sys.executable, "-m", f"bench.{name}", *more], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
