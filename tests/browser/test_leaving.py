"""Leaving in a second, and nothing to read for whoever picks the phone up."""

from __future__ import annotations

import pytest

from bot.i18n import Phrases
from bot.settings import NEUTRAL_SITES, STATE_LIMITS
from bot.web.pages import ENDING_MINUTES
from tests.browser.conftest import Visit
from tests.browser.test_walk import QUESTIONS, in_each_language


def asked(visit, language: str) -> Visit:
    visitor = visit(language)
    visitor.page.clock.install()
    visitor.open()
    visitor.say(QUESTIONS[language])
    return visitor


def left(visitor: Visit, language: str) -> None:
    visitor.page.wait_for_url(NEUTRAL_SITES[language])
    visitor.requests.clear()


@in_each_language
def test_three_times_shift_leaves(visit, phrases: Phrases, language: str) -> None:
    """No other key is needed, and it is announced where there is a keyboard."""
    visitor = asked(visit, language)
    hint = phrases.gettext(language)("You can also leave by pressing the Shift key three times.")
    assert visitor.page.locator(".keys").inner_text() == hint
    for _ in range(3):
        visitor.page.keyboard.press("Shift")
    left(visitor, language)


@pytest.mark.parametrize(
    "keys",
    [
        ["Shift", "Shift"],
        ["Shift", "Shift", "a", "Shift"],
        ["Shift+A", "Shift+B", "Shift+C", "Shift+D"],
        ["Escape", "Escape", "Escape"],
    ],
)
def test_nothing_else_leaves(visit, keys: list[str]) -> None:
    """Capital letters, two presses and a screen reader's Escape stay here."""
    visitor = asked(visit, "en")
    visitor.page.focus("#message")
    for key in keys:
        visitor.page.keyboard.press(key)
    visitor.page.clock.run_for(500)
    assert visitor.page.locator("[data-answer='sharing.risk']").count() == 1


def test_slow_presses_do_not_leave(visit) -> None:
    """Three presses minutes apart are no wish to leave."""
    visitor = asked(visit, "en")
    for _ in range(3):
        visitor.page.keyboard.press("Shift")
        visitor.page.clock.run_for(5_000)
    assert visitor.page.locator("[data-answer='sharing.risk']").count() == 1


@in_each_language
def test_leaving_without_a_connection_shows_a_neutral_screen(
    visit, phrases: Phrases, language: str
) -> None:
    """No browser error and no blank page: a screen that anybody might see, and then away."""
    visitor = asked(visit, language)
    visitor.context.set_offline(True)
    visitor.page.click("a.exit")
    body = visitor.page.inner_text("body").strip()
    assert body == phrases.gettext(language)("One moment…")
    assert QUESTIONS[language] not in visitor.page.content()
    assert "gAAAAA" not in visitor.page.content()
    visitor.context.set_offline(False)
    left(visitor, language)


@in_each_language
def test_an_idle_page_hides_the_talk(visit, phrases: Phrases, language: str) -> None:
    """After some minutes without a touch there is nothing to read; one tap brings it back."""
    visitor = asked(visit, language)
    visitor.page.clock.run_for(5 * 60_000 + 1_000)
    _ = phrases.gettext(language)
    veil = visitor.page.locator("#veil")
    assert _("The chat is hidden because you were away.") in veil.inner_text()
    assert not visitor.page.locator("#log").is_visible()
    assert visitor.page.locator("a.exit").is_visible()
    veil.get_by_role("button", name=_("Show the chat")).click()
    assert visitor.page.locator("[data-answer='sharing.risk']").is_visible()
    assert visitor.page.evaluate("document.activeElement.id") == "message"


@in_each_language
def test_she_is_told_before_the_talk_ends_and_then_it_is_gone(
    visit, phrases: Phrases, language: str
) -> None:
    """Without a sound and without a box in the way; afterwards the page is as at the start."""
    visitor = asked(visit, language)
    visitor.page.clock.run_for((STATE_LIMITS.idle_minutes - ENDING_MINUTES) * 60_000 + 1_000)
    ending = phrases.gettext(language)(
        "The chat ends in about {minutes} minutes if nothing is sent."
    ).format(minutes=ENDING_MINUTES)
    assert visitor.page.locator("#status").text_content() == ending
    with visitor.page.expect_navigation():
        visitor.page.clock.run_for(ENDING_MINUTES * 60_000)
    assert visitor.page.locator("[data-answer='sharing.risk']").count() == 0
    assert visitor.page.get_attribute("html", "lang") == language


@in_each_language
def test_what_was_not_sent_can_be_sent_again(visit, phrases: Phrases, language: str) -> None:
    """Offline she is told why; one button sends the same, a tap as well as words."""
    visitor = visit(language)
    visitor.open()
    visitor.context.set_offline(True)
    visitor.page.locator('button[value="sharing.risk"]').click()
    _ = phrases.gettext(language)
    sentence = _(
        "There is no connection now. Your words are still here: try again when it is back."
        " If you are in danger, call 999."
    )
    visitor.page.locator("#error", has_text=sentence).wait_for()
    visitor.errors.clear()
    visitor.context.set_offline(False)
    visitor.page.get_by_role("button", name=_("Try again")).click()
    visitor.page.locator("[data-answer='sharing.risk']").wait_for()
    assert not visitor.page.locator("#retry").is_visible()


def test_forgetting_empties_the_page(visit, phrases: Phrases) -> None:
    """The button leaves no word of the talk, and says so."""
    visitor = visit("cy")
    visitor.open()
    visitor.say(QUESTIONS["cy"])
    with visitor.page.expect_navigation():
        visitor.page.click(".forget button")
    assert visitor.page.locator(".notice").is_visible()
    assert visitor.page.locator("[data-answer='sharing.risk']").count() == 0
    assert QUESTIONS["cy"] not in visitor.page.content()
