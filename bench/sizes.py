"""How large models and environments are.

`python -m bench.sizes FOLDER` installs Rasa by itself beside the baseline in that folder, as a new
project would, takes its size, and throws it away: some three gigabytes to fetch.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution, version
from pathlib import Path

from bench.baseline import model_path
from bot.nlu.encoder.files import MANIFEST, PARTS
from bot.settings import ROOT, Settings
from bot.training import model_path as our_model_path

NOTE = "environment.json"
#: A package and its version, at the beginning of a line of a lock file.
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)
_UV = str(ROOT / ".tools" / "bin" / "uv")


def locked(lock: str) -> list[str]:
    """Returns the names of the packages that a lock file holds."""
    return [name for name, _ in _LOCKED.findall(lock)]


def bytes_of(paths: Iterable[Path]) -> int:
    """Returns the size of files, without what Python compiles of them by itself."""
    return sum(path.stat().st_size for path in paths if path.is_file() and path.suffix != ".pyc")


def measure(project: Path) -> dict[str, float]:
    """Returns the sizes in bytes, by name: ours, and the default's as far as they are known."""
    settings = Settings()
    # What is read to serve; beside it lie vectors that only a training reads.
    encoder = [settings.encoder / name for name in (MANIFEST, *PARTS)]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    found = {
        "model": float(bytes_of([our_model_path(settings), *encoder])),
        "environment": float(sum(_size(distribution(name)) for name in locked(lock))),
        "default model": float(bytes_of([model_path(project)])),
    }
    note = project / NOTE
    if note.exists():
        found["default environment"] = json.loads(note.read_text(encoding="utf-8"))["bytes"]
    return found


def _size(package: Distribution) -> int:
    return bytes_of(Path(str(package.locate_file(file))) for file in package.files or ())


def install() -> int:
    """Installs Rasa in an environment of its own, and returns the size of its packages."""
    # Outside of the project, whose settings would keep a part of Rasa's packages out.
    with tempfile.TemporaryDirectory(prefix="assistant-bench-") as place:
        python, wanted = f"{place}/bin/python", f"rasa=={version('rasa')}"
        for command in (
            ["venv", "-q", "--clear", "--python", sys.executable, place],
            ["pip", "install", "-q", "--python", python, wanted],
        ):
            subprocess.run([_UV, *command], check=True, cwd=place)
        return bytes_of(Path(place).glob("lib/python*/site-packages/**/*"))


def main() -> None:
    """Writes down how large the default's environment is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    project = parser.parse_args().folder.resolve()
    size = install()
    (project / NOTE).write_text(json.dumps({"bytes": size}) + "\n", encoding="utf-8")
    print(f"{size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
