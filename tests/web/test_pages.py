from __future__ import annotations

import re
from datetime import datetime
from html.parser import HTMLParser

import pytest

from bot.clock import Clock, stopped_at
from bot.content.card import READERS
from bot.content.values import Content
from bot.conversation.rendering import Renderer, more_reference
from bot.i18n import Phrases
from bot.languages import ENDONYMS, LANGUAGES
from bot.settings import NEUTRAL_SITES, Settings
from bot.web.pages import Pages, make_url, source_date

in_every_language = pytest.mark.parametrize("language", LANGUAGES)

HOSTILE = "<script>alert(1)</script> \"'&"


class Elements(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        return [
            found
            for name, found in self.found
            if name == tag and attributes.items() <= found.items()
        ]


@pytest.fixture(scope="module")
def pages(phrases: Phrases) -> Pages:
    return Pages(phrases, Settings())


@in_every_language
def test_the_page_is_in_her_language_and_well_formed(pages: Pages, language: str) -> None:
    """Language, one heading, a title that does not tell what it is about, a labelled field."""
    page = Elements(pages.page(language))
    assert page.all("html") == [{"lang": language}]
    assert len(page.all("h1")) == len(page.all("title")) == 1
    title = re.search("<title>(.*)</title>", pages.page(language))
    assert title
    assert not re.search("abus|polic|heddlu|migra|NRM|violen", title[1], re.IGNORECASE)
    assert page.all("label", **{"for": "message"})
    assert page.all("textarea", name="message", autocomplete="off")


@in_every_language
def test_all_four_languages_can_be_picked(pages: Pages, language: str) -> None:
    """Each is named by its speakers, marked as such, and the present one is told apart."""
    page = Elements(pages.page(language))
    buttons = page.all("button", name="lang")
    assert [button["value"] for button in buttons] == list(LANGUAGES)
    assert [button["lang"] for button in buttons] == list(LANGUAGES)
    assert [b["value"] for b in buttons if b.get("aria-current")] == [language]
    assert all(name in page.text for name in ENDONYMS.values())


@in_every_language
def test_the_emergency_number_and_the_exit_are_on_every_page(pages: Pages, language: str) -> None:
    """999 can be tapped, and one tap leads away, whether or not there is an answer."""
    page = Elements(pages.page(language))
    assert page.all("a", href="tel:999")
    assert page.all("a", href=f"/exit?lang={language}")
    assert NEUTRAL_SITES[language].startswith("https://")


@in_every_language
def test_what_she_wrote_is_text_and_nothing_else(pages: Pages, language: str) -> None:
    """Markup in a message, a draft, a state or an error is shown, not run."""
    page = pages.page(language, wrote=HOSTILE, draft=HOSTILE, error=HOSTILE, state=HOSTILE)
    assert "<script>alert" not in page
    elements = Elements(page)
    assert elements.text.count(HOSTILE) == 3
    assert {field["value"] for field in elements.all("input", name="state")} == {HOSTILE}
    assert [script["src"] for script in elements.all("script")] == [
        "/static/leave.js",
        "/static/chat.js",
    ]


@in_every_language
def test_every_form_carries_the_state_and_the_language(
    pages: Pages, content: Content, phrases: Phrases, clock: Clock, language: str
) -> None:
    """Whichever button she taps, her conversation goes along."""
    message = Renderer(content, phrases, language, clock).message("nrm.what")
    page = Elements(pages.page(language, state="SEALED", messages=[message]))
    forms = page.all("form", method="post")
    actions = [str(form["action"]).partition("#")[0] for form in forms]
    assert sorted(actions) == ["/chat", "/chat", "/chat", "/forget"]
    # To forget, nothing of the conversation is sent.
    assert len(page.all("input", name="state", value="SEALED")) == 3
    assert len(page.all("input", name="page_lang", value=language)) == 4


@in_every_language
def test_every_answer_can_be_shown(
    pages: Pages, content: Content, phrases: Phrases, clock: Clock, language: str
) -> None:
    """Text, more, next steps, services, sources and the date of each answer are on the page."""
    renderer = Renderer(content, phrases, language, clock)
    for answer_id in content.answers:
        message = renderer.message(answer_id)
        page = Elements(pages.page(language, messages=[message]))
        assert page.all("article", lang=language, **{"data-answer": answer_id})
        chosen = [button["value"] for button in page.all("button", name="choose")]
        more = [more_reference(answer_id)] if message["more"] else []
        assert chosen == more + [button["choose"] for button in message["buttons"]]
        links = [link["href"] for link in page.all("a")]
        assert all(source["url"] in links for source in message["sources"])
        for service in message["services"]:
            assert service["name"] in page.text
            assert not service["tel"] or service["tel"] in links
            assert not service["url"] or service["url"] in links
        assert not message["dated"] or message["dated"] in page.text


@in_every_language
def test_a_service_without_a_number_shows_its_website(
    pages: Pages, content: Content, phrases: Phrases, clock: Clock, language: str
) -> None:
    """Where the number is kept back there is a link and no call button."""
    message = Renderer(content, phrases, language, clock).message(
        "services.find", services=["bawso"]
    )
    page = Elements(pages.page(language, messages=[message]))
    assert page.all("a", href="https://bawso.org.uk")
    assert [link["href"] for link in page.all("a") if "tel:" in str(link["href"])] == ["tel:999"]


@in_every_language
def test_a_service_is_shown_with_all_that_is_known_of_it(
    pages: Pages, content: Content, phrases: Phrases, clock: Clock, language: str
) -> None:
    """Hours, whether it is open, notes, why it is shown, and an address to write to."""
    message = Renderer(content, phrases, language, clock).message(
        "services.find",
        services=["karma-nirvana", "live-fear-free", "northern-ireland-helpline", "sarc-wales"],
        chosen={"nation": "wales", "need": "talk", "speak": "cy"},
    )
    page = Elements(pages.page(language, messages=[message]))
    for service in message["services"]:
        fields = (service["hours"], service["until"], service["why"], *service["notes"])
        assert all(field in page.text for field in fields if field)
        mail = f"mailto:{service['email']}"
        assert len(page.all("a", href=mail)) == bool(service["email"])
    # The first is open by day, and everything that a card can hold is on one of them.
    first, second, *_others = message["services"]
    assert first["hours"]
    assert first["until"]
    assert second["why"]
    assert any(service["notes"] for service in message["services"])
    assert any(service["email"] for service in message["services"])


@in_every_language
def test_what_is_not_known_of_a_service_leaves_no_trace(
    pages: Pages, content: Content, phrases: Phrases, clock: Clock, language: str
) -> None:
    """Without hours, reason or address no empty line and no "None" stands on the page."""
    message = Renderer(content, phrases, language, clock).message(
        "services.find", services=["sarc-wales"]
    )
    page = pages.page(language, messages=[message])
    (service,) = message["services"]
    assert (service["hours"], service["until"], service["why"]) == (None, None, None)
    assert "None" not in page
    assert 'class="why"' not in page
    assert "mailto:" not in page


@in_every_language
@pytest.mark.parametrize("to", READERS)
def test_a_card_is_shown_in_the_readers_language_and_in_hers(
    pages: Pages, content: Content, phrases: Phrases, clock: Clock, language: str, to: str
) -> None:
    """Each line is marked as the reader's language, with hers beside it where they differ."""
    message = Renderer(content, phrases, language, clock).message(
        "services.card", card_for={"to": to, "speak": "pt"}
    )
    page = Elements(pages.page(language, messages=[message]))
    card = message["card"]
    lines = [card["say"], *card["lines"]]
    assert len(page.all("div", **{"class": "card"})) == 1
    assert len(page.all("strong", lang=to)) == len(lines)
    for line in lines:
        assert line["text"] in page.text
        assert (line["own"] is None) is (language == to)
        assert not line["own"] or line["own"] in page.text


@in_every_language
def test_without_a_card_there_is_none_on_the_page(
    pages: Pages, content: Content, phrases: Phrases, clock: Clock, language: str
) -> None:
    """Another answer brings no empty frame."""
    message = Renderer(content, phrases, language, clock).message("nrm.what")
    assert 'class="card"' not in pages.page(language, messages=[message])


@in_every_language
def test_an_answer_that_gives_way_is_shown_with_people_to_ask(
    pages: Pages, content: Content, phrases: Phrases, language: str
) -> None:
    """On the page of an expired answer stand the interim text, services, and no "more"."""
    late = stopped_at(datetime(2027, 9, 1, 10))
    message = Renderer(content, phrases, language, late).message("nrm.what")
    page = Elements(pages.page(language, messages=[message]))
    assert page.all("article", lang=language, **{"data-answer": "nrm.what"})
    assert content.text(language, "bot.interim.nrm") in page.text
    assert not page.all("button", **{"class": "more"})
    assert page.all("a", href="tel:08088010800")


@in_every_language
def test_nothing_comes_from_elsewhere(
    pages: Pages, content: Content, phrases: Phrases, clock: Clock, language: str
) -> None:
    """No script, style or image of another site; links to other sites tell them nothing."""
    message = Renderer(content, phrases, language, clock).message("safety.danger")
    page = Elements(pages.page(language, messages=[message]))
    for tag, attribute in (("script", "src"), ("link", "href"), ("img", "src")):
        assert all(str(found[attribute]).startswith("/static/") for found in page.all(tag))
    outside = [link for link in page.all("a") if str(link["href"]).startswith("http")]
    assert outside
    assert all("noreferrer" in str(link["rel"]) for link in outside)
    assert not page.all("style")
    assert not [name for _, found in page.found for name in found if name.startswith("on")]


@in_every_language
def test_danger_is_told_apart_and_its_numbers_can_be_tapped(
    pages: Pages, content: Content, phrases: Phrases, clock: Clock, language: str
) -> None:
    """The emergency line is marked as urgent, and 999 in it is a link."""
    line = Renderer(content, phrases, language, clock).message("safety.danger", part="line")
    page = pages.page(language, messages=[line])
    assert 'class="answer urgent"' in page
    assert page.count('href="tel:999"') == 2


@in_every_language
def test_a_message_in_another_language_is_marked_as_such(
    pages: Pages, content: Content, phrases: Phrases, clock: Clock, language: str
) -> None:
    """A screen reader reads each answer in the voice of its language."""
    messages = [
        Renderer(content, phrases, other, clock).message("bot.greet") for other in LANGUAGES
    ]
    page = Elements(pages.page(language, messages=messages))
    assert [article["lang"] for article in page.all("article")] == list(LANGUAGES)


@pytest.mark.parametrize(
    ("date", "language", "written"),
    [
        ("2026-11-22", "en", "22 November 2026"),
        ("2026-11-22", "es", "22 de noviembre de 2026"),
        ("2026-11-22", "cy", "22 Tachwedd 2026"),
        ("2026-11-22", "pt", "22 de novembro de 2026"),
        ("2026-11", "en", "November 2026"),
        ("2026-11", "es", "noviembre de 2026"),
        ("2026-11", "cy", "Tachwedd 2026"),
        ("2026-11", "pt", "novembro de 2026"),
        ("2026", "cy", "2026"),
        ("", "en", ""),
    ],
)
def test_a_sources_date_is_as_exact_as_its_publisher_says(
    date: str, language: str, written: str
) -> None:
    """A day, a month or a year, written as the language does."""
    assert source_date(date, language) == written


@in_every_language
def test_every_source_has_a_date_that_can_be_written(content: Content, language: str) -> None:
    """No date of a source stops a page."""
    for source in content.sources.values():
        assert source_date(source.date, language) or not source.date


@in_every_language
def test_addresses_carry_the_language(language: str) -> None:
    """A link within the page keeps her language."""
    assert make_url("/exit", language) == f"/exit?lang={language}"
