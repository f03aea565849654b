"""Whether an answer may still be shown as it is, and what waits for a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.content.values import Answer, Content, Service

#: The parts of an answer that say something; the others ask, confirm or remind.
SAID = ("short", "more")

#: Why an answer gives way, or carries a word of warning.
OVERDUE = "overdue"
DANGEROUS = "dangerous"
SWITCHED_OFF = "switched off"
IMPROVED = "improved"


@dataclass(frozen=True)
class Standing:
    """How an answer stands in a language on a day.

    `is_withheld`: the interim text is said in its place. `warning`: why it is withheld
    or carries a word of warning, None when it stands as it is.
    """

    is_withheld: bool = False
    warning: str | None = None


def standing(content: Content, answer: Answer, language: str, today: date) -> Standing:
    """Returns how an answer stands.

    One that staff have switched off gives way; so does an answer about risk when its
    review is overdue, and one whose text in this language is out of date in a way that
    could do harm. A lifeline never does: a woman in danger is better served by an old
    line than by none.
    """
    warning = _warning(content, answer, language, today)
    if answer.risk == "lifeline" or warning is None:
        return Standing(warning=None if answer.risk == "lifeline" else warning)
    is_risk_overdue = warning == OVERDUE and answer.risk == "high"
    is_withheld = warning in (DANGEROUS, SWITCHED_OFF) or is_risk_overdue
    return Standing(is_withheld=is_withheld, warning=warning)


def is_overdue(row: Answer | Service, today: date) -> bool:
    """Says whether the day of a row's review has passed; that day itself is still in time."""
    return today > row.review_by


@dataclass(frozen=True)
class Due:
    """Something that staff should look at, and why. Worst first when sorted."""

    rank: int
    owner: str
    what: str
    why: str


def due(content: Content, today: date) -> list[Due]:
    """Returns what waits for a person: overdue rows, changed facts, stale translations.

    Lifelines come first: they are never withheld, so nobody but staff will notice.
    """
    found = {*_overdue_rows(content, today), *_changed_facts(content), *_stale_texts(content)}
    return sorted(found, key=lambda one: (one.rank, one.what, one.why))


def _warning(content: Content, answer: Answer, language: str, today: date) -> str | None:
    if content.is_switched_off(answer):
        return SWITCHED_OFF
    kinds = {content.stale.get((language, f"{answer.id}.{part}")) for part in SAID}
    if DANGEROUS in kinds:
        return DANGEROUS
    if is_overdue(answer, today):
        return OVERDUE
    return IMPROVED if IMPROVED in kinds else None


_RANKS = {"lifeline": 0, "high": 1, "low": 3}
_SERVICE_RANK = 2


def _overdue_rows(content: Content, today: date) -> Iterator[Due]:
    for answer in content.answers.values():
        if is_overdue(answer, today):
            why = f"its review was due by {answer.review_by}"
            yield Due(_RANKS[answer.risk], answer.owner, answer.id, why)
    for service in content.services.values():
        if is_overdue(service, today):
            why = f"its check was due by {service.review_by}"
            yield Due(_SERVICE_RANK, service.owner, f"service.{service.id}", why)


def _changed_facts(content: Content) -> Iterator[Due]:
    for name, facts in content.fact_changes.items():
        answer = content.answers[name]
        why = f"facts it rests on have changed: {', '.join(facts)}"
        yield Due(_RANKS[answer.risk], answer.owner, name, why)


def _stale_texts(content: Content) -> Iterator[Due]:
    for (language, msgid), kind in content.stale.items():
        owner = content.answers.get(msgid.rpartition(".")[0])
        rank = _RANKS[owner.risk] if owner else _SERVICE_RANK
        why = f"{msgid} ({language}) was made from an older English text; the change: {kind}"
        yield Due(rank, owner.owner if owner else "directory", owner.id if owner else msgid, why)
