"""The embed: `widget.js`, which puts a button on a partner's page and the chat behind it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from bot.i18n import Phrases
from bot.languages import LANGUAGES
from bot.web.colours import palettes

LOADER = Path(__file__).resolve().parent / "widget.js"

#: Stand in the loader where the words and the colours go.
_WORDS, _COLOURS = "/* words */ {}", "/* colours */ {}"


def loader(phrases: Phrases, colours: Mapping[str, str]) -> str:
    """Returns the script that a partner's page loads, with its words in four languages.

    Args:
        phrases: of the interface.
        colours: a service's own, as `stylesheet` takes them.
    """
    light, _dark = palettes(colours)
    words = {language: _words(phrases, language) for language in LANGUAGES}
    script = LOADER.read_text(encoding="utf-8")
    script = script.replace(_WORDS, json.dumps(words, ensure_ascii=False))
    return script.replace(_COLOURS, json.dumps(light))


def _words(phrases: Phrases, language: str) -> dict[str, str]:
    _ = phrases.gettext(language)
    return {
        "ask": _("Ask a question"),
        "title": _("Questions and answers in four languages"),
        "close": _("Close"),
        "alone": _("Open it on its own page"),
        "failed": _("The chat cannot be shown here."),
        "moment": _("One moment…"),
    }
