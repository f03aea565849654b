"""The content report: how every answer stands in every language, on one page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest

from bot.content.checks.finding import NAMES
from bot.content.report.figures import Report, names, report
from bot.content.report.page import html, write
from bot.content.values import Content
from bot.errors import ContentError
from bot.languages import LANGUAGES
from tests.content.making import REVIEW_BY, answer, content_of, fact, service

TODAY, TOO_LATE = REVIEW_BY, REVIEW_BY + timedelta(days=1)

#: Four answers of which everything is known: in time, lines that stay, and what may be planted.
ROWS = [
    answer("a.risk", facts=("F1",), native_read=("cy",)),
    answer("a.low", risk="low", facts=("F1",)),
    answer("a.life", risk="lifeline", facts=("F1",)),
    answer("a.later", facts=("F1",), review_by=date(2028, 1, 1)),
    fact("F1", check=1, says="It is <b>so</b> & no more."),
    service("bawso", phone="0800 000 0000"),
]


def made(today: date = TODAY, **values) -> Report:
    return report(content_of(*ROWS, **values), today)


def statuses(found: Report) -> dict[tuple[str, str], str]:
    return {
        (row.answer.id, text.language): text.status for row in found.answers for text in row.texts
    }


class Page(HTMLParser):
    """The tags of a page, and the words of each part of it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.parts: dict[str, str] = {}
        self._part = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "h2":
            self._part = str(dict(attrs)["id"])
        if tag in ("tr", "li"):
            self.parts[self._part] = self.parts.get(self._part, "") + "\n"

    def handle_data(self, data) -> None:
        self.parts[self._part] = self.parts.get(self._part, "") + f" {' '.join(data.split())} "

    def rows(self, part: str) -> list[str]:
        return [" ".join(row.split()).replace(" :", ":") for row in self.parts[part].split("\n")]


@pytest.fixture(scope="module")
def shipped(content: Content) -> Report:
    """The report on what ships, on the day it was written."""
    return report(content, max(row.as_of for row in content.answers.values()))


# --- what ships


def test_every_answer_stands_in_every_language(content, shipped) -> None:
    """Each answer has a line for each of the four languages, in the report and on the page."""
    assert list(statuses(shipped)) == [
        (name, language) for name in content.answers for language in LANGUAGES
    ]
    rows = Page(html(shipped)).rows("answers")
    # The first line of an answer begins with its name, the others with their language.
    published = re.compile(rf"\b({'|'.join(NAMES.values())}) published \d+ ")
    shown = [(row, match[1]) for row in rows if (match := published.search(row))]
    assert [language for _, language in shown] == list(NAMES.values()) * len(content.answers)
    heads = [row.partition(" ")[0] for row, _ in shown[:: len(LANGUAGES)]]
    assert heads == list(content.answers)


def test_what_ships_is_published_and_nothing_is_found(shipped) -> None:
    """On the day it was written everything is published, and nobody has anything to do."""
    assert set(statuses(shipped).values()) == {"published"}
    assert [str(finding) for finding in shipped.findings] == []
    assert shipped.due == ()


def test_every_service_and_every_check_stands_on_the_page(content, shipped) -> None:
    """The directory and the facts to be checked are there, each in a row of its own."""
    page = Page(html(shipped))
    for part, wanted in (
        ("services", list(content.services)),
        ("launch", [name for name, row in content.facts.items() if row.check is not None]),
    ):
        first = [row.split(" ")[0] for row in page.rows(part)]
        assert sorted(word for word in first if word in wanted) == sorted(wanted)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_measured_as_a_whole(content, shipped, language) -> None:
    """Each language has its words, its measure, and an answer that is the hardest."""
    (figures,) = [one for one in shipped.languages if one.language == NAMES[language]]
    rows = [text for row in shipped.answers for text in row.texts if text.language == language]

    assert figures.words == sum(row.words for row in rows) > 1000
    assert figures.hardest.partition(":")[0] in content.answers
    assert re.search(r"\d", figures.measure)
    assert figures.read_by_native == 0


# --- what is planted


def test_a_finding_is_shown_with_its_place_and_its_remedy() -> None:
    """What a check finds stands on the page: where, what is wrong, and what to do."""
    texts = dict(content_of(*ROWS).texts)
    del texts["cy", "a.risk.short"]
    texts["en", "a.low.short"] = "You will not be deported."
    found = made(texts=texts)
    rows = Page(html(found)).rows("findings")

    missing = [row for row in rows if row.startswith("a.risk.short (Welsh)")]
    assert missing == ["a.risk.short (Welsh): the text is missing. Write it."]
    promises = [row for row in rows if row.startswith("a.low.short (English)")]
    assert any("nobody may promise" in row for row in promises)
    assert f"What the checks find: {len(found.findings)}" in rows[0]
    assert statuses(found)["a.risk", "cy"] == "missing"
    assert statuses(found)["a.risk", "en"] == "published"


