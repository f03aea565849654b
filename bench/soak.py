"""Does memory grow, does hostile input do harm, and do the tests notice what is broken?

Run it with `make soak`. It starts the chat once without each protection of privacy and expects
`make privacy-check` to fail; breaks lines of the program, one at a time, and expects tests to fail
(`bench/mutations.py`); sends 20,000 hostile inputs (`bench/fuzz.py`); and holds 10,000
conversations of ten turns each with the running chat, and prints its memory on the way. Some forty
minutes; `python -m bench.soak TURNS` for fewer turns.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench import fuzz, mutations
from bench.messages import read_cases
from bench.servers import first_answer, post, resident_megabytes, server
from bot.settings import ROOT
from bot.testing.served import free_port

TURNS = 100_000
TURNS_OF_A_CONVERSATION = 10
#: Until every part has been used once, memory grows to what the service needs.
WARM_UP_TURNS = 1500
#: One turn in so many is typed, and read by every model; the others are taps.
TYPED_EVERY = 5
MOST_GROWTH_MEGABYTES = 20

TAPS = ("sharing.risk", "bot.more", "nrm.what", "services.find?nation=wales", "bot.sources")


def converse(url: str, turns: int) -> Iterator[int]:
    """Takes turns, a new conversation after every few; yields after each."""
    messages = [case.message for case in read_cases()]
    # All languages from the start: each loads parts of its own when it is first read.
    random.Random(0).shuffle(messages)  # noqa: S311 - an order, not a secret
    state = ""
    for turn in range(turns):
        if turn % TURNS_OF_A_CONVERSATION == 0:
            state = ""
        typed = turn % TYPED_EVERY == 0
        asked = (
            {"message": f"{messages[turn % len(messages)]} word{turn}"[:500]}
            if typed
            else {"choose": TAPS[turn % len(TAPS)]}
        )
        state = str(post(url, {**asked, "state": state})["state"])
        yield turn


def own_megabytes(process_id: int) -> float:
    """Returns the resident memory that is a process's own (`RssAnon`).

    What it has mapped from files is not counted: pages of the encoder's vocabulary come in
    as words are met for the first time, hold nothing but the file, and go when others need room.
    """
    status = Path(f"/proc/{process_id}/status").read_text(encoding="utf-8")
    return int(status.split("RssAnon:")[1].split()[0]) / 1024


def growth(
    url: str, process_id: int, turns: int, *, warm_up: int = WARM_UP_TURNS, say: bool = False
) -> float:
    """Returns by how many megabytes the process is larger after so many turns, warmed up."""
    for _ in converse(url, warm_up):
        pass
    before = own_megabytes(process_id)
    for turn in converse(url, turns):
        if say and turn % (turns // 10) == 0:
            own, all_of_it = own_megabytes(process_id), resident_megabytes(process_id)
            print(f"{turn:8} turns {own:8.1f} MB, with files {all_of_it:8.1f} MB", flush=True)
    return own_megabytes(process_id) - before


def grow(turns: int) -> bool:
    """Prints the growth over so many turns, and returns whether it is small enough."""
    port, folder = free_port(), tempfile.mkdtemp(prefix="assistant-soak-")
    url = f"http://127.0.0.1:{port}/webhooks/web/turn"
    environment = {
        "ASSISTANT_CHAT_PORT": str(port),
        "ASSISTANT_DATABASE_URL": f"sqlite:///{folder}/content.db",
    }
    with server([sys.executable, "-m", "bot", "run"], ROOT, environment) as process_id:
        first_answer(partial(post, url, {"choose": "nrm.what"}), time.monotonic())
        grown = growth(url, process_id, turns, say=True)
    print(f"{turns} turns of {turns // TURNS_OF_A_CONVERSATION} conversations: {grown:+.1f} MB")
    return grown < MOST_GROWTH_MEGABYTES


def noticed(protection: str) -> bool:
    """Says whether the privacy checks fail without a protection, and prints which of them do."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/privacy/test_privacy.py",
    ]
    environment = {**os.environ, "PRIVACY_WITHOUT": protection}
    ran = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    failed = [line for line in ran.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    names = ", ".join(line.split("::")[1].split(" ")[0] for line in failed if "::" in line)
    print(f"without {protection:28} {names or 'NOT NOTICED'}", flush=True)
    return bool(failed)


def main() -> int:
    """Prints all tables; status 1 if anything grows, falls over or goes unnoticed."""
    from tests.privacy.mutations import MUTATIONS

    turns = int(sys.argv[1]) if len(sys.argv) > 1 else TURNS
    unnoticed = [name for name in MUTATIONS if not noticed(name)]
    # Each is run, whatever the one before it found.
    found = [not unnoticed, mutations.run(), fuzz.run(), grow(turns)]
    return 0 if all(found) else 1


if __name__ == "__main__":
    sys.exit(main())
