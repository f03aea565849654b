from __future__ import annotations

import pytest

from bot.content.values import Content
from bot.languages import LANGUAGES
from bot.web.blocks import blocks, tappable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("\n \n", []),
        ("One.", [("p", ["One."])]),
        ("One.\n\nTwo.", [("p", ["One."]), ("p", ["Two."])]),
        ("- a\n- b", [("ul", ["a", "b"])]),
        (
            "One.\n- a\n\n- b\nTwo.\n- c",
            [("p", ["One."]), ("ul", ["a", "b"]), ("p", ["Two."]), ("ul", ["c"])],
        ),
        ("-no item", [("p", ["-no item"])]),
    ],
)
def test_lines_become_paragraphs_and_lists(text: str, expected: list) -> None:
    """Each line is a paragraph, lines that begin with a dash are a list."""
    assert blocks(text) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_an_answer_is_lost(content: Content, language: str) -> None:
    """Cut into blocks, every text of ours is as whole as before."""
    for (lang, _), text in content.texts.items():
        if lang == language:
            shown = " ".join(line for _, lines in blocks(text) for line in lines)
            assert shown.split() == [
                word
                for line in text.splitlines()
                for word in line.strip().removeprefix("- ").split()
            ]


def test_emergency_numbers_can_be_tapped() -> None:
    """999 and 116 123 become links that call."""
    assert tappable("Call 999, or 116 123.") == (
        'Call <a href="tel:999">999</a>, or <a href="tel:116123">116 123</a>.'
    )


@pytest.mark.parametrize("text", ["1999", "9990", "0800 5999 247", "116 1234"])
def test_other_numbers_are_left_alone(text: str) -> None:
    """A year, or part of a longer number, is no emergency number."""
    assert tappable(text) == text


def test_markup_in_a_text_is_escaped() -> None:
    """A text is text: nothing in it becomes an element of the page."""
    assert "<script>" not in tappable('<script>999</script> "&')
    assert tappable("<b>") == "&lt;b&gt;"
