"""The gate: what the checks of the content find in a draft that they do not find in what is live.

A draft is held to the same checks as everything that ships, so that a sentence written at the desk
cannot say what a sentence in the repository may not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.content.checks.every import CHECKS
from bot.content.checks.finding import Finding
from bot.content.values import Content
from bot.desk.parts import parts
from bot.editing.draft import RECORDS, Draft, record_key
from bot.errors import ContentError

SPELLING = "spelling"

#: The mean of all answers is no fault of one draft; each answer has a limit of its own.
_OF_ALL = "all answers"
#: Where a check stands that this machine cannot run.
_MACHINE = ""


def gate(draft: Draft, live: Content | None = None) -> list[Finding]:
    """Returns what is wrong with a draft.

    Args:
        draft: one that is open.
        live: what is published; it is read when it is not given.
    """
    desk = parts()
    try:
        changed = desk.drafts.content(draft)
    except ContentError as error:
        return [Finding("form", draft.subject, None, str(error), "")]
    live = live or desk.content
    return [
        one
        for one in new_findings(live, changed, owners(draft, live))
        if one.check != SPELLING or _is_written(draft, one)
    ]


def owners(draft: Draft, live: Content | None = None) -> set[str]:
    """Returns the answers, and the services as `service.` and an id, that a draft touches.

    Args:
        draft: of whatever state.
        live: what is published: with it, the answers that rest on a changed fact count as well.
    """
    found = {entry.name.rpartition(".")[0] for entry in draft.entries if entry.part != RECORDS}
    for entry in draft.entries:
        if entry.part == RECORDS:
            kind, name = record_key(entry.name)
            found.add(f"service.{name}" if kind == "services" else name)
            if kind == "facts" and live:
                found |= {one.id for one in live.answers.values() if name in one.facts}
    return found


def new_findings(live: Content, changed: Content, names: Iterable[str]) -> list[Finding]:
    """Returns what the checks find in `changed` and not in `live`, each once.

    Only the texts of `names` are looked at: the rest is the same in both.
    """
    before, after = _only(live, names), _only(changed, names)
    found: dict[Finding, None] = {}
    for name in CHECKS:
        here = list(_find(name, after))
        # Looked at only where there is something to compare: most drafts are sound.
        known = {_key(one) for one in _find(name, before)} if here else set()
        found |= {one: None for one in here if one.where == _MACHINE or _key(one) not in known}
    return list(found)


def of_part(found: Iterable[Finding], part: str) -> list[Finding]:
    """Returns the findings that concern a part of a draft: a language, or its records."""
    language = None if part == RECORDS else part
    return [one for one in found if one.language in (language, None)]


def stopping(found: Iterable[Finding]) -> list[Finding]:
    """Returns the findings that nobody can wave through.

    No dictionary has every name. A person who reads the language says whether a word is right.
    """
    return [one for one in found if one.check != SPELLING]


def _is_written(draft: Draft, finding: Finding) -> bool:
    """Says whether a draft has the text that a finding is about.

    A name is known in a translation while it stands in the English; when it goes from there,
    nobody has misspelt it.
    """
    is_of_machine = finding.where == _MACHINE
    return is_of_machine or draft.entry(finding.language or "", finding.where) is not None


def _find(name: str, content: Content) -> Iterator[Finding]:
    try:
        yield from (one for one in CHECKS[name](content) if one.where != _OF_ALL)
    except ContentError as error:
        # No dictionaries on this machine: said each time, or nobody would know.
        yield Finding(name, _MACHINE, None, str(error), "")


def _only(content: Content, names: Iterable[str]) -> Content:
    wanted = set(names)
    return replace(
        content,
        answers={name: row for name, row in content.answers.items() if name in wanted},
        texts={
            (language, msgid): text
            for (language, msgid), text in content.texts.items()
            if msgid.rpartition(".")[0] in wanted
        },
    )


def _key(finding: Finding) -> tuple[object, ...]:
    """Returns what makes two findings the same.

    An answer that was too hard before has another measure after each word; it is no new finding.
    """
    problem = finding.problem
    if finding.check == "readability":
        problem = re.sub(r" \(.*", "", problem, flags=re.DOTALL)
    return (finding.check, finding.where, finding.language, problem)
