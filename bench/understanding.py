"""How well messages that nobody trained on are understood, in each language, worst first.

Run it with `make understanding`, which also shows every miss; `python -m bench.understanding`
alone prints the tables, and a language tag behind it the misses of that language.
Two sets: the messages of `tests/understanding/<lang>.tsv`, which thresholds were chosen on, and
those of `tests/understanding/held_out/`, which nothing was. Follow-ups, which mean something
only after an answer, are those of `followups.tsv`. `--cross-validate` adds how many training
phrases are understood by a model that has not learnt them; that takes some minutes. `--release`
keeps the figures for the testers' report to compare the next ones with.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.messages import (
    FOLDER,
    HELD_OUT,
    NOT_ASKED,
    Case,
    FollowUpCase,
    read_cases,
    read_follow_ups,
)
from bot.languages import LANGUAGES
from bot.nlu.danger.phrase_files import DANGER_ANSWERS
from bot.testing.understanding import LATEST as REPORT
from bot.testing.understanding import RELEASE

if TYPE_CHECKING:
    from bot.web.dialogue import Dialogue

UNSURE = "bot.unsure"
REFUSALS = (UNSURE, "bot.out-of-scope")
LANGUAGE = "bot.language"


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
        below = self.answers[1:] if self.answers[0] in DANGER_ANSWERS else ()
        return self.case.expected in (self.answers[0], *below)

    @property
    def is_alarm(self) -> bool:
        """Danger stands first."""
        return self.answers[0] in DANGER_ANSWERS

    @property
    def is_offered(self) -> bool:
        """It is right, or one tap away."""
        return self.is_right or self.case.expected in self.offered


async def follow_up(dialogue: Dialogue, case: FollowUpCase) -> str:
    """Taps the answer, types the message, and returns what comes first."""
    from bot.web.contract import TurnRequest

    before = await dialogue.turn(TurnRequest(choose=case.last, reading=case.language))
    request = TurnRequest(message=case.message, state=before.state, reading=case.language)
    return str((await dialogue.turn(request)).messages[0]["answer"])


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
    answered = [r for r in own if r.case.kind not in NOT_ASKED]
    danger = [r for r in own if r.case.kind == "danger"]
    calm = [r for r in own if r.case.expected not in DANGER_ANSWERS]
    not_now = [r for r in calm if r.case.kind == "danger-not-now"]
    others = [r for r in own if r.case.kind in ("nonsense", "unrelated")]
    # Who asks for another language is to be answered in that one.
    stays = [r for r in answered if r.case.expected != LANGUAGE]
    long_enough = [r for r in stays if len(r.case.message.split()) >= 4]
    found = [
        Figure("right first answer", sum(r.is_right for r in answered), len(answered)),
        Figure("right or offered", sum(r.is_offered for r in answered), len(answered)),
        Figure("danger first", sum(r.is_alarm for r in danger), len(danger)),
        Figure("false alarms, violence not now", sum(r.is_alarm for r in not_now), len(not_now)),
        Figure("false alarms, all", sum(r.is_alarm for r in calm), len(calm)),
        Figure("unrelated refused", sum(r.answers[0] in REFUSALS for r in others), len(others)),
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


def topics_taken(results: list[Result]) -> dict[str, dict[str, int]]:
    """Counts for each topic that was meant which topics came; what is right after an alarm is."""
    found: dict[str, Counter[str]] = {}
    for result in results:
        meant = result.case.expected
        got = meant if result.is_right else result.answers[0]
        found.setdefault(meant.partition(".")[0], Counter())[got.partition(".")[0]] += 1
    return {topic: dict(counts) for topic, counts in found.items()}


def follow_up_misses(results: list[tuple[FollowUpCase, str]]) -> list[dict[str, str]]:
    """Returns the follow-ups that were taken for something else."""
    return [{**asdict(case), "got": got} for case, got in results if got != case.expected]


def write(
    sets: dict[str, list[Result]],
    follow_ups: list[tuple[FollowUpCase, str]],
    validation: dict[str, float] | None,
    path: Path,
) -> None:
    """Writes figures, confusions and misses as JSON, for machines."""
    document = {
        "sets": {name: _as_document(results) for name, results in sets.items()},
        "follow_ups": {"of": len(follow_ups), "misses": follow_up_misses(follow_ups)},
        "cross_validation": validation,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")


def _as_document(results: list[Result]) -> dict[str, object]:
    return {
        "figures": {
            language: [asdict(figure) for figure in figures(results, language)]
            for language in LANGUAGES
        },
        "confusions": [
            {"expected": expected, "got": got, "count": count}
            for (expected, got), count in confusions(results).most_common()
        ],
        "matrix": {
            language: topics_taken([one for one in results if one.case.language == language])
            for language in LANGUAGES
        },
        "misses": [
            {**asdict(result.case), "got": result.answers, "offered": result.offered}
            for result in results
            if not result.is_right
        ],
    }


def keep_release() -> None:
    """Keeps the figures alone, so that the next release can be compared with this one."""
    document = json.loads(REPORT.read_text(encoding="utf-8"))
    sets = {name: {"figures": one["figures"]} for name, one in document["sets"].items()}
    RELEASE.write_text(json.dumps({"sets": sets}, indent=1) + "\n", encoding="utf-8")


def misses(results: list[Result], language: str) -> None:
    """Prints every message of a language that was not answered as expected."""
    for result in results:
        if result.case.language == language and not result.is_right:
            case = result.case
            print(f"{case.kind:16} {case.expected:24} {result.answers} {case.message}")


def cross_validation() -> dict[str, float]:
    """Returns the share of training phrases understood unlearnt, in all and in each language."""
    from bench.classifiers import Phrases, cross_validate
    from bot.nlu.encoder.encoder import SentenceEncoder
    from bot.settings import Settings

    known = Phrases.load(SentenceEncoder(Settings().encoder))
    right = cross_validate(known)
    shares = {language: float(right[known.languages == language].mean()) for language in LANGUAGES}
    return {"all": float(right.mean()), **shares}


async def run() -> tuple[dict[str, list[Result]], list[tuple[FollowUpCase, str]]]:
    """Asks every message of both sets, and every follow-up."""
    # Imported here: who only wants the messages need not load Rasa.
    from bench.running import open_dialogue

    dialogue = open_dialogue()
    sets: dict[str, list[Result]] = {}
    for name, folder in (("development", FOLDER), ("held out", HELD_OUT)):
        sets[name] = [await ask(dialogue, case) for case in read_cases(folder)]
    return sets, [(case, await follow_up(dialogue, case)) for case in read_follow_ups()]


def main(arguments: list[str]) -> None:
    """Prints and writes everything."""
    sets, follow_ups = asyncio.run(run())
    validation = cross_validation() if "--cross-validate" in arguments else None
    for name, results in sets.items():
        print(f"\n== {name}: {len(results)} messages")
        report(results)
        for wanted in LANGUAGES:
            if wanted in arguments:
                misses(results, wanted)
    missed = follow_up_misses(follow_ups)
    print("\nfollow-ups as meant", percent(len(follow_ups) - len(missed), len(follow_ups)))
    for miss in missed:
        print("  {language} after {last}: {message} -> {expected}, got {got}".format(**miss))
    for name, share in (validation or {}).items():
        print(f"cross-validation on the training phrases, {name}: {100 * share:.1f}%")
    write(sets, follow_ups, validation, REPORT)
    if "--release" in arguments:
        keep_release()
    print(f"\nFor machines: {REPORT}")


if __name__ == "__main__":
    main(sys.argv[1:])
