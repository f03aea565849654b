"""The register of facts: its list, the page of a fact, and the form that changes or adds one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.content.checks.finding import Finding
from bot.content.launch import RANKS
from bot.content.values import CONFIDENCES, NATIONS, Content
from bot.desk import fact_form, grounds
from bot.desk.changes import changes_of
from bot.desk.findings import plain
from bot.desk.gate import gate, new_findings, stopping
from bot.desk.lacks import needs_of
from bot.desk.names import names
from bot.desk.parts import _, me, parts, require
from bot.desk.past import acts_in_words
from bot.desk.register import (
    MOST_FOUND,
    Wanted,
    deeds,
    draft_of,
    new_facts,
    resting,
    rows,
    sources_of,
    sources_with,
)
from bot.desk.sentences import sentence
from bot.desk.service_form import seal
from bot.editing import past
from bot.editing.draft import OPEN, RECORDS, Draft, record_key
from bot.editing.people import EDITOR
from bot.errors import ConflictError, ContentError, EditingError

pages = Blueprint("facts", __name__)
pages.add_url_rule("/answers/<answer_id>/facts", view_func=grounds.choose, methods=["GET", "POST"])

PAGE = 50
_SEARCH = "search"


@pages.get("/facts")
def index() -> str:
    """Lists the facts that are looked for."""
    content = parts().content
    wanted = Wanted(
        request.args.get("q", "").strip(),
        request.args.get("rank", ""),
        request.args.get("mark", ""),
        "unused" in request.args,
    )
    found = rows(content, wanted)
    last = max(1, -(-len(found) // PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    kept = {"q": wanted.words, "rank": wanted.rank, "mark": wanted.mark}
    return render_template(
        "facts/index.html",
        rows=found[(number - 1) * PAGE : number * PAGE],
        count=len(found),
        total=len(content.facts),
        number=number,
        last=last,
        kept={**kept, **({"unused": "yes"} if wanted.is_unused else {})},
        wanted=wanted,
        ranks=_ranks(content),
        marks=CONFIDENCES,
        drafted=new_facts(content),
        may_edit=me().may(EDITOR),
    )


@pages.route("/facts/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Shows an empty form, and saves it under the next free id."""
    require(EDITOR)
    if request.method == "GET":
        return _page("", fact_form.fields_of(None), None)
    return _take("", None, None)


@pages.route("/facts/<fact_id>", methods=["GET", "POST"])
def fact(fact_id: str) -> ResponseReturnValue:
    """Shows a fact, what it rests on and what rests on it; an editor changes it."""
    live: Any = parts().store.read().records["facts"].get(fact_id)
    draft = draft_of(f"fact.{fact_id}")
    entry = draft.entry(RECORDS, f"facts/{fact_id}") if draft else None
    if live is None and entry is None:
        abort(404)
    if request.method == "POST":
        require(EDITOR)
        return _take(fact_id, live, draft)
    return _page(fact_id, fact_form.fields_of(entry.value if entry else live), draft)


# --- saving


def _take(fact_id: str, live: Any, draft: Draft | None) -> ResponseReturnValue:
    """Searches, or saves what was sent; whatever is wrong, the form comes back as it was sent."""
    fields = fact_form.fields_sent(request.form)
    if request.form.get("do") == _SEARCH:
        return _page(fact_id, fields, draft)
    entry = draft.entry(RECORDS, f"facts/{fact_id}") if draft else None
    before = entry.value if entry else live
    has_why = draft is not None
    sent = fact_form.take(fields, before, _known(draft), parts().today, has_why=has_why)
    if sent.problems:
        return _page(fact_id, fields, draft, problems=sent.problems), 400
    if entry is None and sent.source is None and sent.record == live:
        flash(_("Nothing has changed, so nothing was saved."))
        return redirect(url_for("facts.fact", fact_id=fact_id), 303)
    try:
        seen = request.form.get("version", 0, type=int)
        version = entry.version if entry else 0
        if fact_id and (request.form.get("seal") != seal(live) or seen != version):
            # Saved or published since the form was loaded: they must see it first.
            raise ConflictError("", version, entry.author if entry else "")
        fact_id = _save(fact_id, sent, fields["why"], seen)
    except ConflictError as error:
        theirs = fact_form.fields_of(before) if before else {}
        return _page(fact_id, fields, draft, error=error, theirs=theirs), 409
    except ContentError as error:
        return _page(fact_id, fields, draft, error=error), 400
    flash(_("Saved as a draft. Read below what it would do, then hand it over."))
    return redirect(url_for("facts.fact", fact_id=fact_id, _anchor="draft"), 303)


