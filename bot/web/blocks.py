"""Texts of the content store as paragraphs and lists."""

from __future__ import annotations

from itertools import groupby


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
