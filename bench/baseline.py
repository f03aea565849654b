"""Rasa's own default, made and trained on the data of the chat, to measure beside it.

Run it with `python -m bench.baseline FOLDER [--epochs N]`. The folder becomes a Rasa project such
as somebody would have who went by the handbook: the pipeline and the policies that `rasa init`
leaves to Rasa (read from the installed package), our phrases in four languages and our rules, the
turns of our English story tests for stories, a line of text for each response, and custom actions
in an action server that do no more than say their line. What it took is written to
`baseline.json` beside it.

A hundred epochs, the default, take hours on these phrases. How long a turn takes does not hang on
the number of epochs; with fewer of them the time of the whole training is worked out from the time
that an epoch took, and is marked so. The seconds of processors say more than those of the clock
where other programs run beside.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.content.references import response_name
from bot.content.shipped import read_shipped
from bot.languages import DEFAULT_LANGUAGE, LANGUAGES
from bot.plain_yaml import read_yaml
from bot.settings import ROOT

#: Where it lies when nothing else is said.
FOLDER = ROOT / "var" / "baseline"
NOTE, MODEL, ACTIONS = "baseline.json", "baseline", "actions"
DEFAULT_EPOCHS = 100
#: Which language a phrase is in; a component of ours reads it, and no other.
_METADATA = re.compile(r"^  metadata:\n    language: \w+\n", re.MULTILINE)
#: `Epochs:  35%|███▌      | 7/20 [1:02:03<00:00, …`, again and again as a training goes on.
_BAR = re.compile(r"Epochs: +\d+%\|[^|]*\| (\d+)/(\d+) \[")
#: An epoch takes longer than this, where it matters how long it takes.
LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock, and of processors."""

    wall: float = 0.0
    cpu: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.wall + other.wall, self.cpu + other.cpu)

    def __sub__(self, other: Spent) -> Spent:
        return Spent(self.wall - other.wall, self.cpu - other.cpu)

    def __mul__(self, factor: float) -> Spent:
        return Spent(self.wall * factor, self.cpu * factor)


@dataclass(frozen=True)
class Trained:
    """What a training took, and what one of the default number of epochs would have taken."""

    rasa: str
    phrases: int
    epochs: int
    spent: Spent
    whole: Spent
    model_bytes: int

    @property
    def is_extrapolated(self) -> bool:
        """Says whether `whole` was worked out rather than measured."""
        return self.epochs != DEFAULT_EPOCHS


def read_note(folder: Path) -> Trained:
    """Reads what a training took.

    Raises:
        OSError: when no baseline was trained there.
    """
    note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    return Trained(**{**note, "spent": Spent(**note["spent"]), "whole": Spent(**note["whole"])})


def lacking(folder: Path) -> str | None:
    """Returns what to do where there is no trained baseline, or None where there is one."""
    if (folder / NOTE).exists() and model_path(folder).exists():
        return None
    return (
        f"There is no trained baseline in {folder}. It takes hours, once:\n"
        f"  .venv/bin/python -m bench.baseline {folder}\n"
        f"(`--epochs 10` takes a tenth; a turn takes as long.)"
    )


def without_metadata(phrases: str) -> str:
    """Returns a file of phrases without the languages that only our components read."""
    return _METADATA.sub("", phrases)


def default_config(epochs: int) -> dict[str, Any]:
    """Returns the configuration that Rasa fills in for a new project."""
    import rasa

    folder = Path(rasa.__file__).parent / "engine" / "recipes" / "config_files"
    config: dict[str, Any] = read_yaml(folder / "default_config.yml")
    for part in (*config["pipeline"], *config["policies"]):
        if "epochs" in part:
            part["epochs"] = epochs
    return {**config, "assistant_id": "baseline"}


def default_domain(domain: Mapping[str, Any], texts: Mapping[tuple[str, str], str]) -> Any:
    """Returns our domain as a new project would have it: a line of text for each response."""
    lines = {
        response_name(msgid.removesuffix(".short")): text.splitlines()[0]
        for (language, msgid), text in texts.items()
        if language == DEFAULT_LANGUAGE and msgid.endswith(".short")
    }
    return {
        "version": domain["version"],
        "intents": domain["intents"],
        "responses": {name: [{"text": lines[name]}] for name in domain["responses"]},
        "actions": domain["actions"],
        "session_config": {
            "session_expiration_time": 60,
            "carry_over_slots_to_new_session": True,
        },
    }