def _save(fact_id: str, sent: fact_form.Sent, why: str, seen: int) -> str:
    """Saves fact and source into the draft of the fact, and returns the fact's id."""
    drafts, by = parts().drafts, me()
    fact_id = fact_id or _free_id()
    draft_id = drafts.open(by, f"fact.{fact_id}", why)
    draft, record = drafts.get(draft_id), sent.record
    if sent.source is not None:
        ids = {record_key(entry.name)[1] for entry in draft.entries}
        source_id = fact_form.next_source_id(fact_id, {*ids, *parts().content.sources})
        drafts.save_record(by, draft_id, "sources", source_id, sent.source)
        record = {**record, "sources": [*record["sources"], source_id]}
    drafts.save_record(by, draft_id, "facts", fact_id, record, seen)
    for name in _withdrawn(draft, sent):
        source = draft.entry(RECORDS, f"sources/{name}")
        drafts.save_record(by, draft_id, "sources", name, None, source.version if source else 0)
    return fact_id


def _free_id() -> str:
    """Returns an id that no fact has, and that no draft has had, were it given up."""
    desk = parts()
    begun = past.deeds(desk.store.database, what=f"fact.{fact_form.FACT_MARK}", act="opened")
    used = {deed.what.removeprefix("fact.") for deed in begun.rows}
    return fact_form.next_fact_id({*used, *desk.content.facts})


def _known(draft: Draft | None) -> dict[str, Any]:
    """Returns the sources that can be chosen: those published, and those new in the draft."""
    return {**parts().store.read().records["sources"], **_drafted(draft)}


def _drafted(draft: Draft | None) -> dict[str, Any]:
    """Returns the sources that are new in a draft and not taken out of it again."""
    return {
        record_key(entry.name)[1]: entry.value
        for entry in (draft.entries if draft else ())
        if entry.part == RECORDS and entry.name.startswith("sources/") and entry.value
    }


def _withdrawn(draft: Draft | None, sent: fact_form.Sent) -> list[str]:
    return [name for name in _drafted(draft) if name not in sent.record["sources"]]


# --- showing


def _page(
    fact_id: str,
    fields: fact_form.Fields,
    draft: Draft | None,
    *,
    problems: dict[str, str] | None = None,
    error: Exception | None = None,
    theirs: fact_form.Fields | None = None,
) -> str:
    stored, content = parts().store.read(), parts().content
    entry = draft.entry(RECORDS, f"facts/{fact_id}") if draft else None
    live = content.facts.get(fact_id)
    known = _known(draft)
    chosen = [name for name in dict.fromkeys(fields["sources"]) if name in known]
    shown = [*dict.fromkeys([*chosen, *_drafted(draft)])]
    found = [one for one in sources_with(content, fields["q"]) if one.id not in shown]
    checks = _checks(draft, content, fact_id)
    return render_template(
        "facts/fact.html",
        fact_id=fact_id,
        fact=live,
        sources=sources_of(content, live) if live else (),
        answers=resting(content, fact_id),
        draft=draft,
        entry=entry,
        changes=changes_of(draft, RECORDS, stored) if draft else [],
        needs=needs_of(draft, names(content)) if draft else [],
        checks=[plain(one) for one in checks],
        may_hand_over=draft is not None and draft.state == OPEN and entry and not checks,
        is_open=draft is not None and draft.state == OPEN,
        version=entry.version if entry else 0,
        seal=seal(stored.records["facts"].get(fact_id)),
        fields=fields,
        problems=problems or {},
        wrong=sentence(error) if isinstance(error, EditingError) else error,
        theirs={name: theirs[name] for name in _COMPARED if theirs[name] != fields[name]}
        if theirs
        else {},
        labels=_labels(),
        chosen=[(name, known[name], name in chosen) for name in shown],
        found=found[:MOST_FOUND],
        has_more=len(found) > MOST_FOUND,
        ranks=_ranks(content),
        marks=CONFIDENCES,
        nations=NATIONS,
        names=names(content),
        deeds=deeds(fact_id)[:10],
        acts=acts_in_words(),
        may_edit=me().may(EDITOR),
    )


_COMPARED = ("says", "confidence", "as_of", "claimed_by", "nations", "sources")


def _checks(draft: Draft | None, content: Content, fact_id: str) -> list[Finding]:
    """Returns what the checks find in a draft, and in the answers that would rest on it."""
    if draft is None or not draft.entries:
        return []
    found = stopping(gate(draft, content))
    touched = [one.answer for one in resting(content, fact_id)]
    try:
        changed = parts().drafts.content(draft)
    except ContentError:
        # The gate has said so.
        return found
    return [*found, *stopping(new_findings(content, changed, touched))]


def _ranks(content: Content) -> dict[int, str]:
    used = {one.check for one in content.facts.values() if one.check is not None}
    return {rank: RANKS.get(rank, RANKS[10])[0] for rank in sorted(used)}


def _labels() -> dict[str, str]:
    return {
        "says": _("What is true"),
        "confidence": _("How sure it is"),
        "as_of": _("Date of the source"),
        "claimed_by": _("Whose claim it is"),
        "nations": _("Nations"),
        "sources": _("Sources"),
    }
