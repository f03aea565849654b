"""The values of editing: a draft, its entries, who agreed to them, and what it still lacks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.content.rows import Changes
from bot.content.values import CHANGES
from bot.languages import DEFAULT_LANGUAGE, LANGUAGES

#: The part of a draft that holds records; its texts are a part for each language.
RECORDS = "records"
OPEN, WAITING, PUBLISHED, DROPPED = "open", "waiting", "published", "dropped"
WORDING, IMPROVED, DANGEROUS = CHANGES

#: What of a service nobody may change without having rung it.
RUNG = ("phone", "sms", "publish", "checked_on")


@dataclass(frozen=True)
class Entry:
    """A text (`part` its language, `name` its msgid) or a record (`name` its kind, `/` and id)."""

    part: str
    name: str
    value: Any
    author_id: int
    author: str
    saved_at: datetime
    version: int
    base_revision: int


@dataclass(frozen=True)
class Approval:
    """Somebody's agreement to a part as it stood then."""

    part: str
    person_id: int
    person: str
    digest: str
    at: datetime


@dataclass(frozen=True)
class Need:
    """What a draft still lacks: `kind`, `translation` of a text, a `call`, or an `approval`."""

    what: str
    part: str
    name: str = ""


@dataclass(frozen=True)
class Draft:
    """A change that somebody is working on, or that has been published."""

    id: int
    subject: str
    kind: str | None
    state: str
    why: str
    opened_by: int
    opened_at: datetime
    revision_id: int | None
    entries: tuple[Entry, ...]
    approvals: tuple[Approval, ...]
    #: Services that somebody has rung about the record as it stands here.
    rung: frozenset[str] = frozenset()
    #: Who has ever saved anything in a part, what others have written over included.
    writers: frozenset[tuple[str, int]] = frozenset()

    @property
    def parts(self) -> tuple[str, ...]:
        """The languages that it touches, and `records`, in their order."""
        found = {entry.part for entry in self.entries}
        return tuple(part for part in (*LANGUAGES, RECORDS) if part in found)

    def value(self, part: str, name: str) -> Any:
        """Returns what it would have stand, None where it has nothing of this name."""
        return next((e.value for e in self.entries if (e.part, e.name) == (part, name)), None)

    def entry(self, part: str, name: str) -> Entry | None:
        """Returns the entry of a name."""
        return next((e for e in self.entries if (e.part, e.name) == (part, name)), None)

    def digest(self, part: str) -> str:
        """Returns what an approval of a part remembers of it."""
        # With what it would replace: saved anew over another text, it is another change.
        rows = sorted((e.name, e.base_revision, e.value) for e in self.entries if e.part == part)
        plain = json.dumps([self.kind, rows], sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(plain.encode()).hexdigest()

    def is_approved(self, part: str) -> bool:
        """Says whether somebody who wrote nothing of it has agreed to a part as it stands."""
        return any(
            a.part == part
            and a.digest == self.digest(part)
            and a.person_id not in self.authors(part)
            for a in self.approvals
        )

    def authors(self, part: str) -> set[int]:
        """Returns who wrote any of a part, be it that another has changed a comma since."""
        now = {entry.author_id for entry in self.entries if entry.part == part}
        return now | {person_id for name, person_id in self.writers if name == part}

    @property
    def english(self) -> frozenset[str]:
        """Whose English it changes: the ids of answers, and `service.` and an id."""
        return frozenset(
            e.name.rpartition(".")[0] for e in self.entries if e.part == DEFAULT_LANGUAGE
        )

    @property
    def changes(self) -> Changes:
        """What it would publish."""
        texts = {(e.part, e.name): e.value for e in self.entries if e.part != RECORDS}
        kinds = {name: self.kind for part, name in texts if part == DEFAULT_LANGUAGE and self.kind}
        rows = {record_key(e.name): e.value for e in self.entries if e.part == RECORDS}
        return Changes(records=rows, texts=texts, kinds=kinds)


def call_digest(new: Mapping[str, Any] | None, old: Mapping[str, Any] | None) -> str:
    """Returns what a call to a service remembers of the change that it confirmed.

    Args:
        new: the record as the draft has it.
        old: the one that it would replace; hidden since then, a number is another's to confirm.
    """
    shown = [[(data or {}).get(name) for name in RUNG] for data in (new, old)]
    plain = json.dumps(shown, ensure_ascii=False, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()


def record_key(name: str) -> tuple[str, str]:
    """Returns kind and id of a record that an entry names."""
    kind, _, record_id = name.partition("/")
    return kind, record_id
