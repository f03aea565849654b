"""Measures the chat beside Rasa's own default: turns, memory, start, edits, sizes, trainings.

Run it with `python -m bench.turns [--baseline FOLDER] [--train] [--turns N] [--quick]`. The folder
is what `python -m bench.baseline FOLDER` made. Both servers run in one run on one machine and are
asked the same by turns, because machines are noisy: read the ratios. Each server has one core, the
default's action server the same one, and the clients have another. What was found goes to
`var/bench.json`, the table and the pictures to `docs/` (`python -m bench.table` makes them again).

`--train` trains as well, which takes half an hour, and keeps what that took for later runs.
`--quick` does a little of everything, to see that it works, and writes nothing to `docs/`.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path

from bench import baseline, sizes, table, trainings
from bench.figures import LAST, TAPPED, TYPED, Figures, Run, summary, turn_by_turn, write
from bench.load import TAP, Job, Result, run
from bench.messages import read_cases
from bench.servers import Server, chat, default, post
from bot.content.rows import Changes
from bot.content.store import ContentStore
from bot.settings import ROOT

OUTPUT, QUICK_OUTPUT = ROOT / "var" / "bench.json", ROOT / "var" / "bench-quick.json"
_CORES = sorted(os.sched_getaffinity(0))
#: One for the server under measurement, one for the clients.
SERVER_CORES, CLIENT_CORES = _CORES[:1], _CORES[1:2]
#: One in five of these is the work of a custom action; the others are plain answers.
TAPS = ("sharing.risk", "nrm.what", "status.mvdac", "sharing.consent", "bot.more")
#: In the long run one turn in so many is typed, and read by every model.
TYPED_EVERY = 5
TURNS_OF_A_CONVERSATION = 10
EDITED = "sharing.risk"
Start = Callable[[Sequence[int] | None], AbstractContextManager[Server]]
Asks = list[dict[str, str]]


@dataclass(frozen=True)
class Plan:
    """How much is measured.

    Attributes:
        starts: of each server.
        warm_up: turns before anything counts.
        rounds: of each load, the chat's and the default's by turns.
        turns: number of clients → turns in a round.
        conversations: of two hundred turns, of each server.
        memory: turns of the long run.
        edits: of a text.
    """

    starts: int = 3
    warm_up: int = 200
    rounds: int = 3
    turns: tuple[tuple[int, int], ...] = ((1, 200), (10, 400), (50, 800))
    conversations: int = 5
    memory: int = 5000
    edits: int = 5


QUICK = Plan(1, 20, 1, ((1, 20), (10, 40), (50, 150)), 1, 100, 2)


def messages() -> Asks:
    """Returns the typed turns: messages that nobody trained on, four languages mixed."""
    asks = [{"message": case.message} for case in read_cases() if case.kind != "nonsense"]
    random.Random(0).shuffle(asks)  # noqa: S311 - an order, not a secret
    return asks


def mixed(typed: Asks) -> Asks:
    """Returns the turns of the long run: taps, and among them typed ones."""
    taps = [{TAP: TAPS[number % len(TAPS)]} for number in range(len(typed))]
    return [one if number % TYPED_EVERY == 0 else taps[number] for number, one in enumerate(typed)]


class Measurement:
    """Both servers, asked by turns."""

    def __init__(self, plan: Plan, starts: Mapping[str, Start]) -> None:
        """Takes how much is measured, and by name how each server is started on some cores."""
        self._plan, self._starts = plan, starts
        self.figures = {name: Figures() for name in starts}
        self._typed = messages()
        self._asks = {TYPED: self._typed, TAPPED: [{TAP: tap} for tap in TAPS]}

    def start(self) -> None:
        """Starts each several times with all cores, to its first answer."""
        for number in range(self._plan.starts):
            for name, start in self._starts.items():
                with start(None) as server:
                    self.figures[name].starts.append(server.start_seconds)
                say(f"start {number + 1}, {name}: {server.start_seconds:.1f} s")

    def ask(self, servers: Mapping[str, Server]) -> None:
        """Measures what is to be asked of servers that run, each on its core."""
        for name, server in servers.items():
            self.figures[name].memory_at_start = server.megabytes
        for server in servers.values():
            for asks in self._asks.values():
                _run(server, asks, turns=self._plan.warm_up, name="warm-up")
        for kind, asks in self._asks.items():
            for clients, turns in self._plan.turns:
                self._load(servers, kind, asks, clients, turns)
        self._converse(servers)
        for name, server in servers.items():
            self._remember(self.figures[name], server)

    def _load(
        self, servers: Mapping[str, Server], kind: str, asks: Asks, clients: int, turns: int
    ) -> None:
        found: dict[str, list[Result]] = {name: [] for name in servers}
        cpu = dict.fromkeys(servers, 0.0)
        for number in range(self._plan.rounds):
            # Each round goes on in the messages where the last one stopped.
            ahead = number * turns % len(asks)
            these = [*asks[ahead:], *asks[:ahead]]
            for name, server in servers.items():
                before = server.cpu_seconds
                job = f"{kind}-{clients}-{number}"
                found[name].append(_run(server, these, clients=clients, turns=turns, name=job))
                cpu[name] += server.cpu_seconds - before
        for name in servers:
            load = summary(found[name], cpu[name])
            self.figures[name].loads.setdefault(kind, {})[str(clients)] = load
            say(
                f"{kind}, {clients} clients, {name}: {load.median:.1f} / {load.p95:.1f} /"
                f" {load.p99:.1f} ms, {load.a_second:.1f} a second, {load.busy} busy,"
                f" {load.silent} silent, {load.failed} failed, clients {100 * load.client:.0f}%"
            )

    def _converse(self, servers: Mapping[str, Server]) -> None:
        times: dict[str, list[list[float]]] = {name: [] for name in servers}
        for number in range(self._plan.conversations):
            asks = self._typed[number * LAST :]
            for name, server in servers.items():
                job = f"long-{number}"
                result = _run(server, asks, turns=LAST, name=job, conversation=LAST)
                times[name].append(result.times)
        for name in servers:
            self.figures[name].conversation = turn_by_turn(times[name])

    def _remember(self, figures: Figures, server: Server) -> None:
        """Holds conversations of ten turns for the long run, and looks at memory on the way."""
        asks, done, steps = mixed(self._typed), 0, 10
        figures.memory.append((0, server.megabytes))
        for step in range(steps):
            turns = self._plan.memory // steps
            ahead = done % len(asks)
            these = [*asks[ahead:], *asks[:ahead]]
            _run(server, these, turns=turns, name=f"memory-{step}")
            done += turns
            figures.memory.append((done, server.megabytes))
            say(f"{done} turns, {server.name}: {server.megabytes:.0f} MB")


def _run(
    server: Server,
    asks: Asks,
    *,
    turns: int,
    name: str,
    clients: int = 1,
    conversation: int = TURNS_OF_A_CONVERSATION,
) -> Result:
    job = Job(server.port, server.path, asks, clients, turns, conversation, name)
    return run(job, CLIENT_CORES)


def edit(server: Server, database_url: str, times: int) -> list[float]:
    """Publishes a changed text while the chat runs, and returns the seconds until it is served."""
    store, seconds = ContentStore(database_url), []
    msgid = f"{EDITED}.short"
    before = store.read().texts["en", msgid]
    for number in range(times):
        text = f"{before} ({number})"
        changes = Changes(texts={("en", msgid): text}, kinds={msgid: "wording"})
        began = time.monotonic()
        store.publish(changes, origin="desk", note="measured")
        while text not in str(post(server.url, {"choose": EDITED, "lang": "en"})["messages"]):
            time.sleep(0.02)
        seconds.append(time.monotonic() - began)
        # Not in step with the chat's own clock.
        time.sleep(random.random())  # noqa: S311
    store.close()
    return seconds


def machine() -> dict[str, str]:
    """Returns what can be said of the machine, without its name."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": str(os.cpu_count()),
        "memory": f"{pages / 2**30:.0f} GB",
        "system": f"{platform.system()}, {platform.machine()}",
        "Python": platform.python_version(),
        "Rasa": version("rasa"),
        "programs at work on it before the run": f"{os.getloadavg()[0]:.1f}",
        "day": time.strftime("%Y-%m-%d"),
    }


