"""The page of the words that an answer's short text must keep, whatever else is changed in it."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.content.shipped import KEEPS, one_line
from bot.desk.editor import cleaned
from bot.desk.names import names
from bot.desk.parts import _, me, parts, require
from bot.desk.register import draft_of
from bot.desk.sentences import sentence
from bot.desk.service_form import seal
from bot.editing.draft import RECORDS, Draft
from bot.editing.people import EDITOR
from bot.errors import ConflictError, EditingError
from bot.languages import ENDONYMS, LANGUAGES

#: More would hold the text still, and nobody could better it.
MOST_PHRASES = 6

Phrases = dict[str, list[str]]


def keeps(answer_id: str) -> ResponseReturnValue:
    """Shows the words by language; an editor changes them, in the answer's draft."""
    if answer_id not in parts().content.answers:
        abort(404)
    live: Any = parts().store.read().records[KEEPS].get(answer_id) or {}
    draft = draft_of(answer_id)
    entry = draft.entry(RECORDS, f"{KEEPS}/{answer_id}") if draft else None
    before: Phrases = (entry.value or {}) if entry else live
    if request.method == "GET":
        return _page(answer_id, before, draft, seal(live))
    require(EDITOR)
    sent = {language: _lines(request.form.get(language, "")) for language in LANGUAGES}
    why = one_line(cleaned(request.form.get("why", "")))
    problems = _problems(answer_id, sent, draft)
    if draft is None and not why:
        problems["why"] = sentence(EditingError("why_empty"))
    if problems:
        return _page(answer_id, sent, draft, seal(live), problems=problems), 400
    record = {language: phrases for language, phrases in sent.items() if phrases}
    if record == before:
        flash(_("Nothing has changed, so nothing was saved."))
        return redirect(url_for("answers.keeps", answer_id=answer_id), 303)
    seen = request.form.get("version", 0, type=int)
    try:
        if request.form.get("seal") != seal(live):
            # Published since the form was loaded: they must see it first.
            raise ConflictError("", seen, "")
        draft_id = parts().drafts.open(me(), answer_id, why)
        parts().drafts.save_record(me(), draft_id, KEEPS, answer_id, record, seen)
    except ConflictError as error:
        wrong = sentence(error)
        return _page(answer_id, sent, draft, seal(live), wrong=wrong, theirs=before), 409
    flash(_("Saved in the draft of the answer. See below what it still lacks."))
    return redirect(url_for("answers.draft", draft_id=draft_id), 303)


def _lines(text: str) -> list[str]:
    lines = (one_line(line) for line in cleaned(text).splitlines())
    return list(dict.fromkeys(line for line in lines if line))


def _problems(answer_id: str, sent: Phrases, draft: Draft | None) -> dict[str, str]:
    problems = {}
    for language, phrases in sent.items():
        text = one_line(_short(answer_id, language, draft)).casefold()
        lost = [one for one in phrases if one.casefold() not in text]
        if lost:
            problems[language] = _("The short text does not say this: {words}").format(
                words="; ".join(lost)
            )
        elif len(phrases) > MOST_PHRASES:
            problems[language] = _("At most {most} lines.").format(most=MOST_PHRASES)
    return problems


def _short(answer_id: str, language: str, draft: Draft | None) -> str:
    msgid = f"{answer_id}.short"
    drafted = draft.value(language, msgid) if draft else None
    return str(drafted or parts().content.texts.get((language, msgid), ""))


def _page(
    answer_id: str,
    phrases: Phrases,
    draft: Draft | None,
    sealed: str,
    *,
    problems: dict[str, str] | None = None,
    wrong: str = "",
    theirs: Phrases | None = None,
) -> str:
    entry = draft.entry(RECORDS, f"{KEEPS}/{answer_id}") if draft else None
    return render_template(
        "answers/keeps.html",
        answer_id=answer_id,
        phrases={language: phrases.get(language, []) for language in LANGUAGES},
        texts={language: _short(answer_id, language, draft) for language in LANGUAGES},
        draft=draft,
        version=entry.version if entry else 0,
        seal=sealed,
        problems=problems or {},
        wrong=wrong,
        theirs=theirs,
        why=request.form.get("why", ""),
        names=names(parts().content),
        endonyms=ENDONYMS,
        may_edit=me().may(EDITOR),
    )
