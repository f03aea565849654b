"""Testers run the tests, see how they ended and add situations; nobody else does, nothing leaks."""

from __future__ import annotations

import html
import json
import os
import re
import signal
import sys
from datetime import datetime, timezone
from html.parser import HTMLParser

import pytest

from bot.desk.tests_form import MOST_STEPS
from bot.desk.tests_run import LOCK, DeskTests, Runs
from bot.editing import history
from bot.languages import LANGUAGES
from bot.settings import Settings
from bot.testing import report
from bot.testing.adding import SituationFolder
from bot.testing.asked import Asked
from bot.testing.results import Broken, Cell, Results
from bot.testing.told import Progress
from tests.desk.forms import main_of, words

NOW = datetime(2026, 11, 26, 10, tzinfo=timezone.utc)
ATTACK = "<script>alert('x')</script>"
OLD = """\
- situation: She greets
  about: A greeting is answered.
  steps:
    - she says:
        en: hello
        es: hola
        cy: helo
        pt: ola
      answer: bot.greet
"""
#: Writes what it was given, says how far it has come, and waits to be told to stop.
FAKE = """
import json, os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
folder = sys.argv[1]
with open(folder + "/given.json", "w") as file:
    given = {name: os.environ.get(name) for name in os.environ if "ASSISTANT" in name}
    json.dump([sys.argv[2:], given, os.nice(0), os.getpgid(0) == os.getpid()], file)
def tell(**values):
    with open(folder + "/progress.json", "w") as file:
        json.dump(values, file)
try:
    tell(done=3, of=8, what="<b>She asks</b> (cy, json)", ended=False, error="")
    with open(folder + "/ready", "w") as file:
        file.write("ready")
    while True:
        signal.pause()
except KeyboardInterrupt:
    tell(done=3, of=8, what="", ended=True, error="")
"""


@pytest.fixture
def place(desk, tmp_path):
    """Folders of the test's own, and a command that only pretends; whatever it began, ends."""
    situations, results = tmp_path / "situations", tmp_path / "stories"
    situations.mkdir()
    results.mkdir()
    (situations / "bot.yml").write_text(OLD, encoding="utf-8")
    os.mkfifo(results / "ready")
    (tmp_path / "fake.py").write_text(FAKE, encoding="utf-8")
    command = (sys.executable, str(tmp_path / "fake.py"), str(results))
    settings = Settings(database_url="sqlite:///of-the-desk.db")
    environment = {**os.environ, "ASSISTANT_DESK_KEYS": "secret", "ASSISTANT_STATE_KEYS": "secret"}
    runs = Runs(Runs.of(settings, environment)._environment, results, command)
    desk.app.extensions["testing"] = DeskTests(runs, SituationFolder(situations))
    yield desk.app.extensions["testing"]
    if runs.process and runs.process.poll() is None:
        os.killpg(runs.process.pid, signal.SIGKILL)
        runs.process.wait(20)


@pytest.fixture
def tess(desk, place):
    """The browser of a tester."""
    desk.person("Tess", ["tester"])
    return desk.as_("Tess")


def run(client, **form):
    """Sends the form that runs everything, with what is given in place."""
    fields = {"topic": "", "part": "", "languages": list(LANGUAGES), "content": "shipped"}
    return client.post("/tests/run", data={**fields, **form})


def is_ready(place) -> None:
    """Waits until the command that only pretends is where it waits itself."""
    assert (place.runs.folder / "ready").read_text(encoding="utf-8") == "ready"


def ended(place, progress: Progress | None, printed: str = "", code: str = "pass") -> None:
    """Lets a run be started that ends at once, having said this."""
    place.runs._command = (sys.executable, "-c", code)
    assert place.runs.start(Asked(), "Tess", NOW)
    place.runs.process.wait(20)
    (place.runs.folder / "run.log").write_text(printed, encoding="utf-8")
    if progress is not None:
        (place.runs.folder / "progress.json").write_text(json.dumps(progress.__dict__))


def results(*broken: Broken, **values) -> Results:
    """Returns results of two topics."""
    cells = (Cell("bot", "cy", 1, 3), Cell("nrm", "en", 5, 5))
    given = {
        **{"content": "live", "revision": 7, "when": "2026-11-26T09:30:00+00:00", "seconds": 1.0},
        **{"cells": cells, "by_door": {}, "lacks": None, "complaints": ()},
    }
    return Results(**{**given, **values}, broken=broken)


