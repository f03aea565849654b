"""Each kind of error, planted in what ships, is found by name, with its language and its remedy."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.content.checks import (
    completeness,
    figures,
    provenance,
    readability,
    review,
    spelling,
    wording,
)
from bot.content.checks.finding import Finding
from bot.content.never import DEAD_ADDRESSES, WRONG_NUMBERS
from bot.content.values import Content
from bot.languages import LANGUAGES
from tests.content.checks.planting import Check, changed, news, with_row, with_text

RISK = "sharing.risk.short"
HEDGE = {"es": "puede", "cy": "Gall", "pt": "pode"}
PROMISE = {
    "en": "You will not be deported.",
    "es": "No te van a deportar.",
    "cy": "Ni chewch eich alltudio.",
    "pt": "Você não vai ser deportada.",
}
TYPO = {"en": "polcie", "es": "polisía", "cy": "cyfeithydd", "pt": "polísia"}

in_every_language = pytest.mark.parametrize("language", LANGUAGES)
in_every_translation = pytest.mark.parametrize("language", ["es", "cy", "pt"])


def found(check: Check, content: Content, planted: Content, where: str, language: str | None):
    """Returns the one new finding about a place, which names it and says what to do."""
    about = [
        finding
        for finding in news(check, content, planted)
        if (finding.where, finding.language) == (where, language)
    ]
    assert about, f"{check.__module__} finds nothing at {where} ({language})"
    assert where in str(about[0])
    assert about[0].problem
    assert about[0].remedy
    return about[0]


# --- completeness


@in_every_language
def test_a_missing_text_is_found(content, language) -> None:
    """A text that one language lacks is named."""
    planted = with_text(content, language, RISK, None)

    assert "missing" in found(completeness.find, content, planted, RISK, language).problem


@in_every_language
def test_a_text_over_its_limit_is_found(content, language) -> None:
    """A label that no button can show is too long."""
    planted = with_text(content, language, "sharing.risk.label", "a" * 46)

    assert (
        "46" in found(completeness.find, content, planted, "sharing.risk.label", language).problem
    )


@in_every_language
def test_a_short_text_that_is_not_short_is_found(content, language) -> None:
    """A fourth sentence is one too many."""
    planted = with_text(content, language, RISK, f"{content.text(language, RISK)} 999. 999.")

    assert "sentences" in found(completeness.find, content, planted, RISK, language).problem


@in_every_translation
def test_a_lost_line_is_found(content, language) -> None:
    """A bullet of the English that a translation lacks is noticed."""
    lines = content.text(language, "sharing.risk.more").splitlines()
    planted = with_text(content, language, "sharing.risk.more", "\n".join(lines[:-1]))

    assert (
        "lines" in found(completeness.find, content, planted, "sharing.risk.more", language).problem
    )


@in_every_translation
def test_a_lost_placeholder_is_found(content, language) -> None:
    """Braces that a translation lost would show a woman no name."""
    planted = changed(content, language, "services.find.spoken-es", "{names}", "")

    assert (
        "{names}"
        in found(completeness.find, content, planted, "services.find.spoken-es", language).remedy
    )


def test_a_text_of_nothing_is_found(content) -> None:
    """A text whose answer is gone is left over."""
    planted = with_text(content, "en", "sharing.secret.short", "What?")

    found(completeness.find, content, planted, "sharing.secret.short", None)


# --- figures


@in_every_translation
def test_a_wrong_digit_is_found(content, language) -> None:
    """A year that one language has otherwise is named, with both numbers."""
    planted = changed(content, language, "sharing.risk.more", "2025", "2024")
    finding = found(figures.find, content, planted, "sharing.risk.more", language)

    assert "2025" in finding.problem
    assert "2024" in finding.problem


@in_every_translation
def test_a_wrong_month_is_found(content, language) -> None:
    """A month that one language has otherwise is named, though the year is right."""
    december = {"es": "diciembre de 2025", "cy": "Rhagfyr 2025", "pt": "dezembro de 2025"}
    november = {"es": "noviembre de 2025", "cy": "Tachwedd 2025", "pt": "novembro de 2025"}
    planted = changed(
        content, language, "supercomplaint.now.short", december[language], november[language]
    )
    finding = found(figures.find, content, planted, "supercomplaint.now.short", language)

    assert "2025-11" in finding.problem
    assert "2025-12" in finding.problem


@in_every_translation
def test_a_lost_name_is_found(content, language) -> None:
    """A body that the English names is named in each language."""
    planted = changed(content, language, "sharing.consent.short", "Southall Black Sisters", "—")

    assert (
        "Southall Black Sisters"
        in found(figures.find, content, planted, "sharing.consent.short", language).problem
    )


@in_every_language
def test_a_phone_number_outside_the_directory_is_found(content, language) -> None:
    """A number for calls stands in the directory alone, whatever it is."""
    text = content.text(language, RISK)
    planted = with_text(content, language, RISK, f"{text} 0800 123 4567")

    assert "outside the directory" in "\n".join(
        finding.problem
        for finding in news(figures.find, content, planted)
        if finding.language == language
    )


@pytest.mark.parametrize("number", WRONG_NUMBERS)
def test_a_wrong_number_in_circulation_is_found(content, number) -> None:
    """A number that would ring at a stranger's can stand in no row, however it is written."""
    spaced = f"{number[:4]} {number[4:7]} {number[7:]}"
    planted = with_row(content, "services", "bawso", phone=spaced)

    assert number in found(figures.find, content, planted, "service.bawso", None).problem


