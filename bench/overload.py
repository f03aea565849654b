"""What ten times too many people are answered: how many, how fast, and whether danger comes first.

    python -m bench.overload

One chat on one core, asked by clients on another. First as fast as it answers, which is its
capacity; then at ten times that rate, whether it answers or not, as a crowd asks. Danger is every
twentieth message.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench.figures import percentile
from bench.messages import NOT_ASKED, read_cases
from bench.servers import Server, chat

CLIENTS, SECONDS, TIMES = 8, 8.0, 10
DANGER_EVERY = 20
OK, BUSY = 200, 503
#: Longer than a woman waits.
PATIENCE = aiohttp.ClientTimeout(total=20)


@dataclass(frozen=True)
class Asked:
    """One turn: whether it was of danger, the status (0: no answer), the milliseconds."""

    is_danger: bool
    status: int
    milliseconds: float


async def _ask(session: aiohttp.ClientSession, url: str, message: str, is_danger: bool) -> Asked:
    began = time.perf_counter()
    try:
        async with session.post(url, data=json.dumps({"message": message})) as reply:
            await reply.read()
            status = reply.status
    except (aiohttp.ClientError, asyncio.TimeoutError):
        status = 0
    return Asked(is_danger, status, 1000 * (time.perf_counter() - began))


async def _capacity(session: aiohttp.ClientSession, url: str, messages: Iterator[str]) -> float:
    """Returns how many turns a second are answered when as many are asked."""
    until = time.monotonic() + SECONDS

    async def client() -> int:
        answered = 0
        while time.monotonic() < until:
            answered += (await _ask(session, url, next(messages), False)).status == OK
        return answered

    return sum(await asyncio.gather(*(client() for _ in range(CLIENTS)))) / SECONDS


async def _crowd(
    session: aiohttp.ClientSession,
    url: str,
    calm: Iterator[str],
    danger: Iterator[str],
    rate: float,
) -> list[Asked]:
    asked = []
    began = time.monotonic()
    for number in range(int(rate * SECONDS)):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        is_danger = number % DANGER_EVERY == 0
        message = next(danger if is_danger else calm)
        asked.append(asyncio.ensure_future(_ask(session, url, message, is_danger)))
    return list(await asyncio.gather(*asked))


def row(name: str, asked: Iterable[Asked]) -> str:
    """Returns a line: how many there were, and the median and 95th percentile of their times."""
    times = [one.milliseconds for one in asked]
    if not times:
        return f"{name:24}{0:8}"
    half, late = (percentile(times, percent) for percent in (50, 95))
    return f"{name:24}{len(times):8}{half:10.0f}{late:10.0f}"


async def measure(server: Server, calm: Sequence[str], danger: Sequence[str]) -> None:
    """Prints the capacity, and what a crowd of ten times that was answered."""
    calm_ones, danger_ones = itertools.cycle(calm), itertools.cycle(danger)
    headers = {"Content-Type": "application/json"}
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(
        connector=connector, headers=headers, timeout=PATIENCE
    ) as session:
        capacity = await _capacity(session, server.url, calm_ones)
        print(f"capacity: {capacity:.0f} typed turns a second; asked now: {TIMES * capacity:.0f}")
        asked = await _crowd(session, server.url, calm_ones, danger_ones, TIMES * capacity)
    print(f"{'':24}{'turns':>8}{'median':>10}{'95th, ms':>10}")
    print(row("questions answered", (a for a in asked if not a.is_danger and a.status == OK)))
    print(row("questions told: busy", (a for a in asked if not a.is_danger and a.status == BUSY)))
    print(row("danger answered", (a for a in asked if a.is_danger and a.status == OK)))
    print(row("danger not answered", (a for a in asked if a.is_danger and a.status != OK)))
    print(row("of all no answer", (a for a in asked if a.status not in (OK, BUSY))))


def main() -> None:
    """Measures a chat of its own."""
    cases = list(read_cases())
    calm = [one.message for one in cases if one.kind not in NOT_ASKED]
    danger = [one.message for one in cases if one.kind == "danger"]
    cores = sorted(os.sched_getaffinity(0))
    with (
        tempfile.TemporaryDirectory(prefix="assistant-bench-") as folder,
        chat(calm[0], Path(folder) / "content.db", cores[:1]) as server,
    ):
        if len(cores) > 1:
            os.sched_setaffinity(0, cores[1:])
        asyncio.run(measure(server, calm, danger))


if __name__ == "__main__":
    main()
