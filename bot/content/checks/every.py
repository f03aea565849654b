"""All checks in one call, for the tests, the report and the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

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
from bot.content.values import Content

CHECKS: dict[str, Callable[[Content], Iterator[Finding]]] = {
    "completeness": completeness.find,
    "figures": figures.find,
    "wording": wording.find,
    "spelling": spelling.find,
    "readability": readability.find,
    "provenance": provenance.find,
}


def find(content: Content, today: date) -> Iterator[Finding]:
    """Yields everything that any check finds.

    Raises:
        ContentError: when a check cannot be run on this machine.
    """
    for check in CHECKS.values():
        yield from check(content)
    yield from review.find(content, today)