def deeds(desk, act: str) -> list:
    return [deed for deed in history.read(desk.store.database) if deed.act == act]


def form_with(steps: list[dict[str, str]], **fields: str) -> dict[str, str]:
    """Returns what a browser sends of the form of a situation."""
    sent = {"topic": "bot", "name": "She asks", "about": "", "count": str(len(steps)), **fields}
    for number, step in enumerate(steps, 1):
        sent |= {f"{name}-{number}": value for name, value in step.items()}
    return sent


def says(**more: str) -> dict[str, str]:
    """Returns the fields of a step in which she says something."""
    texts = {f"text-{language}": f"{language} words" for language in LANGUAGES}
    return {"act": "she says", **texts, "answer": "bot.greet", **more}


class _Fields(HTMLParser):
    """Reads the fields of the form of a situation as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: list) -> None:
        of = dict(attrs)
        if tag == "input" and of.get("name") and (of.get("type") != "checkbox" or "checked" in of):
            self.values[of["name"]] = of.get("value") or ""
        elif tag == "textarea":
            self._area = of["name"]
            self.values[self._area] = ""
        elif tag == "select":
            self._select = of["name"]
            self.values[self._select] = ""
        elif tag == "option" and self._select and "selected" in of:
            self.values[self._select] = of["value"] or ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        self._area = "" if tag == "textarea" else self._area
        self._select = "" if tag == "select" else self._select


def fields_of(page) -> dict[str, str]:
    reader = _Fields()
    form = page.text.partition('action="/tests/situations/new"')[2]
    reader.feed(form)
    # As a browser reads and sends lines.
    sent = {name: value.removeprefix("\n") for name, value in reader.values.items()}
    return {
        name: value.replace("\n", "\r\n")
        for name, value in sent.items()
        if value and name != "csrf_token"
    }


def add(client, sent: dict[str, str], do: str = "save"):
    return client.post("/tests/situations/new", data={**sent, "do": do})


def problem_at(page, name: str) -> str:
    found = re.search(rf'id="{name}-wrong">(.*?)</p>', page.text, re.S)
    return html.unescape(re.sub("<[^>]+>", "", found[1])) if found else ""


# --- who may


PAGES = ["/tests", "/tests/run", "/tests/report", "/tests/situations", "/tests/situations/new"]


@pytest.mark.parametrize("role", ["editor", "publisher", "translator", "approver"])
def test_others_may_neither_look_nor_run_nor_add(desk, place, role) -> None:
    """By direct address as little as by the navigation, which does not name the tests to them."""
    desk.person("One", [role], LANGUAGES)
    client = desk.as_("One")

    assert 'href="/tests"' not in client.get("/").text
    for page in (*PAGES, "/tests/download/stories.json", "/content-report.html"):
        assert client.get(page).status_code == 403, page
    assert run(client).status_code == 403
    assert client.post("/tests/run/stop").status_code == 403
    assert add(client, form_with([says()])).status_code == 403
    assert place.runs.process is None
    assert (place.situations.path / "bot.yml").read_text(encoding="utf-8") == OLD


@pytest.mark.parametrize("role", ["tester", "administrator"])
def test_testers_and_administrators_may(desk, place, role) -> None:
    """The navigation leads them there."""
    desk.person("One", [role])
    client = desk.as_("One")

    assert 'href="/tests"' in client.get("/").text
    for page in ("/tests", "/tests/run", "/tests/situations", "/tests/situations/new"):
        assert client.get(page).status_code == 200


def test_nobody_looks_or_runs_without_an_account(desk, place) -> None:
    """Whoever is not signed in is asked to sign in."""
    for page in PAGES:
        assert desk.client.get(page).location.startswith("/sign-in")
    run(desk.client)
    assert place.runs.process is None


@pytest.mark.parametrize("address", ["/tests/run", "/tests/run/stop", "/tests/situations/new"])
def test_the_forms_need_their_token(desk, tess, place, address) -> None:
    """A page of somebody else starts, stops and adds nothing."""
    desk.app.config["WTF_CSRF_ENABLED"] = True
    sent = form_with([says()], languages="en", content="shipped")
    assert tess.post(address, data=sent).status_code == 400
    assert place.runs.process is None
    assert (place.situations.path / "bot.yml").read_text(encoding="utf-8") == OLD
    for page in ("/tests", "/tests/situations/new"):
        assert 'name="csrf_token"' in tess.get(page).text.partition("<main")[2]


def test_a_tester_can_be_invited(desk, place) -> None:
    """The form of accounts has the role, and says what it is for."""
    desk.person("Ada", ["administrator"])
    page = words(desk.as_("Ada").get("/accounts/new"))
    assert 'value="tester"' in page
    assert "Runs the tests and adds situations to them." in page


# --- a run


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


# --- how they ended


def test_without_results_the_page_says_so(tess) -> None:
    """And what to do; there is no report to lead to."""
    page = main_of(tess.get("/tests").text)
    assert "There are no results yet." in page
    assert "Read the report" not in page
    assert tess.get("/tests/report").status_code == 404
    assert tess.get("/tests/download/stories.json").status_code == 404


def test_the_page_says_when_on_what_and_what_broke(tess, place) -> None:
    """By topic and language, with a way into the report at that place."""
    broken = Broken(
        *("She greets", "bot", "bot.yml, line 4", "cy", "json", 1, "she says", ATTACK),
        *("answer", "bot.greet", ATTACK),
    )
    report.write(results(broken, complaints=(ATTACK,)), place.runs.folder)

    page = tess.get("/tests").text

    shown = main_of(page)
    assert "Something was not as it must be." in shown
    assert "26 November 2026, 09:30" in shown
    assert "what is live at the desk, revision 7" in shown
    assert "✗ 2 of 3 broke" in shown
    assert "✓ 5" in shown
    assert 'href="/tests/report#bot-cy"' in page
    assert "<script>alert" not in page
    key = re.search(r'href="/tests/situations/([0-9a-f]+)"', tess.get("/tests/situations").text)[1]
    one = tess.get(f"/tests/situations/{key}").text
    assert "What broke in the last run" in one
    assert "<script>alert" not in one


def test_green_is_said(tess, place) -> None:
    """In words, not by a colour alone."""
    report.write(results(cells=(Cell("nrm", "en", 5, 5),)), place.runs.folder)
    assert "✓ Everything was as it must be." in main_of(tess.get("/tests").text)


def test_the_report_is_shown_with_no_script_at_all(tess, place) -> None:
    """Its own policy is stricter than the desk's, and nobody may hold it in a frame."""
    report.write(results(), place.runs.folder)

    answer = tess.get("/tests/report")

    assert answer.mimetype == "text/html"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline';")
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'self'" in tess.get("/tests").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("stories.html", "text/html"),
        ("stories.json", "application/json"),
        ("stories.xml", "application/xml"),
    ],
)
def test_results_can_be_taken_away(tess, place, name, kind) -> None:
    """As a file of that name, letter by letter; nothing else of the folder."""
    report.write(results(), place.runs.folder)
    (place.runs.folder / "run.log").write_text("log", encoding="utf-8")

    answer = tess.get(f"/tests/download/{name}")

    assert answer.mimetype == kind
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert answer.data == (place.runs.folder / name).read_bytes()
    for other in ("run.log", "..%2Fcontent.db", "run.lock"):
        assert tess.get(f"/tests/download/{other}").status_code == 404


