"""The embed: `widget.js`, which puts a button on a partner's page and the chat behind it."""

from __future__ import annotations

import json
from pathlib import Path

from bot.i18n import Phrases
from bot.languages import LANGUAGES

LOADER = Path(__file__).resolve().parent / "widget.js"

#: Stands in the loader where the words go.
_PLACE = "/* words */ {}"


def loader(phrases: Phrases) -> str:
    """Returns the script that a partner's page loads, with its words in four languages."""
    words = {language: _words(phrases, language) for language in LANGUAGES}
    script = LOADER.read_text(encoding="utf-8")
    return script.replace(_PLACE, json.dumps(words, ensure_ascii=False))


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