def test_an_overdue_answer_is_shown_with_what_follows() -> None:
    """It is said whether an overdue answer is withheld, warns, or stays; and that it waits."""
    found = made(TOO_LATE)
    late = "its review is overdue"

    for language in LANGUAGES:
        assert statuses(found)["a.risk", language] == f"withheld, the interim text is shown: {late}"
        assert statuses(found)["a.low", language] == f"published with a warning: {late}"
        assert statuses(found)["a.life", language] == "published"
        assert statuses(found)["a.later", language] == "published"
    texts = [text for row in found.answers for text in row.texts]
    assert [text.is_good for text in texts] == [text.status == "published" for text in texts]
    page = Page(html(found))
    marked = [values for tag, values in page.tags if tag == "td" and values.get("class") == "bad"]
    # Two answers in four languages, and the row of the service.
    assert len(marked) == 2 * len(LANGUAGES) + 1
    assert [row.split(" ")[0] for row in page.rows("due")][2:] == [
        *("a.life", "a.risk", "service.bawso", "a.low")
    ]
    assert any(row.startswith("a.risk: its review was due") for row in page.rows("findings"))
    assert sum(late in row for row in page.rows("answers")) == 2 * len(LANGUAGES)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (
            "dangerous",
            "withheld, the interim text is shown: the English has changed in a way that matters",
        ),
        ("improved", "published with a warning: the English has been improved since"),
        ("wording", "published"),
    ],
)
def test_a_stale_text_is_shown_in_its_language(kind, status) -> None:
    """A translation of an older English shows as what it is, in that language alone."""
    found = made(stale={("cy", "a.risk.short"): kind})

    assert statuses(found) == {**statuses(made()), ("a.risk", "cy"): status}
    page = Page(html(found))
    assert any(
        row.startswith("a.risk.short (Welsh): the English has") for row in page.rows("findings")
    )
    assert any(row.startswith("a.risk a.risk.short (cy)") for row in page.rows("due"))


def test_a_changed_fact_is_shown_at_its_answer() -> None:
    """An answer whose facts have changed says which."""
    found = made(fact_changes={"a.low": ("F1",)})

    for language in LANGUAGES:
        assert statuses(found)["a.low", language] == "published; facts have changed: F1"
        assert statuses(found)["a.risk", language] == "published"
    assert any("facts it rests on have changed: F1" in row for row in Page(html(found)).rows("due"))


def test_what_a_native_specialist_has_read_is_told_from_what_none_has() -> None:
    """Each text says whether somebody who grew up with the language has read it."""
    found = made()
    native = {
        (row.answer.id, text.language): text.native for row in found.answers for text in row.texts
    }

    read = [key for key, said in native.items() if said == "read by a native specialist"]
    assert read == [("a.risk", "cy")]
    assert set(native.values()) == {
        "read by a native specialist",
        "not yet read by a native specialist",
    }
    counts = {one.language: one.read_by_native for one in found.languages}
    assert counts == {"English": 0, "Spanish": 0, "Welsh": 1, "Portuguese": 0}


@pytest.mark.parametrize("rank", [3, 11])
def test_a_rank_without_a_heading_of_its_own_is_not_lost(rank) -> None:
    """A fact of a rank that nobody has described stands on the page all the same."""
    found = report(content_of(*ROWS, fact("F9", check=rank)), TODAY)

    assert any(row.startswith("F9 ") for row in Page(html(found)).rows("launch"))


# --- the page


def test_the_page_is_one_file_that_asks_nobody_for_anything(shipped) -> None:
    """No script, style, picture or font is fetched: it can be read where there is no network."""
    page = html(shipped)
    tags = Page(page).tags

    assert not {tag for tag, _ in tags} & {
        *("script", "link", "img", "iframe", "object", "embed", "base", "form", "svg", "video"),
        *("audio", "source", "picture", "input"),
    }
    assert not {name for _, values in tags for name in values} & {
        *("src", "srcset", "action", "background", "data", "ping", "style"),
    }
    assert not [name for _, values in tags for name in values if name.startswith("on")]
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert not re.search(r"url\(|@import|@font-face", style)
    for tag, values in tags:
        if "href" in values:
            assert tag == "a"
            assert str(values["href"]).startswith(("https://", "#"))
            assert str(values["href"]).startswith("#") or "noreferrer" in str(values["rel"])


def test_the_links_within_the_page_lead_somewhere(shipped) -> None:
    """Each entry of the list at the top has its part."""
    tags = Page(html(shipped)).tags
    wanted = {str(values["href"])[1:] for _, values in tags if str(values.get("href"))[0] == "#"}

    assert wanted
    assert wanted <= {values.get("id") for _, values in tags}


def test_a_text_is_shown_and_never_run() -> None:
    """What looks like a tag in a fact or in a text is shown as it was written."""
    texts = dict(content_of(*ROWS).texts)
    texts["en", "a.low.short"] = "<script>alert(1)</script>"
    page = html(made(texts=texts))

    assert "<script" not in page
    assert "It is &lt;b&gt;so&lt;/b&gt; &amp; no more." in page


def test_the_page_says_what_it_is_about() -> None:
    """The day and the revision stand on it."""
    page = html(replace(made(), revision=17))

    assert f"revision 17, as they stand on {TODAY}" in page


def test_the_page_is_written_where_it_is_wanted(tmp_path) -> None:
    """The folder is made, and the file holds the page."""
    found = made()
    path = tmp_path / "var" / "deep" / "report.html"
    write(found, path)

    assert path.read_text(encoding="utf-8") == html(found)


def test_a_page_that_cannot_be_written_is_an_error_of_ours(tmp_path) -> None:
    """A file in the place of the folder is named, with no traceback."""
    (tmp_path / "var").write_text("x")

    with pytest.raises(ContentError, match=r"report\.html cannot be written"):
        write(made(), tmp_path / "var" / "report.html")


def test_values_are_one_list_or_a_dash() -> None:
    """No values are a dash, so that no cell is empty."""
    assert names(("wales", "england")) == "wales, england"
    assert names(()) == "–"
