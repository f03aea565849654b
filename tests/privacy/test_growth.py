"""Memory does not grow with conversations. `make soak` does the same a hundred times as long."""

from __future__ import annotations

from bench.soak import MOST_GROWTH_MEGABYTES, growth

WARM_UP, TURNS = 500, 1_000


def test_a_thousand_turns_leave_the_process_as_it_was(chat) -> None:
    """A hundred conversations later the process is as large as before, within what is noise."""
    url = f"{chat.url}/webhooks/web/turn"
    assert growth(url, chat.process.pid, TURNS, warm_up=WARM_UP) < MOST_GROWTH_MEGABYTES
