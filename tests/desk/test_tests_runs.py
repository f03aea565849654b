"""Testers start a run, watch it and stop it, one at a time."""

from __future__ import annotations

import html
import json
import os
import signal
import sys

import pytest

from bot.desk.tests_run import LOCK, Runs
from bot.testing.asked import Asked
from bot.testing.told import Progress
from tests.desk.forms import main_of
from tests.desk.testers import (
    ATTACK,
    FAKE,
    deeds,
    ended,
    is_ready,
    problem_at,
    run,
)


def test_a_run_gets_what_was_asked_for_and_the_settings_of_the_desk(desk, tess, place) -> None:
    """The database, no key, a priority below the chat's; what was typed is never an option."""
    answer = run(tess, part="--content=live", languages=["en", "cy"], content="live")

    is_ready(place)
    given = json.loads((place.runs.folder / "given.json").read_text(encoding="utf-8"))
    arguments, environment, nice, has_a_group = given
    assert answer.status_code == 303
    assert arguments == ["--only=--content=live", "--in", "en", "cy", "--content=live"]
    assert environment["ASSISTANT_DATABASE_URL"] == "sqlite:///of-the-desk.db"
    assert not {"ASSISTANT_DESK_KEYS", "ASSISTANT_STATE_KEYS"} & set(environment)
    assert nice >= 0
    assert os.getpriority(os.PRIO_PROCESS, place.runs.process.pid) >= 10
    assert has_a_group
    [deed] = deeds(desk, "ran the tests")
    assert (deed.who, deed.what, deed.new) == ("Tess", "tests", "--content=live; en, cy; live")


def test_a_run_is_watched_without_a_script(desk, tess, place) -> None:
    """Done and of, what is played, the time so far; the page reloads only where that is wanted."""
    answer = run(tess, reload="yes")
    is_ready(place)
    desk.wait(seconds=65)

    page = tess.get(answer.location)

    assert '<meta http-equiv="refresh" content="2">' in page.text
    for shown in ("3 of 8 tests are done.", "Now: <b>She asks</b> (cy, json)", "1 min 5 s"):
        assert shown in main_of(page.text)
    assert "<b>She" not in page.text
    assert '<progress max="8" value="3"' in page.text
    still = tess.get("/tests/run").text
    assert "http-equiv" not in still
    assert "3 of 8 tests are done." in still
    assert "http-equiv" not in tess.get("/tests").text


def test_one_run_at_a_time(desk, tess, place) -> None:
    """Whoever comes second is told, by a desk that has started anew as well."""
    run(tess)
    is_ready(place)
    first = place.runs.process

    page = tess.post("/tests/run", data={"languages": "en"}, follow_redirects=True)

    assert "The tests are running already." in main_of(page.text)
    assert place.runs.process is first
    assert not Runs({}, place.runs.folder).start(Asked(), "Eve", desk.now())
    assert 'action="/tests/run"' not in tess.get("/tests").text
    assert len(deeds(desk, "ran the tests")) == 1


def test_a_run_is_stopped_and_the_next_can_start(desk, tess, place) -> None:
    """It takes its chat down by itself; the page says who had started it."""
    run(tess)
    is_ready(place)

    tess.post("/tests/run/stop")
    place.runs.process.wait(20)

    assert place.runs.process.returncode == 0
    page = main_of(tess.get("/tests/run").text)
    assert "The last run here, started by Tess" in page
    assert "was stopped" in page
    assert run(tess).status_code == 303
    is_ready(place)


def test_what_does_not_listen_is_ended_at_once(tess, place) -> None:
    """Asked a second time, nothing of it is left."""
    deaf = FAKE.replace(
        "except KeyboardInterrupt:\n", "except KeyboardInterrupt:\n    signal.pause()\n"
    )
    (place.runs.folder.parent / "fake.py").write_text(deaf, encoding="utf-8")
    run(tess)
    is_ready(place)
    tess.post("/tests/run/stop")
    assert "End it at once" in tess.get("/tests/run").text

    tess.post("/tests/run/stop")

    assert place.runs.process.wait(20) == -signal.SIGKILL


