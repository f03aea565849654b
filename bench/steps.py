"""Where the time of a turn goes, step by step.

    python -m bench.steps

The messages that understanding is measured on, one turn each, in this process; then the answers,
tapped. Counted is what the processor spends on this process, so that other programs take nothing
away from it; means, so that the rows add up.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bench.messages import read_cases
from bench.running import open_dialogue

if TYPE_CHECKING:
    from bot.web.contract import TurnRequest
    from bot.web.dialogue import Dialogue

#: Every so many-th message is asked, and as many as these come first, uncounted.
EVERY, FIRST = 6, 40
#: Steps of the graph, by a part of their names, as the table says them.
STEPS: Mapping[str, str] = {
    "LanguageIdentifier": "language",
    "NameFinder": "names of places and services",
    "SpacyLanguageTokenizer": "words",
    "SentenceFeaturizer": "meaning: danger by rules, the gloss for Welsh, the encoder",
    "AnswerClassifier": "answers and danger, by what was learnt",
    "DangerOverride": "danger, weighed",
    "RulePolicy": "rules of the dialogue",
}
TURN, RASA, ANSWER = "the whole turn", "Rasa", "actions and the words of the answer"
REST_OF_GRAPH, REST_OF_RASA, REST = (
    "other steps of Rasa's graph",
    "Rasa around them: the conversation, what comes next",
    "outside Rasa: the sealed state, personal details, buttons",
)


class Stopwatch:
    """Adds up what each step takes, in seconds of this process."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)

    @contextmanager
    def timing(self, step: str) -> Iterator[None]:
        """Adds what is done meanwhile."""
        began = time.process_time()
        try:
            yield
        finally:
            self.spent[step] += time.process_time() - began

    def timed(self, step: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """Returns the same function, watched."""

        def watched(*arguments: Any, **named: Any) -> Any:
            with self.timing(step):
                return work(*arguments, **named)

        return watched

    def timed_coroutine(self, step: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """Returns the same coroutine function, watched."""

        async def watched(*arguments: Any, **named: Any) -> Any:
            with self.timing(step):
                return await work(*arguments, **named)

        return watched


def watch(dialogue: Dialogue) -> Stopwatch:
    """Puts a stopwatch on the steps of a dialogue."""
    stopwatch = Stopwatch()
    agent = dialogue.agent
    processor: Any = agent.processor
    runner = processor.graph_runner
    runner._nodes = {
        name: stopwatch.timed(_step(name), node) for name, node in runner._nodes.items()
    }
    runner._orders.clear()
    processor._run_action = stopwatch.timed_coroutine(ANSWER, processor._run_action)
    agent.handle_message = stopwatch.timed_coroutine(RASA, agent.handle_message)
    return stopwatch


def _step(name: str) -> str:
    return next((said for part, said in STEPS.items() if part in name), REST_OF_GRAPH)


async def spend(dialogue: Dialogue, requests: list[TurnRequest]) -> dict[str, float]:
    """Returns the milliseconds of each step, as means over the turns."""
    for request in requests[:FIRST]:
        await dialogue.turn(request)
    watched = watch(dialogue)
    for request in requests[FIRST:]:
        with watched.timing(TURN):
            await dialogue.turn(request)
    spent = watched.spent
    named = sum(spent[step] for step in (*STEPS.values(), REST_OF_GRAPH))
    spent[REST_OF_RASA] = spent[RASA] - named - spent[ANSWER]
    spent[REST] = spent[TURN] - spent.pop(RASA)
    return {step: 1000 * seconds / len(requests[FIRST:]) for step, seconds in spent.items()}


def rows(title: str, spent: Mapping[str, float]) -> Iterator[str]:
    """Yields the lines of a table."""
    yield f"| {title} | ms | % |"
    yield "|---|---|---|"
    for step in (*STEPS.values(), REST_OF_GRAPH, REST_OF_RASA, ANSWER, REST, TURN):
        if spent.get(step):
            yield f"| {step} | {spent[step]:.1f} | {100 * spent[step] / spent[TURN]:.0f} |"


def main() -> None:
    """Prints a table of typed turns and one of tapped ones."""
    from bot.web.contract import TurnRequest

    cases = list(read_cases())[::EVERY]
    typed = [TurnRequest(message=case.message) for case in cases]
    tapped = [TurnRequest(choose=case.expected) for case in cases if "." in case.expected]
    for title, requests in (("a typed turn", typed), ("a tapped turn", tapped)):
        print("\n".join(rows(title, asyncio.run(spend(open_dialogue(), requests)))), "\n")


if __name__ == "__main__":
    main()
