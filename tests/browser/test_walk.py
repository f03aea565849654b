"""The walk a woman takes through the page: on a phone, in four languages, without script too."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error

from bot.content.values import Content
from bot.i18n import Phrases, long_date
from bot.languages import ENDONYMS, LANGUAGES
from bot.settings import NEUTRAL_SITES
from bot.web.contract import MAX_MESSAGE_CHARACTERS
from bot.web.refusals import refusal
from tests.browser.conftest import FILES, Visit, plain
from tests.browser.neutral_site import WORDS

QUESTIONS = {
    "en": "can police tell home office i have no visa",
    "es": "si denuncio la policia le avisa a migracion",
    "cy": "ydy'r heddlu yn dweud wrth y swyddfa gartref",
    "pt": "se eu for na policia eles avisam a imigração",
}
DANGER = {
    "en": "he is hitting me now",
    "es": "me esta pegando ahora",
    "cy": "mae o'n fy nharo i rwan",
    "pt": "ele esta me batendo agora",
}

with_and_without_script = pytest.mark.parametrize(
    "has_script", [True, False], ids=["script", "no-script"]
)
in_each_language = pytest.mark.parametrize("language", LANGUAGES)


@with_and_without_script
@in_each_language
def test_the_page_opens_in_her_language(visit, content: Content, language, has_script) -> None:
    """The page opens in the browser's language, with buttons for what she may need."""
    visitor = visit(language, has_script=has_script)
    (greeting,) = visitor.open()
    assert visitor.page.get_attribute("html", "lang") == language == greeting.lang
    assert plain(content.text(language, "bot.greet.short")) in greeting.text
    titles = greeting.article.locator(".choices button").all_inner_texts()
    *steps, last = content.answers["bot.greet"].next
    labels = [content.text(language, f"{step}.label") for step in steps]
    assert titles == [*labels, content.text(language, "bot.what.topic-all")]
    assert last == "bot.what?topic=all"


@with_and_without_script
@in_each_language
def test_the_way_out_and_999_come_first(visit, phrases: Phrases, language, has_script) -> None:
    """Exit, 999 and what is not kept are seen without scrolling, on a phone."""
    visitor = visit(language, has_script=has_script)
    visitor.open()
    _ = phrases.gettext(language)
    lines = {
        "a.exit": _("Leave this page"),
        ".emergency": _("If you cannot speak: from a mobile, press 55 when asked."),
        ".emergency a[href='tel:999']": _("Call 999."),
        ".kept": _("We do not keep this chat. Your phone or browser may still show it."),
    }
    for selector, text in lines.items():
        place = visitor.page.locator(selector)
        assert text in place.inner_text()
        assert _is_in_sight(visitor, selector), f"{selector} is out of sight"


@in_each_language
def test_the_exit_stays_in_sight(visit, language) -> None:
    """However far down she reads, the exit is on the screen."""
    visitor = visit(language)
    visitor.open()
    visitor.say(QUESTIONS[language])
    visitor.tap("sharing.risk?part=more")
    visitor.page.evaluate("scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")
    assert visitor.page.evaluate("scrollY") > 0
    assert _is_in_sight(visitor, "a.exit")


def _is_in_sight(visitor: Visit, selector: str) -> bool:
    box = visitor.page.locator(selector).bounding_box()
    height = visitor.page.viewport_size["height"]
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= height


@with_and_without_script
@in_each_language
def test_the_picker_names_languages_as_their_speakers_do(visit, language, has_script) -> None:
    """The picker stands in every language's own name, and marks the one that is on."""
    visitor = visit(language, has_script=has_script)
    visitor.open()
    picker = visitor.page.locator(".languages")
    assert picker.locator("button").all_inner_texts() == list(ENDONYMS.values())
    assert picker.locator("[aria-current]").all_inner_texts() == [ENDONYMS[language]]


@with_and_without_script
@in_each_language
def test_a_question_is_answered(visit, content: Content, phrases, language, has_script) -> None:
    """A typed question gets its short answer, with the date and the sources it rests on."""
    visitor = visit(language, has_script=has_script)
    visitor.open()
    (answer,) = visitor.say(QUESTIONS[language])
    assert (answer.id, answer.lang) == ("sharing.risk", language)
    assert plain(content.text(language, "sharing.risk.short")) in answer.text
    known = content.answers["sharing.risk"]
    dated = phrases.gettext(language)(
        "From published sources, as of {date}; not yet confirmed by a service."
    ).format(date=long_date(known.as_of, language))
    assert answer.article.locator(".dated").inner_text() == dated
    links = answer.article.locator("details a")
    addresses = [link.get_attribute("href") for link in links.all()]
    assert addresses == [content.sources[name].url for name in content.sources_of(known)]
    assert not links.first.is_visible()
    answer.article.locator("summary").click()
    assert links.first.is_visible()
    assert QUESTIONS[language] in visitor.page.locator("article.hers").inner_text()


