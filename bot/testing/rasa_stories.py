"""Rasa's own story tests, run by Rasa's own command, and the guards that command lacks.

`rasa test core` reads a message's text only with `--e2e`, counts only files named `test_*`, and
ends with success when it found no story at all or when every story failed. So what it reports is
compared here with what stands in the files, and its list of failed stories is read.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ModelError
from bot.plain_yaml import read_yaml
from bot.settings import ROOT

STORIES = ROOT / "tests" / "stories"
SECONDS = 600

#: In Rasa's list of failures a story is headed by its name and its file, and a wrong step ends
#: with what was understood or done instead.
HEADING = re.compile(r"- story: (?P<name>.+) \((?P<path>\S+\.yml)\)$")
STEP = re.compile(r"- (?P<kind>intent|action): (?P<expected>\S+)(?:\s+# predicted: (?P<got>\w+))?")


@dataclass(frozen=True)
class Story:
    """A story as its file has it: where it stands, and what she says in it, in order."""

    path: str
    name: str
    said: tuple[str, ...]

    @property
    def folder(self) -> str:
        """The last folder: the language, among the shipped stories."""
        return Path(self.path).parent.name


@dataclass(frozen=True)
class Wrong:
    """A wrong step of a story: where it stands, what she said, what was due, what came."""

    path: str
    name: str
    said: str
    expected: str
    got: str

    @property
    def language(self) -> str:
        """The folder it stands in."""
        return Path(self.path).parent.name

    def __str__(self) -> str:
        return (
            f"{self.path}: {self.name}\n  she said: {self.said}\n"
            f"  expected {self.expected}, got {self.got}"
        )


@dataclass
class StoryRun:
    """One run of `rasa test core --e2e` over a folder."""

    folder: Path
    out: Path
    process: subprocess.Popen[str]

    @classmethod
    def start(cls, folder: Path, out: Path, model: Path) -> StoryRun:
        """Starts the command; several may run beside each other.

        Args:
            folder: of the stories.
            out: takes Rasa's reports.
            model: the archive of the trained model.
        """
        command = [sys.executable, "-m", "rasa", "test", "core", "--e2e", "--no-plot"]
        command += ["--successes", "-s", str(folder), "-m", str(model), "--out", str(out)]
        process = subprocess.Popen(  # noqa: S603
            command,
            cwd=ROOT,
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return cls(folder, out, process)

    def wait(self) -> StoryRun:
        """Waits for its end.

        Raises:
            ModelError: with what it printed if it failed.
        """
        printed, _ = self.process.communicate(timeout=SECONDS)
        if self.process.returncode:
            raise ModelError(f"`rasa test core` failed:\n{printed[-3000:]}")
        return self

    @property
    def written(self) -> list[Story]:
        """The stories of the folder, whatever their files are called."""
        return [story for path in sorted(self.folder.rglob("*.yml")) for story in _stories(path)]

    @property
    def total(self) -> int:
        """How many stories Rasa says it evaluated."""
        report = json.loads((self.out / "story_report.json").read_text(encoding="utf-8"))
        return int(report.get("conversation_accuracy", {}).get("total", 0))

    def evaluated(self) -> Counter[str]:
        """Returns how many stories of each folder stand in Rasa's two lists."""
        lines = [*self._lines("successful"), *self._lines("failed")]
        headings = [HEADING.match(line) for line in lines]
        return Counter(Path(found["path"]).parent.name for found in headings if found)

    def failures(self) -> list[Wrong]:
        """Returns each wrong step: who said what, what was due, what came."""
        said = {(Path(story.path).name, story.name): story.said for story in self.written}
        found: list[Wrong] = []
        path, name, turn = "", "", 0
        words: tuple[str, ...] = ()
        for line in self._lines("failed"):
            if heading := HEADING.match(line):
                path, name, turn = heading["path"], heading["name"], 0
                words = said.get((Path(path).name, name), ())
            elif step := STEP.match(line):
                turn += step["kind"] == "intent"
                if step["got"]:
                    hers = words[turn - 1] if 0 < turn <= len(words) else "(not found)"
                    found.append(Wrong(path, name, hers, step["expected"], step["got"]))
        return found

    def complaints(self) -> list[str]:
        """Returns what is wrong with the run itself; empty when each story was evaluated."""
        written = Counter(story.folder for story in self.written)
        found = [] if written else [f"No story stands in {self.folder}."]
        if self.total != sum(written.values()):
            found.append(f"{self.total} of {sum(written.values())} stories were evaluated.")
        if self.evaluated() != written:
            found.append(f"Written {dict(written)}, evaluated {dict(self.evaluated())}.")
        if not self.failures() and any(self._lines("failed")):
            found += ["A story failed:", *self._lines("failed")]
        return found

    def _lines(self, outcome: str) -> list[str]:
        text = (self.out / f"{outcome}_test_stories.yml").read_text(encoding="utf-8")
        lines = (line.strip() for line in text.splitlines())
        return [line for line in lines if not line.startswith("#")]


def _environment() -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if "ASSISTANT_" not in name}
    return mine | {"RASA_TELEMETRY_ENABLED": "false", "TQDM_DISABLE": "1"}


def _stories(path: Path) -> list[Story]:
    return [
        Story(
            str(path),
            story["story"],
            tuple(step["user"].strip() for step in story["steps"] if "user" in step),
        )
        for story in read_yaml(path)["stories"]
    ]
