"""The failure tests count right, and notice what they are there to notice."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bench.failures.clock import Clock
from bench.failures.counting import (
    AFRESH,
    LOST,
    ON,
    UNANSWERED,
    Attempt,
    Figures,
    Turn,
    complaints,
    figures,
    percentile_95,
)
from bench.failures.door import Door
from bench.failures.forgotten import files_with
from bench.failures.load import Load
from bench.failures.proxy import lay_out
from bench.failures.scenarios import SCENARIOS
from bench.failures.table import BEGIN, END, Outcome, Results, report, with_table
from bench.failures.talk import SCRIPTS, Heard, rehearse, reply, verdict
from bench.failures.waiting import ExpectationError
from bot.languages import LANGUAGES
from bot.settings import ROOT

GOOD, TROUBLE = "200", "502 trouble"


def turn(*attempts: tuple[float, float, str], came_to: str = ON) -> Turn:
    return Turn(tuple(Attempt(*one) for one in attempts), came_to)


def counted(*turns: Turn, breaks: tuple[float, ...] = (10.0,), ended: float = 20.0) -> Figures:
    calm = turn((1.0, 1.5, GOOD))
    return figures([calm, *turns], breaks, ended)


class TestFigures:
    def test_turns_are_counted_before_and_after_the_break(self) -> None:
        """A turn belongs to the time in which it ended."""
        found = counted(turn((9.0, 9.5, GOOD)), turn((9.8, 10.2, GOOD)), turn((11.0, 11.1, GOOD)))
        assert (found.before, found.turns, found.answered) == (2, 2, 2)

    def test_a_request_in_flight_may_fail(self) -> None:
        """She asks again, and is answered: nothing is to be complained of."""
        found = counted(turn((9.9, 10.1, TROUBLE), (10.6, 10.9, GOOD)))
        assert (found.in_flight, found.answered, found.lost) == (1, 1, 0)
        assert found.failed == {TROUBLE: 1}
        assert complaints(found) == []

    @pytest.mark.parametrize("began", [9.0, 10.1], ids=["before", "after"])
    def test_no_other_request_may_fail(self, began: float) -> None:
        """A failure before or after a break is no part's that was broken then."""
        found = counted(turn((began, began + 0.2, TROUBLE), (12.0, 12.2, GOOD)))
        assert found.beyond == {TROUBLE: 1}
        assert complaints(found) == ["requests failed that were not in flight (1 × 502 trouble)"]

    def test_each_break_has_its_own_in_flight(self) -> None:
        """Four processes are killed, and each takes with it what it was at."""
        first, second = turn((9.9, 10.1, GOOD)), turn((14.9, 15.1, TROUBLE), (15.6, 16, GOOD))
        found = counted(first, second, breaks=(10.0, 15.0))
        assert (found.in_flight, found.beyond) == (2, {})

    @pytest.mark.parametrize("came_to", [LOST, UNANSWERED])
    def test_a_lost_conversation_is_complained_of(self, came_to: str) -> None:
        """Be it that it was answered as a stranger's, or not at all."""
        found = counted(turn((11.0, 11.2, GOOD), came_to=came_to), turn((12.0, 12.1, GOOD)))
        assert (found.lost, found.answered) == (1, 1)
        assert complaints(found) == ["1 conversations were lost"]

    def test_a_fresh_start_is_complained_of_unless_it_is_expected(self) -> None:
        """Where clocks are wrong a conversation may end, and says so."""
        found = counted(turn((11.0, 11.2, GOOD), came_to=AFRESH))
        assert (found.afresh, found.lost) == (1, 0)
        assert complaints(found) == ["1 conversations had to begin afresh"]
        assert complaints(found, may_begin_afresh=True) == []

    def test_no_load_is_complained_of(self) -> None:
        """Where nobody asked, nothing was shown."""
        assert complaints(figures([], [1.0], 2.0)) == ["there was no load: nobody was answered"]

    def test_waits_and_gaps(self) -> None:
        """A wait counts from her first request; a gap is one in which nobody is answered."""
        found = counted(
            turn((10.5, 11.0, TROUBLE), (11.5, 13.0, GOOD)), turn((13.5, 14.0, GOOD)), ended=15.0
        )
        assert (found.longest_wait, found.gap, found.p95_before) == (2.5, 3.0, 0.5)

    def test_a_service_that_never_comes_back_is_a_gap_to_the_end(self) -> None:
        """Not one that ends with the last answer."""
        assert counted(turn((10.0, 10.5, GOOD)), ended=30.0).gap == 19.5

    def test_the_percentile_is_of_the_values_themselves(self) -> None:
        """The 95th of a hundred; of few values the largest; of none nothing."""
        assert percentile_95([float(one) for one in range(1, 101)]) == 95.0
        assert percentile_95([2.0, 1.0]) == 2.0
        assert percentile_95([]) == 0.0


class TestTable:
    outcome = Outcome(
        "kill",
        "each process",
        counted(turn((9.9, 10.1, GOOD))),
        ("a note",),
        ("a fault\nand a log",),
    )

    def test_the_report_has_figures_notes_and_faults(self) -> None:
        """What is not as it must be stands out."""
        text = report(Results((self.outcome,), 7, ()))
        assert "| kill: each process | 1 | 1 | 1 | 1 | 0 | 0 | 0 | 9.9 | 0.2 | 500 | 200 |" in text
        assert "- kill: a note." in text
        assert "- **kill: a fault**" in text
        assert "a log" not in text
        assert "7 files" in text

    def test_one_fault_or_one_file_is_enough_to_fail(self) -> None:
        """The command then ends with a status that says so."""
        good = Outcome("kill", "each process", counted(), (), ())
        assert Results((good,), 7, ()).are_as_they_must_be
        assert not Results((good, self.outcome), 7, ()).are_as_they_must_be
        assert not Results((good,), 7, ("proxy/error.log",)).are_as_they_must_be
        assert "proxy/error.log" in report(Results((good,), 7, ("proxy/error.log",)))

    def test_the_table_goes_between_its_marks(self) -> None:
        """What people wrote around it stays."""
        page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
        assert with_table(page, "new") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
        with pytest.raises(ValueError, match="figures"):
            with_table("a page without marks", "new")

    def test_the_document_tells_every_scenario(self) -> None:
        """And has the marks between which the table is written."""
        text = (ROOT / "docs" / "FAILURES.md").read_text(encoding="utf-8")
        assert [one.name for one in SCENARIOS if f"`{one.name}`" not in text] == []
        assert with_table(text, "new") != text


