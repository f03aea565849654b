"""What a finding says, and how texts are taken apart for the checks."""

from __future__ import annotations

import pytest

from bot.content.checks.every import CHECKS, find
from bot.content.checks.finding import NAMES, TRANSLATED, Finding, lines_of, pairs, sentences_of
from bot.languages import LANGUAGES
from tests.content.making import REVIEW_BY, answer, content_of


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        ("...", []),
        ("One", ["One"]),
        ("One. Two! Three? Four…", ["One.", "Two!", "Three?", "Four…"]),
        ("One\nTwo\n\nThree", ["One", "Two", "Three"]),
        (
            "Do this:\n- one thing\n- another. And more.",
            ["Do this:", "one thing", "another.", "And more."],
        ),
        ('She said "no." He left.', ['She said "no.', "He left."]),
        (
            "¿Te han amenazado? ¡Llama al 999! Es gratis.",
            ["¿Te han amenazado?", "¡Llama al 999!", "Es gratis."],
        ),
        ("It costs £2.50 at 9.30 a day.", ["It costs £2.50 at 9.30 a day."]),
        ("Call 999 or go to www.gov.uk now.", ["Call 999 or go to www.gov.uk now."]),
        ("Mae hi yma.  Dydy e ddim.", ["Mae hi yma.", "Dydy e ddim."]),
        ("Está bem. — Não.", ["Está bem.", "— Não."]),
    ],
)
def test_a_text_is_taken_apart_into_sentences(text, sentences) -> None:
    """A full stop, a mark or the end of a line ends a sentence; a point in a number does not."""
    assert sentences_of(text) == sentences


def test_the_lines_of_a_text_are_those_that_say_something() -> None:
    """Gaps and white space do not count."""
    assert lines_of(" one \n\n- two\n   \n") == ["one", "- two"]
    assert lines_of("\n \n") == []


def test_translations_are_compared_with_their_english() -> None:
    """Each translation comes with the English of its msgid; what only one has is no pair."""
    texts = {
        ("en", "a.b.short"): "one",
        ("cy", "a.b.short"): "un",
        ("pt", "a.b.short"): "um",
        ("en", "a.b.more"): "two",
        ("es", "a.b.label"): "tres",
    }

    assert list(pairs(content_of(texts=texts))) == [
        ("a.b.short", "cy", "one", "un"),
        ("a.b.short", "pt", "one", "um"),
    ]


def test_a_finding_says_where_what_and_what_to_do() -> None:
    """On one line stand the place, the language by its English name, the problem, the remedy."""
    finding = Finding("spelling", "a.b.short", "cy", "it is so.", "Mend it.")
    everywhere = Finding("review", "a.b", None, "it is due.", "Read it.")

    assert str(finding) == "a.b.short (Welsh): it is so. Mend it."
    assert str(everywhere) == "a.b: it is due. Read it."


def test_every_language_has_a_name_and_all_but_english_are_translated() -> None:
    """What the findings call the languages, and which are compared, follows the one list."""
    assert list(NAMES) == list(LANGUAGES)
    assert ("en", *TRANSLATED) == LANGUAGES


def test_all_checks_are_asked_in_one_call() -> None:
    """What any check finds, and what is past its date, comes out of the one call."""
    content = content_of(
        answer("a.b", facts=(), review_by=REVIEW_BY),
        texts={("en", "a.b.short"): "You will not be deported, polcie, 0800 123 4567."},
    )
    late = REVIEW_BY.replace(year=REVIEW_BY.year + 1)
    found = {finding.check for finding in find(content, late)}

    assert found >= {*CHECKS, "review"} - {"readability"}
    assert list(find(content_of(texts={}), late)) == []
