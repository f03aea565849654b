"""A server under measurement: started, asked, looked at from outside, and stopped."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.baseline import ACTIONS, cpu_seconds, model_path, quiet
from bot.settings import ROOT
from bot.testing.served import free_port

#: The chat's own address and Rasa's for its REST channel.
TURN, REST = "/webhooks/web/turn", "/webhooks/rest/webhook"
START_SECONDS = 600


@dataclass(frozen=True)
class Server:
    """One that runs: where it is asked, and its processes."""

    name: str
    port: int
    path: str
    processes: tuple[int, ...]
    #: From the start of its first process to its first answer.
    start_seconds: float

    @property
    def url(self) -> str:
        """Where a turn is asked for."""
        return f"http://127.0.0.1:{self.port}{self.path}"

    @property
    def megabytes(self) -> float:
        """The resident memory of all its processes."""
        return sum(resident_megabytes(process_id) for process_id in self.processes)

    @property
    def cpu_seconds(self) -> float:
        """What its processes have used of processors."""
        return sum(cpu_seconds(pid) for process_id in self.processes for pid in _family(process_id))


def post(url: str, body: Mapping[str, str]) -> dict[str, object]:
    """Posts JSON and returns the reply's."""
    request = urllib.request.Request(  # noqa: S310
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310
        found: dict[str, object] = json.loads(reply.read())
    return found


@contextmanager
def server(
    command: list[str],
    folder: Path,
    environment: Mapping[str, str],
    cores: Iterable[int] | None = None,
) -> Iterator[int]:
    """Runs a server while inside, and yields its process id.

    Args:
        command: what starts it.
        folder: where it is started.
        environment: besides this process's own.
        cores: the only ones that it may use; all when it is None.
    """
    if cores is not None:
        command = ["taskset", "-c", ",".join(map(str, cores)), *command]
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
    """Asks until there is an answer, and returns the seconds since the start.

    Raises:
        TimeoutError: when there is none for ten minutes.
    """
    while True:
        try:
            if ask():
                return time.monotonic() - began
        except OSError:
            pass
        if time.monotonic() - began > START_SECONDS:
            raise TimeoutError("the server did not answer")
        time.sleep(0.05)


def resident_megabytes(process_id: int) -> float:
    """Returns the resident memory of a process and its children."""
    total = 0.0
    for pid in _family(process_id):
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        total += int(status.split("VmRSS:")[1].split()[0]) / 1024
    return total


def _family(process_id: int) -> list[int]:
    children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text(encoding="utf-8")
    return [process_id, *map(int, children.split())]


@contextmanager
def chat(greeting: str, database: Path, cores: Sequence[int] | None = None) -> Iterator[Server]:
    """Runs the chat by its own command, with a database of its own.

    Args:
        greeting: the message whose answer ends the start.
        database: the SQLite file of its content.
        cores: the only ones that it may use.
    """
    port = free_port()
    unset = {name: "" for name in os.environ if name.startswith("ASSISTANT_")}
    environment = {
        **unset,
        "ASSISTANT_CHAT_PORT": str(port),
        "ASSISTANT_DATABASE_URL": f"sqlite:///{database}",
        "ASSISTANT_SNAPSHOT": str(database.with_suffix(".json")),
    }
    began = time.monotonic()
    command = [sys.executable, "-m", "bot", "run"]
    with server(command, ROOT, environment, cores) as process_id:
        url = f"http://127.0.0.1:{port}{TURN}"
        seconds = first_answer(lambda: post(url, {"message": greeting}), began)
        yield Server("chat", port, TURN, (process_id,), seconds)


@contextmanager
def default(greeting: str, project: Path, cores: Sequence[int] | None = None) -> Iterator[Server]:
    """Runs Rasa's default: its server with the REST channel, and its action server.

    The tracker store is the one it has when none is named, in memory.

    Args:
        greeting: the message whose answer ends the start.
        project: the folder that `bench.baseline` made.
        cores: the only ones that it may use, both of them.
    """
    port, actions_port = free_port(), free_port()
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        endpoints = scratch / "endpoints.yml"
        endpoints.write_text(
            f"action_endpoint:\n  url: http://127.0.0.1:{actions_port}/webhook\n", encoding="utf-8"
        )
        began = time.monotonic()
        # The leaner of the two commands that start an action server.
        acting = [sys.executable, "-m", "rasa_sdk", "--actions", ACTIONS, "-p", str(actions_port)]
        actions = stack.enter_context(server(acting, project, quiet(), cores))
        serving = [sys.executable, "-m", "rasa", "run", "-i", "127.0.0.1", "-p", str(port)]
        serving += ["-m", str(model_path(project)), "--credentials", "credentials.yml"]
        serving += ["--endpoints", str(endpoints)]
        rasa = stack.enter_context(server(serving, project, quiet(), cores))
        url = f"http://127.0.0.1:{port}{REST}"
        seconds = first_answer(lambda: post(url, {"sender": "first", "message": greeting}), began)
        yield Server("default", port, REST, (rasa, actions), seconds)
