"""The emergency lines: nobody rings them to check them, and nobody takes them away."""

from __future__ import annotations

from bot.content.directory import ALWAYS_SHOWN

_NUMBERS = frozenset({"999", "111", "112"})


def is_emergency(service_id: str, *numbers: str | None) -> bool:
    """Says whether a service is an emergency line, by its name or by any of its numbers."""
    its = {"".join((number or "").split()) for number in numbers}
    return service_id in ALWAYS_SHOWN or bool(its & _NUMBERS)
