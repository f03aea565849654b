from __future__ import annotations

import json

import pytest

from bot.i18n import Phrases
from bot.languages import LANGUAGES
from bot.settings import PageSettings, Settings
from bot.web.embed import loader
from bot.web.pages import Pages
from tests.web.test_pages import Elements

PARTNER = "https://partner.example.org"


def test_the_loader_has_its_words_in_all_four_languages(phrases: Phrases) -> None:
    """What stands on a partner's page is in her language, and leads where the exit leads."""
    line = next(one for one in loader(phrases, {}).splitlines() if "var WORDS = " in one)
    words = json.loads(line.partition("= ")[2].rstrip(";"))
    assert list(words) == list(LANGUAGES)
    for language in LANGUAGES:
        _ = phrases.gettext(language)
        assert words[language]["ask"] == _("Ask a question")
        assert words[language]["moment"] == _("One moment…")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_in_a_frame_stays_in_it(phrases: Phrases, language: str) -> None:
    """Every form and link of ours carries the partner along; the exit leads out of the frame."""
    pages = Pages(phrases, Settings(page=PageSettings(partners=(PARTNER,))))
    page = Elements(pages.page(language, state="SEALED", partner=PARTNER))
    assert page.all("html")[0]["data-partner"] == PARTNER
    forms = page.all("form")
    assert len(page.all("input", name="partner", value=PARTNER)) == len(forms) > 1
    ours = [link for link in page.all("a") if str(link["href"]).startswith("/")]
    assert all("partner=https%3A%2F%2Fpartner.example.org" in str(link["href"]) for link in ours)
    (way_out,) = page.all("a", **{"class": "exit"})
    assert way_out["target"] == "_top"


def test_a_page_that_is_in_no_frame_knows_of_none(phrases: Phrases) -> None:
    """No partner is named, and the exit is an ordinary link."""
    page = Elements(Pages(phrases, Settings()).page("en", state="SEALED"))
    assert "data-partner" not in page.all("html")[0]
    assert not page.all("input", name="partner")
    assert "target" not in page.all("a", **{"class": "exit"})[0]


@pytest.mark.parametrize(
    "named", ["", "https://other.example.org", "javascript:alert(1)", f"{PARTNER}/"]
)
def test_a_partner_that_nobody_allowed_is_none(phrases: Phrases, named: str) -> None:
    """An address can name what it likes: only the settings make a partner."""
    pages = Pages(phrases, Settings(page=PageSettings(partners=(PARTNER,))))
    assert pages.partner_of({"partner": named}) == ""
    assert pages.partner_of({"partner": PARTNER}) == PARTNER


def test_the_button_has_the_services_own_colours(phrases: Phrases) -> None:
    """What a service sets for the page holds for the button on a partner's page too."""
    assert '"accent": "#5b2a86"' in loader(phrases, {"accent": "#5b2a86"})
