"""A chat of its own for a test run, with shipped content or with a copy of what is live."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import ModelError
from bot.settings import ROOT

START_SECONDS = 180


@contextmanager
def served(folder: Path, database_url: str) -> Iterator[str]:
    """Runs the chat on loopback, yields its address, and stops it.

    Args:
        folder: takes its log.
        database_url: where its content lies.

    Raises:
        ModelError: with the end of its log, when it does not start.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {name: value for name, value in os.environ.items() if "ASSISTANT_" not in name}
    for name in ("ASSISTANT_MODELS", "ASSISTANT_NOW", "ASSISTANT_ENV"):
        if name in os.environ:
            environment[name] = os.environ[name]
    # A service's own limits and keys are no part of what is tested; its start-up rules neither.
    if environment.get("ASSISTANT_ENV") == "service":
        environment["ASSISTANT_ENV"] = "trial"
    environment |= {"ASSISTANT_CHAT_PORT": str(port), "ASSISTANT_DATABASE_URL": database_url}
    log = folder / "chat.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=ROOT,
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(url, process, log)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2):  # noqa: S310
                return
        except OSError:
            time.sleep(0.2)
    end = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise ModelError(f"The chat did not start:\n{end}")


def free_port() -> int:
    """Returns a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