# --- situations


def test_situations_are_listed_and_found(tess, place) -> None:
    """By topic, with their steps; by a word of any language; what is not well formed is said."""
    (place.situations.path / "nrm.yml").write_text(
        OLD.replace("She greets", ATTACK).replace("hello", "what is the nrm"), encoding="utf-8"
    )
    (place.situations.path / "wales.yml").write_text("- nothing: x", encoding="utf-8")

    page = tess.get("/tests/situations")

    shown = main_of(page.text)
    assert "She greets steps: 1" in shown
    assert "2 of 2" in shown
    assert "wales.yml, line 1" in shown
    assert "<script>alert" not in page.text
    assert "1 of 2" in main_of(tess.get("/tests/situations?q=WHAT+IS").text)
    assert "She greets" in tess.get("/tests/situations?q=helo&topic=bot").text
    assert "Nothing is found." in tess.get("/tests/situations?q=nowhere").text


def test_a_situation_is_shown_in_four_languages_side_by_side(tess) -> None:
    """What she says in each, and what must come."""
    key = re.search(r'href="/tests/situations/([0-9a-f]+)"', tess.get("/tests/situations").text)[1]
    page = tess.get(f"/tests/situations/{key}")
    for language, text in (("en", "hello"), ("es", "hola"), ("cy", "helo"), ("pt", "ola")):
        assert f'<td class="reading" lang="{language}">{text}</td>' in page.text
    assert "bot.greet" in main_of(page.text)
    assert "bot.yml, line 1" in main_of(page.text)
    assert tess.get("/tests/situations/0123456789abcdef").status_code == 404