class TestTalk:
    def test_every_language_is_spoken_and_depends_on_what_was_said(self) -> None:
        """Else a conversation lost in one of them would go unnoticed."""
        spoken = [script[0].asked["lang"] for script in SCRIPTS]
        assert spoken == list(LANGUAGES)
        assert all(sum(step.hangs for step in script) > 1 for script in SCRIPTS)

    def test_an_answer_of_another_conversation_is_noticed(self) -> None:
        """Another answer, or another language, is not this conversation going on."""
        due = Heard("cy", ("nrm.what",))
        assert verdict(due, due) == ON
        assert verdict(due, Heard("cy", ("bot.more",))) == LOST
        assert verdict(due, Heard("en", ("nrm.what",))) == LOST
        assert verdict(due, Heard("cy", ("bot.fresh-start", "nrm.what"))) == AFRESH

    @pytest.mark.parametrize(
        ("status", "body", "code"),
        [
            (503, b'{"error": {"code": "busy"}}', "503 busy"),
            (502, b"<html>", "502, not ours"),
            (200, b"{}", "200, not ours"),
            (200, b"", "200, not ours"),
        ],
        ids=["busy", "html", "half", "empty"],
    )
    def test_what_nobody_could_show_is_no_answer(self, status: int, body: bytes, code: str) -> None:
        """Whatever its status says."""
        found = reply(status, body)
        assert (found.code, found.heard) == (code, None)


@contextmanager
def made_up_chat(answer: Callable[[dict, str], str]) -> Iterator[Door]:
    """Runs a chat whose state is the last topic; a function says the answer to each request."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            said = answer(asked, asked["state"])
            messages = [{"answer": said, "text": ""}]
            body = json.dumps({"lang": "en", "state": said, "messages": messages}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Door(server.server_address[1])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def remembering(asked: dict, state: str) -> str:
    """Answers a step that hangs on the conversation with what was said last."""
    hangs = any(
        step.hangs and step.asked.items() <= asked.items() for row in SCRIPTS for step in row
    )
    return (state or "bot.more") if hangs else "a.topic"


class TestLoad:
    def test_conversations_that_go_on_are_counted_so(self) -> None:
        """With nothing broken nothing is to be complained of."""
        with made_up_chat(remembering) as door:
            found = self.figures(door, rehearse(door))
        assert complaints(found) == []

    def test_a_chat_that_forgets_is_noticed(self) -> None:
        """It answers with a 200, and as if nothing had been said."""
        with made_up_chat(remembering) as door:
            expected = rehearse(door)
        with made_up_chat(lambda asked, _: remembering(asked, "")) as door:
            found = self.figures(door, expected)
        assert found.lost > 0

    def test_a_rehearsal_that_shows_nothing_is_refused(self) -> None:
        """If each turn is answered the same without its conversation, no loss could be seen."""
        with (
            made_up_chat(lambda *_: "a.topic") as door,
            pytest.raises(ExpectationError, match="on"),
        ):
            rehearse(door)

    @staticmethod
    def figures(door: Door, expected: list[list[Heard]]) -> Figures:
        load = Load(door, expected, people=4, pause_seconds=(0.0, 0.01))
        load.start()
        # Each time for turns that hang on the ones before.
        time.sleep(0.5)
        load.broken()
        time.sleep(0.5)
        return load.stop()


def test_what_is_left_of_words_is_found(tmp_path: Path) -> None:
    """In a log, or in the middle of a file that is no text."""
    (tmp_path / "log").write_text("nothing here")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "binary").write_bytes(b"\x00\xffsecret\x00")
    looked_at, found = files_with(["secret"], tmp_path)
    assert (looked_at, found) == (2, [tmp_path / "deep" / "binary"])


def test_the_proxy_has_what_ships_and_leads_to_our_processes(tmp_path: Path) -> None:
    """All of it but places and ports, and no port of the machine's own."""
    lay_out(tmp_path / "rights-assistant", tmp_path, [7001, 7002, 7003], 7100, 7101)
    files = {path.name: path.read_text() for path in (tmp_path / "rights-assistant").glob("*.conf")}
    assert files.keys() == {path.name for path in (ROOT / "deploy" / "nginx").glob("*.conf")}
    for port in (7001, 7002, 7003):
        assert f"server 127.0.0.1:{port} " in files["upstreams.conf"]
    text = "".join(files.values())
    assert "/etc/nginx" not in text.replace("#     cp -r deploy/nginx /etc/nginx", "")
    for port in ("5005", "5007", "5008", "5009", "listen 80", "listen 443", "listen [::]"):
        assert port not in text


def test_a_clock_is_set_by_a_file(tmp_path: Path) -> None:
    """In the form that the library reads: ahead of the right time, or behind it."""
    clock = Clock(tmp_path / "clock")
    for hours, said in ((3, "+3h\n"), (-3, "-3h\n"), (0, "+0h\n")):
        clock.jump(hours)
        assert (tmp_path / "clock").read_text() == said
