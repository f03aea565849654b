"""Reads situations from YAML files, and says in plain words what is wrong with them, and where.

A file is a list of situations; `docs/TESTING.md` explains the format. Every value is text: an
unquoted `no` is the word that she typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.content.references import parse_reference
from bot.content.values import Content
from bot.errors import SituationError
from bot.languages import LANGUAGES
from bot.testing.situation import (
    ACTS,
    AGAIN,
    BACK,
    NOTHING,
    PICKS,
    SAYS,
    SILENT,
    TAPS,
    Expected,
    Situation,
    Step,
)

ANSWER, LANGUAGE = "answer", "in language"
#: Whether she is in danger is unclear here: from this step on a line about 999 may stand on top.
UNCLEAR = "may warn first"
#: What may be expected beside the answer: the word in the file, and the name in `Expected`.
LISTS = {
    "must say": "says",
    "must not say": "never_says",
    "must offer": "offers",
    "must show service": "shows",
    "must not show service": "hides",
}
_OF_STEP = (*ACTS, ANSWER, LANGUAGE, UNCLEAR, *LISTS)
_OF_SITUATION = ("situation", "about", "steps")
MOST_STEPS = 20
#: What a woman can type at most (bot/web/contract.py).
MOST_CHARACTERS = 500


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and what to do about it."""

    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.what} {self.remedy}"


def read_situations(paths: Iterable[Path], content: Content) -> list[Situation]:
    """Returns the situations of files, in their order.

    Args:
        paths: YAML files; the name of a file is the topic of what stands in it.
        content: holds the answers and services that they may name.

    Raises:
        SituationError: with every problem that was found, each with file, line and remedy.
    """
    problems: list[Problem] = []
    found = [one for path in paths for one in _Reader(path, content, problems).read()]
    lines: dict[str, Situation] = {}
    for one in found:
        other = lines.setdefault(one.name, one)
        if other is not one:
            problems.append(
                Problem(
                    one.file,
                    one.line,
                    f"{one.name!r} is also the name of a situation in {other.file},"
                    f" line {other.line}.",
                    "Give each a name of its own.",
                )
            )
    if problems:
        raise SituationError([str(problem) for problem in problems])
    return found


def files_in(folder: Path) -> list[Path]:
    """Returns the files of a folder that hold situations."""
    return sorted(folder.glob("*.yml"))


