"""The fixed phrases of the interface, in her language, and the dates she reads."""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from babel.dates import format_date
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.errors import ContentError
from bot.languages import DEFAULT_LANGUAGE, LANGUAGES, LOCALES
from bot.normalisation import strip_accents
from bot.settings import ROOT

LOCALE_FOLDER = ROOT / "locales"
DOMAIN = "interface"


class Phrases:
    """The catalogues of an interface in its languages, held in memory.

    They are read from the `.po` files themselves, so that no compiled file can be out of step.
    """

    def __init__(
        self,
        folder: Path = LOCALE_FOLDER,
        domain: str = DOMAIN,
        languages: Sequence[str] = LANGUAGES,
    ) -> None:
        """Reads the catalogues of a domain.

        Raises:
            ContentError: names the catalogue that cannot be read.
        """
        self._translations = {tag: _read(folder, tag, domain) for tag in languages}

    def gettext(self, language: str) -> Callable[[str], str]:
        """Returns the `_` of a language; English sentences are their own translation."""
        return self._translations[language].gettext


def catalogue_path(folder: Path, language: str, domain: str) -> Path:
    """Returns where gettext keeps a domain's catalogue."""
    return folder / language / "LC_MESSAGES" / f"{domain}.po"


def long_date(day: date, language: str) -> str:
    """Writes a date as the language does: 22 November 2026, 22 de noviembre de 2026."""
    return str(format_date(day, format="long", locale=LOCALES[language]))


def written_list(items: Sequence[str], language: str) -> str:
    """Writes a list as the language does: a, b and c; a, b y c; a, b ac c; a, b e c."""
    text = str(format_list(list(items), locale=LOCALES[language]))
    # CLDR leaves it to the reader whether the Welsh "and" is `a` or `ac`.
    return _WELSH_AND.sub(lambda found: "ac " if _begins_with_vowel(found[1]) else "a ", text)


_WELSH_AND = re.compile(r"a\(c\) (?=(\w?))")


def _begins_with_vowel(letter: str) -> bool:
    return strip_accents(letter).casefold() in set("aeiouwy")


def _read(folder: Path, language: str, domain: str) -> gettext.NullTranslations:
    if language == DEFAULT_LANGUAGE:
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    try:
        with catalogue_path(folder, language, domain).open("rb") as file:
            catalogue = read_po(file, locale=language, abort_invalid=True)
        # `use_fuzzy=False`: a guess of a tool is never shown to anybody.
        write_mo(compiled, catalogue, use_fuzzy=False)
    # Babel's reader raises whatever a damaged file makes it stumble over.
    except Exception as error:
        raise ContentError(f"{domain}.po ({language}): {error}") from error
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
