"""What is said when a request cannot be answered, in her language and with an emergency number."""

from __future__ import annotations

from bot.i18n import Phrases

#: HTTP statuses that Sanic raises itself, and the code they have in the contract.
STATUS_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "not_found",
    413: "too_long",
    415: "not_json",
    429: "too_many",
    503: "busy",
}


def refusal(phrases: Phrases, language: str, code: str) -> str:
    """Returns the sentence for an error code of the contract."""
    _ = phrases.gettext(language)
    sentences = {
        "too_long": _("Your message is too long. Please send it in shorter parts."),
        "not_found": _("There is no such page."),
        "too_many": _("Too many messages at once. Please wait a moment and try again."),
        "busy": _("Many people are asking just now. Please try again in a moment."),
        "trouble": _("Something went wrong on our side. Please try again."),
    }
    sentence = sentences.get(code, _("This could not be read. Please try again."))
    return sentence + " " + _("If you are in danger, call 999.")
