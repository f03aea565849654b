"""Memory does not grow with conversations. `make soak` does the same fifty times as long."""

from __future__ import annotations

from bench.soak import MOST_GROWTH_MEGABYTES, growth

TURNS = 2_000


def test_two_thousand_turns_leave_the_process_as_it_was(chat) -> None:
    """Two hundred conversations later the process is as large as before, within what is noise."""
    url = f"{chat.url}/webhooks/web/turn"
    assert growth(url, chat.process.pid, TURNS) < MOST_GROWTH_MEGABYTES
