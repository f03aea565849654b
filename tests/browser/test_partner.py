"""The third door: the chat in a frame of a partner's page, friendly or not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from bot.i18n import Phrases
from bot.languages import LANGUAGES
from bot.settings import NEUTRAL_SITES
from bot.web.embed import LOADER
from bot.web.refusals import refusal
from tests.browser.conftest import LOCALES
from tests.browser.neutral_site import WORDS
from tests.browser.partner_site import PartnerSite, serve_partner_site
from tests.browser.test_walk import DANGER, QUESTIONS, in_each_language
from tests.conftest import NOW, running_chat

#: The loader is asked for by people who never open the chat.
MOST_LOADER_BYTES = 8 * 1024

pytestmark = pytest.mark.usefixtures("neutral_site")


@pytest.fixture(scope="module")
def partner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PartnerSite]:
    """A partner's site, and a chat that allows it."""
    with serve_partner_site() as site:
        more = {"ASSISTANT_PARTNERS": site.origin}
        with running_chat(tmp_path_factory.mktemp("embedded"), NOW, more=more) as chat:
            site.chat = chat.url
            yield site


@pytest.fixture
def opened(browser: Browser, partner: PartnerSite):
    """Opens a partner's page; when it ends, nothing was kept and nobody else was asked."""
    contexts: list[BrowserContext] = []
    requests: list[str] = []

    def begin(kind: str, language: str = "en", width: int = 360) -> Page:
        context = browser.new_context(
            locale=LOCALES[language],
            ignore_https_errors=True,
            viewport={"width": width, "height": 740},
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.goto(f"{partner.origin}/{kind}?lang={language}")
        return page

    yield begin
    for context in contexts:
        assert context.cookies() == []
        context.close()
    known = ("http://127.0.0.1:", "data:", *NEUTRAL_SITES.values())
    assert [url for url in requests if not url.startswith(known)] == []


def chat_in(page: Page, partner: PartnerSite) -> Frame:
    """Presses the button, and returns the frame with the chat."""
    # The loader's own part is closed to scripts, ours too: the button is found by its place.
    size = page.viewport_size
    assert size
    page.wait_for_timeout(300)
    page.mouse.click(size["width"] - 60, size["height"] - 35)
    frame = page.wait_for_event("frameattached") if len(page.frames) < 2 else page.frames[1]
    frame.wait_for_load_state()
    assert frame.url.startswith(f"{partner.chat}/chat?lang=")
    return frame


@pytest.mark.parametrize("kind", ["friendly", "hostile"])
@in_each_language
def test_the_whole_dialogue_is_behind_a_button(
    opened, partner: PartnerSite, phrases: Phrases, language: str, kind: str
) -> None:
    """In her language, on a page that forbids nearly all, and whose styles hide nearly all."""
    page = opened(kind, language)
    frame = chat_in(page, partner)
    assert frame.locator("html").get_attribute("lang") == language
    frame.fill("#message", QUESTIONS[language])
    frame.press("#message", "Enter")
    expect(frame.locator("[data-answer='sharing.risk']")).to_be_visible()
    frame.fill("#message", DANGER[language])
    frame.press("#message", "Enter")
    expect(frame.locator("[data-answer='safety.danger']")).to_be_visible()
    title = phrases.gettext(language)("Questions and answers in four languages")
    assert frame.frame_element().get_attribute("title") == title


@pytest.mark.parametrize("kind", ["friendly", "hostile"])
@in_each_language
def test_the_exit_takes_the_partners_page_away_too(
    opened, partner: PartnerSite, neutral_site, language: str, kind: str
) -> None:
    """One tap in the frame: the whole tab is somewhere else, and "back" does not bring it back."""
    page = opened(kind, language)
    frame = chat_in(page, partner)
    frame.fill("#message", QUESTIONS[language])
    frame.press("#message", "Enter")
    frame.wait_for_selector("[data-answer='sharing.risk']")
    neutral_site.visits.clear()
    frame.click("a.exit")
    page.wait_for_url(NEUTRAL_SITES[language])
    assert WORDS in page.content()
    assert [referer for _path, referer in neutral_site.visits] == [None]
    page.go_back(timeout=3_000)
    assert QUESTIONS[language] not in page.content()
    assert partner.origin not in page.url


def test_three_times_shift_leaves_wherever_the_keyboard_is(opened, partner: PartnerSite) -> None:
    """In the frame and outside it, once the chat is open; before that the page is the partner's."""
    page = opened("friendly")
    for _ in range(3):
        page.keyboard.press("Shift")
    assert page.url.startswith(partner.origin)
    frame = chat_in(page, partner)
    frame.focus("#message")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(NEUTRAL_SITES["en"])
    # Wide enough that the frame leaves some of the partner's page to click on.
    other = opened("friendly", width=1280)
    chat_in(other, partner)
    other.mouse.click(5, 400)
    for _ in range(3):
        other.keyboard.press("Shift")
    other.wait_for_url(NEUTRAL_SITES["en"])


def test_nothing_is_loaded_before_the_button_is_pressed(opened, partner: PartnerSite) -> None:
    """One script and no more: a visitor who asks nothing is not known to the chat."""
    page = opened("friendly")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload(wait_until="networkidle")
    assert [url for url in asked if url.startswith(partner.chat)] == [f"{partner.chat}/widget.js"]
    assert LOADER.stat().st_size < MOST_LOADER_BYTES


def test_messages_of_other_pages_are_not_listened_to(opened, partner: PartnerSite) -> None:
    """Only the frame with the chat can leave: a message of the page itself does nothing."""
    page = opened("friendly")
    chat_in(page, partner)
    page.evaluate("postMessage({assistant: 'exit', lang: 'en'}, '*')")
    page.wait_for_timeout(500)
    assert page.url.startswith(partner.origin)
    assert "The partner's own text." in page.content()


@in_each_language
def test_where_frames_or_scripts_are_blocked_a_plain_link_is_left(
    opened, partner: PartnerSite, language: str
) -> None:
    """The link of the snippet leads to the same chat, on its own page."""
    for kind in ("no-frames", "no-scripts"):
        page = opened(kind, language)
        page.get_by_text("Questions", exact=True).click()
        page.wait_for_url(f"{partner.chat}/chat?lang={language}")
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("html").get_attribute("data-partner") is None


def test_nobody_else_can_hold_the_chat_in_a_frame(opened, partner: PartnerSite) -> None:
    """A page that the settings do not name gets an empty frame, whatever it calls itself."""
    address = f"{partner.chat}/chat?lang=en&partner={partner.origin}"
    with serve_partner_site() as stranger:
        stranger.chat = partner.chat
        page = opened("friendly")
        shown = []
        for site in (partner, stranger):
            page.goto(f"{site.origin}/friendly")
            page.evaluate(
                """source => { const frame = document.createElement("iframe");
                   frame.src = source; document.body.append(frame); }""",
                address,
            )
            page.wait_for_timeout(1_000)
            shown.append(page.frames[-1].locator("#message").count())
        assert shown == [1, 0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_closing_keeps_the_talk_and_opening_brings_it_back(
    opened, partner: PartnerSite, language: str
) -> None:
    """The frame is put out of sight, not away."""
    page = opened("friendly", language)
    frame = chat_in(page, partner)
    frame.fill("#message", QUESTIONS[language])
    frame.press("#message", "Enter")
    frame.wait_for_selector("[data-answer='sharing.risk']")
    element = frame.frame_element()
    # The bar of the panel: its last control closes it.
    page.keyboard.press("Shift+Tab")
    box = element.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] - 30, box["y"] - 25)
    assert not element.is_visible()
    chat_in(page, partner)
    assert element.is_visible()
    assert frame.locator("[data-answer='sharing.risk']").count() == 1


