"""The page of a draft: what it would change, what it lacks, and the acts that bring it live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.clock import in_utc
from bot.content.checks.finding import Finding
from bot.content.rows import Stored
from bot.content.values import Content
from bot.desk.changes import Change, changes_of
from bot.desk.findings import is_question, plain
from bot.desk.gate import gate, of_part, stopping
from bot.desk.lacks import editing_address, in_words, part_name, subject_name
from bot.desk.names import Names, names
from bot.desk.parts import _, me, parts, require
from bot.desk.sentences import sentence
from bot.editing import history
from bot.editing.draft import DANGEROUS, DROPPED, OPEN, PUBLISHED, RECORDS, WAITING, Draft
from bot.editing.drafts import WRITERS
from bot.editing.people import PUBLISHER, Person
from bot.errors import ConflictError, EditingError
from bot.languages import ENDONYMS, LANGUAGES


@dataclass(frozen=True)
class Section:
    """A part of a draft: a language's texts, or its records."""

    part: str
    name: str
    changes: list[Change]
    digest: str
    stops: list[str]
    #: Words that an approver must say are right.
    asks: list[str]
    approved_by: str
    is_mine: bool
    may_approve: bool


def draft(draft_id: int) -> ResponseReturnValue:
    """Shows a draft."""
    return _page(_draft(draft_id))


def hand_over(draft_id: int) -> ResponseReturnValue:
    """Hands a draft over for approval."""
    require(*WRITERS)
    parts().drafts.submit(me(), draft_id)
    return _said(
        draft_id,
        _("Handed over. Now somebody else must read each part and approve it: tell them."),
    )


def approve(draft_id: int) -> ResponseReturnValue:
    """Agrees to a part of a draft, unless a check finds something in it."""
    shown, part = _draft(draft_id), request.form.get("part", "")
    if part not in shown.parts or not may_approve(me(), part):
        abort(403)
    if shown.state == OPEN:
        return _page(shown, _("It is still being written. Whoever writes it hands it over first."))
    found = of_part(gate(shown), part) if shown.state == WAITING else []
    if stopping(found):
        return _page(shown, _("The checks find something in this part: see below."))
    if found and request.form.get("right") != "yes":
        return _page(shown, _("Say that the words below are right, or have them mended."))
    try:
        parts().drafts.approve(me(), draft_id, part, request.form.get("digest", ""))
    except ConflictError:
        changed = _("Somebody has changed this part since you opened it. Read it again, please.")
        return _page(_draft(draft_id), changed, 409)
    now = _draft(draft_id)
    missing = [one for one in now.parts if not now.is_approved(one)]
    if missing:
        others = ", ".join(part_name(one) for one in missing)
        return _said(draft_id, _("Approved. Still to be approved: {parts}.").format(parts=others))
    return _said(draft_id, _("Approved. A publisher can publish it when nothing else is missing."))


def publish(draft_id: int) -> ResponseReturnValue:
    """Publishes a draft, unless it lacks something or a check finds something in it."""
    require(PUBLISHER)
    shown = _draft(draft_id)
    if shown.state in (OPEN, WAITING) and stopping(gate(shown)):
        return _page(shown, _("The checks find something, so it cannot be published: see below."))
    try:
        parts().drafts.publish(me(), draft_id)
    except EditingError as error:
        if error.code not in ("needs", "overtaken"):
            raise
        return _page(shown, sentence(error), 409, overtaken=error.detail)
    return _said(draft_id, _("Published. It is live within two seconds."))


def drop(draft_id: int) -> ResponseReturnValue:
    """Gives a draft up."""
    shown = _draft(draft_id)
    if not may_drop(me(), shown):
        abort(403)
    parts().drafts.drop(me(), draft_id)
    if shown.kind == DANGEROUS:
        return _said(
            draft_id,
            _(
                "Given up. If its answer was switched off for it, it is still off: the page of the"
                " switches says what is off, and brings it back."
            ),
        )
    return _said(draft_id, _("Given up. What is live has not changed."))


def preview(draft_id: int) -> ResponseReturnValue:
    """Shows a draft in the real chat, in four languages side by side, for an hour."""
    shown = _draft(draft_id)
    desk = parts()
    fields = {"preview": desk.previews.make(draft_id)}
    if shown.subject in desk.content.answers:
        fields["choose"] = shown.subject
    elif shown.subject.startswith("service."):
        fields["choose"] = f"services.named?id={shown.subject.removeprefix('service.')}"
    addresses = {
        language: f"{desk.chat_url}/preview?{urlencode({**fields, 'lang': language})}"
        for language in LANGUAGES
    }
    return render_template(
        "answers/preview.html", draft=shown, addresses=addresses, endonyms=ENDONYMS
    )


