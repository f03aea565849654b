"""Rasa's own commands work in this project, so that whoever knows Rasa finds nothing odd.

Which warnings are ours: every line that Rasa logs as a warning or an error, and every Python
warning except a library's notice of deprecation raised in a library's own code.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.content.references import response_name
from bot.content.values import Content
from bot.languages import LANGUAGES
from bot.plain_yaml import read_yaml
from bot.settings import ROOT, Settings
from tests.conftest import free_port

ACTIONS = {
    "action_change_language",
    "action_find_services",
    "action_follow_up",
    "action_list_topics",
    "action_name_service",
    "action_show_card",
    "action_show_sources",
    "action_suggest",
    "action_tell_more",
}

#: Said by the service or by an action, never by a rule; Rasa's validator looks at rules only.
NOT_BY_RULE = re.compile(r"The utterance '(\w+)' is not used in any story or rule\.")

WARNING = re.compile(r"^(?P<path>/\S+\.py):\d+: (?P<kind>\w*Warning): (?P<text>.*)$")
LOGGED = re.compile(r"\s(WARNING|ERROR|CRITICAL)\s+\S+\s+- ")
COLOUR = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")

QUESTIONS = {
    "en": "will the police tell the home office that i have no visa",
    "es": "si llamo a la policia le avisan a migracion que no tengo papeles",
    "cy": "fydd yr heddlu yn dweud wrth y swyddfa gartref does gen i ddim fisa",
    "pt": "se eu denunciar para a policia eles avisam a imigracao que estou sem visto",
}


def run_rasa(*arguments: str, typed: str = "", database: Path | None = None) -> tuple[int, str]:
    """Runs a command of Rasa from the project's folder; returns its status and what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "rasa", *arguments],
        cwd=ROOT,
        env=_environment(database),
        input=typed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, COLOUR.sub("", done.stdout).replace("\r", "\n")


def our_warnings(printed: str) -> list[str]:
    """Returns the warnings that are not a library's deprecation notice about itself."""
    found = []
    for line in printed.splitlines():
        warning = WARNING.match(line)
        if LOGGED.search(line) or (warning and not _is_library_notice(**warning.groupdict())):
            found.append(line if warning is None else warning["text"])
    return found


def _is_library_notice(path: str, kind: str, text: str) -> bool:
    return "/site-packages/" in path and ("Deprecat" in kind or kind == "MovedIn20Warning")


def _environment(database: Path | None) -> dict[str, str]:
    # Neither the machine's settings, nor one that would change how much Rasa prints.
    environment = {
        name: value
        for name, value in os.environ.items()
        if name != "LOG_LEVEL" and not name.startswith("ASSISTANT_")
    }
    environment |= {"RASA_TELEMETRY_ENABLED": "false", "TQDM_DISABLE": "1"}
    if database:
        environment["ASSISTANT_DATABASE_URL"] = f"sqlite:///{database}"
    return environment


def _model() -> str:
    from bot import training

    if not training.is_trained(Settings()):
        pytest.fail("There is no model of these files: run `make train`.")
    return str(training.model_path(Settings()))