@in_each_language
def test_the_walk_of_the_page_can_be_taken_in_the_frame(
    opened, partner: PartnerSite, phrases: Phrases, language: str
) -> None:
    """More, a next step, services, the card, another language, and too long a message."""
    page = opened("hostile", language, width=1280)
    frame = chat_in(page, partner)

    def tap(reference: str, answer: str) -> None:
        before = frame.locator(f"[data-answer='{answer}']").count()
        frame.locator(f'button[value="{reference}"]').last.click()
        frame.locator(f"[data-answer='{answer}']").nth(before).wait_for()

    frame.fill("#message", QUESTIONS[language])
    frame.click("#ask .send")
    frame.wait_for_selector("[data-answer='sharing.risk']")
    tap("sharing.risk?part=more", "sharing.risk")
    tap("sharing.consent", "sharing.consent")
    tap("services.find", "services.find")
    for known in ("any", "any&need=any", "any&need=any&speak=any"):
        tap(f"services.find?nation={known}", "services.find")
    assert frame.locator(".services a[href='tel:999']").count()
    tap("services.card", "services.card")
    frame.locator(".wide").last.click()
    assert frame.locator(".card:target").is_visible()
    frame.locator(".card:target .tools a").click()
    other = "cy" if language != "cy" else "es"
    frame.click(f'.languages button[value="{other}"]')
    expect(frame.locator("html")).to_have_attribute("lang", other)
    frame.locator("#message").evaluate("field => field.removeAttribute('maxlength')")
    frame.fill("#message", "word " * 101)
    frame.click("#ask .send")
    expect(frame.locator("#error")).to_contain_text(refusal(phrases, other, "too_long"))
