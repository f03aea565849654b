"""What a button sends, taken apart and put together."""

from __future__ import annotations

import pytest

from bot.content.references import (
    MAX_REFERENCE_CHARACTERS,
    make_reference,
    parse_reference,
    rasa_name,
    response_name,
)
from bot.content.shipped import read_records

ANSWERS = read_records()["answers"]


@pytest.mark.parametrize(
    ("reference", "answer", "parameters"),
    [
        ("sharing.risk", "sharing.risk", {}),
        ("nrm.who-refers", "nrm.who-refers", {}),
        ("sharing.risk?part=more", "sharing.risk", {"part": "more"}),
        (
            "services.find?nation=northern-ireland&need=refuge",
            "services.find",
            {"nation": "northern-ireland", "need": "refuge"},
        ),
    ],
)
def test_a_reference_is_an_answer_and_its_parameters(reference, answer, parameters) -> None:
    """A reference comes apart into the answer's id and what stands after the question mark."""
    assert parse_reference(reference) == (answer, parameters)
    assert make_reference(answer, parameters) == reference


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "risk",
        "sharing.",
        ".risk",
        "Sharing.risk",
        "sharing.risk\n",
        " sharing.risk",
        "sharing/risk",
        "../../etc/passwd",
        "/sharing_risk",
        '/sharing_risk{"language":"cy"}',
        "sharing.risk?part",
        "sharing.risk?=more",
        "sharing.risk?part=a b",
        "sharing.risk?part=more&",
        "sharing.risk?part=%00",
        "sharing.risk?part=<script>",
        "sharing.risk?part=" + "a" * 41,
        "sharing.risk?part=more?part=short",
        "शेयर.जोखिम",
        "s.r" + "?a=b" + "&a=b" * MAX_REFERENCE_CHARACTERS,
        "a." + "b" * MAX_REFERENCE_CHARACTERS,
    ],
)
def test_anything_else_is_refused(reference) -> None:
    """What does not have the form, or is too long, is a ValueError and nothing worse."""
    with pytest.raises(ValueError, match=r"reference|query field"):
        parse_reference(reference)


def test_no_text_whatever_gets_through_by_its_length() -> None:
    """The longest reference that is read has two hundred characters."""
    fitting = "a." + "b" * (MAX_REFERENCE_CHARACTERS - 2)

    assert parse_reference(fitting) == (fitting, {})


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_button_that_ships_can_be_read_back(answer) -> None:
    """The next steps of each answer are references in their one spelling."""
    for reference in ANSWERS[answer]["next"]:
        assert make_reference(*parse_reference(reference)) == reference


def test_no_two_answers_share_a_name_in_rasa() -> None:
    """Dots and hyphens both become underscores, and still each answer has its own name."""
    assert rasa_name("nrm.who-refers") == "nrm_who_refers"
    assert response_name("nrm.who-refers") == "utter_nrm_who_refers"
    assert len({response_name(answer) for answer in ANSWERS}) == len(ANSWERS)
