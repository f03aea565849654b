"""How well messages that nobody trained on are understood, in each language, worst first.

Run it with `make understanding`, which also shows every miss; `python -m bench.understanding`
alone prints the tables, and a language tag behind it the misses of that language.
The messages are those of `tests/understanding/<lang>.tsv`.
"""

from __future__ import annotations

import asyncio
import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.languages import LANGUAGES
from bot.settings import ROOT

if TYPE_CHECKING:
    from bot.web.dialogue import Dialogue

FOLDER = ROOT / "tests" / "understanding"
REPORT = ROOT / "var" / "understanding.json"
DANGER = ("safety.danger", "safety.suicide")
UNSURE = "bot.unsure"
LANGUAGE = "bot.language"


@dataclass(frozen=True)
class Case:
    """One message, and the answer that a person would give to it."""

    language: str
    kind: str
    expected: str
    message: str


@dataclass(frozen=True)
class Result:
    """What one message got: the first answer, what was offered beside it, and the language."""

    case: Case
    answers: tuple[str, ...]
    offered: tuple[str, ...]
    language: str

    @property
    def is_right(self) -> bool:
        """The first answer is the expected one; after an alarm, the answer below it counts."""
        below = self.answers[1:] if self.answers[0] in DANGER else ()
        return self.case.expected in (self.answers[0], *below)

    @property
    def is_offered(self) -> bool:
        """It is right, or one tap away."""
        return self.is_right or self.case.expected in self.offered


def read_cases(folder: Path = FOLDER) -> Iterator[Case]:
    """Reads the messages of all languages."""
    for language in LANGUAGES:
        with (folder / f"{language}.tsv").open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            next(rows)
            for kind, expected, message in rows:
                yield Case(language, kind, expected, message)


async def ask(dialogue: Dialogue, case: Case) -> Result:
    """Asks one message in a conversation of its own, as somebody who has picked no language."""
    from bot.web.contract import TurnRequest

    reply = await dialogue.turn(TurnRequest(message=case.message, reading=case.language))
    return Result(
        case=case,
        answers=tuple(dict.fromkeys(message["answer"] for message in reply.messages)),
        offered=tuple(
            button["choose"].partition("?")[0]
            for message in reply.messages
            for button in message["buttons"]
        ),
        language=reply.lang,
    )


def percent(part: int, whole: int) -> str:
    """Returns a share as a percentage with its counts."""
    return f"{100 * part / whole:5.1f}% ({part}/{whole})" if whole else "–"


@dataclass(frozen=True)
class Figure:
    """How many of the messages that it is about were treated as they should be."""

    name: str
    good: int
    of: int


def figures(results: list[Result], language: str) -> list[Figure]:
    """Returns the figures of a language, and then those of each kind of message."""
    own = [result for result in results if result.case.language == language]
    answered = [r for r in own if r.case.kind not in ("danger", "nonsense")]
    danger = [r for r in own if r.case.kind == "danger"]
    calm = [r for r in own if r.case.expected not in DANGER]
    nonsense = [r for r in own if r.case.kind == "nonsense"]
    # Who asks for another language is to be answered in that one.
    stays = [r for r in answered if r.case.expected != LANGUAGE]
    long_enough = [r for r in stays if len(r.case.message.split()) >= 4]
    found = [
        Figure("right first answer", sum(r.is_right for r in answered), len(answered)),
        Figure("right or offered", sum(r.is_offered for r in answered), len(answered)),
        Figure("danger first", sum(r.answers[0] in DANGER for r in danger), len(danger)),
        Figure("false alarms", sum(r.answers[0] in DANGER for r in calm), len(calm)),
        Figure("nonsense refused", sum(r.answers[0] == UNSURE for r in nonsense), len(nonsense)),
        Figure(
            "language of reply, four words on",
            sum(r.language == language for r in long_enough),
            len(long_enough),
        ),
    ]
    kinds = Counter(r.case.kind for r in answered)
    return found + [
        Figure(f"  {kind}", sum(r.is_right for r in answered if r.case.kind == kind), count)
        for kind, count in kinds.most_common()
    ]


def report(results: list[Result]) -> None:
    """Prints a table a language, the worst language first, and what is taken for what."""
    tables = {language: figures(results, language) for language in LANGUAGES}
    for language in sorted(LANGUAGES, key=lambda name: tables[name][0].good / tables[name][0].of):
        print(f"\n{language}")
        for figure in tables[language]:
            print(f"  {figure.name:33}", percent(figure.good, figure.of))
    print("\nmost often taken for another:")
    for (expected, got), count in confusions(results).most_common(15):
        print(f"  {count:3}  {expected} for {got}")


def confusions(results: list[Result]) -> Counter[tuple[str, str]]:
    """Counts what was expected and what came instead, over all languages."""
    return Counter(
        (result.case.expected, result.answers[0]) for result in results if not result.is_right
    )


def write(results: list[Result], path: Path) -> None:
    """Writes figures, confusions and misses as JSON, for machines."""
    document = {
        "figures": {
            language: [asdict(figure) for figure in figures(results, language)]
            for language in LANGUAGES
        },
        "confusions": [
            {"expected": expected, "got": got, "count": count}
            for (expected, got), count in confusions(results).most_common()
        ],
        "misses": [
            {**asdict(result.case), "got": result.answers, "offered": result.offered}
            for result in results
            if not result.is_right
        ],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")


def misses(results: list[Result], language: str) -> None:
    """Prints every message of a language that was not answered as expected."""
    for result in results:
        if result.case.language == language and not result.is_right:
            case = result.case
            print(f"{case.kind:16} {case.expected:24} {result.answers} {case.message}")


async def run() -> list[Result]:
    """Asks every message."""
    # Imported here: who only wants the messages need not load Rasa.
    from bench.running import open_dialogue

    dialogue = open_dialogue()
    return [await ask(dialogue, case) for case in read_cases()]


if __name__ == "__main__":
    found = asyncio.run(run())
    report(found)
    write(found, REPORT)
    print(f"\nFor machines: {REPORT}")
    for wanted in sys.argv[1:]:
        misses(found, wanted)
