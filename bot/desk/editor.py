"""The page where a text is written: English beside it, its ground, and what the checks say."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.content.checks.finding import Finding
from bot.content.rows import Changes
from bot.content.store import check
from bot.content.values import CHANGES, Content, Fact, Source
from bot.desk.diff import pieces
from bot.desk.fields import Conflict, Edited, Field, digest, fields_of, with_findings
from bot.desk.findings import plain
from bot.desk.gate import gate, owners
from bot.desk.names import names
from bot.desk.parts import _, me, parts
from bot.desk.sentences import sentence
from bot.editing.draft import DANGEROUS, OPEN, WAITING, Draft
from bot.errors import ConflictError, ContentError, EditingError
from bot.languages import DEFAULT_LANGUAGE, ENDONYMS, LANGUAGES

#: In the address of the page: the texts of the draft may be saved as they are, once more.
AGAIN = "again"


def edit(answer_id: str, language: str) -> ResponseReturnValue:
    """Shows the texts of an answer or a service in a language, and saves them in its draft."""
    desk = parts()
    content = desk.content
    is_known = answer_id in content.answers or (
        answer_id.startswith("service.") and answer_id.removeprefix("service.") in content.services
    )
    if not is_known or language not in LANGUAGES:
        abort(404)
    if request.method == "POST" and not me().may_edit(language):
        abort(403)
    edited = Edited(answer_id, language, content, _draft_of(answer_id))
    if request.method == "POST":
        return _save(edited)
    return _page(edited, fields_of(edited, again=AGAIN in request.args))


def _draft_of(owner: str) -> Draft | None:
    """Returns the draft that what is typed goes into, None when one is to be opened.

    It is that of the answer, unless the address names another that has texts of it: a
    translator mends what they have imported where it is.
    """
    drafts = parts().drafts.all(OPEN, WAITING)
    named = request.args.get("draft", type=int)
    return next(
        (one for one in drafts if one.id == named and owner in owners(one)),
        next((one for one in drafts if one.subject == owner), None),
    )


def cleaned(text: str) -> str:
    """Returns a typed text as it is stored: plain lines, and nothing that cannot be seen."""
    seen = "".join(
        letter for letter in text if letter in "\r\n\t" or unicodedata.category(letter) != "Cc"
    )
    return "\n".join(line.rstrip() for line in seen.strip().splitlines())


# --- saving


def _save(edited: Edited) -> ResponseReturnValue:
    typed = {
        part: cleaned(request.form[f"text-{part}"])
        for part in edited.parts
        if f"text-{part}" in request.form
    }
    changed, conflicts = _sorted_out(edited, typed)
    fields = fields_of(edited, typed, conflicts, _never(edited, changed))
    if conflicts:
        return _page(edited, fields, wrong=sentence(ConflictError("", 0, "")), status=409)
    if any(one.wrong for one in fields):
        wrong = _("Something here may never be published. Nothing is saved yet.")
        return _page(edited, fields, wrong=wrong, status=400)
    kind, why = _kind_and_why(edited)
    lacking = _lacking(edited, bool(changed), kind, why)
    if lacking:
        return _page(edited, fields, wrong=lacking, status=400)
    is_new_kind = kind != (edited.draft.kind if edited.draft else None)
    if kind == DANGEROUS and is_new_kind and request.form.get("sure") != "yes":
        return _page(edited, fields, asks_if_sure=True)
    if not changed and not is_new_kind:
        flash(_("Nothing has changed, so nothing was saved."))
        return redirect(_address(edited), 303)
    try:
        _store(edited, changed, kind, why, is_new_kind)
    except ConflictError as error:
        # In the moment between looking and saving. It is shown as it stands now.
        edited = replace(edited, draft=_draft_of(edited.owner))
        conflicts = _sorted_out(edited, typed)[1]
        fields = fields_of(edited, typed, conflicts)
        return _page(edited, fields, wrong=sentence(error), status=409)
    flash(_("Saved in the draft. Nothing is live yet: read what the checks say, then go on."))
    return redirect(_address(edited), 303)


def _sorted_out(
    edited: Edited, typed: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, Conflict]]:
    """Returns the texts that somebody changed, and those that others changed under their hands.

    A text that they left as it was shown is neither, whatever happened to it since.
    """
    changed, conflicts = {}, {}
    for part, text in typed.items():
        now, was = edited.now(part), request.form.get(f"was-{part}", "")
        keeps = f"keep-{part}" in request.form
        if not keeps and (text == now or digest(text) == was):
            continue
        if digest(now) == was or text == now:
            changed[part] = text
        else:
            entry = (
                edited.draft.entry(edited.language, edited.msgid(part)) if edited.draft else None
            )
            conflicts[part] = Conflict(now, entry.author if entry else "", pieces(now, text))
    return changed, conflicts


def _never(edited: Edited, changed: Mapping[str, str]) -> dict[str, str]:
    """Returns the texts that hold what nobody may ever publish, and why."""
    found = {}
    for part, text in changed.items():
        key = (edited.language, edited.msgid(part))
        try:
            check(Changes(texts={key: text}))
        except ContentError as error:
            reason = str(error).removeprefix(f"{' '.join(key)}: ")
            found[part] = plain(Finding("figures", key[1], key[0], reason, "Take it out."))
    return found


def _kind_and_why(edited: Edited) -> tuple[str | None, str]:
    draft = edited.draft
    why = request.form.get("why", draft.why if draft else "").strip()
    if edited.language != DEFAULT_LANGUAGE:
        return (draft.kind if draft else None), why
    return request.form.get("kind") or (draft.kind if draft else None), why


def _lacking(edited: Edited, is_changed: bool, kind: str | None, why: str) -> str:
    if edited.language != DEFAULT_LANGUAGE:
        return ""
    is_of_english = is_changed or (edited.draft and DEFAULT_LANGUAGE in edited.draft.parts)
    if (is_of_english and kind is None) or (kind is not None and kind not in CHANGES):
        return sentence(EditingError("kind_wrong"))
    return sentence(EditingError("why_empty")) if is_of_english and not why else ""


def _store(
    edited: Edited, changed: Mapping[str, str], kind: str | None, why: str, is_new_kind: bool
) -> None:
    desk, by = parts(), me()
    draft_id = edited.draft.id if edited.draft else desk.drafts.open(by, edited.owner, why)
    if kind is not None and is_new_kind:
        # First: a dangerous change is a revision of its own, and must not overtake the texts.
        desk.drafts.set_kind(by, draft_id, kind, why)
    for part, text in changed.items():
        msgid = edited.msgid(part)
        shown = edited.draft.entry(edited.language, msgid) if edited.draft else None
        seen = shown.version if shown else 0
        desk.drafts.save_text(by, draft_id, edited.language, msgid, text or None, seen)


# --- showing


def _page(
    edited: Edited,
    fields: list[Field],
    *,
    wrong: str = "",
    asks_if_sure: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    kind, why = _kind_and_why(edited)
    found = gate(edited.draft, edited.content) if edited.draft else []
    # A draft of many answers is looked at as a whole; here, what concerns this one is shown.
    about = {edited.owner, edited.draft.subject if edited.draft else "", ""}
    found = [
        one for one in found if one.where in about or one.where.rpartition(".")[0] == edited.owner
    ]
    fields, others = with_findings(edited.language, fields, found)
    content = edited.content
    answer = content.answers.get(edited.owner)
    service = content.services.get(edited.owner.removeprefix("service."))
    page = render_template(
        "answers/edit.html",
        edited=edited,
        fields=fields,
        others=others,
        names=names(content),
        endonyms=ENDONYMS,
        facts=[_ground(content, name) for name in answer.facts] if answer else [],
        sources=[content.sources[name] for name in service.sources] if service else [],
        is_lifeline=answer is None or answer.risk == "lifeline",
        may_edit=me().may_edit(edited.language),
        kind=kind,
        why=why,
        wrong=wrong,
        asks_if_sure=asks_if_sure,
    )
    return page, status


def _ground(content: Content, fact_id: str) -> tuple[Fact, list[Source]]:
    fact = content.facts[fact_id]
    return fact, [content.sources[name] for name in fact.sources]


def _address(edited: Edited) -> str:
    draft = edited.draft
    return url_for(
        "answers.edit",
        answer_id=edited.owner,
        language=edited.language,
        draft=draft.id if draft and draft.subject != edited.owner else None,
    )