@pytest.fixture(scope="module")
def action_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `rasa run actions`, which runs until the tests of this file end."""
    folder = tmp_path_factory.mktemp("actions")
    port = free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "rasa", "run", "actions", "--port", str(port)],
            cwd=ROOT,
            env=_environment(folder / "content.db"),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"http://localhost:{port}"
        _wait_for(process, f"{address}/health", folder / "log")
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            _get(url)
            return
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"`rasa run actions` did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")


def _get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return json.load(answer)


def test_data_validate_finds_nothing_to_complain_of() -> None:
    """`rasa data validate` ends well; it names only answers that actions or the service give."""
    status, printed = run_rasa("data", "validate", "--fail-on-warnings")
    assert status == 0, printed[-2000:]
    unused = set(NOT_BY_RULE.findall(printed))
    others = [line for line in our_warnings(printed) if not NOT_BY_RULE.search(line)]
    assert others == []
    assert unused == _responses() - _responses_of_rules()
    code = "".join(path.read_text(encoding="utf-8") for path in _code())
    for name in unused:
        answer_id = name.removeprefix("utter_").replace("_", ".", 1).replace("_", "-")
        assert name in code or f'"{answer_id}"' in code, f"{name} is given by nobody"


def _responses() -> set[str]:
    return set(read_yaml(ROOT / "domain.yml")["responses"])


def _responses_of_rules() -> set[str]:
    rules = read_yaml(ROOT / "data" / "stories" / "rules.yml")["rules"]
    return {step["action"] for rule in rules for step in rule["steps"] if "action" in step}


def _code() -> list[Path]:
    return [*(ROOT / "actions").glob("*.py"), *(ROOT / "bot").rglob("*.py")]


def test_the_domain_declares_a_response_for_each_answer(content: Content) -> None:
    """An answer of the content store can be given by Rasa, and none is declared that is not."""
    assert _responses() == {response_name(answer_id) for answer_id in content.answers}


def test_train_accepts_the_configuration(tmp_path: Path) -> None:
    """`rasa train --dry-run` reads data, domain and pipeline, and has no warning of its own."""
    status, printed = run_rasa("train", "--dry-run", "--out", str(tmp_path))
    # Rasa's status of a dry run has bits: 1 says that a training would be needed.
    assert status in (0, 1), printed[-2000:]
    assert "needs to be retrained" in printed or "No training" in printed, printed[-2000:]
    assert [line for line in our_warnings(printed) if not NOT_BY_RULE.search(line)] == []


def test_shell_nlu_shows_what_was_understood() -> None:
    """`rasa shell nlu` reads a line with the trained model and shows its intent."""
    status, printed = run_rasa("shell", "nlu", "-m", _model(), typed=f"{QUESTIONS['en']}\n")
    assert status == 0, printed[-2000:]
    assert re.search(r'"intent": \{\s*"name": "sharing_risk"', printed), printed[-2000:]
    assert our_warnings(printed) == []


def test_run_actions_answers_that_it_is_well(action_server: str) -> None:
    """`rasa run actions` starts from the project's folder and says that it is well."""
    assert _get(f"{action_server}/health") == {"status": "ok"}


def test_run_actions_lists_our_actions(action_server: str) -> None:
    """`rasa run actions` offers our five actions, the domain's, and no other."""
    listed = {action["name"] for action in _get(f"{action_server}/actions")}
    assert listed == ACTIONS == set(read_yaml(ROOT / "domain.yml")["actions"])


@pytest.fixture(scope="module")
def shell(action_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What `rasa shell` prints when a woman asks in four languages, then for help."""
    folder = tmp_path_factory.mktemp("shell")
    given = (ROOT / "endpoints.dev.yml").read_text(encoding="utf-8")
    endpoints = folder / "endpoints.yml"
    endpoints.write_text(given.replace("http://localhost:5055", action_server), encoding="utf-8")
    assert action_server in endpoints.read_text(encoding="utf-8")
    lines = [*QUESTIONS.values(), "who can help me please", "/stop"]
    status, printed = run_rasa(
        *("shell", "--endpoints", str(endpoints), "-m", _model(), "--port", str(free_port())),
        typed="\n".join(lines) + "\n",
        database=folder / "content.db",
    )
    assert status == 0, printed[-2000:]
    return printed


@pytest.mark.parametrize("language", LANGUAGES)
def test_shell_answers_with_our_text(shell: str, content: Content, language: str) -> None:
    """`rasa shell` answers a line with the stored answer, in the language of the line."""
    assert content.text(language, "sharing.risk.short") in shell


def test_shell_runs_our_actions(shell: str, content: Content) -> None:
    """`rasa shell` reaches the actions of `rasa run actions`: finding services asks where."""
    assert content.text("en", "services.find.ask-nation") in shell


def test_shell_has_no_warning_of_ours(shell: str) -> None:
    """`rasa shell` with our endpoints logs no warning and no error."""
    assert our_warnings(shell) == []


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-22 12:00:00 WARNING  rasa.x  - something",
        "/p/.venv/lib/python3.10/site-packages/rasa/shared/utils/io.py:1: UserWarning: bad file",
        "/p/actions/suggest.py:3: DeprecationWarning: old",
    ],
)
def test_a_warning_of_ours_is_recognised(line: str) -> None:
    """What Rasa says about our files, and what our own code warns of, counts."""
    assert len(our_warnings(line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-22 12:00:00 INFO     rasa.x  - something",
        "/p/.venv/lib/python3.10/site-packages/jax/x.py:1: DeprecationWarning: old",
    ],
)
def test_a_notice_of_a_library_about_itself_is_not_ours(line: str) -> None:
    """What a library says of its own age is not ours to mend."""
    assert our_warnings(line) == []