@with_and_without_script
@in_each_language
def test_more_is_one_tap_away(visit, content: Content, language, has_script) -> None:
    """The long text stands behind one button, and is not there before."""
    visitor = visit(language, has_script=has_script)
    visitor.open()
    (short,) = visitor.say(QUESTIONS[language])
    long_text = plain(content.text(language, "sharing.risk.more"))
    assert long_text not in short.text
    (answer,) = visitor.tap("sharing.risk?part=more")
    assert long_text in answer.text


@with_and_without_script
@in_each_language
def test_a_next_step_is_one_tap_away(visit, content: Content, language, has_script) -> None:
    """A button under an answer leads to the answer that its title names."""
    visitor = visit(language, has_script=has_script)
    visitor.open()
    (answer,) = visitor.say(QUESTIONS[language])
    titles = answer.article.locator(".choices button:not(.more)").all_inner_texts()
    assert titles[0] == content.text(language, "sharing.consent.label")
    (answer,) = visitor.tap("sharing.consent")
    assert (answer.id, answer.lang) == ("sharing.consent", language)


@with_and_without_script
@in_each_language
def test_the_picker_says_the_last_answer_again(visit, content, language, has_script) -> None:
    """Picking a language in mid-talk gives the last answer, and the page, in it."""
    first = "es" if language == "en" else "en"
    visitor = visit(first, has_script=has_script)
    visitor.open()
    visitor.say(QUESTIONS[first])
    (answer,) = visitor.pick(language)
    assert (answer.id, answer.lang) == ("sharing.risk", language)
    assert plain(content.text(language, "sharing.risk.short")) in answer.text
    assert visitor.page.get_attribute("html", "lang") == language
    current = visitor.page.locator(".languages [aria-current]").all_inner_texts()
    assert current == [ENDONYMS[language]]
    (answer,) = visitor.tap("sharing.consent")
    assert answer.lang == language


def test_the_picker_leaves_what_she_is_writing(visit) -> None:
    """Picking a language does not take away a half-written message."""
    visitor = visit("en")
    visitor.open()
    visitor.page.fill("#message", "my husband")
    visitor.pick("pt")
    assert visitor.page.input_value("#message") == "my husband"


@with_and_without_script
@in_each_language
def test_danger_in_mid_talk_comes_first(visit, content: Content, language, has_script) -> None:
    """Danger is answered before all else; later turns carry one line, until she says it is over."""
    visitor = visit(language, has_script=has_script)
    visitor.open()
    visitor.say(QUESTIONS[language])
    first, *_others = visitor.say(DANGER[language])
    assert (first.id, first.lang) == ("safety.danger", language)
    assert plain(content.text(language, "safety.danger.short").split("\n")[0]) in first.text
    assert first.article.locator("a[href='tel:999']").count() >= 1
    line, answer = visitor.tap("services.find?need=refuge")
    assert plain(content.text(language, "safety.danger.line")) in line.text
    assert answer.id == "services.find"
    visitor.tap("safety.danger?now=no")
    (answer,) = visitor.tap("services.find?need=refuge")
    assert answer.id == "services.find"


@with_and_without_script
@in_each_language
def test_services_are_found_with_every_question_skipped(
    visit, content: Content, language, has_script
) -> None:
    """Three questions at most, each with a skip; then services, the emergency lines among them."""
    visitor = visit(language, has_script=has_script)
    visitor.open()
    (shown,) = visitor.tap("services.find")
    skip, questions = content.text(language, "services.find.skip"), []
    while not shown.article.locator(".services").count():
        questions.append(shown.article.locator("p:not(.hidden)").first.inner_text())
        assert len(questions) <= 3
        last = shown.article.locator(".choices button").last
        assert last.inner_text() == skip
        (shown,) = visitor.tap(str(last.get_attribute("value")))
    parts = ("ask-nation", "ask-need", "ask-speak")
    assert questions == [content.text(language, f"services.find.{part}") for part in parts]
    numbers = {a.get_attribute("href") for a in shown.article.locator("a[href^='tel:']").all()}
    assert {"tel:999", "tel:111", "tel:116123"} <= numbers
    hidden = {service.phone for service in content.services.values() if service.publish != "A"}
    assert not [number for number in hidden if number and number in shown.text]


@with_and_without_script
@in_each_language
def test_a_card_to_show_is_two_taps_away(visit, content: Content, language, has_script) -> None:
    """From any list of services: a card for an English reader, with each line in hers beside it."""
    visitor = visit(language, has_script=has_script)
    visitor.open()
    visitor.tap("services.find")
    for known in ("any", "any&need=any", "any&need=any&speak=any"):
        visitor.tap(f"services.find?nation={known}")
    (shown,) = visitor.tap("services.card")
    card = shown.article.locator(".card")
    for part in (f"say-{language}", f"line-interpreter-{language}", "line-woman", "line-family"):
        written = card.inner_text()
        assert content.text("en", f"services.card.{part}") in written
        assert content.text(language, f"services.card.{part}") in written
    assert card.locator("span").count() == (0 if language == "en" else 7)


