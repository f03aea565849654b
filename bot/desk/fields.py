"""The texts of an answer in a language, as the page that edits them shows them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.content.checks.finding import Finding
from bot.content.values import Content
from bot.desk.diff import Pieces, pieces
from bot.desk.findings import plain, quotation
from bot.editing.draft import Draft
from bot.languages import DEFAULT_LANGUAGE

#: In the order in which she reads them.
_ANSWER_PARTS = ("label", "short", "more")
_SERVICE_PARTS = ("name", "about", "confidential")

#: The letters of a line in a field, and its greatest height.
_LINE, _MOST_ROWS = 55, 30


@dataclass(frozen=True)
class Field:
    """A text on the page.

    `live` is what stands now, `shown` what the draft would have stand where there is one,
    `typed` what the field holds. `english` is the English that it must say.
    """

    part: str
    msgid: str
    live: str
    shown: str
    typed: str
    english: str
    english_change: Pieces
    change: Pieces
    author: str = ""
    is_stale: bool = False
    #: Whether somebody should say that it still says the same.
    asks_to_keep: bool = False
    theirs: Conflict | None = None
    wrong: str = ""
    findings: list[str] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """What tells whether a text is the one that was shown."""
        return digest(self.shown)

    @property
    def rows(self) -> int:
        """How high its field is, so that most of a text is seen at once."""
        lines = sum(1 + len(line) // _LINE for line in self.typed.splitlines())
        return min(max(lines + 1, 2), _MOST_ROWS)


@dataclass(frozen=True)
class Conflict:
    """What somebody else has saved meanwhile, and how it differs from what was typed."""

    text: str
    who: str
    change: Pieces


@dataclass(frozen=True)
class Edited:
    """What is edited in which language: an answer, or `service.` and an id."""

    owner: str
    language: str
    content: Content
    draft: Draft | None

    def msgid(self, part: str) -> str:
        """Returns the name of one of its texts."""
        return f"{self.owner}.{part}"

    def now(self, part: str, language: str | None = None) -> str:
        """Returns what the draft would have stand, or what is live; nothing is ""."""
        tag = language or self.language
        entry = self.draft.entry(tag, self.msgid(part)) if self.draft else None
        live = self.content.texts.get((tag, self.msgid(part)), "")
        return (entry.value or "") if entry else live

    @property
    def parts(self) -> list[str]:
        """The parts that it has, in any language or in its draft."""
        first = _SERVICE_PARTS if self.owner.startswith("service.") else _ANSWER_PARTS
        found = {
            part: None
            for tag in (DEFAULT_LANGUAGE, self.language)
            for part in self.content.parts_of(tag, self.owner)
        }
        for entry in self.draft.entries if self.draft else ():
            if entry.name.rpartition(".")[0] == self.owner:
                found[entry.name.rpartition(".")[2]] = None
        return [*first, *(part for part in found if part not in first)]


def digest(text: str) -> str:
    """Returns what tells whether two texts are the same."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def fields_of(
    edited: Edited,
    typed: Mapping[str, str] | None = None,
    conflicts: Mapping[str, Conflict] | None = None,
    never: Mapping[str, str] | None = None,
    *,
    again: bool = False,
) -> list[Field]:
    """Returns the fields of a page.

    Args:
        edited: what is edited.
        typed: part → what somebody typed; what the draft has, or is live, where it is not given.
        conflicts: part → what somebody else saved meanwhile.
        never: part → why it may never be published.
        again: whether a text of the draft may be saved as it is, over what was published since.
    """
    return [
        _field(
            edited,
            part,
            (typed or {}).get(part, edited.now(part)),
            (conflicts or {}).get(part),
            (never or {}).get(part, ""),
            again=again,
        )
        for part in edited.parts
    ]


def _field(
    edited: Edited, part: str, typed: str, theirs: Conflict | None, wrong: str, *, again: bool
) -> Field:
    msgid, language, draft = edited.msgid(part), edited.language, edited.draft
    entry = draft.entry(language, msgid) if draft else None
    live = edited.content.texts.get((language, msgid), "")
    old_english = edited.content.texts.get((DEFAULT_LANGUAGE, msgid), "")
    english = edited.now(part, DEFAULT_LANGUAGE)
    is_stale = (language, msgid) in edited.content.stale and entry is None
    has_new_english = language != DEFAULT_LANGUAGE and english != old_english
    shown = edited.now(part)
    return Field(
        part=part,
        msgid=msgid,
        live=live,
        shown=shown,
        typed=typed,
        english=english,
        english_change=pieces(old_english, english) if has_new_english else [],
        change=pieces(live, shown) if entry else [],
        author=entry.author if entry else "",
        is_stale=is_stale,
        asks_to_keep=bool(live)
        and (is_stale or (has_new_english and entry is None) or (again and entry is not None)),
        theirs=theirs,
        wrong=wrong,
    )


def with_findings(
    language: str, fields: Iterable[Field], found: Iterable[Finding]
) -> tuple[list[Field], list[tuple[str | None, str]]]:
    """Puts each finding at its field; returns the others with their language."""
    fields = list(fields)
    at: dict[str, list[str]] = {one.part: [] for one in fields}
    others: list[tuple[str | None, str]] = []
    for one in found:
        part = next((row.part for row in fields if _is_about(row, one)), None)
        if part is not None and one.language in (language, None):
            at[part].append(plain(one))
        else:
            others.append((one.language, plain(one)))
    return [replace(one, findings=at[one.part]) for one in fields], others


def _is_about(row: Field, finding: Finding) -> bool:
    quoted = quotation(finding)
    return finding.where == row.msgid or (bool(quoted) and quoted in row.shown)
