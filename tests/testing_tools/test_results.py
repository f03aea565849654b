"""A run is green for good reason alone, and its report says what broke, the worst first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from bot.languages import LANGUAGES
from bot.testing import report
from bot.testing.coverage import coverage
from bot.testing.doors import Heard, Reply
from bot.testing.playing import DANGER_MISSED, Played, Run
from bot.testing.results import (
    Broken,
    Results,
    Understood,
    cells_of,
    languages_missing,
    read_json,
)
from bot.testing.situation import SAYS, Expected, Situation, Step

GREEN = [(topic, language, True) for topic in ("nrm", "sharing") for language in LANGUAGES]
BROKE = Broken(
    *("She <asks>", "nrm", "nrm.yml, line 3", "cy", "json", 2, SAYS, "beth <b>ydy</b> NRM"),
    *("answer", "nrm.what", "bot.unsure"),
    Understood("nrm_signs", 0.6, "nrm_what", 0.3),
)


def results(cells: Sequence[tuple[str, str, bool]] = GREEN, **changes: object) -> Results:
    """Returns the results of a run in which everything was as it must be."""
    plain = Results(
        content="shipped",
        revision=3,
        when="2026-11-26T10:00:00+00:00",
        seconds=9.5,
        cells=cells_of(cells),
        by_door={"json": 4, "form": 4, "rasa": 0},
        broken=(),
        lacks=(),
        complaints=(),
    )
    return replace(plain, **changes)


def test_a_run_in_which_nothing_is_wrong_is_green() -> None:
    """With tests in each language, nothing broken and nothing missing."""
    assert results().is_green
    assert languages_missing(results().cells) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"cells": []},
        {"broken": (BROKE,)},
        {"lacks": ("nrm.what in cy: read by 1 of 2 tests.",)},
        {"complaints": ("No test is in cy.",)},
    ],
    ids=["no test at all", "something broke", "a gap", "a run not to be trusted"],
)
def test_whatever_is_wrong_makes_it_red(changes) -> None:
    """Zero tests are no success, nor is a gap that nobody tested."""
    assert not results(**changes).is_green


def test_a_language_without_tests_is_named() -> None:
    """So that the run complains of it."""
    there = [(topic, language, True) for topic, language, _ in GREEN if language != "cy"]
    assert languages_missing(cells_of(there)) == ["cy"]


def test_the_worst_cell_stands_first() -> None:
    """By its share of green tests, and with it its topic."""
    cells = cells_of([*GREEN, ("wales", "pt", True), ("wales", "cy", False), ("nrm", "es", False)])
    assert [(one.topic, one.language) for one in cells[:2]] == [("wales", "cy"), ("nrm", "es")]
    assert [topic for topic, _ in report.rows(cells)][:2] == ["wales", "nrm"]


def test_what_no_release_may_have_is_told_apart() -> None:
    """A danger missed is not one failure among others."""
    missed = replace(BROKE, kind=DANGER_MISSED)
    assert results(broken=(BROKE, missed)).fatal == (missed,)


def test_the_report_says_what_broke_with_her_words(tmp_path) -> None:
    """She, expected, got, how it was understood; and nothing that was typed becomes markup."""
    red = results([*GREEN, ("nrm", "cy", False)], broken=(BROKE,), lacks=("x in pt: none.",))
    page = report.write(red, tmp_path).read_text(encoding="utf-8")
    for words in ("beth &lt;b&gt;ydy&lt;/b&gt; NRM", "nrm_signs (60 %)", "x in pt: none."):
        assert words in page
    assert "<b>ydy" not in page
    assert "something is not as it must be" in page
    assert "1 of 2 broke" in page


def test_it_is_there_for_machines_too(tmp_path) -> None:
    """JSON gives back what was written; JUnit XML has a failure for what broke."""
    red = results(
        [*GREEN, ("nrm", "cy", False)], broken=(BROKE,), complaints=("No test is in cy.",)
    )
    report.write(red, tmp_path)
    assert read_json(tmp_path / report.JSON_FILE) == red
    assert json.loads((tmp_path / report.JSON_FILE).read_text(encoding="utf-8"))["green"] is False
    found = ET.parse(tmp_path / report.JUNIT_FILE).getroot()  # noqa: S314 - our own file
    assert [one.get("type") for one in found.iter("failure")] == ["answer", None]


def run_of(content, *messages: Heard, did: str = "he is hitting me") -> Run:
    step = Step(SAYS, {"en": did}, {"en": Expected((), "en")})
    situation = Situation("talk", "", "nrm", "f", 1, (step,))
    return Run(situation, "en", "json", (Played(1, step, did, Reply(200, messages, "", 0.0)),))


def test_what_no_test_reaches_is_named(content) -> None:
    """Answers that fewer than two tests read, services nobody saw, kinds of danger nobody told."""
    text = content.text("en", "nrm.what.short")
    read = run_of(content, Heard("nrm.what", "en", text, (), {"lawrs": ()}))
    alarm = run_of(
        content, Heard("safety.danger", "en", content.text("en", "safety.danger.short"), (), {})
    )
    reached = coverage([read, read, alarm], content)
    assert reached.readings["nrm.what", "en"] == 2
    lacks = "\n".join(reached.lacks)
    assert "nrm.what in en" not in lacks
    assert "nrm.what in cy: read by 0 of 2 tests." in lacks
    assert "service lawrs in en" not in lacks
    assert "service bawso in en: shown by no test." in lacks
    assert "danger of the kind attack in en" not in lacks
    assert "danger of the kind strangulation in en: no test says it." in lacks


def test_words_in_the_place_of_an_answer_are_no_reading_of_it(content) -> None:
    """An interim text does not count as the answer it stands for."""
    reached = coverage(
        [run_of(content, Heard("nrm.what", "en", "Something else.", (), {}))], content
    )
    assert reached.readings["nrm.what", "en"] == 0
