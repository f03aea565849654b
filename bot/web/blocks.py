"""Texts of the content store as paragraphs and lists."""

from __future__ import annotations

import re
from itertools import groupby

from markupsafe import Markup, escape

#: The numbers that a message in danger makes ready to tap.
_LIFELINE_NUMBERS = re.compile(r"\b(999|116 123)\b")


def blocks(text: str) -> list[tuple[str, list[str]]]:
    """Splits a text into ("p", [paragraph]) and ("ul", [item, …]).

    A line that begins with "- " is an item; every other line is a paragraph.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    result: list[tuple[str, list[str]]] = []
    for is_item, group in groupby(lines, key=lambda line: line.startswith("- ")):
        if is_item:
            result.append(("ul", [line[2:] for line in group]))
        else:
            result += [("p", [line]) for line in group]
    return result


def tappable(text: str) -> Markup:
    """Returns a text as HTML in which 999 and 116 123 can be tapped to call."""

    def link(number: re.Match[str]) -> str:
        return f'<a href="tel:{number[0].replace(" ", "")}">{number[0]}</a>'

    # Escaped first: what is added afterwards is the only markup.
    return Markup(_LIFELINE_NUMBERS.sub(link, str(escape(text))))  # noqa: S704
