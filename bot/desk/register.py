"""The register of facts as staff look through it: what is found, and what rests on what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.content.values import Content, Fact, Source
from bot.desk.parts import parts
from bot.editing import history
from bot.editing.draft import OPEN, RECORDS, WAITING, Draft, record_key
from bot.normalisation import fold

#: A search that is answered within a form shows no more than this; more words find fewer.
MOST_FOUND = 20


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for: words or an id, a rank of harm, a mark, facts that carry nothing."""

    words: str = ""
    rank: str = ""
    mark: str = ""
    is_unused: bool = False


@dataclass(frozen=True)
class Row:
    """A fact in the list, its sources, and the answers that rest on it."""

    fact: Fact
    sources: tuple[Source, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Resting:
    """An answer that rests on a fact; `is_seen` says that the fact has not changed since."""

    answer: str
    is_seen: bool


def rows(content: Content, wanted: Wanted) -> list[Row]:
    """Returns the facts that are looked for, in the order of their numbers."""
    answers = _answers(content)
    found = [
        Row(fact, sources_of(content, fact), answers.get(fact.id, ()))
        for fact in facts_with(content, wanted.words)
        if wanted.mark in ("", fact.confidence)
        and wanted.rank in ("", "none" if fact.check is None else str(fact.check))
    ]
    return [row for row in found if not (wanted.is_unused and row.answers)]


def facts_with(content: Content, words: str) -> list[Fact]:
    """Returns the facts of this id, or in whose words and sources all of these words stand."""
    exact = words.strip().casefold()
    of_id = [fact for fact in content.facts.values() if fact.id.casefold() == exact]
    if of_id:
        return of_id
    sought = fold(words).split()
    found = [
        fact
        for fact in content.facts.values()
        if _holds(
            sought,
            (fact.says, fact.claimed_by or "", *map(_words, sources_of(content, fact))),
        )
    ]
    return sorted(found, key=lambda fact: _order(fact.id))


def sources_with(content: Content, words: str) -> list[Source]:
    """Returns the sources in whose title, publisher or address all of these words stand."""
    sought = fold(words).split()
    return [one for one in content.sources.values() if sought and _holds(sought, (_words(one),))]


def sources_of(content: Content, fact: Fact) -> tuple[Source, ...]:
    """Returns the sources of a fact."""
    return tuple(content.sources[name] for name in fact.sources)


def resting(content: Content, fact_id: str) -> list[Resting]:
    """Returns the answers that rest on a fact, those not looked at since it changed first."""
    found = [
        Resting(name, fact_id not in content.fact_changes.get(name, ()))
        for name in _answers(content).get(fact_id, ())
    ]
    return sorted(found, key=lambda one: one.is_seen)


def draft_of(subject: str) -> Draft | None:
    """Returns the draft that is open for a subject."""
    return next((one for one in parts().drafts.all(OPEN, WAITING) if one.subject == subject), None)


def new_facts(content: Content) -> list[str]:
    """Returns the ids of facts that stand in a draft and are not published yet."""
    return [
        record_key(entry.name)[1]
        for draft in parts().drafts.all(OPEN, WAITING)
        for entry in draft.entries
        if entry.part == RECORDS
        and record_key(entry.name)[0] == "facts"
        and record_key(entry.name)[1] not in content.facts
    ]


def deeds(fact_id: str) -> list[history.Deed]:
    """Returns what was done to a fact and its drafts, the newest first."""
    database = parts().store.database
    whats = (f"fact.{fact_id}", f"{RECORDS} facts/{fact_id}")
    found = [deed for what in whats for deed in history.read(database, what=what)]
    return sorted(found, key=lambda deed: -deed.id)


def _answers(content: Content) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for answer in content.answers.values():
        for name in answer.facts:
            found[name] = (*found.get(name, ()), answer.id)
    return found


def _holds(sought: Iterable[str], texts: Iterable[str]) -> bool:
    folded = fold(" ".join(texts))
    return all(word in folded for word in sought)


def _words(source: Source) -> str:
    return f"{source.title} {source.publisher} {source.url}"


def _order(fact_id: str) -> tuple[str, int, str]:
    """Puts F2 before F10, and F3g behind F3; what staff wrote themselves stands first."""
    digits = "".join(letter for letter in fact_id if letter.isdigit())
    return fact_id[:1], int(digits or 0), fact_id
