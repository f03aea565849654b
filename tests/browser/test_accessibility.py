"""Every page, in mid-talk too: nothing that axe finds, targets large enough, nothing cut off."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Visit
from tests.browser.test_walk import DANGER, QUESTIONS, in_each_language

#: WCAG 2.2 A, AA, and the contrast of AAA; and what axe calls good practice.
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"color-contrast-enhanced": {"enabled": True}},
}
LEAST_TARGET = 44


def check(visitor: Visit, where: str) -> None:
    # What is scrolled half behind a bar that stays in sight is no smaller a target for that.
    place = "name => document.querySelectorAll('.exit, .ask').forEach(e => e.style.position = name)"
    visitor.page.evaluate(place, "static")
    _check(visitor, where)
    visitor.page.evaluate(place, "")


def _check(visitor: Visit, where: str) -> None:
    found = Axe().run(visitor.page, options=RULES).response["violations"]
    problems = [
        (one["id"], [(node["target"], node["failureSummary"]) for node in one["nodes"][:2]])
        for one in found
    ]
    assert problems == [], where
    page = visitor.page
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    small = page.evaluate(
        """least => [...document.querySelectorAll("button, a.exit, .reach a, summary, textarea")]
            .filter(one => one.offsetParent && one.getBoundingClientRect().height < least)
            .map(one => one.outerHTML)""",
        LEAST_TARGET,
    )
    assert small == [], where


@pytest.mark.parametrize("width", [320, 768])
@in_each_language
def test_every_page_is_accessible(visit, language: str, width: int) -> None:
    """The opening, an answer with its sources, services, the card, danger, an error, privacy."""
    visitor = visit(language, width=width)
    visitor.open()
    check(visitor, "opening")
    visitor.say(QUESTIONS[language])
    visitor.page.locator("summary").first.click()
    check(visitor, "answer")
    visitor.tap("services.find")
    for known in ("wales", "wales&need=refuge", "wales&need=refuge&speak=any"):
        visitor.tap(f"services.find?nation={known}")
    check(visitor, "services")
    visitor.tap("services.card")
    check(visitor, "card")
    visitor.say(DANGER[language])
    check(visitor, "danger")
    visitor.page.goto(f"{visitor.url}/privacy?lang={language}")
    check(visitor, "privacy")
    visitor.page.goto(f"{visitor.url}/nowhere")
    check(visitor, "no such page")
    visitor.errors.clear()


@pytest.mark.parametrize("scheme", ["dark", "forced"])
def test_it_can_be_read_in_the_dark_and_in_forced_colours(visit, scheme: str) -> None:
    """The dark scheme has the same contrast; forced colours lose no button."""
    visitor = visit("en")
    if scheme == "dark":
        visitor.page.emulate_media(color_scheme="dark")
    else:
        visitor.page.emulate_media(forced_colors="active")
    visitor.open()
    visitor.say(DANGER["en"])
    check(visitor, scheme)


def test_the_log_is_there_before_a_message_arrives(visit) -> None:
    """The region is live from the start; each message has its language and its speaker."""
    visitor = visit("es")
    visitor.open()
    log = visitor.page.locator("#log")
    assert (log.get_attribute("role"), log.get_attribute("aria-live")) == ("log", "polite")
    visitor.say(QUESTIONS["es"])
    assert visitor.page.locator("article.hers .hidden").count() == 1
    languages = [one.get_attribute("lang") for one in log.locator("article.answer").all()]
    assert languages == ["es"] * len(languages)


def test_the_keyboard_alone_is_enough(visit) -> None:
    """From the top: the exit first, then languages, and on to the text field; no trap."""
    visitor = visit("en", width=1280)
    visitor.open()
    reached = []
    for _ in range(40):
        visitor.page.keyboard.press("Tab")
        name = visitor.page.evaluate(
            "document.activeElement.className || document.activeElement.id"
            " || document.activeElement.tagName"
        )
        reached.append(name)
        if name == "message":
            break
    assert reached[0] == "exit"
    assert reached[-1] == "message"
    visitor.page.keyboard.type(QUESTIONS["en"])
    visitor.page.keyboard.press("Enter")
    visitor.page.locator("[data-answer='sharing.risk']").wait_for()
    assert visitor.page.evaluate("document.activeElement.id") == "message"
