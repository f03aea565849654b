"""The plan of how much machine a day needs: the sum is right, and the document holds the sum."""

from __future__ import annotations

import re
import shlex

import pytest

from bench.capacity import MACHINES, Cost, Load, Machine, Room, main, plan
from bot.settings import ROOT, Settings
from bot.web.waiting import MOST_WAITING

DOCUMENT = ROOT / "docs" / "CAPACITY.md"
LOAD = Load(turns=5, typed=0.25, busy_hour=0.1, peak=2)
COST = Cost(typed_ms=20, tapped_ms=4, around_ms=2, process_mb=500)
ROOM = Room(most_busy=0.5, system_mb=1000)


def test_the_sum_by_hand() -> None:
    """A day of 720,000 conversations, worked out on paper."""
    found = plan(720_000, LOAD, COST, ROOM, (Machine(4, 8000),))

    assert found.turn_ms == pytest.approx(0.25 * 20 + 0.75 * 4 + 2)
    # 3.6 million turns, a tenth of them in one hour of 3,600 s, twice as many in its worst minute.
    assert found.turns_a_second == pytest.approx(200)
    # 200 turns of 10 ms are two cores that never rest, so four that are half busy.
    assert found.cores == pytest.approx(4)
    assert found.processes == 4
    assert found.memory_mb == 2000
    assert found.machines == (1,)
    assert found.used_hours == pytest.approx(10 * 1e6 / 1000 / 3600)
    assert found.rented_hours == pytest.approx(4 * 24 / 3.6)
    assert found.price(0.5) == pytest.approx(4 * 24 / 3.6 / 2)


def test_there_are_two_processes_however_few_come() -> None:
    """One answers while the other is restarted."""
    assert plan(1).processes == 2


@pytest.mark.parametrize(
    ("machine", "holds"), [(Machine(2, 4000), 2), (Machine(4, 2600), 3), (Machine(2, 1200), 0)]
)
def test_a_machine_holds_a_process_a_core_as_far_as_memory_goes(machine, holds) -> None:
    """What is short decides: cores, or memory beside the system's."""
    assert machine.processes(500, ROOM) == holds


def test_from_two_machines_on_one_is_to_spare() -> None:
    """Where one machine is enough there is none to spare, and the table says one."""
    assert plan(720_000, LOAD, COST, ROOM, (Machine(4, 8000),)).machines == (1,)
    # One process more than a machine holds.
    assert plan(725_000, LOAD, COST, ROOM, (Machine(4, 8000),)).machines == (3,)


def test_the_cheaper_kind_of_machine_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """A kind on which no process fits is said to be of no use, and costs nothing."""
    small, large = Machine(2, 1200), Machine(4, 8000)
    found = plan(720_000, LOAD, COST, ROOM, (small, large))
    assert found.machines == (None, 1)
    assert found.rented_hours == pytest.approx(4 * 24 / 3.6)
    assert plan(720_000, LOAD, COST, ROOM, (small,)).rented_hours is None

    assert main(["--process-mb", "9000", "--price", "1"]) == 0
    assert capsys.readouterr().out.count("none fits") == 4 * 3


def test_twice_the_people_cost_twice_the_cores() -> None:
    """And a turn costs the same."""
    one, two = plan(100_000, LOAD, COST, ROOM), plan(200_000, LOAD, COST, ROOM)
    assert two.cores == pytest.approx(2 * one.cores)
    assert two.used_hours == pytest.approx(one.used_hours)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("typed", "1.1"),
        ("busy-hour", "0"),
        ("most-busy", "0"),
        ("peak", "0.5"),
        ("typed-ms", "-1"),
        ("turns", "nan"),
        ("price", "inf"),
        ("conversations", "0"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(
    option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is named, and no table is printed."""
    assert main([f"--{option}", value]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(option.replace("-", "_"))


def test_the_table_of_the_document_is_what_its_command_prints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whoever changes a figure runs the command, and puts in what it prints."""
    text = DOCUMENT.read_text(encoding="utf-8")
    (command,) = re.findall(r"^python -m bench\.capacity (.+)$", text, re.MULTILINE)
    (kept,) = re.findall(r"<!-- made by the command above -->\n(.*?)<!-- end -->", text, re.DOTALL)

    assert main(shlex.split(command)) == 0
    assert kept == capsys.readouterr().out
    assert len(MACHINES) == 2


def test_the_document_assumes_what_the_command_assumes() -> None:
    """Each option with its default stands in a table, and none that there is not."""
    rows = re.findall(
        r"^\| `--([a-z-]+)` \| ([0-9.,]+) \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE
    )
    told = {name.replace("-", "_"): float(value.replace(",", "")) for name, value in rows}
    assumed = {**vars(Load()), **vars(Cost()), **vars(Room())}
    # What a core costs is the host's to say.
    assert told == {name: value for name, value in assumed.items() if name != "price"}


def test_the_limits_that_the_document_names_are_those_of_the_program() -> None:
    """A limit that is changed is changed there too."""
    text = DOCUMENT.read_text(encoding="utf-8")
    assert f"takes {Settings.turns_a_minute} turns a minute from one address" in text
    assert f"The line of one process holds {MOST_WAITING};" in text
    (rate,) = re.findall(r"nginx (\d+) requests a second", text)
    conf = (ROOT / "deploy" / "nginx" / "rights-assistant.conf").read_text(encoding="utf-8")
    assert f"rate={rate}r/s" in conf
