"""Do the tests notice when a line is broken that protects somebody?

Run by `make soak`, or alone: `python -m bench.mutations`. Breaks ten lines, one at a time, in a
copy of the tree, and runs the few tests that should notice. Some six minutes. What protects
privacy is taken away in the running process instead (`tests/privacy/mutations.py`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.settings import ROOT, Settings
from bot.training import MODEL_NAME

#: What a copy does not need, or has from the tree itself.
LEFT_OUT = (
    ".git",
    ".venv",
    ".tools",
    ".rasa",
    "models",
    "var",
    "results",
    "__pycache__",
    ".*_cache",
)

#: The copy's model is that of the tree: a broken line changes no phrase that it has learnt, and
#: training it anew for each would take hours.
_NOTE = f"""
from pathlib import Path
from bot.training import fingerprint
Path("models/{MODEL_NAME}.fingerprint").write_text(fingerprint())
"""


@dataclass(frozen=True)
class Mutation:
    """A line, what stands in its place, what that would do to a woman, and who should notice."""

    file: str
    line: str
    broken: str
    harm: str
    tests: tuple[str, ...]


MUTATIONS = (
    Mutation(
        "bot/web/dialogue.py",
        "messages = [*danger, *messages]",
        "messages = [*messages, *danger]",
        "She is being hit and asks about papers too: 999 stands below the papers.",
        ("tests/web/test_dialogue_danger.py::test_a_question_beside_danger_is_answered_after_it",),
    ),
    Mutation(
        "bot/editing/drafts.py",
        "if by.id in draft.authors(part):",
        "if False:",
        "One person's mistake, alone, goes out to her as an answer.",
        ("tests/editing/test_two_people.py", "-k", "sqlite"),
    ),
    Mutation(
        "bot/content/freshness.py",
        "is_withheld = warning in (DANGEROUS, SWITCHED_OFF) or is_risk_overdue",
        "is_withheld = warning == SWITCHED_OFF or is_risk_overdue",
        "She reads in Welsh what was taken out of the English because it could do harm.",
        ("tests/content/test_freshness.py",),
    ),
    Mutation(
        "bot/content/values.py",
        'return mark == "A" or (mark == "B" and self.is_confirmed)',
        'return mark in ("A", "B")',
        "She rings a number that nobody has checked, and a stranger answers.",
        ("tests/content/test_values.py", "tests/conversation/test_service_rendering.py"),
    ),
    Mutation(
        "bot/content/checks/wording.py",
        "if says(text, (promise,)):",
        "if False:",
        "She is told that the police will not pass it on, and trusts it.",
        ("tests/content/checks/test_wording.py", "tests/content/checks/test_planted.py"),
    ),
    Mutation(
        "bot/conversation/sealed_state.py",
        "return MultiFernet([Fernet(key) for key in self.keys])",
        'return MultiFernet([type("Open", (Fernet,), {"_verify_signature": lambda *_: None})(key)'
        " for key in self.keys])",
        "Whoever gets at her tab puts another conversation in the place of hers.",
        (
            "tests/conversation/test_sealed_state.py",
            "tests/robustness/test_state_properties.py",
        ),
    ),
    Mutation(
        "bot/web/personal_details.py",
        "for pattern in (_ADDRESS, _INSURANCE, _DOCUMENT, _NUMBER):",
        "for pattern in (_INSURANCE, _NUMBER):",
        "Her address and her passport go on to every part that reads her words.",
        (
            "tests/web/test_personal_details.py",
            "tests/robustness/test_masking_properties.py",
        ),
    ),
    Mutation(
        "bot/content/freshness.py",
        'is_risk_overdue = warning == OVERDUE and answer.risk == "high"',
        "is_risk_overdue = False",
        "She decides about the police by a law that has changed since anybody looked.",
        ("tests/content/test_freshness.py",),
    ),
    Mutation(
        "bot/content/checks/wording.py",
        "if text and one_line(phrase).casefold() not in text.casefold():",
        "if False:",
        'The words "may pass your details" are edited away, and she is not warned.',
        ("tests/robustness/test_kept_words.py",),
    ),
    Mutation(
        "bot/content/values.py",
        "return self.texts[language, msgid]",
        'return self.texts.get((language, msgid)) or self.texts["en", msgid]',
        "She reads Portuguese alone, and gets English in the middle of danger.",
        ("tests/content/test_values.py",),
    ),
)


def copy_tree(folder: Path) -> None:
    """Copies the tree into a folder; the environment and the model are linked."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT), dirs_exist_ok=True)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    models = Settings.from_environment(os.environ).models.resolve()
    (folder / "models").mkdir()
    for path in models.iterdir():
        if path.suffix != ".fingerprint":
            (folder / "models" / path.name).symlink_to(path)


def failed_tests(folder: Path, tests: Sequence[str]) -> list[str]:
    """Runs tests in a copy of the tree and returns the names of those that fail.

    Raises:
        RuntimeError: when they cannot be run; a test that cannot start has noticed nothing.
    """
    # No compiled file: two lines of one length, written in one second, look the same to Python.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(folder)}
    subprocess.run([sys.executable, "-c", _NOTE], cwd=folder, env=environment, check=True)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    ran = subprocess.run(
        [*command, *tests], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    lines = [line for line in ran.stdout.splitlines() if line.startswith("FAILED ")]
    if ran.returncode not in (0, 1) or (ran.returncode == 1 and not lines):
        raise RuntimeError(f"{' '.join(tests)} could not be run:\n{ran.stdout[-2000:]}")
    names = [line.split("::", 1)[1].split(" - ")[0].split("[")[0] for line in lines]
    return list(dict.fromkeys(names))


def noticed(mutation: Mutation, folder: Path) -> bool:
    """Breaks a line in a copy of the tree, prints which tests fail, and puts it back.

    Raises:
        ValueError: when the line does not stand in the file, or more than once.
        RuntimeError: when the tests cannot be run.
    """
    path = folder / mutation.file
    whole = path.read_text(encoding="utf-8")
    if whole.count(mutation.line) != 1:
        raise ValueError(f"{mutation.file}: {whole.count(mutation.line)} × {mutation.line!r}")
    number = whole[: whole.index(mutation.line)].count("\n") + 1
    path.write_text(whole.replace(mutation.line, mutation.broken), encoding="utf-8")
    try:
        failed = failed_tests(folder, mutation.tests)
    finally:
        path.write_text(whole, encoding="utf-8")
    print(f"{mutation.file}:{number}: {mutation.line}")
    print(f"    {mutation.harm}")
    print(f"    {', '.join(failed[:3]) or 'NOT NOTICED'}", flush=True)
    return bool(failed)


def run() -> bool:
    """Prints each line, what its loss would do, and which test fails; True when all are noticed."""
    with tempfile.TemporaryDirectory(prefix="assistant-mutations-") as name:
        folder = Path(name)
        copy_tree(folder)
        unbroken = [
            test
            for tests in dict.fromkeys(mutation.tests for mutation in MUTATIONS)
            for test in failed_tests(folder, tests)
        ]
        if unbroken:
            # What fails anyway notices nothing.
            print(f"These fail with every line whole: {', '.join(unbroken)}")
            return False
        found = [noticed(mutation, folder) for mutation in MUTATIONS]
    print(f"{sum(found)} of {len(found)} broken lines are noticed")
    return all(found)


if __name__ == "__main__":
    sys.exit(0 if run() else 1)
