"""Whatever stands around it, a personal detail does not go past the door."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.normalisation import clean
from bot.web.personal_details import LEAST_DIGITS, MASK, mask
from tests.robustness.made_up import texts

#: A detail of each kind, and the part of it that tells who somebody is. A postcode without its
#: house is no address, and may stay where a number before it was taken for the house.
DETAILS = {
    "07700 900461": "900461",
    "+44 (0)7700-900461": "900461",
    "0034 612.345.678": "345.678",
    "ana.lopez@example.com": "lopez",
    "RF1234567": "1234567",
    "zu-123456789": "123456789",
    "QQ 12 34 56 C": "34 56",
    "12 Long Road, Leeds LS1 4AP": "12 Long",
}
ANY = re.compile(rf"\d{{{LEAST_DIGITS},}}")


@given(texts)
def test_no_long_run_of_digits_is_left(text: str) -> None:
    """Seven digits in a row are a number of somebody, in whatever script, and never go on."""
    assert not ANY.search(mask(clean(text)).text)


@given(st.text("0123456789 ().-/+#@,aQ\u0667\uff17", max_size=60))
def test_no_long_run_is_left_among_digits_and_marks(text: str) -> None:
    """However the digits are written, what is left is shorter than a number."""
    masked = mask(clean(text)).text
    assert not ANY.search(masked)
    assert mask(masked).text == masked


@pytest.mark.parametrize("detail", DETAILS)
@given(texts, texts)
def test_a_detail_is_masked_in_any_words(detail: str, before: str, after: str) -> None:
    """Before and after it may stand anything at all."""
    around = f"{clean(before)} {clean(after)}"
    masked = mask(clean(f"{before} {detail} {after}"))
    assert masked.found
    assert MASK in masked.text
    assert DETAILS[detail] in around or DETAILS[detail] not in masked.text


@given(texts)
def test_it_is_said_that_something_was_masked_when_it_was(text: str) -> None:
    """What has no detail goes on as it was, and no word comes to it."""
    masked = mask(clean(text))
    assert masked.found == (masked.text != clean(text))
