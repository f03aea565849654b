"""Translators: a language out as a PO file, and in again as one draft that others approve."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from bot.content.values import Content
from bot.desk.diff import Pieces, pieces
from bot.desk.parts import _, me, parts
from bot.editing import po
from bot.editing.draft import OPEN, WAITING, Draft, Entry
from bot.editing.po_lines import MOST_BYTES, Flaw
from bot.errors import ConflictError
from bot.languages import DEFAULT_LANGUAGE, ENDONYMS, LANGUAGES

pages = Blueprint("exchange", __name__)

TRANSLATIONS = tuple(language for language in LANGUAGES if language != DEFAULT_LANGUAGE)
#: More of one kind says nothing new.
MOST_FLAWS = 20


@dataclass(frozen=True)
class Change:
    """A text that a file would change, as the page shows it."""

    msgid: str
    english: str
    live: str
    pieces: Pieces
    #: What the draft that is open for this language would have stand instead.
    theirs: str = ""
    author: str = ""


@pages.route("/translators")
def index() -> str:
    """Shows how each language stands, and where it goes out and in."""
    content, drafts = parts().content, _drafts()
    rows = [
        {
            "language": language,
            "texts": sum(tag == language for tag, _msgid in content.texts),
            "due": len(po.due(content, language)),
            "draft": drafts.get(language),
        }
        for language in TRANSLATIONS
    ]
    return render_template("exchange/index.html", rows=rows, endonyms=ENDONYMS)


@pages.route("/translators/<language>.po")
def export(language: str) -> Response:
    """Gives a language as a PO file: all of it, or with `only=due` what is stale or missing."""
    _known(language)
    only_due = request.args.get("only") == "due"
    data = po.catalogue(parts().content, language, parts().now(), only_due=only_due)
    name = f"rights-assistant-{language}{'-due' if only_due else ''}.po"
    return Response(
        data,
        content_type="text/x-gettext-translation; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@pages.route("/translators/<language>", methods=["GET", "POST"])
def take_in(language: str) -> ResponseReturnValue:
    """Takes a file in: shows what it would change, and saves it once that is confirmed."""
    _known(language)
    if not me().may_edit(language):
        abort(403)
    if request.method == "GET":
        return _form(language)
    # Confirmed, the file comes again as the page had it: nothing is kept in between.
    is_confirmed = "po" in request.form
    sent = request.files.get("file")
    data = request.form["po"].encode() if is_confirmed else _bytes(sent)
    if not data:
        return _form(language, [_("Choose a file first.")]), 400
    content, draft = parts().content, _draft(language)
    incoming = po.read(data, language, content)
    if incoming.flaws:
        return _form(language, [explain(flaw) for flaw in incoming.flaws[:MOST_FLAWS]]), 400
    seen = _seen(content, draft)
    if not is_confirmed:
        return _check(language, incoming, content, draft, data)
    if request.form.get("seen") != seen:
        notice = _("Something was saved or published meanwhile. Look at the difference again.")
        return _check(language, incoming, content, draft, data, notice), 409
    if not incoming.texts:
        flash(_("The file holds nothing new. Nothing was changed."))
        return redirect(url_for(".take_in", language=language), 303)
    try:
        draft_id = _save(language, incoming.texts, draft)
    except ConflictError:
        notice = _("Somebody else has saved this meanwhile. Look at the difference again.")
        return _check(language, incoming, content, _draft(language), data, notice), 409
    text = _("{number} texts are in a draft. Hand it over, so that another person can approve it.")
    flash(text.format(number=len(incoming.texts)))
    return redirect(url_for("answers.draft", draft_id=draft_id), 303)


@pages.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Says what to do; the form cannot be read again, so it is shown empty."""
    language = (request.view_args or {}).get("language", "")
    if language not in TRANSLATIONS:
        return _("This is too large."), 413
    return _form(language, [explain(Flaw("large", 1))]), 413


