"""Whoever waits at a terminal sees that something is going on."""

from __future__ import annotations

import threading

import pytest

from bot import progress as module
from bot.progress import progress


def test_it_says_what_is_done_and_that_it_goes_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is being done comes first, dots while it lasts, and the time at the end."""
    monkeypatch.setattr(module, "TICK_SECONDS", 0.01)
    with progress("Training"):
        threading.Event().wait(0.1)
    printed = capsys.readouterr().out
    assert printed.startswith("Training …..")
    assert printed.endswith(" s\n")


def test_a_failure_ends_the_dots(capsys: pytest.CaptureFixture[str]) -> None:
    """An error is not hidden, and nothing goes on printing after it."""
    with pytest.raises(RuntimeError), progress("Training"):
        raise RuntimeError
    assert capsys.readouterr().out.count("\n") == 1
    assert not [thread for thread in threading.enumerate() if thread.name.endswith("(_tick)")]
