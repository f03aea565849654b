"""What the desk says when something may not be: each code of an EditingError in a sentence."""

from __future__ import annotations

from bot.desk.parts import _
from bot.errors import EditingError


def sentence(error: EditingError) -> str:
    """Returns what to tell somebody, in their language, and what they can do."""
    sentences = {
        "may_not": _("Your account may not do this. Ask an administrator."),
        "own_work": _("You wrote this, so another person must approve it."),
        "needs": _("Something is still missing: see the list on the page of the draft."),
        "overtaken": _(
            "Somebody has published another change of this meanwhile. Look at the difference"
            " and save your text again."
        ),
        "conflict": _(
            "Somebody else has saved this meanwhile. Both texts are shown: nothing is lost."
        ),
        "draft_closed": _("This draft is closed: it was published or dropped."),
        "draft_empty": _("There is nothing in this draft yet."),
        "no_draft": _("There is no such draft."),
        "kind_wrong": _("Say what kind of change it is."),
        "why_empty": _("Say why, in a few words. It goes into the history."),
        "call_empty": _("Say whom you spoke to, and what they confirmed."),
        "no_switch": _("This cannot be switched off: emergency answers always stay."),
        "emergency_number": _("This number stays: it is for emergencies, and nobody hides it."),
        "no_service": _("There is no such service."),
        "nobody": _("There is no such account."),
        "name_taken": _("There is an account of this name already."),
        "name_wrong": _("A name has 1 to 60 letters."),
        "role_wrong": _("There is no such role or language."),
        "language_missing": _("Translators, publishers and approvers need a language."),
        "last_administrator": _("Somebody must remain who can administer accounts."),
        "has_administrator": _("There is an administrator already. They can invite you."),
        "own_account": _("You cannot do this to your own account. Ask another administrator."),
        "account_closed": _("This account is closed. Open it again first."),
        "password_short": _("A password has at least 12 characters. A sentence is good."),
        "passwords_differ": _("The two passwords are not the same."),
        "code_wrong": _("The code is wrong or has been used. Wait for the next one."),
        "invitation_ended": _("This invitation has ended. Ask for a new one."),
        "wrong": _("Name, password or code is wrong."),
        "locked": _("Too many tries. Wait some minutes, and try again."),
    }
    return sentences.get(error.code, _("This cannot be done."))