def plain_stories(files: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Returns story tests as stories to learn from: what was meant and done, without the words."""
    kept = ("intent", "action")
    return [
        {
            "story": story["story"],
            "steps": [
                {key: str(step[key]).strip() for key in kept if key in step}
                for step in story["steps"]
            ],
        }
        for file in files
        for story in file["stories"]
    ]


def action_server(actions: Iterable[str], said: str) -> str:
    """Returns a module of custom actions that only say a line, as few as they can be."""
    classes = [
        f"""
class {name.title().replace("_", "")}(Action):
    def name(self):
        return "{name}"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(response="{said}")
        return []
"""
        for name in actions
    ]
    return "\n".join(["from rasa_sdk import Action\n", *classes])


def make_project(folder: Path, epochs: int) -> int:
    """Writes the project, and returns how many phrases it learns from."""
    domain = read_yaml(ROOT / "domain.yml")
    (folder / ACTIONS).mkdir(parents=True, exist_ok=True)
    _write(folder / "config.yml", default_config(epochs))
    _write(folder / "domain.yml", default_domain(domain, read_shipped().texts))
    _write(folder / "endpoints.yml", {"action_endpoint": {"url": "http://localhost:5055/webhook"}})
    _write(folder / "credentials.yml", {"rest": None})
    module = action_server(domain["actions"], "utter_bot_unsure")
    (folder / ACTIONS / "__init__.py").write_text("", encoding="utf-8")
    (folder / ACTIONS / "actions.py").write_text(module, encoding="utf-8")
    (folder / "data").mkdir(exist_ok=True)
    shutil.copyfile(ROOT / "data" / "stories" / "rules.yml", folder / "data" / "rules.yml")
    tests = sorted((ROOT / "tests" / "stories" / DEFAULT_LANGUAGE).glob("*.yml"))
    stories = plain_stories(read_yaml(path) for path in tests)
    _write(folder / "data" / "stories.yml", {"version": "3.1", "stories": stories})
    return sum(_copy_phrases(folder, language) for language in LANGUAGES)


def _copy_phrases(folder: Path, language: str) -> int:
    count, target = 0, folder / "data" / "nlu" / language
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted((ROOT / "data" / "nlu" / language).glob("*.yml")):
        text = without_metadata(path.read_text(encoding="utf-8"))
        (target / path.name).write_text(text, encoding="utf-8")
        count += text.count("\n    - ")
    return count


def _write(path: Path, data: Any) -> None:
    yaml = YAML()
    yaml.default_flow_style = False
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(data, file)


class Epochs:
    """Adds up what an epoch of each model takes, from bars that move while a clock goes on."""

    def __init__(self, epochs: int) -> None:
        self._epochs, self._models, self._per_epoch = epochs, 0, Spent()
        self._rest, self._done = "", epochs
        self._first: tuple[int, Spent] | None = None

    def see(self, said: str, spent: Spent) -> None:
        """Takes what the training has said since the last time, and spent since its start."""
        said, end = self._rest + said, 0
        for found in _BAR.finditer(said):
            end = found.end()
            if int(found[2]) == self._epochs:
                self._move(int(found[1]), spent)
        self._rest = said[end:]

    def _move(self, done: int, spent: Spent) -> None:
        if done < self._done:
            self._models, self._first = self._models + 1, None
        if self._first is None:
            # From the end of the first: it holds the making of the graph, which is made once.
            self._first = (done, spent) if done else None
        elif self._done < done == self._epochs:
            before, then = self._first
            self._per_epoch += (spent - then) * (1 / (done - before))
        self._done = done

    def whole(self, spent: Spent) -> Spent:
        """Returns what the default number of epochs takes, of a training that spent so much.

        Raises:
            ValueError: when no model's epochs were seen.
        """
        if not self._models:
            raise ValueError("the training drew no bars")
        return spent + self._per_epoch * (DEFAULT_EPOCHS - self._epochs)


def train(folder: Path, epochs: int, phrases: int) -> Trained:
    """Trains the project by Rasa's own command.

    Raises:
        ChildProcessError: when Rasa does not train; its words are in `train.log`.
    """
    command = [*train_command(MODEL), "--force"]
    log = folder / "train.log"
    bars, began = Epochs(epochs), time.monotonic()
    with log.open("wb") as file, log.open(encoding="utf-8", errors="replace", newline="") as said:
        training = subprocess.Popen(command, cwd=folder, env=quiet(), stdout=file, stderr=file)
        is_over = False
        while not is_over:
            is_over = training.poll() is not None
            time.sleep(0 if is_over else LOOK_SECONDS)
            # Once it is over its own figure is gone, and the one of all children is there.
            cpu = cpu_of_children() if is_over else cpu_seconds(training.pid)
            spent = Spent(time.monotonic() - began, cpu)
            bars.see(said.read(), spent)
    if training.returncode:
        raise ChildProcessError(f"Rasa did not train: see {log}")
    return Trained(
        rasa=version("rasa"),
        phrases=phrases,
        epochs=epochs,
        spent=spent,
        whole=bars.whole(spent),
        model_bytes=model_path(folder).stat().st_size,
    )


def train_command(model: str) -> list[str]:
    """Returns Rasa's own command, which makes a model of this name."""
    return [sys.executable, "-m", "rasa", "train", "--fixed-model-name", model]


def cpu_seconds(process_id: int) -> float:
    """Returns what a process has used of processors until now; 0 when it is gone."""
    try:
        stat = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    # After the name, which stands in brackets and may hold anything: the state, and eleven fields
    # on, the time in the program and in the kernel.
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def model_path(folder: Path) -> Path:
    """Returns where the trained model lies."""
    return folder / "models" / f"{MODEL}.tar.gz"


def quiet() -> dict[str, str]:
    """Returns an environment in which Rasa reports nothing to anybody."""
    silent = {
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    return {**os.environ, **silent}


def cpu_of_children() -> float:
    """Returns what all processes that this one started, and that are over, used of processors."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Makes the project, trains it, and writes down what that took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--epochs", type=int, default=DEFAULT_EPOCHS)
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    phrases = make_project(folder, asked.epochs)
    print(f"{phrases} phrases; {asked.epochs} epochs; Rasa says more in {folder / 'train.log'}")
    trained = train(folder, asked.epochs, phrases)
    (folder / NOTE).write_text(json.dumps(asdict(trained), indent=1) + "\n", encoding="utf-8")
    spent = trained.spent
    print(f"{spent.wall:.0f} s by the clock, {spent.cpu:.0f} s of processors")


if __name__ == "__main__":
    main()
