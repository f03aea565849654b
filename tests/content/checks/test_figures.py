"""Numbers in texts, however each language writes them, and the lists that the checks go by."""

from __future__ import annotations

import re

import pytest

from bot.content.checks.figures import LINES, bodies, figures, find
from bot.content.never import DEAD_ADDRESSES, WRONG_NUMBERS, numbers
from bot.languages import LANGUAGES
from tests.content.making import content_of, fact, service, source


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("no number", []),
        ("999", ["999"]),
        ("Call 999, or 111.", ["999", "111"]),
        ("116 123", ["116123"]),
        ("0808 80 10 800", ["08088010800"]),
        ("0808\u00a080\u202f10\u00a0800", ["08088010800"]),
        ("0808-801-0800", ["08088010800"]),
        ("(029) 2046 0566", ["02920460566"]),
        ("+44 20 7946 0000", ["02079460000"]),
        ("+44 (0)20 7946 0000", ["02079460000"]),
        ("+44(0)20 7946 0000", ["02079460000"]),
        ("2,672 people", ["2672"]),
        ("2.672 personas", ["2672"]),
        ("1,234,567", ["1234567"]),
        ("£2.50", ["2", "50"]),
        ("9,5 %", ["9", "5"]),
        ("24/7", ["24", "7"]),
        ("62%", ["62"]),
        ("2020–2023", ["2020", "2023"]),
        ("between 2020 and 2023", ["2020", "2023"]),
        ("9:00 to 17:30", ["9", "00", "17", "30"]),
        ("F12a and x3", ["12", "3"]),
    ],
)
def test_numbers_are_read_as_people_write_them(text, found) -> None:
    """Groups of a phone number and thousands are one number; decimals, times and ranges are not."""
    assert numbers(text) == found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_year_a_line_and_a_figure_of_the_list_may_stand(language) -> None:
    """What may stand in a sentence is not reported in any language."""
    text = f"{' a '.join(sorted(LINES))} in 1999 or 2025, {' a '.join(figures())}."

    assert list(find(content_of(texts={(language, "a.b.short"): text}))) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", ["3", "998", "1899", "2100", "20255"])
def test_any_other_number_is_unknown(language, number) -> None:
    """A number that nobody has read against the register is reported, with its language."""
    assert number not in figures()
    (finding,) = find(content_of(texts={(language, "a.b.short"): f"It is {number}."}))

    assert (finding.where, finding.language) == ("a.b.short", language)
    assert f"the number {number} is unknown" in finding.problem


@pytest.mark.parametrize("number", WRONG_NUMBERS)
def test_a_wrong_number_is_found_wherever_it_stands(number) -> None:
    """In a row's number for calls or for texts, a source, a fact or a text: it is found in each."""
    spaced = f"{number[:5]} {number[5:]}"
    for row, where in (
        (service("bawso", phone=spaced), "service.bawso"),
        (service("bawso", sms=spaced), "service.bawso"),
        (source("page", title=f"Call {spaced}"), "page"),
        (fact("F1", says=f"Call {spaced}."), "F1"),
    ):
        found = [finding for finding in find(content_of(row)) if "wrong number" in finding.problem]
        assert [finding.where for finding in found] == [where]
    text = content_of(texts={("en", "a.b.short"): f"Call {spaced}."})
    assert any("wrong number" in finding.problem for finding in find(text))


def test_the_wrong_numbers_are_written_as_they_are_compared() -> None:
    """Each number of the list is digits alone; otherwise it would never be found."""
    assert WRONG_NUMBERS
    assert all(re.fullmatch(r"0\d{9,10}", number) for number in WRONG_NUMBERS)
    assert all(address == address.casefold() for address in DEAD_ADDRESSES)


def test_every_figure_of_the_list_is_still_said(content) -> None:
    """The list of figures is not longer than the texts need."""
    said = {number for text in content.texts.values() for number in numbers(text)}

    assert set(figures()) - said == set()


@pytest.mark.parametrize("name", bodies())
def test_a_body_has_a_name_in_every_translation(name) -> None:
    """For each body of the list something may stand in each language."""
    for language, forms in bodies()[name].items():
        assert language in LANGUAGES
        assert forms
        assert all(form.strip() for form in forms)


def test_two_sources_of_one_address_are_found() -> None:
    """A page stands in the register once."""
    rows = [source("one", url="https://a.org"), source("two", url="https://a.org")]
    (finding,) = find(content_of(*rows))

    assert finding.where == "source two"
    assert "one has the same address" in finding.problem
