"""Takes out of a message what tells who somebody is, before anything reads it.

Nobody needs to give a number, an address or a document here. What is found is replaced by
a sign, so that no part behind the door has it. Phone numbers of services stay: she may ask
about one. Patterns only, no model: it costs microseconds, and words of danger stay.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

#: Stands where a detail stood. No word of any language, so that it changes no meaning.
MASK = "#"

#: From here on a run of digits is a phone, passport, card or case number. Dates, years, ages,
#: amounts and helpline numbers of three to six digits (999, 101, 116 123) have fewer.
LEAST_DIGITS = 7

_EMAIL = re.compile(r"[^\s@,;:()<>]+@[^\s@,;:()<>]+\.\w{2,}")
# Digits, and what people put between them.
_NUMBER = re.compile(rf"\+?\(?\d(?:[\s().\-/]{{0,2}}\d){{{LEAST_DIGITS - 1},}}")
# Passports and BRP cards: up to three letters, six to nine digits, perhaps a letter. The forms of
# the UK, Spain, Portugal, Brazil and most of Latin America.
_DOCUMENT = re.compile(r"\b[a-z]{1,3}-?\d{6,9}[a-z]?\b", re.IGNORECASE)
# National insurance: https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110
_INSURANCE = re.compile(r"\b[a-z]{2} ?\d\d ?\d\d ?\d\d ?[a-d]\b", re.IGNORECASE)
_HOUSE = r"\b\d{1,4}[a-z]?\b"
# The form of a postcode: https://ideal-postcodes.co.uk/guides/uk-postcode-format
_POSTCODE = r"\b[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}\b"
# A house number and its postcode, a street and a town between them at most.
_ADDRESS = re.compile(
    rf"{_HOUSE}(?:[ ,.]+[^\W\d_][\w'\-]*){{0,8}}[ ,.]+{_POSTCODE}"
    rf"|{_POSTCODE}[ ,.]+(?:[^\W\d_]+[ ,.]+){{0,2}}{_HOUSE}",
    re.IGNORECASE,
)
# A date in figures is no document: 26/11/2026, 2026-11-26.
_DATE = re.compile(r"\d{1,2}[./\- ]\d{1,2}[./\- ]\d{2,4}|\d{4}[./\-]\d{1,2}[./\-]\d{1,2}")


@dataclass(frozen=True)
class Masked:
    """A message without personal details, and whether there were any."""

    text: str
    found: bool


def mask(text: str, services_numbers: Collection[str] = ()) -> Masked:
    """Returns a message with its personal details replaced by `MASK`.

    Args:
        text: what she wrote, cleaned.
        services_numbers: phone and text numbers that services publish; these stay.
    """

    def is_published(number: str) -> bool:
        # Asked only where a number was found, which is in few messages.
        return _digits(number) in {_digits(published) for published in services_numbers}

    def replaced(found: re.Match[str]) -> str:
        whole = found[0]
        is_kept = _DATE.fullmatch(whole.strip()) or is_published(whole)
        return whole if is_kept else MASK

    masked = _EMAIL.sub(MASK, text)
    for pattern in (_ADDRESS, _INSURANCE, _DOCUMENT, _NUMBER):
        masked = pattern.sub(replaced, masked)
    return Masked(masked, masked != text)


def _digits(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    # +44 20 … , 0044 20 … and 020 … are the same number.
    return re.sub(r"^(?:0044|44)0?", "0", digits)
