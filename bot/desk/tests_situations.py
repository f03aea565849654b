"""The situations that testers have written: the list, one of them, and the form that adds one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.content.values import Content
from bot.desk.names import names
from bot.desk.parts import _, me, parts, require
from bot.desk.tests_form import (
    MOST_IN_ABOUT,
    MOST_IN_NAME,
    MOST_STEPS,
    NEVER,
    OFFERS,
    SAY,
    SHOWS,
    Typed,
    placed,
    problems,
    situation,
    typed,
)
from bot.desk.tests_run import testing
from bot.editing import history
from bot.editing.person import ADMINISTRATOR, TESTER
from bot.languages import ENDONYMS, LANGUAGES
from bot.testing.adding import Trouble, written_as
from bot.testing.report import JSON_FILE
from bot.testing.results import read_json
from bot.testing.situation import AGAIN, BACK, NOTHING, PICKS, SAYS, TAPS, Situation

pages = Blueprint("situations", __name__)


@pages.before_request
def _testers_only() -> None:
    require(TESTER, ADMINISTRATOR)


@pages.get("/tests/situations")
def index() -> str:
    """Lists the situations by topic, all or those with certain words."""
    content = parts().content
    found, wrong = testing().situations.read(content)
    words, topic = request.args.get("q", "").strip(), request.args.get("topic", "")
    by_topic: dict[str, list[tuple[str, Situation]]] = {}
    for one in found:
        if topic in ("", one.topic) and words.casefold() in _searched(one):
            by_topic.setdefault(one.topic, []).append((key(one), one))
    return render_template(
        "tests/situations.html",
        by_topic=by_topic,
        number=sum(len(group) for group in by_topic.values()),
        total=len(found),
        topics=sorted({one.topic for one in found}),
        words=words,
        topic=topic,
        wrong=wrong,
        names=names(content),
    )


@pages.get("/tests/situations/<name>")
def show(name: str) -> str:
    """Shows one situation, its four languages side by side, and what the last run found in it."""
    content = parts().content
    found, _wrong = testing().situations.read(content)
    one = next((one for one in found if key(one) == name), None)
    if one is None:
        abort(404)
    results = read_json(testing().runs.folder / JSON_FILE)
    broken = [was for was in results.broken if was.situation == one.name] if results else []
    return render_template(
        "tests/situation.html",
        situation=one,
        acts=acts_in_words(),
        broken=broken,
        languages=LANGUAGES,
        endonyms=ENDONYMS,
        names=names(content),
    )


@pages.route("/tests/situations/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Adds a situation, once the reader of the files finds nothing wrong with it."""
    content, folder = parts().content, testing().situations
    if request.method == "GET":
        return _form(content, Typed(topic=request.args.get("topic", "")))
    form, do = typed(request.form), request.form.get("do", "save")
    if do != "save":
        return _form(content, form.changed(do))
    taken = {one.name for one in folder.read(content)[0]}
    wrong = problems(form, folder.topics(content), taken)
    if wrong:
        return _form(content, form, wrong), 400
    made = situation(form)
    is_saved = folder.is_writable
    try:
        troubles = _add(made, content) if is_saved else folder.check(made, content)
    except OSError:
        troubles, is_saved = [], False
    if troubles:
        at, others = placed(form, troubles)
        return _form(content, form, at, others), 400
    if not is_saved:
        return _form(content, form, unsaved=written_as(made).text), 409
    flash(_("The situation is saved. Every run from now on plays it."))
    return redirect(url_for(".show", name=key(made)), 303)


def key(one: Situation) -> str:
    """Returns what stands for a situation in an address: its name may have any letters."""
    return hashlib.sha256(one.name.encode()).hexdigest()[:16]


def acts_in_words() -> dict[str, str]:
    """Returns each act of a step with what it is called."""
    return {
        SAYS: _("she says"),
        TAPS: _("she taps a button"),
        PICKS: _("she picks a language"),
        NOTHING: _("she sends nothing"),
        BACK: _("she goes back to a step"),
        AGAIN: _("she starts again"),
    }


def _add(made: Situation, content: Content) -> list[Trouble]:
    """Adds it and notes who did, or neither."""
    desk = parts()
    with desk.store.database.connect(write=True) as connection:
        troubles = testing().situations.add(made, content)
        if not troubles:
            what = f"{made.topic}: {made.name}"
            history.write(connection, desk.now(), me().name, "added a situation", what)
    return troubles


def _form(
    content: Content,
    form: Typed,
    wrong: Mapping[str, str] | None = None,
    others: list[str] | None = None,
    unsaved: str = "",
) -> str:
    folder = testing().situations
    return render_template(
        "tests/new.html",
        form=form,
        problems=wrong or {},
        others=others or [],
        unsaved=unsaved,
        is_writable=folder.is_writable,
        folder=folder.path.name,
        topics=folder.topics(content),
        acts=acts_in_words(),
        answers={one: content.texts.get(("en", f"{one}.label"), "") for one in content.answers},
        services={
            one: content.texts.get(("en", f"service.{one}.name"), "") for one in content.services
        },
        languages=LANGUAGES,
        endonyms=ENDONYMS,
        lists={"say": SAY, "never": NEVER, "offer": OFFERS, "show": SHOWS},
        says=SAYS,
        most={"steps": MOST_STEPS, "name": MOST_IN_NAME, "about": MOST_IN_ABOUT},
        names=names(content),
    )


def _searched(one: Situation) -> str:
    said = (text for step in one.steps for text in step.does.values())
    return "\n".join([one.name, one.about, *said]).casefold()
