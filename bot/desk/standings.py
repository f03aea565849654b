"""How every answer stands in every language, and which of them somebody looks for. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from bot.content.freshness import is_overdue, standing
from bot.content.values import Answer, Content, Service
from bot.desk.gate import owners
from bot.editing.draft import RECORDS, WAITING, Draft
from bot.languages import LANGUAGES
from bot.normalisation import fold

#: Of a text in a language.
PUBLISHED, MISSING, IN_DRAFT, IN_WAITING = "published", "missing", "draft", "waiting"
STALE, WITHHELD = "stale", "withheld"
#: Of an answer in all languages.
DUE, OVERDUE, OFF, UNCONFIRMED = "due", "overdue", "off", "unconfirmed"
STATES = (
    PUBLISHED,
    IN_DRAFT,
    IN_WAITING,
    STALE,
    WITHHELD,
    MISSING,
    DUE,
    OVERDUE,
    OFF,
    UNCONFIRMED,
)

#: The topic under which the texts of services are listed.
DIRECTORY = "directory"

#: Staff see what comes due while there is time to read its sources.
SOON = timedelta(days=30)


@dataclass(frozen=True)
class Row:
    """An answer, or a service's texts: `states` hold in all languages, `cells` in one each.

    `drafts` maps a language, or `records`, to the draft that would change it.
    """

    id: str
    topic: str
    risk: str | None
    states: tuple[str, ...]
    cells: Mapping[str, tuple[str, ...]]
    drafts: Mapping[str, int]

    def has(self, state: str, language: str) -> bool:
        """Says whether it is so in a language, or in any when that is empty."""
        wanted = [language] if language else LANGUAGES
        return state in self.states or any(state in self.cells[tag] for tag in wanted)


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; an empty one is no limit."""

    words: str = ""
    topic: str = ""
    language: str = ""
    state: str = ""


def rows(content: Content, drafts: Iterable[Draft], today: date) -> list[Row]:
    """Returns a row for each answer in their order, and then for each service.

    Args:
        content: what is published.
        drafts: those that are open or waiting, the newest first.
        today: the day it is.
    """
    touched = _touched(drafts)
    stale = {(language, msgid.rpartition(".")[0]) for language, msgid in content.stale}

    def row_of(of: Answer | Service, name: str, topic: str, risk: str | None) -> Row:
        drafted = touched.get(name, {})
        cells = {
            tag: _of_one(content, of, name, tag, drafted.get(tag), (tag, name) in stale, today)
            for tag in LANGUAGES
        }
        numbers = {part: draft.id for part, draft in drafted.items()}
        return Row(name, topic, risk, _of_all(content, of, today), cells, numbers)

    answers = [row_of(one, one.id, one.topic, one.risk) for one in content.answers.values()]
    services = [
        row_of(one, f"service.{one.id}", DIRECTORY, None) for one in content.services.values()
    ]
    return answers + services


def found(content: Content, all_rows: Iterable[Row], wanted: Wanted) -> list[Row]:
    """Returns the rows that somebody looks for.

    All words must stand in the id or the texts, whatever their language, case and accents.
    """
    words = fold(wanted.words).split()
    texts = _texts(content) if words else {}
    return [
        row
        for row in all_rows
        if wanted.topic in ("", row.topic)
        and (not wanted.state or row.has(wanted.state, wanted.language))
        and all(word in f"{_folded(row.id)} {texts.get(row.id, '')}" for word in words)
    ]


def _touched(drafts: Iterable[Draft]) -> dict[str, dict[str, Draft]]:
    touched: dict[str, dict[str, Draft]] = defaultdict(dict)
    for draft in drafts:
        for entry in draft.entries:
            if entry.part != RECORDS:
                touched[entry.name.rpartition(".")[0]].setdefault(entry.part, draft)
        if RECORDS in draft.parts:
            for name in owners(draft):
                touched[name].setdefault(RECORDS, draft)
    return touched


def _of_all(content: Content, row: Answer | Service, today: date) -> tuple[str, ...]:
    is_answer = isinstance(row, Answer)
    has_changed = is_answer and row.id in content.fact_changes
    is_soon = row.review_by - today <= SOON and not is_overdue(row, today)
    states = {
        OVERDUE: is_overdue(row, today),
        DUE: is_soon or has_changed,
        OFF: isinstance(row, Answer) and content.is_switched_off(row),
        UNCONFIRMED: row.checked_on is None,
    }
    return tuple(state for state, is_so in states.items() if is_so)


def _of_one(
    content: Content,
    row: Answer | Service,
    name: str,
    language: str,
    draft: Draft | None,
    is_stale: bool,
    today: date,
) -> tuple[str, ...]:
    first = "short" if isinstance(row, Answer) else "about"
    has_text = content.has_text(language, f"{name}.{first}")
    states = {
        PUBLISHED: has_text,
        MISSING: not has_text,
        IN_DRAFT: draft is not None and draft.state != WAITING,
        IN_WAITING: draft is not None and draft.state == WAITING,
        STALE: is_stale,
        WITHHELD: isinstance(row, Answer) and standing(content, row, language, today).is_withheld,
    }
    return tuple(state for state, is_so in states.items() if is_so)


def _texts(content: Content) -> dict[str, str]:
    gathered: dict[str, list[str]] = defaultdict(list)
    for (_, msgid), text in content.texts.items():
        gathered[msgid.rpartition(".")[0]].append(_folded(text))
    return {name: " ".join(texts) for name, texts in gathered.items()}


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    """Folds a text of ours once; hers never comes here."""
    return fold(text)
