"""The services she can turn to: their numbers, the calls that confirm them, and what is due."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.content.directory import ALWAYS_SHOWN, LIFELINES
from bot.content.freshness import is_overdue
from bot.content.values import NATIONS, Service
from bot.desk import numbers, service_form
from bot.desk.hours_form import is_of_hours
from bot.desk.names import names
from bot.desk.parts import _, me, parts, require
from bot.desk.register import draft_of
from bot.desk.reviews import coming, next_review, waiting
from bot.desk.service_page import Page, calls
from bot.editing.draft import RECORDS
from bot.editing.people import EDITOR, PUBLISHER
from bot.errors import ConflictError, ContentError, EditingError
from bot.languages import LANGUAGES
from bot.normalisation import fold

pages = Blueprint("services", __name__)

_FIRST = frozenset({*LIFELINES, *ALWAYS_SHOWN})


@dataclass(frozen=True)
class Row:
    """A service in the list."""

    service: Service
    name: str
    shown: numbers.Shown
    is_overdue: bool

    def suits(self, show: str) -> bool:
        """Says whether it is among what was asked for."""
        return {
            "away": not self.shown.is_shown,
            "overdue": self.is_overdue,
            "unrung": not self.service.is_confirmed,
        }.get(show, True)

    def holds(self, wanted: str) -> bool:
        """Says whether it holds these words, or the digits of this number."""
        its = self.service
        plain = numbers.digits(f"{its.phone or ''}{its.sms or ''}")
        sought = numbers.digits(wanted)
        is_number = sought.isdigit() and sought in plain
        return is_number or fold(wanted) in fold(f"{self.name} {its.id} {its.url} {its.email}")


@pages.get("/services")
def index() -> str:
    """Lists the services; overdue lifelines first."""
    content, today = parts().content, parts().today
    called = names(content)
    wanted, nation, show = (request.args.get(name, "").strip() for name in ("q", "nation", "show"))
    rows = [
        Row(service, called.service(one), numbers.shown(service), is_overdue(service, today))
        for one, service in content.services.items()
    ]
    found = [
        row
        for row in rows
        if row.suits(show) and row.holds(wanted) and (not nation or nation in row.service.nations)
    ]
    found.sort(key=lambda row: (not row.is_overdue, row.service.id not in _FIRST))
    return render_template(
        "services/index.html",
        rows=found,
        number_of_all=len(rows),
        names=called,
        nations=NATIONS,
        q=wanted,
        nation=nation,
        show=show,
    )


@pages.route("/services/<service_id>", methods=["GET", "POST"])
def edit(service_id: str) -> ResponseReturnValue:
    """Shows a service; whoever has rung it saves what they heard."""
    content = parts().content
    live: Any = parts().store.read().records["services"].get(service_id)
    if live is None:
        abort(404)
    draft = draft_of(f"service.{service_id}")
    entry = draft.entry(RECORDS, f"services/{service_id}") if draft else None
    before = entry.value if entry and entry.value else live
    rest: dict[str, Any] = {
        "draft": draft,
        "author": entry.author if entry else None,
        "version": entry.version if entry else 0,
        "seal": service_form.seal(live),
    }
    page = Page(content, service_id, live, before, rest)
    if request.method == "GET":
        return page.draw(service_form.fields_of(before))
    require(EDITOR)
    deeds = calls(service_id)
    # A call from before somebody hid the number does not bring it back.
    is_rung = draft is not None and service_id in draft.rung and deeds[0].act == "rang"
    fields = service_form.fields_sent(request.form)
    confirmed = before if is_rung else live
    sent = service_form.take(service_id, fields, before, confirmed, parts().today)
    of_hours = {name: sent.problems[name] for name in sent.problems if is_of_hours(name)}
    page = replace(page, record=sent.record, has_hours=not of_hours)
    if "again" in request.form:
        # Another row, or a look at what the chat will say: nothing is saved, nothing is lost.
        return page.draw(fields, problems=of_hours if request.form["again"] == "look" else {})
    if sent.problems:
        return page.draw(fields, problems=sent.problems), 400
    if entry is None and sent.call is None and sent.record == live:
        flash(_("Nothing has changed, so nothing was saved."))
        return redirect(url_for(".edit", service_id=service_id), 303)
    try:
        if request.form.get("seal") != rest["seal"]:
            # Hidden or published since the form was loaded: they must see it first.
            raise ConflictError("", rest["version"], "")
        draft_id = _save(service_id, sent)
    except ConflictError as error:
        return page.draw(fields, error=error, theirs=service_form.fields_of(before)), 409
    except ContentError as error:
        return page.draw(fields, error=error), 400
    return redirect(url_for("answers.draft", draft_id=draft_id), 303)


@pages.post("/services/<service_id>/hide")
def hide(service_id: str) -> ResponseReturnValue:
    """Hides a wrong number at once."""
    require(EDITOR, PUBLISHER)
    service = parts().content.services.get(service_id)
    if service is None:
        abort(404)
    if not numbers.may_hide(service):
        raise EditingError("no_switch", service_id)
    parts().takedowns.hide_number(me(), service_id, request.form.get("why", ""))
    content = parts().content
    flash(_("The number is hidden. No chat shows it from now on."))
    next_one = numbers.next_in_place(content, service)
    says = _("The next confirmed service takes its place.")
    if next_one is not None:
        says = _("The next confirmed service takes its place: {name}, {number}.").format(
            name=names(content).service(next_one.id), number=next_one.shown_phone
        )
    flash(says)
    flash(_("To bring it back somebody must ring the service, and a second person must agree."))
    return redirect(url_for(".edit", service_id=service_id), 303)


@pages.get("/due")
def due() -> str:
    """Lists what waits for a person, by owner, and what comes due soon."""
    content, today = parts().content, parts().today
    called = names(content)
    owner, kind = (request.args.get(name, "").strip() for name in ("owner", "kind"))
    rows = waiting(content, called, today)
    found = [
        row
        for row in rows
        if owner in ("", row.owner)
        and kind in ("", "services" if row.what.startswith("service.") else "answers")
    ]
    owners = sorted(
        {one.owner for one in content.answers.values()}
        | {one.owner for one in content.services.values()}
    )
    return render_template(
        "services/due.html",
        groups={one: [row for row in found if row.owner == one] for one in owners},
        found=found,
        number_of_all=len(rows),
        owners=owners,
        owner=owner,
        kind=kind,
        weeks=coming(content, today),
        names=called,
        risks=_risks(),
        may_check=me().may(EDITOR),
    )


@pages.route("/due/<answer_id>", methods=["GET", "POST"])
def check(answer_id: str) -> ResponseReturnValue:
    """Shows an answer and what it rests on, to say that it is still true."""
    require(EDITOR)
    content, today = parts().content, parts().today
    answer = content.answers.get(answer_id)
    if answer is None:
        abort(404)
    draft = draft_of(answer_id)
    source, note = (request.form.get(name, "").strip() for name in ("source", "note"))
    review_by = next_review(answer_id, today, is_high_risk=answer.risk == "high")
    wrong = None
    if request.method == "POST" and draft is None and source:
        why = _("Checked, still true. Source: {source}.").format(source=source)
        data = parts().store.read().records["answers"][answer_id]
        days = {"checked_on": today.isoformat(), "review_by": review_by.isoformat()}
        drafts = parts().drafts
        draft_id = drafts.open(me(), answer_id, f"{why} {note}".strip())
        drafts.save_record(me(), draft_id, "answers", answer_id, {**data, **days})
        drafts.submit(me(), draft_id)
        flash(_("It waits for a second person. Once they have published it, it counts as checked."))
        return redirect(url_for("answers.draft", draft_id=draft_id), 303)
    if request.method == "POST" and draft is None:
        wrong = _("Say who or what confirmed it.")
    page = render_template(
        "services/check.html",
        answer=answer,
        content=content,
        draft=draft,
        names=names(content),
        languages=LANGUAGES,
        review_by=review_by,
        source=source,
        note=note,
        wrong=wrong,
    )
    return page, 200 if request.method == "GET" else 400 if wrong else 409


def _save(service_id: str, sent: service_form.Sent) -> int:
    """Saves record and call into the draft of a service, and says what comes next."""
    drafts, by = parts().drafts, me()
    seen = request.form.get("version", 0, type=int)
    called = (sent.call.called_on, sent.call.spoke_to, sent.call.said) if sent.call else ()
    draft_id = drafts.open(by, f"service.{service_id}", ", ".join(called))
    drafts.save_record(by, draft_id, "services", service_id, sent.record, seen)
    if called:
        drafts.confirm_call(by, draft_id, service_id, *called)
    if all(need.what == "approval" for need in drafts.needs(drafts.get(draft_id))):
        drafts.submit(by, draft_id)
        flash(_("Saved, and handed over: a second person must agree before it is live."))
    else:
        flash(_("Saved as a draft. See below what it still lacks."))
    return draft_id


def _risks() -> dict[int, str]:
    return {
        0: _("Emergency information: it is never withheld"),
        1: _("High risk"),
        2: _("A service"),
        3: _("Low risk"),
    }
