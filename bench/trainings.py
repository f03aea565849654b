"""How long trainings take: ours from nothing and again, and the default's after an edit.

What was measured is kept in `var/bench-trainings.json`, because it takes long: `bench.turns` does
it anew when it is told to. The default's first training is measured when it is made
(`bench.baseline`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.baseline import Spent, cpu_of_children, quiet, read_note, train_command
from bot.settings import ROOT

FILE = ROOT / "var" / "bench-trainings.json"


def measure(project: Path) -> None:
    """Trains, and writes down what that took.

    Raises:
        CalledProcessError: when a training fails.
    """
    with tempfile.TemporaryDirectory(prefix="assistant-bench-") as models:
        command = [sys.executable, "-m", "bot", "train"]
        environment = {**os.environ, "ASSISTANT_MODELS": models}
        cold = spent(command, ROOT, environment)
        # As after an edit of the training data: the vectors of its phrases are kept.
        (Path(models) / "assistant.fingerprint").unlink()
        again = spent(command, ROOT, environment)
    found = {"training": cold, "training again": again, "default edit": edited(project)}
    FILE.parent.mkdir(exist_ok=True)
    plain = {name: [round(of.wall, 1), round(of.cpu, 1)] for name, of in found.items()}
    FILE.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")


def edited(project: Path) -> Spent:
    """Changes the text of one response, and returns what Rasa takes to make a model with it.

    Rasa finds in its cache what it has trained before; the domain and the model are as they were
    afterwards.
    """
    domain = project / "domain.yml"
    before = domain.read_text(encoding="utf-8")
    domain.write_text(before.replace("- text: ", "- text: Now ", 1), encoding="utf-8")
    try:
        return spent(train_command("edited"), project, quiet())
    finally:
        domain.write_text(before, encoding="utf-8")
        (project / "models" / "edited.tar.gz").unlink(missing_ok=True)


def spent(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Spent:
    """Runs a command, and returns what it took.

    Raises:
        CalledProcessError: when it fails.
    """
    cpu, began = cpu_of_children(), time.monotonic()
    subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        check=True,
    )
    return Spent(time.monotonic() - began, cpu_of_children() - cpu)


def read(project: Path) -> dict[str, float]:
    """Returns what trainings took, by name: seconds by the clock and of processors."""
    found: dict[str, float] = {}
    if FILE.exists():
        for name, (wall, cpu) in json.loads(FILE.read_text(encoding="utf-8")).items():
            found |= {f"{name} wall": wall, f"{name} cpu": cpu}
    note = read_note(project)
    return {
        **found,
        "default training wall": note.whole.wall,
        "default training cpu": note.whole.cpu,
        "default epochs": float(note.epochs),
    }
