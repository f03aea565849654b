"""The list of facts to be checked before launch, the most harmful first."""

from __future__ import annotations

import re

import pytest

from bot.content.launch import RANKS, launch_checks, launch_page
from bot.settings import ROOT
from tests.content.making import answer, content_of, fact, source

PAGE = ROOT / "docs" / "LAUNCH-CHECKS.md"


def rows_of(page: str) -> list[list[str]]:
    """Returns the cells of each row of a table that is about a fact."""
    lines = [line for line in page.splitlines() if re.match(r"\| F\w+ \|", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def headings_of(page: str) -> list[str]:
    return re.findall(r"^## (.+)$", page, re.MULTILINE)


SMALL = content_of(
    fact("F1", check=5),
    fact("F2", check=1, publish=False),
    fact("F3", check=None),
    fact("F4", check=1, says="It is | so.", sources=("page", "other")),
    fact("F5", check=1, sources=(), as_of=None, confidence="G"),
    answer("a.b", facts=("F4", "F1")),
    answer("a.c", facts=("F4", "F5", "F3")),
    source("page"),
    source("other", publisher="Another"),
)


def test_the_page_is_in_step_with_the_register(content) -> None:
    """The page of the docs is what the register gives; if not, `make launch-checks`."""
    assert PAGE.read_text(encoding="utf-8") == launch_page(content)


def test_every_fact_with_a_check_stands_on_the_page_once(content) -> None:
    """No fact that must be checked is forgotten, and none stands there without need."""
    listed = [row[0] for row in rows_of(PAGE.read_text(encoding="utf-8"))]
    wanted = {name for name, row in content.facts.items() if row.check is not None}

    assert len(wanted) > 20
    assert len(listed) == len(set(listed))
    assert set(listed) == wanted


def test_the_page_is_in_the_order_of_harm(content) -> None:
    """The worst rank comes first, each under its heading, with those who can check it."""
    page = PAGE.read_text(encoding="utf-8")
    ranks = [content.facts[row[0]].check for row in rows_of(page)]

    assert ranks == sorted(ranks)
    assert headings_of(page) == [RANKS[rank][0] for rank in sorted(set(ranks))]
    for rank in set(ranks):
        assert RANKS[rank][1] in page


def test_in_a_rank_what_most_answers_rest_on_comes_first(content) -> None:
    """Within a rank a fact under many answers comes before one under few; equals keep order."""
    for checks in launch_checks(content).values():
        counts = [len(check.answers) for check in checks]
        assert counts == sorted(counts, reverse=True)
    small = launch_checks(SMALL)

    assert list(small) == [1, 5]
    assert [check.fact.id for check in small[1]] == ["F4", "F5", "F2"]
    assert [check.fact.id for check in small[5]] == ["F1"]


def test_a_check_names_the_answers_that_fall_with_it() -> None:
    """With each fact stand the answers that rest on it, in their order."""
    (first, second, third) = launch_checks(SMALL)[1]

    assert (first.answers, second.answers, third.answers) == (("a.b", "a.c"), ("a.c",), ())


def test_a_row_says_all_that_a_checker_needs() -> None:
    """What it says, how sure it is, its date, its pages and its answers, or that there are none."""
    first, second, third, _ = rows_of(launch_page(SMALL))

    assert first == [
        "F4",
        "It is / so.",
        "V",
        "2026",
        "[Somebody](https://example.org/page), [Another](https://example.org/other)",
        "`a.b`, `a.c`",
    ]
    assert second[2:] == ["G", "undated", "none named", "`a.c`"]
    assert third[5] == "never published"


def test_a_fact_that_no_answer_rests_on_yet_says_so() -> None:
    """A fact that may be published and is not is told from one that never will be."""
    (row,) = rows_of(launch_page(content_of(fact("F1", check=1))))

    assert row[5] == "none yet"


@pytest.mark.parametrize("rank", [3, 11])
def test_a_rank_without_a_heading_of_its_own_is_not_lost(rank) -> None:
    """A fact of a rank that nobody has described is listed all the same."""
    page = launch_page(content_of(fact("F1", check=rank), fact("F2", check=1)))

    assert [row[0] for row in rows_of(page)] == ["F2", "F1"]
    assert headings_of(page) == [RANKS[1][0], RANKS[10][0]]
