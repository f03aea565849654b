"""Many clients that ask one server, in a process of their own, on a core of their own.

The clients talk HTTP over connections that they keep, and wait for each answer before they ask
again. Who is told that the chat is busy comes back when she was asked to. `run` starts the process;
it is given a `Job` and returns a `Result`, both as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.settings import ROOT

BUSY = "busy"
#: As an answer that is a tap: its id; Rasa's own channel takes the intent behind a stroke.
TAP = "tap"


@dataclass(frozen=True)
class Job:
    """What is asked of a server.

    Attributes:
        port: where it listens on this machine.
        path: of the address that takes a turn.
        asks: messages in their order, each {"message": …} or {"tap": …}; again from the first.
        clients: how many ask at a time.
        turns: how many are asked for in all.
        conversation: how many belong to one conversation.
        name: tells conversations of this job from those of others.
    """

    port: int
    path: str
    asks: Sequence[Mapping[str, str]]
    clients: int = 1
    turns: int = 100
    conversation: int = 10
    name: str = "job"


@dataclass
class Result:
    """What came back.

    Attributes:
        times: of the answered turns in their order, in milliseconds.
        seconds: from the first to the last.
        busy: how many were told to come back.
        silent: how many were answered with nothing.
        failed: how many had no answer at all.
        client_cpu: which part of its core the process of the clients used.
    """

    times: list[float] = field(default_factory=list)
    seconds: float = 0.0
    busy: int = 0
    silent: int = 0
    failed: int = 0
    client_cpu: float = 0.0


class _Conversation:
    """One conversation: what is sent for an ask, and what is kept of a reply."""

    def __init__(self, job: Job, name: str) -> None:
        self._is_rest, self._name, self._state = job.path.endswith("webhook"), name, ""

    def body(self, ask: Mapping[str, str]) -> bytes:
        """Returns the request's body."""
        if self._is_rest:
            tap = ask.get(TAP)
            message = f"/{intent_of(tap)}" if tap else ask["message"]
            return json.dumps({"sender": self._name, "message": message}).encode()
        asked = {"choose": ask[TAP]} if TAP in ask else {"message": ask["message"]}
        return json.dumps({**asked, "state": self._state}).encode()

    def hear(self, reply: Any) -> bool:
        """Keeps the state that the chat gave, and says whether there are any words."""
        if self._is_rest:
            return bool(reply)
        self._state = reply["state"]
        return bool(reply["messages"])


def intent_of(tap: str) -> str:
    """Returns the intent that asks for what a button holds: `status_ilr` of `status.ilr?…`."""
    return tap.partition("?")[0].replace(".", "_").replace("-", "_")


class _Connection:
    """A connection that is kept, and opened again where the server has closed it."""

    def __init__(self, job: Job) -> None:
        self._head = (
            f"POST {job.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        )
        self._port = job.port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Returns status, headers and body of the reply.

        Raises:
            OSError, EOFError: when there is none.
        """
        is_kept = self._streams is not None
        try:
            return await self._post(body)
        except (OSError, EOFError):
            self.close()
            if not is_kept:
                raise
        return await self._post(body)

    async def _post(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(f"{self._head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.strip().split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)
        }
        answer = await reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection", "").lower() == "close":
            self.close()
        return int(first.split()[1]), headers, answer

    def close(self) -> None:
        """Lets go of it."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def ask_all(job: Job) -> Result:
    """Asks everything that a job holds, and returns what came back."""
    result, numbers = Result(), iter(range(job.turns))
    began, used = time.perf_counter(), time.process_time()
    await asyncio.gather(*(_client(job, number, numbers, result) for number in range(job.clients)))
    result.seconds = time.perf_counter() - began
    result.client_cpu = (time.process_time() - used) / result.seconds
    return result


async def _client(job: Job, client: int, numbers: Iterator[int], result: Result) -> None:
    connection, conversation = _Connection(job), _Conversation(job, f"{job.name}-{client}-0")
    for taken, number in enumerate(numbers):
        if taken % job.conversation == 0:
            conversation = _Conversation(job, f"{job.name}-{client}-{taken}")
        body = conversation.body(job.asks[number % len(job.asks)])
        began = time.perf_counter()
        try:
            status, headers, answer = await connection.post(body)
        except (OSError, EOFError):
            result.failed += 1
            continue
        took = 1000 * (time.perf_counter() - began)
        reply = json.loads(answer) if status in (200, 503) else {}
        if status == 200:
            result.times.append(took)
            result.silent += not conversation.hear(reply)
        elif status == 503 and reply.get("error", {}).get("code") == BUSY:
            result.busy += 1
            await asyncio.sleep(float(headers.get("retry-after", 1)))
        else:
            result.failed += 1
    connection.close()


def run(job: Job, cores: Sequence[int] | None = None) -> Result:
    """Does a job in a process of its own.

    Args:
        job: what is asked.
        cores: the only ones that the clients may use.
    """
    pinned = ["taskset", "-c", ",".join(map(str, cores))] if cores else []
    done = subprocess.run(
        [*pinned, sys.executable, "-m", "bench.load"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        input=json.dumps(asdict(job)).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return Result(**json.loads(done.stdout))


def main() -> None:
    """Reads a job, does it, and writes what came back."""
    result = asyncio.run(ask_all(Job(**json.load(sys.stdin))))
    json.dump(asdict(result), sys.stdout)


if __name__ == "__main__":
    main()