@pytest.mark.parametrize("address", DEAD_ADDRESSES)
def test_a_dead_address_is_found(content, address) -> None:
    """An address that was closed or taken over can stand in no row."""
    planted = with_row(content, "services", "emergency-sms", url=f"https://{address}")

    assert address in "\n".join(map(str, news(figures.find, content, planted)))


def test_a_number_of_a_row_marked_c_is_found(content) -> None:
    """A row whose number nobody may see holds none."""
    planted = with_row(content, "services", "lawrs", phone="0800 000 0000")

    found(figures.find, content, planted, "service.lawrs", None)


@pytest.mark.parametrize("url", ["http://x.org", "https://x", "https://x.org/a b", "x.org"])
def test_a_link_that_is_none_is_found(content, url) -> None:
    """Every address is an https one, well formed."""
    planted = with_row(content, "services", "lawrs", url=url)

    found(figures.find, content, planted, "service.lawrs", None)


# --- wording


@in_every_translation
def test_a_lost_may_is_found(content, language) -> None:
    """What may happen in English may happen in each language: it is not what happens."""
    planted = changed(content, language, RISK, HEDGE[language], "")

    assert "what may happen" in found(wording.find, content, planted, RISK, language).problem


@in_every_language
def test_a_promise_is_found(content, language) -> None:
    """What nobody can promise is not said, in any language."""
    text = f"{content.text(language, RISK)} {PROMISE[language]}"

    assert (
        "nobody may promise"
        in found(
            wording.find, content, with_text(content, language, RISK, text), RISK, language
        ).problem
    )


@in_every_language
def test_a_lost_could_not_confirm_is_found(content, language) -> None:
    """An answer on a fact that nobody verified says so, or leaves the fact out."""
    planted = with_row(content, "answers", "bot.human", facts=("F86",))

    assert "F86" in found(wording.find, content, planted, "bot.human", language).problem


@in_every_language
def test_a_claim_without_its_claimant_is_found(content, language) -> None:
    """What campaigners say is said by them, by name."""
    planted = with_row(content, "answers", "bot.human", facts=("F4",))

    assert (
        "Southall Black Sisters"
        in found(wording.find, content, planted, "bot.human", language).problem
    )


@in_every_language
def test_an_answer_on_visas_without_a_lawyer_is_found(content, language) -> None:
    """Who asks about her visa is sent to a lawyer."""
    planted = with_text(content, language, "status.ilr.short", "…")

    assert "lawyer" in "\n".join(
        str(finding)
        for finding in news(wording.find, content, planted)
        if finding.language == language
    )


