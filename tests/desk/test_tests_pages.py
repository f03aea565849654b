"""Testers look at how the tests ended, and nobody else does; nothing leaks."""

from __future__ import annotations

import re

import pytest

from bot.languages import LANGUAGES
from bot.testing import report
from bot.testing.results import Broken, Cell
from tests.desk.forms import main_of, words
from tests.desk.testers import (
    ATTACK,
    OLD,
    add,
    form_with,
    results,
    run,
    says,
)

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