def may_approve(person: Person, part: str) -> bool:
    """Says whether somebody has the right to approve a part, if it is not their own work."""
    return person.may(PUBLISHER) if part == RECORDS else person.may_approve(part)


def may_drop(person: Person, of: Draft) -> bool:
    """Says whether somebody may give a draft up."""
    return person.may(PUBLISHER) or person.id == of.opened_by


def _draft(draft_id: int) -> Draft:
    try:
        return parts().drafts.get(draft_id)
    except EditingError:
        abort(404)


def _said(draft_id: int, text: str) -> ResponseReturnValue:
    flash(text)
    return redirect(url_for("answers.draft", draft_id=draft_id), 303)


def _page(
    shown: Draft, wrong: str = "", status: int = 400, *, overtaken: str = ""
) -> ResponseReturnValue:
    desk, by = parts(), me()
    stored, content = desk.store.read(), desk.content
    named = names(content)
    is_open = shown.state in (OPEN, WAITING)
    found = gate(shown, content) if is_open else []
    lacking = desk.drafts.needs(shown) if is_open else []
    page = render_template(
        "answers/draft.html",
        draft=shown,
        title=subject_name(shown.subject, named),
        names=named,
        sections=[_section(shown, part, found, stored, by) for part in shown.parts],
        others=[(one.language, plain(one)) for one in found if _is_elsewhere(one, shown)],
        endonyms=ENDONYMS,
        needs=[in_words(one, shown, named) for one in lacking],
        may_hand_over=shown.state == OPEN and bool(shown.entries) and by.may(*WRITERS),
        may_publish=is_open and not lacking and not stopping(found) and by.may(PUBLISHER),
        may_drop=is_open and may_drop(by, shown),
        is_stopped=bool(stopping(found)),
        is_open=is_open,
        is_waiting=shown.state == WAITING,
        is_published=shown.state == PUBLISHED,
        is_dropped=shown.state == DROPPED,
        off=_switched_off(shown, content, named),
        calls=_calls(shown),
        editing=lambda entry: editing_address(shown, entry.name, entry.part),
        at=lambda moment: named.moment(in_utc(moment).isoformat()),
        wrong=wrong,
        overtaken=_again(overtaken, shown),
    )
    return page, status if wrong else 200


def _section(shown: Draft, part: str, found: list[Finding], stored: Stored, by: Person) -> Section:
    here = of_part(found, part)
    approval = next((a.person for a in shown.approvals if a.part == part), "")
    return Section(
        part=part,
        name=part_name(part),
        changes=changes_of(shown, part, stored),
        digest=shown.digest(part),
        stops=[plain(one) for one in stopping(here)],
        asks=[plain(one) for one in here if is_question(one)],
        approved_by=approval if shown.is_approved(part) or shown.state == PUBLISHED else "",
        is_mine=by.id in shown.authors(part),
        may_approve=may_approve(by, part),
    )


def _is_elsewhere(finding: Finding, shown: Draft) -> bool:
    """Says whether a finding is of a language that the draft does not touch yet."""
    return not any(of_part([finding], part) for part in shown.parts)


def _again(msgid: str, shown: Draft) -> str:
    """Returns where an overtaken text can be saved over what was published meanwhile."""
    entry = next((one for one in shown.entries if one.name == msgid), None)
    if entry is None or entry.part == RECORDS:
        return ""
    return editing_address(shown, msgid, entry.part, again=1)


def _switched_off(shown: Draft, content: Content, named: Names) -> list[str]:
    """Returns the answers of a draft that are switched off now."""
    return [
        named.answer(name)
        for name in sorted({shown.subject, *shown.english})
        if name in content.answers and content.is_switched_off(content.answers[name])
    ]


def _calls(shown: Draft) -> list[history.Deed]:
    """Returns what was written down of the calls that were made for a draft, the newest first."""
    begun = in_utc(shown.opened_at).replace(microsecond=0)
    return [
        deed
        for service in sorted(shown.rung)
        for deed in history.read(parts().store.database, what=f"service.{service}")
        if deed.act == "rang" and datetime.fromisoformat(deed.at) >= begun
    ]