@in_every_translation
def test_a_term_outside_the_glossary_is_found(content, language) -> None:
    """A term of the English has its own word in each language, always the same."""
    planted = with_text(content, language, "nrm.who-refers.short", "…")

    assert "glossary" in "\n".join(
        finding.problem
        for finding in news(wording.find, content, planted)
        if finding.language == language
    )


def test_english_in_a_welsh_text_is_found(content) -> None:
    """English and Welsh are never mixed within one text."""
    text = content.text("cy", "bot.human.short")
    planted = with_text(content, "cy", "bot.human.short", f"{text} You can call the helpline.")

    assert (
        "another language" in found(wording.find, content, planted, "bot.human.short", "cy").problem
    )


def test_welsh_in_an_english_text_is_found(content) -> None:
    """Nor the other way round."""
    text = content.text("en", "bot.human.short")
    planted = with_text(
        content, "en", "bot.human.short", f"{text} Mae gwasanaeth yn y dref, gyda help i chi."
    )

    assert (
        "another language" in found(wording.find, content, planted, "bot.human.short", "en").problem
    )


# --- spelling and reading


@in_every_language
def test_a_typing_error_is_found(content, language) -> None:
    """A word that no dictionary has is named."""
    text = f"{content.text(language, RISK)} {TYPO[language]}"
    planted = with_text(content, language, RISK, text)

    assert TYPO[language] in found(spelling.find, content, planted, RISK, language).problem


@in_every_language
def test_a_text_that_is_hard_to_read_is_found(content, language) -> None:
    """One long sentence of long words is too hard, in the measure of each language."""
    word = {
        "en": "administration",
        "es": "administración",
        "cy": "gweinyddiaeth",
        "pt": "administração",
    }
    planted = with_text(content, language, "bot.human.short", f"{' '.join([word[language]] * 50)}.")

    assert (
        "hard to read" in found(readability.find, content, planted, "bot.human", language).problem
    )


def test_official_welsh_is_found(content) -> None:
    """What only letters from offices say is not said to a frightened woman."""
    planted = with_text(content, "cy", "bot.human.short", "Nid yw hyn yn wir.")

    assert "official" in found(readability.find, content, planted, "bot.human.short", "cy").problem


# --- provenance


def test_an_answer_without_a_fact_is_found(content) -> None:
    """What is said of the world rests on a fact."""
    planted = with_row(content, "answers", "sharing.risk", facts=())

    found(provenance.find, content, planted, "sharing.risk", None)


def test_an_answer_on_a_fact_that_is_not_published_is_found(content) -> None:
    """A fact that is kept for advisers stands under no answer."""
    kept = next(name for name, fact in content.facts.items() if not fact.publish)
    planted = with_row(content, "answers", "sharing.risk", facts=("F2", kept))

    assert kept in found(provenance.find, content, planted, "sharing.risk", None).problem


def test_a_warning_that_nobody_is_told_is_found(content) -> None:
    """A service under contract to the Home Office says so in its own words."""
    planted = with_row(content, "services", "lawrs", warning="home-office-contract")

    found(provenance.find, content, planted, "service.lawrs", None)


# --- review


def review_on(content: Content, days: int) -> list[Finding]:
    """Returns what the check of dates finds, some days after the review of sharing.risk."""
    day = content.answers["sharing.risk"].review_by + timedelta(days=days)
    return [one for one in review.find(content, day) if one.where == "sharing.risk"]


def test_an_expired_date_is_found(content) -> None:
    """An answer is overdue the day after its review, and not on the day itself."""
    assert review_on(content, 0) == []
    assert "due by" in review_on(content, 1)[0].problem


def test_a_stale_translation_is_found(content) -> None:
    """A translation of another English than the present one is named, with its language."""
    planted = replace(content, stale={("cy", RISK): "dangerous"})
    today = content.answers["sharing.risk"].as_of
    finding = next(iter(review.find(planted, today)))

    assert (finding.where, finding.language) == (RISK, "cy")
    assert "English" in finding.problem


def test_a_changed_fact_is_found(content) -> None:
    """An answer whose fact has changed waits for a person."""
    planted = replace(content, fact_changes={"sharing.risk": ("F4",)})

    assert "F4" in next(iter(review.find(planted, content.answers["sharing.risk"].as_of))).problem
