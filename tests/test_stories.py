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

import pytest
from ruamel.yaml import YAML

from bot.languages import LANGUAGES
from bot.settings import ROOT, Settings

STORIES = ROOT / "tests" / "stories"
ASKED = "does any law stop the police from passing my data on"

#: Planted stories: file, what she says, the intent and the action that the story expects.
RIGHT = "test_right.yml", ASKED, "sharing_firewall", "utter_sharing_firewall"
WRONG_INTENT = "test_intent.yml", ASKED, "bot_greet", "utter_sharing_firewall"
WRONG_ACTION = "test_action.yml", ASKED, "sharing_firewall", "utter_bot_greet"
UNREAD = "stories.yml", ASKED, "sharing_firewall", "utter_sharing_firewall"

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


@dataclass
class StoryRun:
    """One run of `rasa test core --e2e` over a folder."""

    folder: Path
    out: Path
    process: subprocess.Popen[str]

    @classmethod
    def start(cls, folder: Path, out: Path) -> StoryRun:
        """Starts the command; several may run beside each other."""
        model = Settings().models / "assistant.tar.gz"
        command = [sys.executable, "-m", "rasa", "test", "core", "--e2e", "--no-plot"]
        command += ["--successes", "-s", str(folder), "-m", str(model), "--out", str(out)]
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return cls(folder, out, process)

    def wait(self) -> StoryRun:
        """Waits for its end and passes on what it printed if it failed."""
        printed, _ = self.process.communicate(timeout=300)
        if self.process.returncode:
            pytest.fail(f"`rasa test core` failed:\n{printed[-3000:]}")
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

    def failures(self) -> list[str]:
        """Returns a sentence for each wrong step: who said what, what was due, what came."""
        said = {(Path(story.path).name, story.name): story.said for story in self.written}
        sentences, name, words, turn = [], "", (), 0
        for line in self._lines("failed"):
            if heading := HEADING.match(line):
                key = (Path(heading["path"]).name, heading["name"])
                name, words, turn = f"{heading['path']}: {heading['name']}", said.get(key, ()), 0
            elif step := STEP.match(line):
                turn += step["kind"] == "intent"
                if step["got"]:
                    hers = words[turn - 1] if 0 < turn <= len(words) else "(not found)"
                    sentences.append(
                        f"{name}\n  she said: {hers}\n"
                        f"  expected {step['expected']}, got {step['got']}"
                    )
        return sentences

    def complaints(self) -> list[str]:
        """Returns everything that is wrong with the run; empty when each story was passed."""
        written = Counter(story.folder for story in self.written)
        found = [] if written else [f"No story stands in {self.folder}."]
        if self.total != written.total():
            found.append(f"{self.total} of {written.total()} stories were evaluated.")
        if self.evaluated() != written:
            found.append(f"Written {dict(written)}, evaluated {dict(self.evaluated())}.")
        failures = self.failures()
        if not failures and any(self._lines("failed")):
            failures = ["A story failed:", *self._lines("failed")]
        return [*found, *failures]

    def _lines(self, outcome: str) -> list[str]:
        text = (self.out / f"{outcome}_test_stories.yml").read_text(encoding="utf-8")
        lines = (line.strip() for line in text.splitlines())
        return [line for line in lines if not line.startswith("#")]


def _environment() -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if "ASSISTANT_" not in name}
    return mine | {"RASA_TELEMETRY_ENABLED": "false", "TQDM_DISABLE": "1"}


def _stories(path: Path) -> list[Story]:
    data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return [
        Story(
            str(path),
            story["story"],
            tuple(step["user"].strip() for step in story["steps"] if "user" in step),
        )
        for story in data["stories"]
    ]


def _plant(folder: Path, *planted: tuple[str, str, str, str]) -> Path:
    """Writes story files of one turn each."""
    folder.mkdir()
    for name, said, intent, action in planted:
        steps = [{"user": said, "intent": intent}, {"action": action}]
        data = {"version": "3.1", "stories": [{"story": Path(name).stem, "steps": steps}]}
        with (folder / name).open("w", encoding="utf-8") as file:
            YAML(typ="safe", pure=True).dump(data, file)
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, StoryRun]:
    """The shipped stories, and three folders with something wrong, run beside each other."""
    from bot import training

    if not training.is_trained(Settings()):
        pytest.fail("There is no model of these files: run `make train`.")
    place = tmp_path_factory.mktemp("stories")
    folders = {
        "shipped": STORIES,
        "planted": _plant(place / "planted", RIGHT, WRONG_INTENT, WRONG_ACTION, UNREAD),
        "empty": _plant(place / "empty"),
    }
    started = [
        (name, StoryRun.start(path, place / f"out-{name}")) for name, path in folders.items()
    ]
    return {name: run.wait() for name, run in started}


def test_every_story_is_answered_as_it_says(runs: dict[str, StoryRun]) -> None:
    """Every message of every story is understood, and gets the answer that the story names."""
    complaints = runs["shipped"].complaints()
    assert not complaints, "\n\n".join(complaints)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_story_of_a_language_is_evaluated(runs: dict[str, StoryRun], language: str) -> None:
    """Rasa evaluates as many stories of a language as its files hold, and there are some."""
    written = Counter(story.folder for story in runs["shipped"].written)
    assert 0 < written[language] == runs["shipped"].evaluated()[language]


def test_no_language_has_fewer_stories(runs: dict[str, StoryRun]) -> None:
    """No language is second class: each has the same number of stories."""
    written = Counter(story.folder for story in runs["shipped"].written)
    assert set(written) == set(LANGUAGES)
    assert len(set(written.values())) == 1, dict(written)


def test_no_two_stories_have_one_name(runs: dict[str, StoryRun]) -> None:
    """A story's name is its own, so that a failure leads to one place."""
    names = Counter(story.name for story in runs["shipped"].written)
    assert [name for name, number in names.items() if number > 1] == []


@pytest.mark.parametrize(
    ("file", "outcome"),
    [
        ("test_intent.yml", "expected bot_greet, got sharing_firewall"),
        ("test_action.yml", "expected utter_bot_greet, got utter_sharing_firewall"),
    ],
)
def test_a_wrong_story_is_reported_with_her_words(
    runs: dict[str, StoryRun], file: str, outcome: str
) -> None:
    """A planted wrong story fails, with what she said, what was expected and what came."""
    found = [sentence for sentence in runs["planted"].failures() if f"/{file}" in sentence]
    # The first wrong step counts: what follows it may only be its consequence.
    assert found, "the planted story passed"
    assert ASKED in found[0]
    assert outcome in found[0]


def test_a_right_story_is_not_reported(runs: dict[str, StoryRun]) -> None:
    """Beside a wrong story a right one passes, so that a failure says something."""
    assert "test_right" not in "\n".join(runs["planted"].failures())


def test_a_story_that_rasa_does_not_read_is_missed(runs: dict[str, StoryRun]) -> None:
    """A story in a file that Rasa passes over is noticed, for the numbers differ."""
    assert "3 of 4 stories were evaluated." in runs["planted"].complaints()


def test_a_folder_without_stories_fails(runs: dict[str, StoryRun]) -> None:
    """Rasa ends with success where there is no story; the guard does not."""
    assert runs["empty"].process.returncode == 0
    assert runs["empty"].complaints() == [f"No story stands in {runs['empty'].folder}."]
