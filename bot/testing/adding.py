"""The folder of situations: what stands in it, and how another situation is added to a file of it.

A situation is written as its file would have it, and read by the same reader as every run, before
it is anywhere: what is wrong with it never reaches the folder.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.content.topics import topics
from bot.content.values import Content
from bot.errors import SituationError
from bot.languages import LANGUAGES
from bot.settings import ROOT
from bot.testing.situation import AGAIN, BACK, NOTHING, PICKS, SAYS, Expected, Situation, Step
from bot.testing.situation_files import (
    ANSWER,
    LANGUAGE,
    LISTS,
    UNCLEAR,
    files_in,
    read_situations,
)

FOLDER = ROOT / "tests" / "situations"
#: Written so, a text is itself and nothing of YAML; all others stand in quotation marks.
_PLAIN = re.compile(r"[^\W\d_][\w ,.'’()!?-]*")
_PLAIN_ID = re.compile(r"[a-z][a-z0-9.-]*")
_PROBLEM = re.compile(r".+?, line (\d+): (.*)", re.DOTALL)


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a situation that is to be added.

    Attributes:
        step: the number of the step, 0 for the situation itself.
        word: of the file, such as `she says`; "" where it is about no word of it.
        text: what is wrong and what to do, in the reader's words.
    """

    step: int
    word: str
    text: str


