"""The tests: how they last ended, and a run of them that testers start, watch and stop."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue

from bot.desk.editor import cleaned
from bot.desk.names import names
from bot.desk.parts import _, me, parts, require
from bot.desk.tests_run import State, testing
from bot.editing import history
from bot.editing.person import ADMINISTRATOR, TESTER
from bot.languages import ENDONYMS, LANGUAGES
from bot.settings import ROOT
from bot.testing.asked import LIVE, SHIPPED, Asked
from bot.testing.report import JSON_FILE, JUNIT_FILE, REPORT
from bot.testing.results import Cell, Results, read_json

pages = Blueprint("tests", __name__)

#: Script, requests and forms of a report are nothing; its one style sheet stands in it.
REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
RELOAD_SECONDS = 2
_MOST_CHARACTERS = 120
_CONTENT_REPORT = ROOT / "var" / "content-report.html"
_DOWNLOADS = {JSON_FILE: "application/json", JUNIT_FILE: "application/xml", REPORT: "text/html"}
_OF_A_FILE = re.compile(r".+\.yml, line \d+: ")


@dataclass(frozen=True)
class Failed:
    """Why a run ended before its end: in a sentence, and what it said itself."""

    text: str
    lines: tuple[str, ...]


@pages.before_request
def _testers_only() -> None:
    require(TESTER, ADMINISTRATOR)


@pages.get("/tests")
def index() -> str:
    """Shows how the tests last ended, and the form that runs them."""
    typed = Asked(only=request.args.get("part", "")[:_MOST_CHARACTERS])
    return _index(typed, {})


@pages.post("/tests/run")
def start() -> ResponseReturnValue:
    """Starts a run of what is asked for, unless one is going on."""
    wish, problems = _wish()
    if problems:
        return _index(wish, problems), 400
    desk, runs = parts(), testing().runs
    try:
        with desk.store.database.connect(write=True) as connection:
            is_started = runs.start(wish, me().name, desk.now())
            if is_started:
                told = f"{wish.only or 'everything'}; {', '.join(wish.languages)}; {wish.content}"
                history.write(connection, desk.now(), me().name, "ran the tests", "tests", new=told)
    except OSError:
        problem = _("The tests could not be started: the folder for their results is not writable.")
        return _index(wish, {"run": problem}), 500
    if not is_started:
        flash(_("The tests are running already. Wait until they end, or stop them."))
    return _to_watch()


@pages.get("/tests/run")
def watch() -> str:
    """Shows how far the run has come; with `reload=yes` again and again, without a script."""
    state = testing().runs.state()
    reloads = request.args.get("reload") == "yes"
    return render_template(
        "tests/run.html",
        state=state,
        failed=explain(state),
        seconds=_seconds(state),
        reload=RELOAD_SECONDS if reloads and state.is_running else None,
        names=names(parts().content),
    )


@pages.post("/tests/run/stop")
def stop() -> ResponseReturnValue:
    """Stops the run that is going on."""
    if not testing().runs.stop():
        flash(_("No tests are running."))
    return _to_watch()


@pages.get("/tests/report")
def report() -> Response:
    """Shows the report of the last run as it was written."""
    return _shown(testing().runs.folder / REPORT)


@pages.get("/content-report.html")
def content_report() -> Response:
    """Shows the report on the content, to which the report of the tests leads."""
    return _shown(_CONTENT_REPORT)


@pages.get("/tests/download/<name>")
def download(name: str) -> Response:
    """Gives the results of the last run as a file: for people, as JSON, as JUnit's XML."""
    path = testing().runs.folder / name
    if name not in _DOWNLOADS or not path.is_file():
        abort(404)
    return send_file(path, _DOWNLOADS[name], as_attachment=True, max_age=0)


def explain(state: State) -> Failed | None:
    """Returns why a run failed in plain words, None when it did not."""
    if not state.has_failed:
        return None
    lines = tuple(state.error.splitlines())
    if lines and all(_OF_A_FILE.match(line) for line in lines):
        text = _("A file of situations is not well formed, so nothing was run. Mend it first:")
    elif state.error.startswith("No test is about"):
        text = _("No test fits what you asked for, so nothing was run.")
    elif state.error.startswith("The chat did not start"):
        text = _(
            "The chat did not start, so nothing was tested. Show whoever runs the server"
            " what stands here:"
        )
    else:
        text = _(
            "The tests ended before their end. Run them again; if it happens again, show whoever"
            " runs the server what stands here:"
        )
    return Failed(text, lines)


def _index(wish: Asked, problems: dict[str, str]) -> str:
    content, folder = parts().content, testing().situations
    results = read_json(testing().runs.folder / JSON_FILE)
    rows = by_topic(results)
    state = testing().runs.state()
    # Some topics have tests that nobody wrote: those of buttons, of follow-up questions.
    topics = sorted({*rows, *(one.stem for one in folder.path.glob("*.yml"))})
    return render_template(
        "tests/index.html",
        results=results,
        rows=rows,
        has_report=(testing().runs.folder / REPORT).is_file(),
        state=state,
        failed=explain(state),
        wish=wish,
        # Both, where somebody has chosen both.
        topic=request.form.get("topic", wish.only if wish.only in topics else ""),
        part=request.form.get("part", "" if wish.only in topics else wish.only),
        problems=problems,
        topics=topics,
        languages=LANGUAGES,
        endonyms=ENDONYMS,
        contents=(SHIPPED, LIVE),
        reloads=request.method == "GET" or "reload" in request.form,
        names=names(content),
    )


def by_topic(results: Results | None) -> dict[str, dict[str, Cell]]:
    """Returns topic → language → how many were green, the topic with the worst cell first."""
    found: dict[str, dict[str, Cell]] = {}
    for cell in results.cells if results else ():
        found.setdefault(cell.topic, {})[cell.language] = cell
    return found


def _wish() -> tuple[Asked, dict[str, str]]:
    """Returns what the form asks for, and what is wrong with it."""
    form, problems = request.form, {}
    topic, part = form.get("topic", ""), " ".join(cleaned(form.get("part", "")).split())
    languages = tuple(one for one in LANGUAGES if one in form.getlist("languages"))
    content = form.get("content", SHIPPED)
    if topic and part:
        problems["part"] = _("Choose one: a topic, or a part of a name.")
    if len(part) > _MOST_CHARACTERS or not part.isprintable():
        problems["part"] = _("A part of a name is a few words.")
    # One that comes from elsewhere is no topic that was shown.
    if topic and not re.fullmatch(r"[a-z][a-z0-9_-]{0,40}", topic):
        problems["topic"] = _("Choose one.")
        topic = ""
    if not languages:
        problems["languages"] = _("Choose at least one language.")
    if content not in (SHIPPED, LIVE):
        problems["content"] = _("Choose one.")
        content = SHIPPED
    return Asked(part or topic, languages, content), problems


def _to_watch() -> ResponseReturnValue:
    reload = "yes" if "reload" in request.form else None
    return redirect(url_for(".watch", reload=reload), 303)


def _seconds(state: State) -> int:
    if state.started is None:
        return 0
    return max(0, int((parts().now() - datetime.fromisoformat(state.started.at)).total_seconds()))


def _shown(path: Path) -> Response:
    if not path.is_file():
        abort(404)
    answer = send_file(path, "text/html", max_age=0)
    answer.headers["Content-Security-Policy"] = REPORT_POLICY
    return answer
