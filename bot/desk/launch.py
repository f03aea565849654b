"""What must be checked before a woman relies on the chat, and how far that has come."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from bot.content.directory import LIFELINES
from bot.content.launch import RANKS, LaunchCheck, launch_checks
from bot.content.values import Content, Service
from bot.desk import numbers
from bot.desk.names import names
from bot.desk.parts import me, parts
from bot.editing.people import EDITOR

pages = Blueprint("launch", __name__)


@dataclass(frozen=True)
class Step:
    """A fact to check; `left` are the answers resting on it that nobody has confirmed yet."""

    check: LaunchCheck
    left: tuple[str, ...]


@pages.get("/launch")
def index() -> str:
    """Lists facts and services to check, the worst first."""
    content = parts().content
    ranks = {rank: [_step(content, one) for one in checks] for rank, checks in _checks(content)}
    services = to_ring(content)
    done = [
        *(not step.left for steps in ranks.values() for step in steps),
        *(service.is_confirmed for service in services),
    ]
    return render_template(
        "launch/index.html",
        ranks=ranks,
        about=RANKS,
        services=[(one, numbers.shown(one)) for one in services],
        lifelines=LIFELINES,
        done=sum(done),
        number_of_all=len(done),
        names=names(content),
        may_check=me().may(EDITOR),
    )


def to_ring(content: Content) -> list[Service]:
    """Returns the services to ring before launch, lifelines first; those rung stay in the list."""
    found = [
        one
        for one in content.services.values()
        if one.publish != "A" or one.id in LIFELINES or one.is_confirmed
    ]
    return sorted(found, key=lambda one: one.id not in LIFELINES)


def _checks(content: Content) -> list[tuple[int, list[LaunchCheck]]]:
    """Returns the facts to check that any answer rests on."""
    return [
        (rank, [one for one in checks if one.answers])
        for rank, checks in launch_checks(content).items()
    ]


def _step(content: Content, check: LaunchCheck) -> Step:
    left = tuple(
        name
        for name in check.answers
        if content.answers[name].checked_on is None
        or check.fact.id in content.fact_changes.get(name, ())
    )
    return Step(check, left)
