"""The page where an editor says which facts an answer rests on, and that it is still right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.content.values import Content
from bot.desk.editor import cleaned
from bot.desk.names import names
from bot.desk.parts import _, me, parts, require
from bot.desk.register import MOST_FOUND, draft_of, facts_with, new_facts, sources_of
from bot.desk.sentences import sentence
from bot.desk.service_form import seal
from bot.editing.draft import RECORDS, Draft
from bot.editing.people import EDITOR
from bot.errors import ConflictError, ContentError, EditingError

Fields = dict[str, Any]


def choose(answer_id: str) -> ResponseReturnValue:
    """Shows the facts that an answer rests on; an editor chooses others, in the answer's draft."""
    live: Any = parts().store.read().records["answers"].get(answer_id)
    if live is None:
        abort(404)
    draft = draft_of(answer_id)
    entry = draft.entry(RECORDS, f"answers/{answer_id}") if draft else None
    before = entry.value if entry and entry.value else live
    if request.method == "GET":
        return _page(answer_id, _fields_of(before), draft, live)
    require(EDITOR)
    fields = _fields_sent()
    if request.form.get("do") == "search":
        return _page(answer_id, fields, draft, live)
    content = parts().content
    problems = _problems(fields, content, has_why=draft is not None)
    if problems:
        return _page(answer_id, fields, draft, live, problems=problems), 400
    record = {**before, "facts": _in_order(fields["facts"], before), "as_of": fields["as_of"]}
    if entry is None and record == live and answer_id not in content.fact_changes:
        flash(_("Nothing has changed, so nothing was saved."))
        return redirect(url_for("facts.choose", answer_id=answer_id), 303)
    try:
        seen = request.form.get("version", 0, type=int)
        if request.form.get("seal") != seal(live) or seen != (entry.version if entry else 0):
            # Saved or published since the form was loaded: they must see it first.
            raise ConflictError("", seen, entry.author if entry else "")
        draft_id = _save(answer_id, record, fields["why"], seen, is_new=draft is None)
    except ConflictError as error:
        theirs = _fields_of(before)
        return _page(answer_id, fields, draft, live, error=error, theirs=theirs), 409
    except ContentError as error:
        return _page(answer_id, fields, draft, live, error=error), 400
    return redirect(url_for("answers.draft", draft_id=draft_id), 303)


def _save(answer_id: str, record: Mapping[str, Any], why: str, seen: int, *, is_new: bool) -> int:
    drafts, by = parts().drafts, me()
    draft_id = drafts.open(by, answer_id, why)
    drafts.save_record(by, draft_id, "answers", answer_id, record, seen)
    if is_new:
        drafts.submit(by, draft_id)
        flash(_("Saved, and handed over: a second person must agree before it is live."))
    else:
        # Others may still be writing its texts.
        flash(_("Saved in the draft of the answer. See below what it still lacks."))
    return draft_id


def _fields_of(record: Mapping[str, Any]) -> Fields:
    return {"facts": list(record["facts"]), "as_of": record["as_of"], **_EMPTY}


_EMPTY = {"q": "", "why": "", "read": ""}


def _fields_sent() -> Fields:
    lines = ("as_of", *_EMPTY)
    return {
        **{name: " ".join(cleaned(request.form.get(name, "")).split()) for name in lines},
        "facts": list(dict.fromkeys(request.form.getlist("facts"))),
    }


def _problems(fields: Fields, content: Content, *, has_why: bool) -> dict[str, str]:
    problems = {}
    unknown = [name for name in fields["facts"] if name not in content.facts]
    if unknown:
        problems["facts"] = _("There is no such fact, or it is not published yet: {facts}.").format(
            facts=", ".join(unknown)
        )
    hidden = [one for one in fields["facts"] if one not in unknown and _is_hidden(content, one)]
    if hidden:
        problems["facts"] = _("No answer may rest on these, they are not to be published: {facts}.")
        problems["facts"] = problems["facts"].format(facts=", ".join(hidden))
    try:
        if date.fromisoformat(fields["as_of"]) > parts().today:
            problems["as_of"] = _("This day is still to come.")
    except ValueError:
        problems["as_of"] = _("Say on which day the sources were read.")
    if fields["read"] != "yes":
        problems["read"] = _("Read the answer against its facts first, and then say so.")
    if not has_why and not fields["why"]:
        problems["why"] = sentence(EditingError("why_empty"))
    return problems


def _is_hidden(content: Content, fact_id: str) -> bool:
    return not content.facts[fact_id].publish


def _in_order(chosen: list[str], before: Mapping[str, Any]) -> list[str]:
    """Returns facts so that those that stay keep their places."""
    stay = [name for name in before["facts"] if name in chosen]
    return [*stay, *(name for name in chosen if name not in stay)]


def _page(
    answer_id: str,
    fields: Fields,
    draft: Draft | None,
    live: Mapping[str, Any],
    *,
    problems: dict[str, str] | None = None,
    error: Exception | None = None,
    theirs: Fields | None = None,
) -> str:
    content = parts().content
    entry = draft.entry(RECORDS, f"answers/{answer_id}") if draft else None
    known = [
        *fields["facts"],
        *(entry.value["facts"] if entry and entry.value else ()),
        *live["facts"],
    ]
    rows = [content.facts[name] for name in dict.fromkeys(known) if name in content.facts]
    found = facts_with(content, fields["q"]) if fields["q"] else []
    found = [one for one in found if one not in rows]
    return render_template(
        "facts/answer.html",
        answer=content.answers[answer_id],
        texts=[
            content.text("en", f"{answer_id}.{part}")
            for part in ("short", "more")
            if content.has_text("en", f"{answer_id}.{part}")
        ],
        rows=[(one, sources_of(content, one)) for one in rows],
        found=[(one, sources_of(content, one)) for one in found[:MOST_FOUND]],
        has_more=len(found) > MOST_FOUND,
        changed=content.fact_changes.get(answer_id, ()),
        drafted=new_facts(content),
        draft=draft,
        version=entry.version if entry else 0,
        seal=seal(live),
        fields=fields,
        problems=problems or {},
        wrong=sentence(error) if isinstance(error, EditingError) else error,
        theirs=theirs,
        author=entry.author if entry else "",
        names=names(content),
        may_edit=me().may(EDITOR),
    )
