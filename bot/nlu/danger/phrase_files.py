"""Reads the danger rules that stand in `bot/nlu/danger/`, a file a language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.errors import ContentError
from bot.nlu.danger.lexicon import Lexicon
from bot.nlu.danger.phrase_reader import either, read_phrase
from bot.nlu.danger.phrases import Node, Phrase
from bot.normalisation import fold

DANGER = "safety.danger"
SUICIDE = "safety.suicide"
#: The answers to danger, the more urgent first.
DANGER_ANSWERS = (DANGER, SUICIDE)
#: How sure a phrase is of the present, as headings of the files.
_SECTIONS = ("now", "phrases", "alone")


@dataclass(frozen=True)
class Rule:
    """One phrase that speaks of danger.

    Attributes:
        attacker: Whether it says that somebody is attacking her or is about to.
        section: `now` (not called off by talk of the past), `phrases`, or `alone`
            (only when the message says nothing else).
    """

    phrase: Phrase
    language: str
    kind: str
    answer: str
    attacker: bool
    section: str


@dataclass(frozen=True)
class LanguageWords:
    """What holds only within one language.

    Attributes:
        nots: How it says "not".
        subjects: Words that, beginning a match, are not denied by a "not" before them.
        vocabulary: All words that the phrases of its kinds use.
    """

    nots: tuple[Phrase, ...]
    subjects: frozenset[int]
    vocabulary: frozenset[int]


@dataclass
class DangerData:
    """The rules of all languages; what calls a match off holds across them."""

    lexicon: Lexicon = field(default_factory=Lexicon)
    rules: list[Rule] = field(default_factory=list)
    languages: dict[str, LanguageWords] = field(default_factory=dict)
    cancels: list[Phrase] = field(default_factory=list)
    always_cancels: list[Phrase] = field(default_factory=list)
    idioms: list[Phrase] = field(default_factory=list)
    asking: list[Phrase] = field(default_factory=list)
    present: list[Phrase] = field(default_factory=list)
    turns: set[str] = field(default_factory=set)
    fillers: set[int] = field(default_factory=set)


def read_danger_data(directory: Path) -> DangerData:
    """Reads every `<language>.yml` of a directory.

    Raises:
        ContentError: A file lacks a part, or has a phrase that cannot be read.
    """
    data = DangerData()
    for path in sorted(directory.glob("*.yml")):
        try:
            _add(path.stem, YAML(typ="safe", pure=True).load(path), data)
        except (ContentError, YAMLError, KeyError, TypeError) as error:
            raise ContentError(f"{path.name}: {error}") from error
    if not data.rules:
        raise ContentError("there are no danger rules")
    return data


def _add(language: str, file: Mapping[str, Any], data: DangerData) -> None:
    groups: dict[str, Node] = {}

    def read(written: list[str]) -> Iterator[Phrase]:
        return (read_phrase(one, data.lexicon, groups) for one in written)

    for name, written in file["words"].items():
        # A group may use the groups above it.
        groups[name] = either((phrase.node for phrase in read(written)), data.lexicon)
    for kind in file["kinds"]:
        if kind["answer"] not in DANGER_ANSWERS:
            raise ContentError(f"{kind['kind']}: unknown answer {kind['answer']!r}")
        for section in _SECTIONS:
            for phrase in read(kind.get(section, [])):
                rule = Rule(
                    phrase, language, kind["kind"], kind["answer"], kind["attacker"], section
                )
                data.rules.append(rule)
    data.languages[language] = LanguageWords(
        nots=tuple(read(file["nots"])),
        subjects=frozenset(data.lexicon.number(word) for word in file["subjects"]),
        vocabulary=frozenset(
            word for rule in data.rules if rule.language == language for word in rule.phrase.words()
        ),
    )
    for group in file["cancels"].values():
        data.cancels.extend(read(group))
    data.always_cancels.extend(read(file["always_cancels"]))
    data.idioms.extend(read(file["idioms"]))
    data.asking.extend(read(file["asking"]))
    data.present.extend(read(file["present"]))
    data.turns.update(fold(word) for word in file["turns"])
    data.fillers.update(data.lexicon.number(word) for word in file["fillers"])