@with_and_without_script
@in_each_language
def test_every_topic_is_two_taps_away(visit, content: Content, language, has_script) -> None:
    """From the opening: all topics, then the questions of one, then an answer."""
    visitor = visit(language, has_script=has_script)
    visitor.open()
    (shown,) = visitor.tap("bot.what?topic=all")
    titles = shown.article.locator(".choices button").all_inner_texts()
    assert content.text(language, "bot.what.topic-status") in titles
    (shown,) = visitor.tap("bot.what?topic=status")
    titles = shown.article.locator(".choices button").all_inner_texts()
    assert content.text(language, "status.leave-partner.label") in titles
    (answer,) = visitor.tap("status.leave-partner")
    assert (answer.id, answer.lang) == ("status.leave-partner", language)


@with_and_without_script
@in_each_language
def test_the_exit_leaves_nothing_behind(visit, neutral_site, language, has_script) -> None:
    """The exit leads to a neutral page; going back shows nothing of the talk."""
    visitor = visit(language, has_script=has_script)
    visitor.open()
    visitor.say(QUESTIONS[language])
    assert _shows_the_talk(visitor, language)
    neutral_site.visits.clear()
    visitor.page.click("a.exit")
    visitor.page.wait_for_url(NEUTRAL_SITES[language])
    assert WORDS in visitor.page.content()
    assert neutral_site.visits == [(urlsplit(NEUTRAL_SITES[language]).path, None)]
    for _step in range(3):
        # Where a form would have to be sent again, the browser shows an error and nothing else.
        with suppress(Error):
            visitor.page.go_back(timeout=3_000)
        assert not _shows_the_talk(visitor, language)
    assert set(visitor.strangers) <= {NEUTRAL_SITES[language], "about:blank"}
    visitor.requests.clear()


def _shows_the_talk(visitor: Visit, language: str) -> bool:
    answers = visitor.page.locator("[data-answer='sharing.risk']").count()
    return bool(answers) or QUESTIONS[language] in visitor.page.content()


@with_and_without_script
def test_nothing_is_kept_in_the_browser(visit, has_script) -> None:
    """After a talk there is no cookie and nothing in any store of the browser."""
    visitor = visit("en", has_script=has_script)
    visitor.open()
    visitor.say(QUESTIONS["en"])
    visitor.pick("pt")
    visitor.tap("services.find")
    assert visitor.context.cookies() == []
    kept = visitor.page.evaluate(
        """async () => [
            localStorage.length,
            sessionStorage.length,
            (await indexedDB.databases()).length,
            (await caches.keys()).length,
            (await navigator.serviceWorker.getRegistrations()).length,
            history.state,
        ]"""
    )
    assert kept == [0, 0, 0, 0, 0, None]


@with_and_without_script
def test_nobody_else_is_asked_for_anything(visit, chat, has_script) -> None:
    """Every request of a talk goes to the chat itself, and no address holds a word of hers."""
    visitor = visit("en", has_script=has_script)
    visitor.open()
    visitor.say(QUESTIONS["en"])
    visitor.tap("services.find")
    paths = {url.removeprefix(chat.url) for url in visitor.requests}
    assert {"/", "/chat", "/static/style.css"} <= paths
    assert paths <= {"/chat", *FILES}
    assert visitor.strangers == []
    assert visitor.errors == []


@in_each_language
def test_her_words_stay_when_the_chat_is_out_of_reach(visit, phrases, language) -> None:
    """Without a connection she is told so in her language, and can send the same words later."""
    visitor = visit(language)
    visitor.open()
    visitor.context.set_offline(True)
    visitor.page.fill("#message", QUESTIONS[language])
    visitor.send()
    said = phrases.gettext(language)(
        "There is no connection now. Your words are still here: try again when it is back."
        " If you are in danger, call 999."
    )
    visitor.page.locator("#error", has_text=said).wait_for()
    assert visitor.page.input_value("#message") == QUESTIONS[language]
    assert ["ERR_INTERNET_DISCONNECTED" in error for error in visitor.errors] == [True]
    visitor.errors.clear()
    visitor.context.set_offline(False)
    (answer,) = visitor.say(visitor.page.input_value("#message"))
    assert answer.id == "sharing.risk"
    assert visitor.page.inner_text("#error") == ""
    assert visitor.page.input_value("#message") == ""


@with_and_without_script
@in_each_language
def test_too_long_a_message_is_refused_kindly(visit, phrases, language, has_script) -> None:
    """More than can be read is refused with a reason and 999; her words and the thread stay."""
    visitor = visit(language, has_script=has_script)
    visitor.open()
    visitor.say(QUESTIONS[language])
    words = ("word " * MAX_MESSAGE_CHARACTERS)[: MAX_MESSAGE_CHARACTERS + 1]
    # A browser holds her back at the limit; this is one that does not.
    visitor.page.locator("#message").evaluate("field => field.removeAttribute('maxlength')")
    visitor.page.fill("#message", words)
    visitor.send()
    sentence = refusal(phrases, language, "too_long")
    visitor.page.locator("#error", has_text=sentence).wait_for()
    assert "999" in sentence
    assert visitor.page.input_value("#message") == words
    assert all("413" in error for error in visitor.errors)
    visitor.errors.clear()
    other = next(name for name in LANGUAGES if name != language)
    (answer,) = visitor.pick(other)
    assert (answer.id, answer.lang) == ("sharing.risk", other)
