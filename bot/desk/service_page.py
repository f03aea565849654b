"""The page of a service: what women see of it, its form, and what was done to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import g, render_template, request

from bot.content.freshness import is_overdue
from bot.content.records import service_from_data
from bot.content.values import NATIONS, NEEDS, Content, Service
from bot.desk import hours_form, hours_words, numbers
from bot.desk.names import Names, names
from bot.desk.parts import _, me, parts
from bot.desk.sentences import sentence
from bot.desk.service_form import Fields, Record
from bot.editing import history
from bot.editing.history import Deed
from bot.editing.people import EDITOR, PUBLISHER
from bot.errors import EditingError
from bot.languages import DEFAULT_LANGUAGE, LANGUAGES

#: Acts on a service, beside what is published of it, that its page tells of.
_TOLD = ("rang", "hid the number")
_MOST_TOLD = 8
#: What of a record the chat's sentence about hours is made of.
_OF_SENTENCE = (*hours_form.HOURS, "checked_on")


@dataclass(frozen=True)
class Told:
    """One thing that was done to a service; `changes` are of what was published."""

    deed: Deed
    changes: tuple[hours_words.Change, ...] = ()


@dataclass(frozen=True)
class Page:
    """A service as its page shows it.

    `live` is what is published, `record` what the form shows or makes of it, `rest` what else the
    page must know. `has_hours` is False where the hours of the form make no record yet.
    """

    content: Content
    service_id: str
    live: Record
    record: Record
    rest: Mapping[str, Any]
    has_hours: bool = True

    def draw(
        self,
        fields: Fields,
        *,
        problems: Mapping[str, str] | None = None,
        error: Exception | None = None,
        theirs: Fields | None = None,
    ) -> str:
        """Draws it.

        Args:
            fields: of the form.
            problems: what is wrong with them, by field.
            error: why it was not saved.
            theirs: the fields as somebody else has saved them meanwhile.
        """
        service = self.content.services[self.service_id]
        called = names(self.content)
        return render_template(
            "services/edit.html",
            service=service,
            shown=numbers.shown(service),
            names=called,
            fields=fields,
            problems=problems or {},
            wrong=sentence(error) if isinstance(error, EditingError) else error,
            theirs=_differing(theirs, fields, called) if theirs else [],
            told=_told(self.service_id),
            nations=NATIONS,
            needs=NEEDS,
            languages=LANGUAGES,
            rows=hours_form.rows(fields),
            new_row=len(hours_form.rows(fields)) if request.form.get("again") == "row" else None,
            most_rows=hours_form.MOST_ROWS,
            days=hours_form.day_names(),
            warnings=hours_words.warnings(),
            lacks_warning=self._lacks_warning(),
            is_overdue=is_overdue(service, parts().today),
            may_edit=me().may(EDITOR),
            may_hide=me().may(EDITOR, PUBLISHER) and numbers.may_hide(service),
            **self._sentence(),
            **self.rest,
        )

    def _sentence(self) -> dict[str, str | None]:
        """Returns what the chat will say of hours, and why when it will say nothing."""
        if not self.has_hours:
            return {"in_chat": None, "why_silent": _("The hours in the form are not whole yet.")}
        made: Service = service_from_data(
            self.service_id, {**self.live, **{name: self.record[name] for name in _OF_SENTENCE}}
        )
        return {"in_chat": hours_words.in_chat(made), "why_silent": hours_words.why_silent(made)}

    def _lacks_warning(self) -> bool:
        """Says whether the record warns of a service, and no text tells women so."""
        msgid = f"service.{self.service_id}.confidential"
        draft = self.rest["draft"]
        is_written = draft is not None and draft.value(DEFAULT_LANGUAGE, msgid)
        has_text = is_written or self.content.has_text(DEFAULT_LANGUAGE, msgid)
        return bool(self.record["warning"]) and not has_text


def calls(service_id: str) -> list[Deed]:
    """Returns the calls to a service, and the times its number was hidden, the newest first."""
    found = history.read(parts().store.database, what=f"service.{service_id}")
    return [deed for deed in found if deed.act in _TOLD]


def _told(service_id: str) -> list[Told]:
    published = [
        Told(deed, tuple(hours_words.changes(deed, g.language)))
        for deed in history.read(parts().store.database, what=f"records services/{service_id}")
        if deed.act == "published"
    ]
    found = [*map(Told, calls(service_id)), *(one for one in published if one.changes)]
    return sorted(found, key=lambda one: -one.deed.id)[:_MOST_TOLD]


def _differing(theirs: Fields, mine: Fields, called: Names) -> list[tuple[str, str, str]]:
    """Returns what two forms have otherwise: the field, what stands there, and what is typed."""
    labels = {
        "phone": _("Number"),
        "sms": _("Number for text messages"),
        "publish": _("May the number be shown?"),
        "email": _("Email"),
        "url": _("Website"),
        "free": _("Does it cost nothing to reach?"),
        "papers_needed": _("Does a woman need papers?"),
        "nations": _("Nations"),
        "needs": _("Offered for"),
        "languages": _("Languages"),
        "interpreters": _("It has interpreters for other languages"),
        "review_by": _("Next call by"),
        **hours_words.labels(),
    }
    there, here = _in_words(theirs, called), _in_words(mine, called)
    return [
        (label, there[name], here[name])
        for name, label in labels.items()
        if there[name] != here[name]
    ]


def _in_words(fields: Fields, called: Names) -> dict[str, str]:
    ways = {"yes": _("Yes"), "no": _("No"), "": _("Not known")}
    said = {
        **{name: str(fields[name]) for name in ("phone", "sms", "email", "url", "publish")},
        **{name: ways.get(fields[name], "") for name in ("free", "papers_needed")},
        "nations": ", ".join(map(called.nation, fields["nations"])),
        "needs": ", ".join(map(called.need, fields["needs"])),
        "languages": ", ".join(
            called.tongue(one) for one in LANGUAGES if one in fields["languages"]
        ),
        "interpreters": ways["yes" if fields["interpreters"] else "no"],
        "review_by": fields["review_by"],
        "hours": hours_words.typed(fields, g.language),
    }
    for name in ("hours_publish", "bank_holidays", "warning"):
        said[name] = hours_words.said(name, fields[name] or None, g.language)
    return said
