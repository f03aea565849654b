"""Runs the chat by its own command, with faults that words bring about, and watched from inside.

`python -m tests.privacy.service REPORT [PROTECTION]`. Where a message holds the name of a
fault, that part of the turn fails. Each host that the process connects to or looks up is
written to REPORT. PROTECTION names one of `mutations.MUTATIONS`, which is taken away: the
checks must then fail.
"""

from __future__ import annotations

import functools
import gc
import signal
import sys
import warnings
from pathlib import Path
from typing import Any

#: Words that make a part of a turn fail; nonsense in every language.
FAULTS = ("zqaction", "zqstore", "zqnlu", "zqhandler", "zqdisk", "zqslow", "zqtask", "zqwarn")
SLOW_SECONDS = 0.5


def watch_connections(report: Path) -> None:
    """Notes every host that anything in this process, Python or library, asks for by Python."""

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect":
            asked = repr(arguments[1])
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            asked = str(arguments[0])
        else:
            return
        with report.open("a") as file:
            file.write(f"{event} {asked}\n")

    sys.addaudithook(note)


def collect_on_request() -> None:
    """Collects garbage when the test asks: it looks at the heap afterwards."""
    signal.signal(signal.SIGUSR1, lambda *_: gc.collect())


def plant_faults() -> None:
    """Makes parts of a turn fail where the message names the fault."""
    import asyncio

    from actions.suggest import ActionSuggest
    from bot.conversation.tracker_store import SealedTrackerStore
    from bot.nlu.sentence_featurizer import SentenceFeaturizer
    from bot.web.dialogue import Dialogue

    def failing(owner: type, name: str, fault: str, text_of: Any) -> None:
        before = getattr(owner, name)

        @functools.wraps(before)
        def wrapped(self: Any, *arguments: Any, **named: Any) -> Any:
            text = text_of(*arguments, **named) or ""
            if fault in text:
                raise RuntimeError(f"cannot take {text!r}")
            return before(self, *arguments, **named)

        setattr(owner, name, wrapped)

    failing(ActionSuggest, "run", "zqaction", lambda _, tracker, __: tracker.latest_message["text"])
    failing(SealedTrackerStore, "save", "zqstore", lambda tracker: tracker.latest_message.text)
    failing(SentenceFeaturizer, "process", "zqnlu", lambda messages: str(messages[0].get("text")))
    failing(Dialogue, "_open", "zqhandler", lambda request: request.message)

    turn = Dialogue.turn

    async def full_or_slow(self: Any, request: Any, **more: Any) -> Any:
        if "zqdisk" in (request.message or ""):
            raise OSError(28, f"No space left on device: {request.message}")
        if "zqslow" in (request.message or ""):
            await asyncio.sleep(SLOW_SECONDS)
        if "zqtask" in (request.message or ""):
            # Nobody waits for it, so asyncio logs the error with its words.
            asyncio.get_running_loop().create_task(lost(str(request.message)))
        if "zqwarn" in (request.message or ""):
            warnings.warn(f"cannot read {request.message}", stacklevel=1)
        return await turn(self, request, **more)

    async def lost(text: str) -> None:
        raise RuntimeError(f"cannot take {text!r}")

    Dialogue.turn = full_or_slow  # type: ignore[method-assign]


def main() -> int:
    """Starts the service as `python -m bot run` does."""
    report, without = Path(sys.argv[1]), sys.argv[2:]
    watch_connections(report)
    from bot import __main__ as commands
    from bot import memory
    from tests.privacy.mutations import MUTATIONS

    if without:
        MUTATIONS[without[0]].take_away()
    # Started anew, it must come back here.
    start_wiping = memory.start_wiping
    again = ["-m", "tests.privacy.service", *sys.argv[1:]]
    commands.start_wiping = lambda _: start_wiping(again)
    run = commands.run

    def run_with_faults(settings: Any) -> None:
        plant_faults()
        collect_on_request()
        run(settings)

    commands.COMMANDS["run"] = commands.run = run_with_faults
    sys.argv = ["bot", "run"]
    return commands.main()


if __name__ == "__main__":
    sys.exit(main())
