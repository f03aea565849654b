"""The past: who did what and why, each revision, and bringing back what stood before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.clock import UK_TIME
from bot.content.rows import Stored
from bot.desk.diff import Pieces, pieces
from bot.desk.parts import _, me, parts, require
from bot.desk.sentences import sentence
from bot.editing import history, past
from bot.editing.draft import RECORDS
from bot.editing.past import Changed, Revision
from bot.editing.people import ADMINISTRATOR, EDITOR
from bot.errors import EditingError
from bot.i18n import long_date
from bot.languages import ENDONYMS

pages = Blueprint("past", __name__)

#: Subjects on a page of one revision: the first revision has them all.
GROUPS = 20


@dataclass(frozen=True)
class Group:
    """What a revision changed of one subject, and the revisions to which it can go back."""

    subject: str
    name: str
    changes: tuple[tuple[Changed, Pieces], ...]
    back_to: tuple[int, ...]


@pages.route("/history")
def index() -> str:
    """Shows who did what, when and why, and whether anything of it was changed afterwards."""
    database = parts().store.database
    # Who came in when is nobody's business but theirs who look after accounts.
    but = () if me().may(ADMINISTRATOR) else past.OF_ACCOUNTS
    chosen = {name: request.args.get(name, "").strip() for name in ("who", "what", "act")}
    page = past.deeds(database, **chosen, number=_number(), but=but)
    people, acts = past.actors(database, but)
    return render_template(
        "past/index.html",
        page=page,
        chosen=chosen,
        people=people,
        acts={act: _act(act) for act in acts},
        act=_act,
        moment=moment,
        pieces=pieces,
        endonyms=ENDONYMS,
        broken=history.broken(database),
        is_partial=bool(but),
    )


@pages.route("/revisions")
def revisions() -> str:
    """Shows every revision, the newest first."""
    page = past.all_revisions(parts().store.database, _number())
    return render_template("past/revisions.html", page=page, moment=moment, origin=_origin)


# No database counts further.
@pages.route("/revisions/<int(max=2147483647):number>", methods=["GET", "POST"])
def revision(number: int) -> ResponseReturnValue:
    """Shows what a revision changed, and brings back what stood then, or before it."""
    found = past.one_revision(parts().store.database, number)
    if found is None:
        abort(404)
    if request.method == "GET":
        return _page(found)
    require(EDITOR)
    subject, why = request.form.get("subject", ""), request.form.get("why", "").strip()
    target = request.form.get("back_to", type=int)
    store = parts().store
    if target not in (number, number - 1):
        abort(404)
    then = past.stood(store.read(target), subject)
    if not then:
        abort(404)
    if not why:
        return _page(found, sentence(EditingError("why_empty")), subject), 400
    if then == past.stood(store.read(), subject):
        return _page(found, _("It stands like this now. There is nothing to bring back."), subject)
    draft_id = parts().drafts.take_back(me(), subject, target, why)
    flash(_("A draft holds what stood then. Hand it over, so that another person can approve it."))
    return redirect(url_for("answers.draft", draft_id=draft_id), 303)


def moment(at: datetime | str) -> str:
    """Writes out when something was done, in UK time."""
    when = datetime.fromisoformat(at) if isinstance(at, str) else at
    here = when.astimezone(UK_TIME)
    return f"{long_date(here.date(), g.language)}, {here:%H:%M}"


def _page(found: Revision, wrong: str = "", subject: str = "") -> str:
    store = parts().store
    by_subject = [
        (name, tuple(group))
        for name, group in groupby(
            past.changed(store, found.id), key=lambda one: one.subject or one.name
        )
    ]
    last = max(1, -(-len(by_subject) // GROUPS))
    number = min(_number(), last)
    shown = by_subject[(number - 1) * GROUPS : number * GROUPS]
    stored = {at: store.read(at) for at in (found.id, found.id - 1) if at > 0}
    return render_template(
        "past/revision.html",
        revision=found,
        groups=[_group(name, changes, stored) for name, changes in shown],
        number=number,
        last=last,
        may_bring_back=me().may(EDITOR),
        wrong=wrong,
        subject=subject,
        why=request.form.get("why", ""),
        moment=moment,
        origin=_origin,
        endonyms=ENDONYMS,
        of_records=RECORDS,
    )


def _group(name: str, changes: tuple[Changed, ...], stored: dict[int, Stored]) -> Group:
    subject = changes[0].subject
    back_to = [at for at, then in stored.items() if subject and past.stood(then, subject)]
    newest = parts().store.latest_revision()
    return Group(
        subject,
        name,
        tuple((change, pieces(change.old, change.new)) for change in changes),
        # What the newest revision has, stands now.
        tuple(at for at in back_to if at != newest),
    )


def _number() -> int:
    return max(1, request.args.get("page", 1, type=int))


def _origin(origin: str) -> str:
    return {"desk": _("the desk"), "shipped": _("it came with the project")}.get(origin, origin)


def _act(act: str) -> str:
    return acts_in_words().get(act, act)


def acts_in_words() -> dict[str, str]:
    """Returns what each act of the history is called, in the language of its reader."""
    return {
        "added a situation": _("added a situation to the tests"),
        "approved": _("approved"),
        "changed account": _("changed an account"),
        "dropped": _("dropped a draft"),
        "failed to confirm": _("gave a wrong code"),
        "failed to sign in": _("failed to sign in"),
        "handed over": _("handed over for approval"),
        "hid the number": _("hid a number"),
        "invited": _("invited"),
        "invited again": _("invited again"),
        "locked out": _("was locked out"),
        "opened": _("opened a draft"),
        "published": _("published"),
        "ran the tests": _("ran the tests"),
        "rang": _("rang a service"),
        "said the kind": _("said the kind of change"),
        "saved": _("saved"),
        "signed in": _("signed in"),
        "signed up": _("took up an invitation"),
        "switched off": _("switched off"),
        "switched on": _("switched on again"),
    }
