"""When something must be looked at again: what is due and why, what comes due, and the next day."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from flask import url_for

from bot.content.freshness import due, is_overdue
from bot.content.values import Content
from bot.desk.names import Names
from bot.desk.parts import _

#: The law may change within three months; the rest is looked at twice a year.
_HIGH_RISK, _OTHER = timedelta(days=90), timedelta(days=180)
#: What was checked on one day is not all due on one day.
SPREAD_DAYS = 14
AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class Reason:
    """Why something is due, and the page where it is mended; None for the page of the thing."""

    says: str
    href: str | None = None


@dataclass(frozen=True)
class Waiting:
    """An answer (its id) or a service (`service.` and its id) that waits for a person."""

    what: str
    owner: str
    rank: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Week:
    """What comes due in the week that begins on a Monday, soonest first."""

    monday: date
    coming: tuple[tuple[date, str], ...]


def next_review(record_id: str, day: date, *, is_high_risk: bool) -> date:
    """Returns by which day something must be looked at again that was looked at on `day`.

    Always the same for one id and day, and never later than the risk allows: up to
    SPREAD_DAYS sooner.
    """
    sooner = int(hashlib.sha256(record_id.encode()).hexdigest(), 16) % (SPREAD_DAYS + 1)
    return day + (_HIGH_RISK if is_high_risk else _OTHER) - timedelta(days=sooner)


def waiting(content: Content, names: Names, today: date) -> list[Waiting]:
    """Returns what `freshness.due` finds, each thing once with all its reasons, worst first."""
    found: dict[str, tuple[str, int]] = {}
    for one in due(content, today):
        found.setdefault(_thing(one.what), (one.owner, one.rank))
    return [
        Waiting(what, owner, rank, tuple(_reasons(content, names, what, today)))
        for what, (owner, rank) in found.items()
    ]


def coming(content: Content, today: date) -> list[Week]:
    """Returns the weeks in which something comes due, within AHEAD."""
    weeks: dict[date, list[tuple[date, str]]] = defaultdict(list)
    rows = [
        *((answer.id, answer.review_by) for answer in content.answers.values()),
        *((f"service.{service.id}", service.review_by) for service in content.services.values()),
    ]
    for what, day in rows:
        if today <= day <= today + AHEAD:
            weeks[day - timedelta(days=day.weekday())].append((day, what))
    return [Week(monday, tuple(sorted(weeks[monday]))) for monday in sorted(weeks)]


def _thing(what: str) -> str:
    """Returns the service whose text is due, or what is due as it is."""
    kind, *rest = what.split(".")
    return f"service.{rest[0]}" if kind == "service" else what


def _reasons(content: Content, names: Names, what: str, today: date) -> list[Reason]:
    service_id = what.removeprefix("service.")
    service = content.services.get(service_id) if what.startswith("service.") else None
    row = service or content.answers.get(what)
    reasons = []
    if row is not None and is_overdue(row, today):
        says = _("It was due to be checked by {day}.").format(day=names.day(row.review_by))
        reasons.append(Reason(says))
    facts = content.fact_changes.get(what, ())
    if facts:
        says = _("Facts that it rests on have changed: {facts}.")
        reasons.append(Reason(says.format(facts=", ".join(facts))))
    stale = {tag for tag, msgid in content.stale if msgid.rpartition(".")[0] == what}
    for language in sorted(stale):
        says = _("The English is newer than the text in {language}.")
        href = url_for("answers.edit", answer_id=what, language=language)
        reasons.append(Reason(says.format(language=names.tongue(language)), href))
    return reasons
