"""Breaks one part after the other under load, and prints what came of it: `make failures`.

Ends with a status other than 0 when anything is not as it must be. A whole run with four processes
writes its table into docs/FAILURES.md.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from types import FrameType

from bench.failures.counting import complaints, spoken
from bench.failures.door import NETWORK
from bench.failures.forgotten import files_with
from bench.failures.load import Load
from bench.failures.scenarios import SCENARIOS, Scenario
from bench.failures.site import Site, running_site
from bench.failures.table import Outcome, Results, report, with_table
from bench.failures.talk import NONSENSE, Heard, rehearse
from bot.errors import AssistantError
from bot.settings import ROOT

DOCUMENT = ROOT / "docs" / "FAILURES.md"
PROCESSES, PEOPLE = 4, 12
#: How long there is only load, before and after.
CALM_SECONDS = 5


def run(scenario: Scenario, site: Site, expected: list[list[Heard]], people: int) -> Outcome:
    """Runs a scenario under load, mends what it broke, and returns what came of it."""
    load = Load(site.proxy.door, expected, people)
    load.start()
    time.sleep(CALM_SECONDS)
    notes: list[str] = []
    said: list[str] = []
    try:
        notes = scenario.act(site, load)
        time.sleep(CALM_SECONDS)
    except AssistantError as error:
        said.append(str(error) or type(error).__name__)
    found = load.stop()
    ended = site.mend()
    # Where it was broken off, parts are still away that were taken away.
    said += [] if said else ended
    said += complaints(found, may_begin_afresh=scenario.may_begin_afresh)
    return Outcome(scenario.name, scenario.about, found, tuple(notes), tuple(said))


def run_all(scenarios: Sequence[Scenario], processes: int, people: int) -> Results:
    """Sets the service up, runs the scenarios in it, and takes it down."""
    outcomes = []
    if os.getloadavg()[0] > 1:
        print("Other programs are busy on this machine, and turns will wait for them.", flush=True)
    print(f"Starting PostgreSQL, {processes} chat processes and nginx …", flush=True)
    with running_site(processes, with_disks=any(one.needs_disks for one in scenarios)) as site:
        expected = rehearse(site.chats[0].door)
        for scenario in scenarios:
            print(f"{scenario.name}: {scenario.about} …", flush=True)
            outcomes.append(run(scenario, site, expected, people))
            _tell(outcomes[-1])
        files, kept = files_with((NONSENSE, f"{NETWORK}."), site.folder)
    return Results(tuple(outcomes), files, tuple(str(path) for path in kept))


def main() -> int:
    """Returns 0 when everything is as it must be."""
    parser = argparse.ArgumentParser(prog="python -m bench.failures", description=__doc__)
    names = [one.name for one in SCENARIOS]
    parser.add_argument("--only", nargs="*", choices=names, default=names, metavar="NAME")
    parser.add_argument("--processes", type=int, default=PROCESSES)
    parser.add_argument("--people", type=int, default=PEOPLE)
    asked = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        results = run_all(
            [one for one in SCENARIOS if one.name in asked.only], asked.processes, asked.people
        )
    except AssistantError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(f"\n{report(results)}", flush=True)
    if asked.only == names and asked.processes == PROCESSES:
        page = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(with_table(page, report(results)), encoding="utf-8")
    return 0 if results.are_as_they_must_be else 1


def _tell(outcome: Outcome) -> None:
    found = outcome.figures
    print(
        f"    {found.before} turns before; then {found.answered} of {found.turns} answered,"
        f" {found.in_flight} in flight, failed {spoken(found.failed) or 0}, {found.afresh} afresh,"
        f" {found.lost} lost; longest wait {found.longest_wait:.1f} s"
    )
    for line in (*outcome.notes, *outcome.complaints):
        print(f"    {line}")
    sys.stdout.flush()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    # What was started is stopped now, and that is not to be interrupted.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
