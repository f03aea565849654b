"""Every page, in mid-talk too: nothing that axe finds, targets large enough, nothing cut off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import pytest

from bot.i18n import Phrases
from bot.languages import ENDONYMS
from tests.browser.axe import violations
from tests.browser.conftest import Visit
from tests.browser.test_walk import DANGER, QUESTIONS, in_each_language

#: A small phone, a phone, a tablet and a desk.
WIDTHS = (320, 360, 768, 1280)
LEAST_TARGET = 44


def check(visitor: Visit, where: str, widths: Iterable[int] = ()) -> None:
    """Looks at a page in each of the widths, or as wide as it is."""
    size = visitor.page.viewport_size
    # What is scrolled half behind a bar that stays in sight is no smaller a target for that.
    place = "name => document.querySelectorAll('.exit, .ask').forEach(e => e.style.position = name)"
    for width in widths or [size["width"]]:
        visitor.page.set_viewport_size({**size, "width": width})
        visitor.picture(where)
        visitor.page.evaluate(place, "static")
        _check(visitor, f"{where}, {width} px")
        visitor.page.evaluate(place, "")
    visitor.page.set_viewport_size(size)


def _check(visitor: Visit, where: str) -> None:
    # Axe itself is a script that takes its time, which a page without script does not give.
    if visitor.has_script:
        assert violations(visitor.page) == [], where
    page = visitor.page
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    small = page.evaluate(
        """least => [...document.querySelectorAll("button, a.exit, .reach a, summary, textarea")]
            .filter(one => one.offsetParent && one.getBoundingClientRect().height < least)
            .map(one => one.outerHTML)""",
        LEAST_TARGET,
    )
    assert small == [], where


@in_each_language
def test_every_page_is_accessible(visit, language: str) -> None:
    """The opening, an answer with its sources, services, the card, danger, an error, privacy."""
    _walk(visit(language), language)


def test_axe_finds_what_is_wrong(visit) -> None:
    """The check itself: a button without a name is found where it stands."""
    visitor = visit("en")
    visitor.open()
    visitor.page.evaluate("document.body.append(document.createElement('button'))")
    assert "button-name" in {rule for rule, _ in violations(visitor.page)}


@in_each_language
def test_every_page_is_accessible_without_script(visit, language: str) -> None:
    """The same walk by forms alone: nothing cut off, and every target large enough."""
    _walk(visit(language, has_script=False), language)


def _walk(visitor: Visit, language: str) -> None:
    look = partial(check, visitor, widths=WIDTHS)
    visitor.open()
    look("opening")
    visitor.say(QUESTIONS[language])
    visitor.page.locator("summary").first.click()
    look("answer")
    visitor.tap("sharing.risk?part=more")
    look("more")
    visitor.tap("services.find")
    for known in ("wales", "wales&need=refuge", "wales&need=refuge&speak=any"):
        visitor.tap(f"services.find?nation={known}")
    look("services")
    visitor.tap("services.card")
    look("card")
    visitor.page.locator(".wide").last.click()
    look("card, large")
    visitor.page.locator(".card:target .tools a").click()
    visitor.say(DANGER[language])
    look("danger")
    for path in ("privacy", "traces"):
        visitor.page.goto(f"{visitor.url}/{path}?lang={language}")
        look(path)
    visitor.page.goto(f"{visitor.url}/nowhere")
    look("no such page")
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


#: WCAG 2.2, 1.4.12: what a reader may set, and lose nothing.
SPACING = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; }
* { word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }
"""


@in_each_language
def test_wider_spacing_cuts_nothing_off(visit, language: str) -> None:
    """With a reader's own spacing no text leaves its button, and no page its width."""
    visitor = visit(language, width=320)
    visitor.open()
    visitor.say(QUESTIONS[language])
    # A style of the test's own: the page's policy lets none in by its markup.
    visitor.page.evaluate(
        """rules => { const sheet = new CSSStyleSheet(); sheet.replaceSync(rules);
           document.adoptedStyleSheets = [sheet]; }""",
        SPACING,
    )
    page = visitor.page
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    cut = page.evaluate(
        """() => [...document.querySelectorAll("button, a, p, li, label")]
            .filter(one => one.offsetParent && !one.classList.contains("hidden"))
            .filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth)
            .map(one => one.outerHTML.slice(0, 200))"""
    )
    assert cut == []


@in_each_language
def test_a_screen_reader_meets_things_in_their_order(
    visit, phrases: Phrases, language: str
) -> None:
    """The way out, the languages, 999, the talk, and last the field and its button."""
    visitor = visit(language)
    visitor.open()
    visitor.say(QUESTIONS[language])
    session = visitor.context.new_cdp_session(visitor.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    read = list(_read_aloud(nodes[0], {node["nodeId"]: node for node in nodes}))
    _ = phrases.gettext(language)
    expected = [
        ("link", _("Leave this page")),
        ("button", ENDONYMS["en"]),
        ("link", _("Call 999.")),
        ("button", _("Forget now")),
        ("heading", _("Questions and answers")),
        ("log", ""),
        # The greeting stands first.
        ("StaticText", _("Answer:")),
        ("StaticText", _("You wrote:")),
        ("textbox", _("Write here, in any of the four languages")),
        ("button", _("Send")),
    ]
    places = [read.index(one) for one in expected]
    assert places == sorted(places)


def _read_aloud(node: dict[str, Any], nodes: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yields role and name of what a screen reader meets, from a node of the tree down."""
    if not node["ignored"]:
        yield node["role"]["value"], node.get("name", {}).get("value", "")
    for child in node.get("childIds", []):
        yield from _read_aloud(nodes[child], nodes)


@in_each_language
def test_the_card_fills_the_screen_and_can_be_dimmed(
    visit, phrases: Phrases, language: str
) -> None:
    """Large, with nothing behind it to reach but the way out; "back" closes it as the link does."""
    visitor = visit(language)
    visitor.open()
    visitor.tap("services.find")
    for known in ("any", "any&need=any", "any&need=any&speak=any"):
        visitor.tap(f"services.find?nation={known}")
    visitor.tap("services.card")
    page = visitor.page
    small = page.locator(".card .say strong").evaluate("one => one.getBoundingClientRect().height")
    page.get_by_role("link", name=phrases.gettext(language)("Show the card large")).click()
    card = page.locator(".card:target")
    box = card.bounding_box()
    assert box
    assert (box["width"], box["y"] + box["height"]) == (360, 740)
    large = card.locator(".say strong").evaluate("one => one.getBoundingClientRect().height")
    assert large > small
    reached = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.closest('.card, .exit, body').className"))
    assert reached <= {"card", "exit", "covered"}
    assert card.locator(".face").evaluate("one => getComputedStyle(one).backgroundColor") != BLACK
    card.locator("label").click()
    assert card.locator(".face").evaluate("one => getComputedStyle(one).backgroundColor") == BLACK
    visitor.picture("card, dimmed")
    page.go_back()
    assert not page.locator(".card:target").count()
    assert page.locator("#message").is_visible()


BLACK = "rgb(0, 0, 0)"
