"""The law has changed: answers, topics or the chat out of use, at once, by one person."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.content.shipped import SWITCHES
from bot.content.topics import topics
from bot.content.values import ALWAYS_ON, Content
from bot.desk.effect import covered_by, effect, interims, tasks
from bot.desk.names import Names, names
from bot.desk.parts import _, me, parts, require
from bot.desk.sentences import sentence
from bot.editing import history
from bot.editing.draft import OPEN, WAITING
from bot.editing.history import Deed
from bot.editing.people import EDITOR, PUBLISHER
from bot.editing.takedowns import CHAT
from bot.errors import EditingError
from bot.languages import LANGUAGES

pages = Blueprint("switches", __name__)

#: As far back as the history is read for what has been done since a switch went off.
_MOST_DEEDS = 10_000


@pages.get("/switches")
def index() -> str:
    """Lists what is off now, and what can be switched off."""
    content = parts().content
    called = names(content)
    by_topic = {
        topic: [one for one in content.answers.values() if one.topic == topic]
        for topic in topics(content.answers)
    }
    return render_template(
        "switches/index.html",
        off=[(switch, _name(called, switch), _off(switch)) for switch in sorted(content.switches)],
        topics={
            topic: covered_by(content, f"topic.{topic}")
            for topic in by_topic
            if topic not in ALWAYS_ON
        },
        answers={
            topic: [one for one in answers if covered_by(content, f"answer.{one.id}")]
            for topic, answers in by_topic.items()
        },
        content=content,
        names=called,
        may_switch=me().may(EDITOR, PUBLISHER),
    )


@pages.route("/switches/<switch>", methods=["GET", "POST"])
def switch(switch: str) -> ResponseReturnValue:
    """Shows what a switch does before it is used, and what is to do afterwards."""
    content = parts().content
    is_off = switch in content.switches
    if not is_off:
        require(EDITOR, PUBLISHER)
        if not covered_by(content, switch):
            raise EditingError("no_switch", switch)
    if request.method == "GET":
        return _page(content, switch)
    require(EDITOR, PUBLISHER)
    if is_off:
        flash(_("This is off already."))
        return redirect(url_for(".switch", switch=switch), 303)
    try:
        parts().takedowns.switch_off(me(), switch, request.form.get("why", "").strip())
    except EditingError as error:
        if error.code != "why_empty":
            raise
        return _page(content, switch, wrong=sentence(error)), 400
    flash(_("It is off, in all four languages. Below is what must be done before it comes back."))
    return redirect(url_for(".switch", switch=switch), 303)


@pages.post("/switches/<switch>/lift")
def lift(switch: str) -> ResponseReturnValue:
    """Opens the draft that brings back what is off."""
    require(EDITOR)
    why = request.form.get("why", "").strip()
    content = parts().content
    if switch not in content.switches:
        raise EditingError("no_switch", switch)
    if not why:
        return _page(content, switch, wrong=sentence(EditingError("why_empty"))), 400
    draft_id = parts().takedowns.lift(me(), switch, why)
    flash(_("It is still off. It comes back when a second person has approved this draft."))
    return redirect(url_for("answers.draft", draft_id=draft_id), 303)


def _page(content: Content, switch: str, wrong: str | None = None) -> str:
    called = names(content)
    happens = effect(content, switch, parts().today)
    off = _off(switch) if switch in content.switches else None
    todo = []
    if switch in content.switches:
        deeds = history.read(parts().store.database, most=_MOST_DEEDS)
        todo = tasks(content, happens.covered, off.id if off else 0, deeds)
    drafts = parts().drafts.all(OPEN, WAITING)
    records = parts().store.read().records[SWITCHES]
    return render_template(
        "switches/switch.html",
        switch=switch,
        name=_name(called, switch),
        is_off=switch in content.switches,
        off=off,
        # Of a switch that was set elsewhere the history knows nothing.
        why=off.why if off else records.get(switch, {}).get("why", ""),
        happens=happens,
        interims=interims(content, happens.covered),
        todo=todo,
        draft=next((one for one in drafts if one.subject == f"switch.{switch}"), None),
        wrong=wrong,
        typed=request.form.get("why", ""),
        names=called,
        languages=LANGUAGES,
        may_lift=me().may(EDITOR),
    )


def _off(switch: str) -> Deed | None:
    """Returns the deed that put a switch off last."""
    deeds = history.read(parts().store.database, what=switch)
    return next((deed for deed in deeds if deed.act == "switched off"), None)


def _name(called: Names, switch: str) -> str:
    kind, _dot, name = switch.partition(".")
    if switch == CHAT:
        return _("The whole chat")
    if kind == "topic":
        return _("Topic: {name}").format(name=called.topic(name))
    return _("Answer: {name}").format(name=called.answer(name))