def measure(plan: Plan, project: Path) -> Run:
    """Measures both servers, and returns what was found."""
    on = machine()
    with tempfile.TemporaryDirectory(prefix="assistant-bench-") as scratch:
        greeting = messages()[0]["message"]
        database = Path(scratch) / "content.db"
        starts: dict[str, Start] = {
            "chat": partial(chat, greeting, database),
            "default": partial(default, greeting, project),
        }
        measurement = Measurement(plan, starts)
        measurement.start()
        with ExitStack() as stack:
            servers = {
                name: stack.enter_context(start(SERVER_CORES)) for name, start in starts.items()
            }
            measurement.ask(servers)
            found = measurement.figures
            found["chat"].edits = edit(servers["chat"], f"sqlite:///{database}", plan.edits)
    return Run(on, found["chat"], found["default"])


def say(line: str) -> None:
    """Prints a line at once."""
    print(line, flush=True)


def main() -> int:
    """Measures, and writes the figures, the table and the pictures; status 1 where it cannot."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--baseline", type=Path, default=baseline.FOLDER)
    parser.add_argument("--train", action="store_true", help="measure the trainings as well")
    parser.add_argument("--turns", type=int, help="of the long run that shows memory")
    parser.add_argument("--quick", action="store_true", help="a little of everything")
    asked = parser.parse_args()
    project = asked.baseline.resolve()
    lacking = baseline.lacking(project)
    if lacking or not CLIENT_CORES:
        say(lacking or "A core for the servers and one for the clients are needed: two.")
        return 1
    plan = QUICK if asked.quick else Plan()
    plan = replace(plan, memory=asked.turns or plan.memory)
    if asked.train:
        trainings.measure(project)
    found = measure(plan, project)
    found.aside = {**sizes.measure(project), **trainings.read(project)}
    path = QUICK_OUTPUT if asked.quick else OUTPUT
    write(found, path)
    print(table.text(found))
    if not asked.quick:
        table.publish(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