def test_a_lock_that_a_dead_process_left_behind_keeps_nobody_out(tess, place) -> None:
    """The file stays with its number; it is the process that holds the lock."""
    ended(place, None)
    (place.runs.folder / LOCK).write_text(str(place.runs.process.pid), encoding="utf-8")
    assert not place.runs.state().is_running
    assert place.runs.stop() is False
    fake, folder = place.runs.folder.parent / "fake.py", place.runs.folder
    place.runs._command = (sys.executable, str(fake), str(folder))

    assert run(tess).status_code == 303
    is_ready(place)
    assert place.runs.state().is_running


def test_no_get_starts_a_run(tess, place) -> None:
    """Looking, whatever is in the address, starts nothing; the form is only filled."""
    page = tess.get("/tests?part=She+greets&topic=bot&languages=en&content=live&do=run")
    tess.get("/tests/run?topic=bot&reload=yes")
    assert tess.get("/tests/run/stop").status_code == 405
    assert 'value="She greets"' in page.text
    assert place.runs.process is None


@pytest.mark.parametrize(
    ("form", "name", "said"),
    [
        ({"languages": []}, "languages", "Choose at least one language."),
        ({"languages": ["xx"]}, "languages", "Choose at least one language."),
        ({"topic": "bot", "part": "greets"}, "part", "Choose one"),
        ({"part": "x" * 200}, "part", "a few words"),
        ({"topic": "../../etc"}, "topic", "Choose one"),
        ({"content": "theirs"}, "content", "Choose one"),
    ],
)
def test_what_is_wrong_with_a_wish_is_said_at_its_field(
    desk, tess, place, form, name, said
) -> None:
    """Nothing is started or noted, and what was chosen is kept."""
    page = run(tess, **form)

    assert page.status_code == 400
    assert said in problem_at(page, name)
    assert f'aria-describedby="{"part-hint " if name == "part" else " "}{name}-wrong"' in page.text
    if "part" in form:
        assert form["part"] in page.text
    assert place.runs.process is None
    assert deeds(desk, "ran the tests") == []


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(desk, tess, place, tmp_path) -> None:
    """Nothing is noted of a run that never was."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    place.runs.folder = tmp_path / "file"
    page = run(tess)
    assert page.status_code == 500
    assert "the folder for their results is not writable" in main_of(page.text)
    assert deeds(desk, "ran the tests") == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("bot.yml, line 3: 'x' is not an answer. See.\nnrm.yml, line 9: b.", "is not well formed"),
        ("The chat did not start:\nTraceback", "The chat did not start, so nothing was tested."),
        ("No test is about 'x': nothing was run.", "No test fits what you asked for"),
        (f"{ATTACK} is unheard of", "The tests ended before their end."),
    ],
)
def test_why_a_run_failed_is_said_in_plain_words(tess, place, error, said) -> None:
    """On its page and on that of the tests, with each line that it said itself, and harmless."""
    ended(place, Progress(0, 0, "", ended=True, error=error))

    for address in ("/tests/run", "/tests"):
        page = tess.get(address).text
        assert said in main_of(page)
        assert "was stopped" not in page
        assert "<script>alert" not in page
        for line in error.splitlines():
            assert f"<li>{html.escape(line)}</li>".replace("&#x27;", "&#39;") in page


def test_a_run_that_died_shows_what_it_printed(tess, place) -> None:
    """It said nothing of an end: the last lines of its log stand there."""
    ended(place, Progress(2, 8, "one"), printed="lost\n" * 30 + "Killed")
    page = tess.get("/tests/run").text
    assert "The tests ended before their end." in main_of(page)
    assert "<li>Killed</li>" in page
    assert page.count("<li>lost</li>") == 19


def test_a_run_that_ended_leads_to_its_results(tess, place) -> None:
    """No reloading any more."""
    ended(place, Progress(8, 8, "", ended=True))
    page = tess.get("/tests/run?reload=yes").text
    assert "The tests have run to their end." in page
    assert "http-equiv" not in page
