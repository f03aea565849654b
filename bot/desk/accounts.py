"""Accounts, for administrators: who works at the desk, what they may, and how they get in."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import (
    Blueprint,
    abort,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from bot.desk.parts import _, me, parts, require
from bot.desk.sentences import sentence
from bot.editing.person import (
    ADMINISTRATOR,
    APPROVER,
    EDITOR,
    PUBLISHER,
    TESTER,
    TRANSLATOR,
    Person,
)
from bot.errors import EditingError
from bot.languages import ENDONYMS

pages = Blueprint("accounts", __name__)


@pages.before_request
def _administrators_only() -> None:
    require(ADMINISTRATOR)


@pages.get("/accounts")
def index() -> ResponseReturnValue:
    """Shows every account."""
    lost = parts().people.without_factor()
    return render_template(
        "accounts/index.html",
        people=[(person, _state(person, lost)) for person in parts().people.all()],
        roles=_roles(),
        endonyms=ENDONYMS,
    )


@pages.route("/accounts/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Makes an account and goes on to the link of its invitation."""
    name, reads = request.form.get("name", ""), request.form.get("reads", "en")
    error = None
    if request.method == "POST":
        try:
            token = parts().people.invite(me(), name, _ticked("roles"), _ticked("languages"), reads)
        except EditingError as refused:
            error = refused
        else:
            return _show_once(name, token)
    return _form("accounts/new.html", error, name=name, reads=reads)


@pages.get("/accounts/invitation")
def invitation() -> ResponseReturnValue:
    """Shows the link of an invitation that was just made, this once."""
    made = session.pop("invitation", None)
    if made is None:
        flash(_("A link is shown only once. If it is lost, open the account and invite again."))
        return redirect(url_for("accounts.index"), 303)
    link = parts().desk_url + url_for("signing.take_up", token=made["token"])
    return render_template("accounts/invitation.html", name=made["name"], link=link)


@pages.route("/accounts/<int(max=2147483647):person_id>", methods=["GET", "POST"])
def edit(person_id: int) -> ResponseReturnValue:
    """Changes what somebody may, or closes their account."""
    person = _person(person_id)
    error = None
    if request.method == "POST":
        try:
            parts().people.change(
                me(),
                person.id,
                _ticked("roles"),
                _ticked("languages"),
                is_active="closed" not in request.form,
            )
        except EditingError as refused:
            error = refused
        else:
            flash(_("The account of {name} is changed.").format(name=person.name))
            return redirect(url_for("accounts.index"), 303)
    state = _state(person, parts().people.without_factor())
    return _form("accounts/edit.html", error, person=person, state=state)


@pages.route("/accounts/<int(max=2147483647):person_id>/invite-again", methods=["GET", "POST"])
def invite_again(person_id: int) -> ResponseReturnValue:
    """Invites somebody afresh who has lost their phone or their password.

    Raises:
        EditingError: `own_account`, since their session would end before they saw the link;
            `account_closed`, since the link would let nobody in.
    """
    person = _person(person_id)
    if person.id == me().id:
        raise EditingError("own_account")
    if not person.is_active:
        raise EditingError("account_closed")
    if request.method == "POST":
        return _show_once(person.name, parts().people.invite_again(me(), person.id))
    return render_template("accounts/invite_again.html", person=person)


def _form(template: str, error: EditingError | None, **values: Any) -> tuple[str, int]:
    """Shows a form with the boxes as they are, or as they were ticked when it was refused."""
    held = values.get("person") if request.method == "GET" else None
    page = render_template(
        template,
        error=error and sentence(error),
        roles=_roles(),
        endonyms=ENDONYMS,
        ticked_roles=held.roles if held else _ticked("roles"),
        ticked_languages=held.languages if held else _ticked("languages"),
        is_closed=not held.is_active if held else "closed" in request.form,
        **values,
    )
    return page, 400 if error else 200


def _show_once(name: str, token: str) -> ResponseReturnValue:
    session["invitation"] = {"name": " ".join(name.split()), "token": token}
    return redirect(url_for("accounts.invitation"), 303)


def _ticked(field: str) -> list[str]:
    return sorted(set(request.form.getlist(field)))


def _person(person_id: int) -> Person:
    found = [person for person in parts().people.all() if person.id == person_id]
    return found[0] if found else abort(404)


def _state(person: Person, lost: Collection[int]) -> str:
    """Returns how an account stands; `lost` are those whose second factor cannot be read."""
    if not person.is_active:
        return _("Closed")
    if person.id in lost:
        return _("Must be invited again")
    return _("Active") if person.has_password else _("Invited")


def _roles() -> dict[str, tuple[str, str]]:
    """Returns each role with its name and a line on what it may do."""
    return {
        EDITOR: (
            _("Editor"),
            _("Writes the English answers and the services. May switch an answer off at once."),
        ),
        TRANSLATOR: (_("Translator"), _("Writes answers in their languages.")),
        PUBLISHER: (
            _("Publisher"),
            _(
                "Approves texts in their languages, and publishes what others wrote."
                " May switch an answer off at once."
            ),
        ),
        APPROVER: (
            _("Approver"),
            _("Reads texts in their languages and approves them. Cannot write or publish."),
        ),
        ADMINISTRATOR: (
            _("Administrator"),
            _("Invites people, says what they may do, and closes accounts."),
        ),
        TESTER: (
            _("Tester"),
            _(
                "Runs the tests and adds situations to them. Looks at everything and tries drafts."
                " Changes no answer."
            ),
        ),
    }
