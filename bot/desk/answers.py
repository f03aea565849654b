"""Where staff begin: what waits for them, every answer in every language, and the guide."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from bot.content.freshness import due
from bot.content.topics import topics
from bot.content.values import Content
from bot.desk import drafts_pages, editor, keeps
from bot.desk.drafts_pages import may_approve
from bot.desk.lacks import needs_of, part_name, subject_name
from bot.desk.names import Names, names
from bot.desk.parts import _, me, parts
from bot.desk.standings import DIRECTORY, STATES, Wanted, found, rows
from bot.editing.draft import OPEN, WAITING, Draft
from bot.editing.people import PUBLISHER
from bot.languages import ENDONYMS, LANGUAGES

pages = Blueprint("answers", __name__)

#: No number of a draft is larger than a database's whole numbers.
_DRAFT = "/drafts/<int(max=2147483647):draft_id>"

#: What begins an answer's page is an answer's id, or `service.` and an id.
pages.add_url_rule(
    "/answers/<answer_id>/<language>", view_func=editor.edit, methods=["GET", "POST"]
)
pages.add_url_rule("/answers/<answer_id>/keeps", view_func=keeps.keeps, methods=["GET", "POST"])
pages.add_url_rule(_DRAFT, view_func=drafts_pages.draft)
pages.add_url_rule(f"{_DRAFT}/preview", view_func=drafts_pages.preview)
for _act, _view in (
    ("hand-over", drafts_pages.hand_over),
    ("approve", drafts_pages.approve),
    ("publish", drafts_pages.publish),
    ("drop", drafts_pages.drop),
):
    pages.add_url_rule(f"{_DRAFT}/{_act}", view_func=_view, methods=["POST"])


@dataclass(frozen=True)
class Waiting:
    """A draft in a list: what it is about, and what it waits for."""

    draft: Draft
    title: str
    note: str = ""


@pages.get("/")
def home() -> str:
    """Shows what waits for whoever asks."""
    desk, by = parts(), me()
    content = desk.content
    named = names(content)
    drafts = desk.drafts.all(OPEN, WAITING)
    to_approve = [_to_approve(one, named) for one in drafts if _mine_to_approve(one)]
    lacking = [_lacking(one, named) for one in drafts if _is_mine(one)]
    ready = [
        Waiting(one, subject_name(one.subject, named))
        for one in drafts
        if by.may(PUBLISHER) and _is_approved(one) and not desk.drafts.needs(one)
    ]
    listed = {one.draft.id for one in (*to_approve, *lacking, *ready)}
    return render_template(
        "answers/home.html",
        to_approve=to_approve,
        lacking=lacking,
        ready=ready,
        others=[
            Waiting(one, subject_name(one.subject, named)) for one in drafts if one.id not in listed
        ],
        due=len({one.what for one in due(content, desk.today)}),
        names=named,
    )


@pages.get("/guide")
def guide() -> str:
    """Shows how an answer is built, written, approved and taken away."""
    return render_template("answers/guide.html")


@pages.get("/answers")
def index() -> str:
    """Shows how every answer stands in every language."""
    desk = parts()
    content = desk.content
    named = names(content)
    wanted = Wanted(
        words=request.args.get("q", "").strip(),
        topic=request.args.get("topic", ""),
        language=_one_of(request.args.get("language", ""), LANGUAGES),
        state=_one_of(request.args.get("state", ""), STATES),
    )
    all_rows = rows(content, desk.drafts.all(OPEN, WAITING), desk.today)
    listed = found(content, all_rows, wanted)
    sections = {one: topic_name(one, named) for one in _topics(content)}
    return render_template(
        "answers/index.html",
        wanted=wanted,
        count=len(listed),
        total=len(all_rows),
        grouped=[
            (name, [one for one in listed if one.topic == topic])
            for topic, name in sections.items()
            if any(one.topic == topic for one in listed)
        ],
        topics=sections,
        states=state_names(),
        languages=[wanted.language] if wanted.language else LANGUAGES,
        names=named,
        endonyms=ENDONYMS,
    )


def topic_name(topic: str, named: Names) -> str:
    """Returns what a topic is called; the texts of services are listed under one of their own."""
    return _("Texts of services") if topic == DIRECTORY else named.topic(topic)


def state_names() -> dict[str, str]:
    """Returns what each state is called."""
    return {
        "published": _("published"),
        "draft": _("being written"),
        "waiting": _("waits for approval"),
        "stale": _("the English is newer"),
        "withheld": _("withheld: the interim text stands in its place"),
        "missing": _("no text"),
        "due": _("due for review"),
        "overdue": _("review overdue"),
        "off": _("switched off"),
        "unconfirmed": _("no service has confirmed it yet"),
    }


def _topics(content: Content) -> list[str]:
    return [*topics(content.answers), DIRECTORY]


def _one_of(value: str, known: tuple[str, ...]) -> str:
    return value if value in known else ""


def _mine_to_approve(draft: Draft) -> list[str]:
    """Returns the parts of a draft that wait for whoever asks."""
    by = me()
    return [
        part
        for part in draft.parts
        if draft.state == WAITING
        and may_approve(by, part)
        and by.id not in draft.authors(part)
        and not draft.is_approved(part)
    ]


def _to_approve(draft: Draft, named: Names) -> Waiting:
    waiting = ", ".join(part_name(part) for part in _mine_to_approve(draft))
    return Waiting(draft, subject_name(draft.subject, named), waiting)


def _is_mine(draft: Draft) -> bool:
    by = me()
    return by.id == draft.opened_by or any(by.id in draft.authors(part) for part in draft.parts)


def _lacking(draft: Draft, named: Names) -> Waiting:
    needs = needs_of(draft, named)
    note = " ".join(text for text, _address in needs)
    if draft.state == OPEN:
        note = f"{_('Not handed over yet.')} {note}"
    return Waiting(draft, subject_name(draft.subject, named), note)


def _is_approved(draft: Draft) -> bool:
    return bool(draft.entries) and all(draft.is_approved(part) for part in draft.parts)
