"""Several processes of a new release start at once on an empty database."""

from __future__ import annotations

import subprocess
import sys

from sqlalchemy import create_engine, text

from bot.settings import ROOT
from tests.content.away import Embedded, Served

PROCESSES = 4
START = """
import sys
from bot.content.intake import take_in_shipped
from bot.content.store import ContentStore
store = ContentStore(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
store.migrate()
take_in_shipped(store)
"""


def test_the_tables_are_made_once_and_what_ships_is_taken_in_once(
    place: Embedded | Served,
) -> None:
    """None of them ends with an error, and there is one revision."""
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", START, place.url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    for one in started:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in started:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    errors = [one.communicate(timeout=120)[1] for one in started]
    assert [one.returncode for one in started] == [0] * PROCESSES, errors
    engine = create_engine(place.url, future=True)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM revisions")).scalar() == 1
    engine.dispose()
