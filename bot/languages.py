"""The four languages: the one list that everything else is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from babel.core import negotiate_locale

from bot.errors import UnknownLanguageError

#: Language tag (BCP 47) to the name that its speakers use, in the order of the picker.
ENDONYMS: Mapping[str, str] = MappingProxyType(
    {"en": "English", "es": "Español", "cy": "Cymraeg", "pt": "Português"}
)
LANGUAGES: tuple[str, ...] = tuple(ENDONYMS)

#: Shown when nothing says which language she reads. The texts' source language too.
DEFAULT_LANGUAGE = "en"

#: Language tag to the locale whose dates and lists are used. British dates for
#: English; Portuguese as Brazilians write it, Spanish as Latin America does.
LOCALES: Mapping[str, str] = MappingProxyType(
    {"en": "en_GB", "es": "es_419", "cy": "cy_GB", "pt": "pt_BR"}
)


def parse_language(value: str) -> str:
    """Returns `value` when it is one of the four tags.

    Raises:
        UnknownLanguageError: for anything else.
    """
    if value not in ENDONYMS:
        raise UnknownLanguageError(value)
    return value


def negotiate(accept_language: str | None) -> str:
    """Returns the best of the four for an `Accept-Language` header, English when none fits."""
    wanted = sorted(
        (_weighted(item) for item in (accept_language or "").split(",") if item.strip()),
        key=lambda pair: -pair[1],
    )
    tags = [tag.replace("-", "_") for tag, weight in wanted if weight > 0]
    return negotiate_locale(tags, LANGUAGES) or DEFAULT_LANGUAGE


def _weighted(item: str) -> tuple[str, float]:
    tag, _, parameter = item.strip().lower().partition(";")
    tag, quality = tag.strip(), parameter.replace(" ", "").removeprefix("q=")
    try:
        return tag, float(quality) if quality else 1.0
    except ValueError:
        return tag, 0.0