class _Reader:
    """Reads one file; what is wrong with it goes to `problems`."""

    def __init__(self, path: Path, content: Content, problems: list[Problem]) -> None:
        self._path = path
        self._content = content
        self._problems = problems
        self._is_unclear = False

    def read(self) -> Iterator[Situation]:
        try:
            node = YAML(typ="rt", pure=True).compose(self._path.read_text(encoding="utf-8"))
        except MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self._say(line, f"this is not YAML ({error.problem}).", "Look at the line above, too.")
            return
        # The reader raises whatever a damaged file makes it stumble over.
        except Exception as error:
            self._say(1, f"it cannot be read ({type(error).__name__}).", "Save it as UTF-8 text.")
            return
        if not isinstance(node, SequenceNode) or not node.value:
            self._say(1, "no situation stands here.", "Begin one with `- situation: …`.")
            return
        for one in node.value:
            situation = self._situation(one)
            if situation:
                yield situation

    def _situation(self, node: Node) -> Situation | None:
        fields = self._fields(node, _OF_SITUATION, "situation")
        if fields is None:
            return None
        name = self._text(fields.get("situation"))
        steps = fields.get("steps")
        if not name:
            self._say(_line(node), "this situation has no name.", "Add `- situation: …`.")
            return None
        if not isinstance(steps, SequenceNode) or not steps.value:
            self._say(_line(node), f"{name!r} has no steps.", "Add `steps:` with a list.")
            return None
        if len(steps.value) > MOST_STEPS:
            self._say(_line(node), f"{name!r} has over {MOST_STEPS} steps.", "Make it two.")
        self._is_unclear = False
        found = [self._step(step, number) for number, step in enumerate(steps.value, 1)]
        return Situation(
            name,
            self._text(fields.get("about")) or "",
            self._path.stem,
            self._path.name,
            _line(node),
            tuple(step for step in found if step),
        )

    def _step(self, node: Node, number: int) -> Step | None:
        fields = self._fields(node, _OF_STEP, "step")
        if fields is None:
            return None
        acts = [act for act in ACTS if act in fields]
        if len(acts) != 1:
            self._say(
                _line(node), "in a step she does one thing.", f"Write one of: {', '.join(ACTS)}."
            )
            return None
        act = acts[0]
        does = self._does(act, fields[act], number)
        if act in SILENT:
            for name in fields:
                if name != act:
                    self._say(_line(node), f"after `{act}` nothing is answered.", f"Drop `{name}`.")
            return Step(act, does, {}, _line(node))
        if ANSWER not in fields:
            self._say(
                _line(node),
                "this step does not say which answer must come.",
                "Add `answer:` and an id; the report lists them all.",
            )
            return None
        return Step(act, does, self._expected(act, does, fields), _line(node))

    def _does(self, act: str, node: Node, number: int) -> Mapping[str, str]:
        if act == SAYS:
            said = self._by_language(node, act)
            for language, text in said.items():
                if len(text) > MOST_CHARACTERS:
                    self._say(
                        _line(node),
                        f"what she says ({language}) is longer than {MOST_CHARACTERS} letters.",
                        "Nobody can send that: make it shorter.",
                    )
            return said
        if act == PICKS:
            picked = self._by_language(node, act)
            for language in picked.values():
                self._one_of(node, language, LANGUAGES, "a language")
            return picked
        text = self._text(node) or ""
        if act == TAPS:
            self._reference(node, text)
        if act == BACK and not (text.isdecimal() and 1 <= int(text) < number):
            self._say(_line(node), f"she cannot go back to step {text!r}.", "Name one above.")
        if act in (NOTHING, AGAIN) and text != "yes":
            self._say(_line(node), f"`{act}` stands alone.", 'Write "yes" behind it.')
        return dict.fromkeys(LANGUAGES, text)

    def _expected(
        self, act: str, does: Mapping[str, str], fields: Mapping[str, Node]
    ) -> dict[str, Expected]:
        answers = self._words(fields[ANSWER])
        if UNCLEAR in fields:
            if self._text(fields[UNCLEAR]) != "yes":
                self._say(_line(fields[UNCLEAR]), f"`{UNCLEAR}` stands alone.", 'Write "yes".')
            self._is_unclear = True
        for one in answers:
            self._one_of(fields[ANSWER], one, self._content.answers, "an answer")
        picked = does if act == PICKS else {language: language for language in LANGUAGES}
        tongues = {**picked, **self._tongues(fields.get(LANGUAGE))}
        lists = {
            name: self._words_by_language(fields[word], word)
            for word, name in LISTS.items()
            if word in fields
        }
        for word, name in LISTS.items():
            for one in {one for words in lists.get(name, {}).values() for one in words}:
                if name == "offers":
                    self._reference(fields[word], one)
                elif name in ("shows", "hides"):
                    self._one_of(fields[word], one, self._content.services, "a service")
        nothing: Mapping[str, tuple[str, ...]] = dict.fromkeys(LANGUAGES, ())
        return {
            language: Expected(
                answers,
                tongues[language],
                says=lists.get("says", nothing)[language],
                never_says=lists.get("never_says", nothing)[language],
                offers=lists.get("offers", nothing)[language],
                shows=lists.get("shows", nothing)[language],
                hides=lists.get("hides", nothing)[language],
                may_alarm=self._is_unclear,
            )
            for language in LANGUAGES
        }

    def _tongues(self, node: Node | None) -> Mapping[str, str]:
        if node is None:
            return {}
        found = (
            self._by_language(node, LANGUAGE)
            if isinstance(node, MappingNode)
            else dict.fromkeys(LANGUAGES, self._text(node) or "")
        )
        for language in found.values():
            self._one_of(node, language, LANGUAGES, "a language")
        return found

    def _by_language(self, node: Node, what: str) -> Mapping[str, str]:
        fields = self._fields(node, LANGUAGES, f"`{what}`") or {}
        for language in LANGUAGES:
            if not self._text(fields.get(language)):
                self._say(
                    _line(node),
                    f"`{what}` lacks {language}.",
                    "Each step stands in all four languages, side by side.",
                )
        return {language: self._text(fields.get(language)) or "" for language in LANGUAGES}

    def _words_by_language(self, node: Node, what: str) -> Mapping[str, tuple[str, ...]]:
        if not isinstance(node, MappingNode):
            return dict.fromkeys(LANGUAGES, self._words(node))
        fields = self._fields(node, LANGUAGES, f"`{what}`") or {}
        for language in LANGUAGES:
            if language not in fields:
                self._say(_line(node), f"`{what}` lacks {language}.", "Add it, or one for all.")
        return {
            language: self._words(fields[language]) if language in fields else ()
            for language in LANGUAGES
        }

    def _words(self, node: Node) -> tuple[str, ...]:
        if isinstance(node, SequenceNode):
            return tuple(self._text(one) or "" for one in node.value)
        text = self._text(node)
        return (text,) if text else ()

    def _fields(self, node: Node, known: Sequence[str], what: str) -> dict[str, Node] | None:
        if not isinstance(node, MappingNode):
            self._say(_line(node), f"this is no {what}.", f"It has {', '.join(known[:4])} …")
            return None
        fields: dict[str, Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name not in known:
                self._say(
                    _line(key), f"{name!r} is not a word of a {what}.", f"Use {', '.join(known)}."
                )
            elif name in fields:
                self._say(_line(key), f"{name!r} stands here twice.", "Keep one of them.")
            fields[name] = value
        return fields

    def _text(self, node: Node | None) -> str | None:
        """Returns a text as it was typed: `no` is a word here, and 999 has no value."""
        if node is None:
            return None
        if not isinstance(node, ScalarNode):
            self._say(_line(node), "one text is due here, not several.", "Write one line.")
            return None
        return str(node.value).strip()

    def _reference(self, node: Node, text: str) -> None:
        try:
            answer_id = parse_reference(text)[0]
        except ValueError:
            self._say(_line(node), f"{text!r} is no button.", "Write it as `services.find`.")
            return
        self._one_of(node, answer_id, self._content.answers, "an answer")

    def _one_of(self, node: Node, name: str, known: Iterable[str], what: str) -> None:
        if name not in known:
            near = sorted(one for one in known if one.partition(".")[0] == name.partition(".")[0])
            remedy = f"Perhaps one of: {', '.join(near[:8])}." if near else "See the report's list."
            self._say(_line(node), f"{name!r} is not {what} that there is.", remedy)

    def _say(self, line: int, what: str, remedy: str) -> None:
        self._problems.append(Problem(self._path.name, line, what, remedy))


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1