def explain(flaw: Flaw) -> str:
    """Returns what is wrong with a file, in which line, and what to do."""
    sentences = {
        "large": _("The file is larger than 2 MB. A language has far less: is it the right file?"),
        "zip": _("This is a ZIP file. Unpack it, and choose the .po file in it."),
        "html": _("This is a web page, not a PO file. Download the file itself again."),
        "encoding": _("The file is not in UTF-8. Save it with the encoding UTF-8."),
        "control": _("There is a sign that nobody can see. Delete it, and type the text again."),
        "not_po": _("This is no line of a PO file. Export again, and copy your texts over."),
        "quote": _("A quotation mark is missing at the end, or one is too many inside."),
        "escape": _('After a backslash only n, " or another backslash may stand.'),
        "unfinished": _("The entry has no msgstr. Add the line, or delete the entry."),
        "plural": _("The entry has plural forms; our texts have none. Delete msgid_plural."),
        "context": _("The entry has a msgctxt; our texts have none. Delete that line."),
        "duplicate": _("{name} is there twice. Keep one of the two."),
        "unknown": _("There is no text called {name}. Delete the entry, or export again."),
        "no_header": _("The file does not begin with the header of an export. Export again."),
        "language": _("The header says another language ({name}). Choose the file of this one."),
        "long": _("{name} is longer than 4,000 characters. Make it shorter."),
        "never": _("This may never be said: {name} Take it out."),
        "fuzzy": _("{name} is marked as needing work. Finish it, and take the mark away."),
        "empty": _("{name} is empty; what is live stays."),
        "no_english": _(
            "{name} has no English above it, so nobody can tell what it was made from."
        ),
        "old_english": _(
            "The English of {name} has changed since the export. Export again and translate that."
        ),
    }
    said = sentences[flaw.code].format(name=flaw.name)
    return _("Line {line}: {said}").format(line=flaw.line, said=said)


def _known(language: str) -> None:
    if language not in TRANSLATIONS:
        abort(404)


def _bytes(sent: Any) -> bytes:
    # One more than is allowed, so that too much is seen.
    return bytes(sent.read(MOST_BYTES + 1)) if sent else b""


def _form(language: str, wrong: Sequence[str] = ()) -> str:
    return render_template(
        "exchange/form.html", language=language, endonym=ENDONYMS[language], wrong=wrong
    )


def _check(
    language: str,
    incoming: po.Incoming,
    content: Content,
    draft: Draft | None,
    data: bytes,
    notice: str = "",
) -> str:
    return render_template(
        "exchange/check.html",
        language=language,
        endonym=ENDONYMS[language],
        changes=_changes(language, incoming.texts, content, draft),
        left_out=[explain(flaw) for flaw in incoming.left_out],
        is_due=bool(po.due(content, language)),
        po=data.decode("utf-8-sig"),
        seen=_seen(content, draft),
        notice=notice,
        why=request.form.get("why", ""),
    )


def _changes(
    language: str, texts: dict[str, str], content: Content, draft: Draft | None
) -> list[Change]:
    found, known = [], _entries(language, draft)
    for msgid, text in texts.items():
        live, entry = content.texts.get((language, msgid), ""), known.get(msgid)
        is_other = entry is not None and entry.value != text
        found.append(
            Change(
                msgid,
                content.text(DEFAULT_LANGUAGE, msgid),
                live,
                pieces(live, text),
                str(entry.value or "") if entry and is_other else "",
                entry.author if entry and is_other else "",
            )
        )
    return found


def _drafts() -> dict[str, Draft]:
    """Returns language → the draft that is open for its imports."""
    subjects = {f"import.{language}": language for language in TRANSLATIONS}
    found = (one for one in parts().drafts.all(OPEN, WAITING) if one.subject in subjects)
    return {subjects[one.subject]: one for one in found}


def _draft(language: str) -> Draft | None:
    return _drafts().get(language)


def _entries(language: str, draft: Draft | None) -> dict[str, Entry]:
    """Returns msgid → what the draft has of a language."""
    return {e.name: e for e in draft.entries if e.part == language} if draft else {}


def _seen(content: Content, draft: Draft | None) -> str:
    """Returns what tells whether anything has changed since the page was shown."""
    entries = sorted((e.name, e.version) for e in draft.entries) if draft else []
    return f"{content.revision}-{hashlib.sha256(repr(entries).encode()).hexdigest()[:16]}"


def _save(language: str, texts: dict[str, str], draft: Draft | None) -> int:
    drafts = parts().drafts
    why = request.form.get("why", "").strip() or _("Translations from a file")
    draft_id = drafts.open(me(), f"import.{language}", why)
    seen = {msgid: entry.version for msgid, entry in _entries(language, draft).items()}
    drafts.save_texts(me(), draft_id, language, texts, seen)
    return draft_id
