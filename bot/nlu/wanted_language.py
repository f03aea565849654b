"""The language she asks for by name: "in Spanish, please", "Cymraeg os gwelwch yn dda"."""

from __future__ import annotations

import re

from bot.normalisation import fold

# Folded: without accents, a doubled letter written once. Welsh mutates Cymraeg, Portiwgaleg.
_NAMES = {
    "en": r"english|ingles|inglesa?|sa?esneg|sisneg",
    "es": r"spanish|espanol|espanish|castel?ano|espanhol|sbaeneg",
    "cy": r"welsh|gales|[cg]ymraeg|nghymraeg|chymraeg",
    "pt": r"portuguese|portugues|(p|b|ph|mh)ortiwgale?g|brazilian|brasileir[oa]",
}
_PATTERNS = {language: re.compile(rf"\b(?:{names})\b") for language, names in _NAMES.items()}


def wanted_language(text: str) -> str | None:
    """Returns the one language of the four that a text names; None when none or several."""
    folded = fold(text)
    named = [language for language, pattern in _PATTERNS.items() if pattern.search(folded)]
    return named[0] if len(named) == 1 else None
