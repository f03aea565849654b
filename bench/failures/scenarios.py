"""What is broken and how, and what must be so besides the figures."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from string import ascii_letters

from cryptography.fernet import Fernet

from bench.failures.chat import Chat
from bench.failures.clock import HOURS, Clock
from bench.failures.cutting import WAYS, cut
from bench.failures.load import Load
from bench.failures.proxy import ASKED_AGAIN_SECONDS
from bench.failures.site import Site
from bench.failures.talk import FRESH_START
from bench.failures.waiting import ExpectationError, wait_until
from bot.errors import ContentUnavailableError

#: How long a part stays away while the load goes on.
AWAY_SECONDS = 8
#: Until a process that hangs has been given some turns.
HUNG_SECONDS = 0.5
#: A supervisor waits a moment before it starts again what has died.
SUPERVISOR_SECONDS = 1
#: The snapshot is written right after an edit is live.
SNAPSHOT_SECONDS = 2
#: How often each way of cutting a connection is tried, and how soon nothing may be left of it:
#: after fifteen seconds a process lets go of whoever sends nothing.
CUTS, CUT_SECONDS = 20, 30


@dataclass(frozen=True)
class Scenario:
    """What is done to the service under load.

    Attributes:
        name: for the command line.
        about: for the table.
        act: breaks and mends; raises ExpectationError when something is not as it must be.
        may_begin_afresh: whether conversations may have to, kindly.
        needs_disks: whether it fills them.
    """

    name: str
    about: str
    act: Callable[[Site, Load], list[str]]
    may_begin_afresh: bool = False
    needs_disks: bool = False


def kill(site: Site, load: Load) -> list[str]:
    """Kills each process in turn, full of turns; whoever watches over them starts it again."""
    took = []
    for chat in site.chats:
        # A turn is short: without this a process would often die with none in it.
        chat.hang()
        time.sleep(HUNG_SECONDS)
        load.broken()
        chat.kill()
        time.sleep(SUPERVISOR_SECONDS)
        chat.start(site.settings)
        took.append(chat.wait())
        time.sleep(ASKED_AGAIN_SECONDS)
    return [f"a killed process answers again after at most {max(took):.0f} s"]


def restart(site: Site, load: Load) -> list[str]:
    """Ends and starts each process in turn."""
    site.roll(load.broken)
    return []


def database(site: Site, load: Load) -> list[str]:
    """Takes the database away at once, tries to publish, and brings it back."""
    load.broken()
    site.database.stop(at_once=True)
    _must_not_publish(site)
    time.sleep(AWAY_SECONDS)
    site.database.start()
    return [f"an edit after it was back was live everywhere after {_edited(site):.1f} s"]


def start_without_database(site: Site, load: Load) -> list[str]:
    """Restarts a process while the database is away: it has the content of before."""
    words = site.edit()
    site.wait_for(words)
    time.sleep(SNAPSHOT_SECONDS)
    load.broken()
    site.database.stop()
    chat = site.chats[0]
    load.broken()
    chat.stop()
    chat.start(site.settings)
    took = chat.wait()
    if words not in chat.ask({"choose": "nrm.what"}).text:
        raise ExpectationError("a process that starts without the database has old content.")
    site.database.start()
    return [
        f"the process answered after {took:.0f} s, with the last edit in it",
        f"an edit after the database was back was live everywhere after {_edited(site):.1f} s",
    ]


def disk(site: Site, load: Load) -> list[str]:
    """Fills the disks of logs and snapshot, kills a process there, then that of the database."""
    chat = site.chats[0]
    load.broken()
    site.disks["logs"].fill([chat.log for chat in site.chats])
    site.disks["snapshot"].fill()
    live = _edited(site)
    load.broken()
    chat.kill()
    chat.start(site.settings)
    took = chat.wait()
    before = site.database.revision()
    load.broken()
    site.disks["database"].fill()
    _must_not_publish(site, letters=2_000_000)
    time.sleep(AWAY_SECONDS)
    for one in site.disks.values():
        one.free()
    # It may have ended, when there was no room for its journal; then its supervisor starts it.
    if not site.database.is_running:
        site.database.start()
    if site.database.revision() != before:
        raise ExpectationError("an edit was published in part.")
    return [
        f"with the disks of logs and snapshot full an edit was live everywhere after {live:.1f} s,"
        f" and a killed process answered again after {took:.0f} s",
        "on the full disk of the database an edit was refused as a whole",
        f"an edit after there was room was live everywhere after {_edited(site):.1f} s",
    ]


def clock(site: Site, load: Load) -> list[str]:
    """Lets the clock of one process jump, ahead and back, while it runs."""
    chat, fake = site.chats[-1], Clock(site.folder / "clock")
    fake.jump(0)
    load.broken()
    chat.stop()
    chat.start({**site.settings, **fake.variables})
    chat.wait()
    for hours in (HOURS, -HOURS, 0):
        load.broken()
        fake.jump(hours)
        _wait_for_clock(chat, hours)
        time.sleep(AWAY_SECONDS)
    return [f"the clock of one process jumped {HOURS} h ahead, then {2 * HOURS} h back, then right"]


def cut_connections(site: Site, load: Load) -> list[str]:
    """Hangs up in the middle of requests, at the proxy and at each process."""
    before = [chat.sockets() for chat in site.chats]
    load.broken()
    for _ in range(CUTS):
        for door in (site.proxy.door, *(chat.door for chat in site.chats)):
            for way in WAYS:
                cut(door, way)
        # In between there is room for turns: this is no test of overload.
        time.sleep(0.3)
    for chat, held in zip(site.chats, before):
        wait_until(
            partial(_holds_at_most, chat, held + CUTS),
            CUT_SECONDS,
            f"connections that were cut are still held after {CUT_SECONDS} seconds.",
        )
    number = CUTS * len(WAYS)
    return [f"{number} connections cut at the proxy and {number} at each process; none was kept"]


def model(site: Site, load: Load) -> list[str]:
    """Tries a model that does not load at one process, goes back, and brings in a good one."""
    old = Path(site.settings["ASSISTANT_MODELS"])
    new, damaged = site.folder / "models", site.folder / "models-damaged"
    shutil.copytree(old, new)
    damaged.mkdir()
    (damaged / "encoder").symlink_to(old / "encoder")
    shutil.copy(old / "assistant.fingerprint", damaged)
    archive = (old / "assistant.tar.gz").read_bytes()
    (damaged / "assistant.tar.gz").write_bytes(archive[: len(archive) // 2])
    first = site.chats[0]
    load.broken()
    first.stop()
    first.start({**site.settings, "ASSISTANT_MODELS": str(damaged)})
    status = first.exit_status()
    if status != 1:
        raise ExpectationError(f"a process with a damaged model ended with status {status}.")
    first.start(site.settings)
    first.wait()
    time.sleep(ASKED_AGAIN_SECONDS)
    site.settings = {**site.settings, "ASSISTANT_MODELS": str(new)}
    site.roll(load.broken, at_once=_half(site))
    if not all(chat.has_mapped(new) and not chat.has_mapped(old) for chat in site.chats):
        raise ExpectationError("a process still has the old model.")
    return ["a process with a damaged model did not start, and said so; all have the new one"]


def keys(site: Site, load: Load) -> list[str]:
    """Brings in a new key in three steps: it is known, it seals, the old one is gone."""
    old, new = site.key, Fernet.generate_key().decode()
    sealed = site.chats[0].ask({"choose": "nrm.what"}).state
    for known in (f"{old},{new}", f"{new},{old}", new):
        site.settings = {**site.settings, "ASSISTANT_STATE_KEYS": known}
        site.roll(load.broken, at_once=_half(site))
    site.key = new
    heard = site.chats[0].ask({"choose": "bot.more"}, sealed).heard
    if heard is None or FRESH_START not in heard.answers:
        raise ExpectationError("what the old key sealed can still be read.")
    return ["what the old key sealed could not be read any more"]


SCENARIOS = (
    Scenario("kill", "each process hung, killed (−9) and started again, in turn", kill),
    Scenario("restart", "each process ended (−TERM) and started in turn", restart),
    Scenario("database", "PostgreSQL stopped at once and started again", database),
    Scenario(
        "start-without-database",
        "PostgreSQL stopped, a process ended and started meanwhile",
        start_without_database,
    ),
    Scenario(
        "disk",
        "the disks filled, of logs and snapshot, then of the database",
        disk,
        needs_disks=True,
    ),
    Scenario("clock", "the clock of one process jumps by hours", clock, may_begin_afresh=True),
    Scenario("cut", "connections cut in mid-turn", cut_connections),
    Scenario("model", "a damaged model at one process, then a new one at all", model),
    Scenario("keys", "a new key in three steps, all processes restarted at each", keys),
)


def _edited(site: Site) -> float:
    """Publishes an edit, and returns how long it took until it was live everywhere."""
    return site.wait_for(site.edit())


def _must_not_publish(site: Site, letters: int = 0) -> None:
    """Tries to publish an edit where that cannot be.

    Args:
        site: the service.
        letters: how much longer than a sentence it is; of no form that could be packed.
    """
    try:
        site.edit("".join(random.choices(ascii_letters, k=letters)))  # noqa: S311
    except ContentUnavailableError:
        return
    raise ExpectationError("an edit was published that cannot have been written.")


def _wait_for_clock(chat: Chat, hours: int) -> None:
    def has_jumped() -> bool:
        return abs(chat.clock() - time.time() - 3600 * hours) < 60

    wait_until(has_jumped, 10, f"the clock did not jump by {hours} hours.")


def _holds_at_most(chat: Chat, number: int) -> bool:
    return chat.sockets() <= number


def _half(site: Site) -> int:
    """Returns how many processes can be restarted at once while as many serve."""
    return max(1, len(site.chats) // 2)