def test_a_situation_is_added_and_noted(desk, tess, place) -> None:
    """It stands in its file, in the list and in the history, and its own page opens."""
    steps = [
        says(**{"say-cy": "un\r\n\r\ndau", "offer-1": "bot.what", "offer-3": "bot.human"}),
        {"act": "she taps", "button": "services.find?nation=wales", "answer": "services.find"},
        {"act": "she goes back to step", "back": "1"},
        {"act": "she starts again"},
        {"act": "she picks language", "picked": "cy", "answer": "bot.greet", "tongue": "cy"},
        {"act": "she sends nothing", "answer": "bot.unsure", "warn": "yes"},
    ]

    answer = add(tess, form_with(steps, name="She asks: & more?", about=ATTACK))

    assert answer.status_code == 303
    content = desk.store.load()
    _greets, one = place.situations.read(content)[0]
    assert (one.name, one.topic, len(one.steps)) == ("She asks: & more?", "bot", 6)
    assert one.steps[0].expected["cy"].says == ("un", "dau")
    assert one.steps[0].expected["en"].says == ()
    assert one.steps[0].expected["en"].offers == ("bot.what", "bot.human")
    assert one.steps[4].expected["en"].language == "cy"
    assert one.steps[5].expected["pt"].may_alarm
    page = tess.get(answer.location).text
    assert "<script>alert" not in page
    assert "She asks: &amp; more?" in page
    [deed] = deeds(desk, "added a situation")
    assert (deed.who, deed.what) == ("Tess", "bot: She asks: & more?")
    desk.person("Eve", ["editor"])
    assert "added a situation to the tests" in desk.as_("Eve").get("/history").text


def test_a_step_more_or_less_loses_nothing(tess, place) -> None:
    """All that was typed stands there again, as it was; nothing is saved by it."""
    first = says(**{"say-en": f"one & two\r\n{ATTACK}", "offer-2": "half", "warn": "yes"})
    name = 'A "name" & <b>'
    sent = form_with([first, says(answer="bot.what")], name=name, about="why")

    page = add(tess, sent, "add")

    assert page.status_code == 200
    # The words of a phrase stand in lines of their own; what she says is one line.
    assert fields_of(page) == {**sent, "count": "3"}
    assert "<script>alert" not in page.text
    fewer = add(tess, {**fields_of(page), "answer-3": "bot.human"}, "drop-1")
    left = fields_of(fewer)
    assert (left["name"], left["about"], left["count"]) == (name, "why", "2")
    assert (left["answer-1"], left["answer-2"]) == ("bot.what", "bot.human")
    assert "say-en-1" not in left
    assert (place.situations.path / "bot.yml").read_text(encoding="utf-8") == OLD


def test_no_more_steps_than_fit(tess) -> None:
    """The last one has no button for another, and a number that is none does no harm."""
    full = add(tess, form_with([says()] * MOST_STEPS), "add")
    assert fields_of(full)["count"] == str(MOST_STEPS)
    assert 'value="add"' not in full.text
    assert add(tess, form_with([says()], count="9999"), "drop-77").status_code == 200
    assert add(tess, form_with([says()], count="x"), "drop-x").status_code == 200
    only = add(tess, form_with([says()]), "drop-1")
    assert fields_of(only)["answer-1"] == "bot.greet"


def test_the_enter_key_takes_nothing_away(tess) -> None:
    """The first button of the form, which that key presses, is the one that saves."""
    page = add(tess, form_with([says(), says()]), "add").text
    form = page.partition('action="/tests/situations/new"')[2]
    assert re.search(r"<button[^>]*>", form)[0].count('value="save"') == 1


