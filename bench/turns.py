"""Turn time, memory and start of the chat, and beside it Rasa's own default.

Run it with `python -m bench.turns [--baseline FOLDER]`. The folder is a Rasa project of its own,
trained: our `data/nlu`, `domain.yml` with one line of text for each response, the pipeline and
policies that `rasa init` writes, made with `rasa train --fixed-model-name baseline`. It takes
about an hour to train, so it is not kept in git. Both are asked the same messages, one at a time,
in one run; machines are noisy, so read the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.messages import read_cases
from bot.settings import ROOT
from bot.testing.served import free_port

WARM_UP, TURNS = 20, 300


@dataclass(frozen=True)
class Figures:
    """What one server showed. Times in milliseconds but the start's, memory in megabytes."""

    start_seconds: float
    typed: list[float]
    tapped: list[float]
    memory: float

    def rows(self) -> dict[str, float]:
        """Returns the figures by name."""
        rows = {
            "start to first answer, s": self.start_seconds,
            "typed turn, median, ms": statistics.median(self.typed),
            "typed turn, 95th percentile, ms": statistics.quantiles(self.typed, n=20)[-1],
            "memory after the run, MB": self.memory,
        }
        if self.tapped:
            rows["tapped turn, median, ms"] = statistics.median(self.tapped)
        return rows


def post(url: str, body: Mapping[str, str]) -> dict[str, object]:
    """Posts JSON and returns the reply's."""
    request = urllib.request.Request(  # noqa: S310
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310
        found: dict[str, object] = json.loads(reply.read())
    return found


@contextmanager
def server(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[int]:
    """Runs a server while inside, and yields its process id."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **environment}, stdout=log, stderr=log
        )
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(30)


def first_answer(ask: Callable[[], object], began: float) -> float:
    """Asks until there is an answer, and returns the seconds since the start."""
    while True:
        try:
            ask()
            return time.monotonic() - began
        except OSError:
            time.sleep(0.1)


def timed(asks: Sequence[Callable[[], object]]) -> list[float]:
    """Returns how long each took, in milliseconds."""
    times = []
    for ask in asks:
        began = time.perf_counter()
        ask()
        times.append(1000 * (time.perf_counter() - began))
    return times[WARM_UP:]


def resident_megabytes(process_id: int) -> float:
    """Returns the resident memory of a process and its children."""
    children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()
    total = 0.0
    for pid in (str(process_id), *children):
        status = Path(f"/proc/{pid}/status").read_text()
        total += int(status.split("VmRSS:")[1].split()[0]) / 1024
    return total


def measure_ours(messages: list[str]) -> Figures:
    """Measures the chat, started by its own command with a database of its own."""
    port, folder = free_port(), tempfile.mkdtemp(prefix="assistant-bench-")
    url = f"http://127.0.0.1:{port}/webhooks/web/turn"
    environment = {
        "ASSISTANT_CHAT_PORT": str(port),
        "ASSISTANT_DATABASE_URL": f"sqlite:///{folder}/content.db",
    }
    began = time.monotonic()
    with server([sys.executable, "-m", "bot", "run"], ROOT, environment) as process_id:
        start = first_answer(lambda: post(url, {"message": messages[0]}), began)
        typed = timed([partial(post, url, {"message": text}) for text in messages])
        tapped = timed([partial(post, url, {"choose": "sharing.risk"})] * len(messages))
        return Figures(start, typed, tapped, resident_megabytes(process_id))


def measure_baseline(folder: Path, messages: list[str]) -> Figures:
    """Measures Rasa's default: its REST channel, its own tracker store, a sender for each turn."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/webhooks/rest/webhook"
    (folder / "credentials.yml").write_text("rest:\n", encoding="utf-8")
    command = [sys.executable, "-m", "rasa", "run", "-m", "models/baseline.tar.gz"]
    command += ["-p", str(port), "--credentials", "credentials.yml"]
    environment = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
    began = time.monotonic()
    with server(command, folder, environment) as process_id:
        start = first_answer(lambda: post(url, {"sender": "0", "message": messages[0]}), began)
        bodies = [{"sender": str(n), "message": text} for n, text in enumerate(messages)]
        typed = timed([partial(post, url, body) for body in bodies])
        return Figures(start, typed, [], resident_megabytes(process_id))


def main() -> None:
    """Prints a table of our figures, the baseline's, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--baseline", type=Path)
    baseline = parser.parse_args().baseline
    messages = [case.message for case in read_cases() if case.kind != "nonsense"]
    messages = messages[:: max(1, len(messages) // (WARM_UP + TURNS))]
    ours = measure_ours(messages).rows()
    theirs = measure_baseline(baseline, messages).rows() if baseline else {}
    print(f"{'':34}{'ours':>10}{'default':>10}{'ratio':>8}")
    for name, value in ours.items():
        other = theirs.get(name)
        compared = f"{other:10.1f}{value / other:8.2f}" if other else ""
        print(f"{name:34}{value:10.1f}{compared}")


if __name__ == "__main__":
    main()
