"""Chat and desk side by side: when one ends or is told to, nothing of them is left."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from bot.settings import ROOT
from tests.conftest import free_port


def start(*commands: str, **variables: str) -> subprocess.Popen[bytes]:
    script = f"from bot.together import run_together; run_together(*{commands!r})"
    return subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_when_one_ends_all_end_with_its_status() -> None:
    """A command that is done ends the other too; one that fails says so by its status."""
    assert start("key", "key").wait(60) == 0
    assert start("no-such-command").wait(60) != 0


def test_told_to_stop_it_leaves_nobody_behind(tmp_path: Path) -> None:
    """Stopped as a machine stops its services: the desk's port is free again."""
    port = free_port()
    desk = {
        "ASSISTANT_DESK_PORT": str(port),
        "ASSISTANT_DATABASE_URL": f"sqlite:///{tmp_path / 'content.db'}",
    }
    running = start("desk", **desk)
    deadline = time.monotonic() + 60
    while not _answers(port):
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.2)
    running.terminate()
    running.wait(30)
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
            return True
    except OSError:
        return False