@pytest.mark.parametrize(
    ("step", "name", "said"),
    [
        ({"act": ""}, "act-1", "Choose what she does."),
        ({"act": "she dances"}, "act-1", "Choose what she does."),
        ({"text-cy": " "}, "text-cy-1", "Write what she says."),
        ({"text-pt": "a" * 501}, "text-pt-1", "longer than 500 letters"),
        ({"answer": ""}, "answer-1", "Write which answer must come."),
        ({"answer": "bot.gret"}, "answer-1", "'bot.gret' is not an answer that there is."),
        ({"answer": "bot.greet, bot.x"}, "answer-1", "'bot.x' is not an answer"),
        ({"button": "bot.what"}, "button-1", "does not go with what she does"),
        ({"offer-2": "bot.x"}, "offer-2-1", "'bot.x' is not an answer"),
        ({"offer-3": "No button!"}, "offer-3-1", "is no button"),
        ({"show-2": "nowhere"}, "show-2-1", "'nowhere' is not a service"),
        ({"tongue": "fr"}, "tongue-1", "'fr' is not a language"),
        ({"act": "she taps"}, "button-1", "Say which button she taps."),
        ({"act": "she taps"}, "text-en-1", "does not go with what she does"),
        ({"act": "she starts again"}, "answer-1", "Nothing is answered in this step."),
        ({"name": ""}, "name", "Write in a sentence"),
        ({"name": "She greets"}, "name", "There is a situation of this name."),
        ({"name": "a" * 111}, "name", "At most 110 letters."),
        ({"topic": "../bot"}, "topic", "Choose a topic."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    desk, tess, place, step, name, said
) -> None:
    """In plain words, with a way from the list on top; nothing is written or noted."""
    own = {key: value for key, value in step.items() if key in ("name", "topic")}
    sent = form_with([says(**{key: value for key, value in step.items() if key not in own})], **own)

    page = add(tess, sent)

    assert page.status_code == 400
    assert said in problem_at(page, name)
    assert f'href="#{name}"' in page.text
    assert f'id="{name}"' in page.text
    # A list offers only what there is.
    lists = ("act-1", "tongue-1", "topic")
    kept = {key: value for key, value in sent.items() if value.strip() and key not in lists}
    assert kept.items() <= fields_of(page).items()
    assert (place.situations.path / "bot.yml").read_text(encoding="utf-8") == OLD
    assert deeds(desk, "added a situation") == []


def test_only_silence_is_no_test(tess) -> None:
    """Something must be answered, or the test could never fail."""
    page = add(tess, form_with([{"act": "she starts again"}]))
    assert "Nothing is answered here" in problem_at(page, "act-1")


def test_she_goes_back_only_to_a_step_above(tess) -> None:
    """The reader of the files says so, at the field."""
    page = add(tess, form_with([says(), {"act": "she goes back to step", "back": "2"}]))
    assert "she cannot go back to step '2'" in problem_at(page, "back-2")


def test_a_file_that_was_wrong_before_is_not_blamed_on_whoever_adds(tess, place) -> None:
    """What is wrong with it stands on top, with its line."""
    (place.situations.path / "bot.yml").write_text(OLD.replace("answer", "anser"), encoding="utf-8")
    page = add(tess, form_with([says()]))
    assert page.status_code == 400
    assert "bot.yml, line " in main_of(page.text)
    assert "-wrong" not in page.text.partition("<form method")[2].partition("<main")[2]


def test_where_nothing_can_be_written_the_text_is_given_instead(
    desk, tess, place, tmp_path
) -> None:
    """Said before anybody types, and what was typed can be sent to somebody who can add it."""
    desk.app.extensions["testing"] = DeskTests(place.runs, SituationFolder(tmp_path / "away"))
    assert "Nothing can be saved on this server" in main_of(tess.get("/tests/situations/new").text)

    page = add(tess, form_with([says()]))

    assert page.status_code == 409
    assert "- situation: She asks" in html.unescape(page.text)
    assert fields_of(page)["text-en-1"] == "en words"
    assert deeds(desk, "added a situation") == []


def test_ids_can_be_chosen_by_their_english_names(desk, tess) -> None:
    """A list of answers and one of services, without a script."""
    page = html.unescape(tess.get("/tests/situations/new").text)
    label = desk.store.load().text("en", "sharing.risk.label")
    assert f'<option value="sharing.risk" label="{label}">' in page
    assert '<option value="refuge-helpline" label="' in page
    assert 'list="answers"' in page