@dataclass
class Written:
    """A situation as its file has it; `places` says of each line which step and word it is of."""

    lines: list[str] = field(default_factory=list)
    places: list[tuple[int, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "".join(f"{line}\n" for line in self.lines)

    def add(self, step: int, word: str, *lines: str) -> None:
        """Adds lines that are of a step and a word."""
        self.lines += lines
        self.places += [(step, word)] * len(lines)


class SituationFolder:
    """The testers' files: one of them a topic."""

    def __init__(self, path: Path = FOLDER) -> None:
        self.path = path
        # Reading takes a second, and files change rarely.
        self._known: dict[Path, tuple[object, tuple[Situation, ...], tuple[str, ...]]] = {}

    @property
    def is_writable(self) -> bool:
        """Says whether something can be added here."""
        return self.path.is_dir() and os.access(self.path, os.W_OK | os.X_OK)

    def topics(self, content: Content) -> list[str]:
        """Returns the topics that a situation can be of, those with a file first."""
        known = [path.stem for path in files_in(self.path)]
        return [*known, *(one for one in topics(content.answers) if one not in known)]

    def read(self, content: Content) -> tuple[list[Situation], list[str]]:
        """Returns every situation, and what is wrong with the files that cannot be read."""
        situations: list[Situation] = []
        problems: list[str] = []
        for path in files_in(self.path):
            _state, found, wrong = self._read(path, content)
            situations += found
            problems += wrong
        return situations, problems

    def add(self, situation: Situation, content: Content) -> list[Trouble]:
        """Adds a situation to the file of its topic, unless something is wrong with it.

        Args:
            situation: its `topic` is one of `topics`.
            content: holds the answers and services that it may name.

        Returns:
            what is wrong; nothing when it is in the file.

        Raises:
            OSError: when the file cannot be written. It stays as it was.
        """
        with _alone(self.path):
            troubles = self.check(situation, content)
            if not troubles:
                path = self._file_of(situation)
                _write(path, _before(path) + written_as(situation).text)
            return troubles

    def check(self, situation: Situation, content: Content) -> list[Trouble]:
        """Returns what would be wrong with a situation if it were added now."""
        others, _problems = self.read(content)
        if any(one.name == situation.name for one in others):
            return [Trouble(0, "situation", "There is a situation of this name already.")]
        path = self._file_of(situation)
        return _troubles(path.name, _before(path), written_as(situation), content)

    def _file_of(self, situation: Situation) -> Path:
        return self.path / f"{situation.topic}.yml"

    def _read(
        self, path: Path, content: Content
    ) -> tuple[object, tuple[Situation, ...], tuple[str, ...]]:
        stat = path.stat()
        state = (stat.st_mtime_ns, stat.st_size, content.revision)
        known = self._known.get(path)
        if known is None or known[0] != state:
            try:
                known = state, tuple(read_situations([path], content)), ()
            except SituationError as error:
                known = state, (), tuple(error.problems)
            self._known[path] = known
        return known


def written_as(situation: Situation) -> Written:
    """Returns a situation as its file has it: reading it gives the same situation."""
    written = Written()
    written.add(0, "situation", f"- situation: {_scalar(situation.name)}")
    if situation.about:
        written.add(0, "about", f"  about: {_scalar(situation.about)}")
    written.add(0, "steps", "  steps:")
    may_alarm = False
    for number, step in enumerate(situation.steps, 1):
        mark = "    - "
        for word, lines in _words_of(step, may_alarm=may_alarm):
            first, *more = lines
            written.add(number, word, mark + first, *(f"        {line}" for line in more))
            mark = "      "
        may_alarm = may_alarm or any(one.may_alarm for one in step.expected.values())
    return written


def _words_of(step: Step, *, may_alarm: bool) -> Iterator[tuple[str, list[str]]]:
    """Yields each word of a step with its lines, those after the first of a language each."""
    if step.act in (SAYS, PICKS):
        yield step.act, _by_language(step.act, {one: _scalar(step.does[one]) for one in LANGUAGES})
    else:
        does = "yes" if step.act in (NOTHING, AGAIN) else step.does[LANGUAGES[0]]
        shown = _quoted(does) if step.act in (NOTHING, AGAIN, BACK) else _id(does)
        yield step.act, [f"{step.act}: {shown}"]
    if not step.expected:
        return
    expected = step.expected
    answers = expected[LANGUAGES[0]].answers
    yield ANSWER, [f"{ANSWER}: {_id(answers[0]) if len(answers) == 1 else _list(answers)}"]
    yield from _tongue(step, expected)
    if not may_alarm and any(one.may_alarm for one in expected.values()):
        yield UNCLEAR, [f"{UNCLEAR}: {_quoted('yes')}"]
    for word, name in LISTS.items():
        lists = {one: getattr(expected[one], name) for one in LANGUAGES}
        if len(set(lists.values())) > 1:
            yield word, _by_language(word, {one: _list(lists[one]) for one in LANGUAGES})
        elif any(lists.values()):
            yield word, [f"{word}: {_list(lists[LANGUAGES[0]])}"]


def _tongue(step: Step, expected: Mapping[str, Expected]) -> Iterator[tuple[str, list[str]]]:
    tongues = {one: expected[one].language for one in LANGUAGES}
    usual = {one: step.does[one] if step.act == PICKS else one for one in LANGUAGES}
    if tongues == usual or not all(tongues.values()):
        return
    if len(set(tongues.values())) == 1:
        yield LANGUAGE, [f"{LANGUAGE}: {tongues[LANGUAGES[0]]}"]
    else:
        yield LANGUAGE, _by_language(LANGUAGE, tongues)


def _by_language(word: str, values: Mapping[str, str]) -> list[str]:
    return [f"{word}:", *(f"{language}: {values[language]}" for language in LANGUAGES)]


def _scalar(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else _quoted(text)


def _id(text: str) -> str:
    return text if _PLAIN_ID.fullmatch(text) else _quoted(text)


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(_id(text) for text in texts)}]"


def _quoted(text: str) -> str:
    # What JSON puts in quotation marks is the same text to YAML.
    return json.dumps(text, ensure_ascii=False)


def _before(path: Path) -> str:
    """Returns what stands in a file already, up to where another situation begins."""
    old = path.read_text(encoding="utf-8").rstrip() if path.exists() else ""
    return f"{old}\n\n" if old else ""


def _troubles(name: str, before: str, written: Written, content: Content) -> list[Trouble]:
    """Returns what the reader finds in a file that ends with a new situation."""
    with tempfile.TemporaryDirectory(prefix="situation-") as folder:
        path = Path(folder) / name
        path.write_text(before + written.text, encoding="utf-8")
        try:
            read_situations([path], content)
        except SituationError as error:
            lines = before.count("\n")
            return [_trouble(problem, lines, written) for problem in error.problems]
    return []


def _trouble(problem: str, lines_before: int, written: Written) -> Trouble:
    found = _PROBLEM.fullmatch(problem)
    line = int(found[1]) - lines_before if found else 0
    if found is None or not 1 <= line <= len(written.places):
        # The file was not well formed before: its own line says where.
        return Trouble(0, "", problem)
    step, word = written.places[line - 1]
    return Trouble(step, word, found[2])


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Lets one at a time write in a folder, whichever process they are in."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write(path: Path, text: str) -> None:
    """Puts a text in place of a file: whoever reads it has the old one or the new one."""
    part = path.with_suffix(".part")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
