"""What tells who somebody is does not get past the door; what she asks about does."""

from __future__ import annotations

import time

import pytest

from bot.content.values import Content
from bot.web.personal_details import MASK, mask

DETAILS = [
    "07700 900123",
    "+44 7700 900123",
    "(020) 7946 0018",
    "07700-900-123",
    "0034 612 345 678",
    "+55 (11) 91234-5678",
    "maria.lopez+x@example.com",
    "a@b.co",
    "AB1234567",
    "RF 1234567",
    "PAA123456",
    "CA123456",
    "QQ 12 34 56 C",
    "123456789",
    "1212-0001-2345-6789",
    "12 Oak Road, Cardiff CF10 1AA",
    "flat 3, 12b Heol y Gadeirlan, Caerdydd CF11 9XX",
    "cf101aa 12",
    "4 CF24 3AA",
]


@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize(
    "around", ["{}", "my name is Ana, {}, help me", "mi número es {}. ¿y ahora?"]
)
def test_a_personal_detail_is_masked(detail: str, around: str) -> None:
    """Phone, e-mail, document and address are gone, and the words around them stay."""
    masked = mask(around.format(detail))
    assert masked.found
    assert MASK in masked.text
    assert not any(part in masked.text for part in ("1AA", "9XX", "3AA", "@"))
    assert sum(char.isdigit() for char in masked.text) <= 1
    before, after = around.split("{}")
    assert masked.text.startswith(before)
    assert masked.text.endswith(after)


@pytest.mark.parametrize(
    "message",
    [
        "call 999",
        "I rang 101 and then 116 123",
        "he hit me on 26/11/2026",
        "on 2026-11-26 at 10:30",
        "we married in 2019 and I am 34",
        "I have 3 children and £1,200",
        "5 years, 6 months, 12 days",
        "form FLR(DV), section 24, MS1, SET(LR)",
        "I live in CF10 1AA",
        "the 2020 super-complaint, 3 forces of 43",
        "visa 485 days",
        "¿qué pasa si llamo al 999?",
    ],
)
def test_what_is_no_personal_detail_stays(message: str) -> None:
    """Emergency numbers, dates, ages, amounts, forms and a town are what she asks with."""
    assert mask(message) == type(mask(""))(message, False)


def test_the_number_of_every_service_stays(content: Content) -> None:
    """Who asks whose number this is, is answered: as it is printed, bare, and from abroad."""
    published = numbers(content)
    assert published
    for number in published:
        abroad = [f"+44 {number[1:]}", f"0044{number[1:]}"] if number.startswith("0") else []
        for typed in (number, number.replace(" ", ""), *abroad):
            assert mask(f"whose number is {typed}?", published).text.endswith(f"{typed}?"), typed


def numbers(content: Content) -> list[str]:
    found = [(service.phone, service.sms) for service in content.services.values()]
    return [number for pair in found for number in pair if number]


@pytest.mark.parametrize("text", ["1" * 500, "1 " * 250, "a1" * 250, "a@" * 250, "cf1 " * 125])
def test_no_message_takes_long(text: str) -> None:
    """No pattern runs away on a hostile message: far below what anybody would notice."""
    began = time.process_time()
    mask(text)
    assert time.process_time() - began < 1
