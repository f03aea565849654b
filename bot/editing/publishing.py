"""What would stand with a draft published, what it lacks for that, and how it comes to stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.engine import Connection

from bot.content.rows import Changes, Stored
from bot.content.shipped import SWITCHES, build_content
from bot.content.store import ContentStore, add_revision, check
from bot.content.values import Content
from bot.editing import history
from bot.editing.calls import to_ring
from bot.editing.draft import DANGEROUS, IMPROVED, PUBLISHED, RECORDS, Draft, Need
from bot.editing.draft_rows import as_text, is_overtaken, live_value
from bot.editing.draft_saves import set_draft
from bot.editing.people import Person
from bot.errors import ContentError, EditingError
from bot.languages import DEFAULT_LANGUAGE, LANGUAGES


def needs_of(draft: Draft, stored: Stored) -> list[Need]:
    """Returns what a draft still lacks before it can be published."""
    live = {(language, msgid) for language, msgid in stored.texts}
    english = [e.name for e in draft.entries if e.part == DEFAULT_LANGUAGE and e.value]
    found = []
    if english and draft.kind is None:
        found.append(Need("kind", DEFAULT_LANGUAGE))
    if draft.kind in (IMPROVED, DANGEROUS):
        found += [
            Need("translation", language, msgid)
            for language in LANGUAGES
            for msgid in english
            if (language, msgid) in live and draft.entry(language, msgid) is None
        ]
    found += [Need("call", RECORDS, name) for name in to_ring(draft, stored.records["services"])]
    found += [Need("approval", part) for part in draft.parts if not draft.is_approved(part)]
    return found


def would_stand(draft: Draft, stored: Stored) -> Content:
    """Returns everything as it would stand with a draft published.

    Raises:
        ContentError: when a record is not well formed or names what is not there.
    """
    changes = draft.changes
    rows = {kind: dict(group) for kind, group in stored.records.items()}
    for (kind, record_id), data in changes.records.items():
        if kind not in rows:
            raise ContentError(f"{kind!r} is no kind of record")
        if data is None:
            rows[kind].pop(record_id, None)
        else:
            rows[kind][record_id] = dict(data)
    texts = {**stored.texts, **changes.texts}
    stale = {key: kind for key, kind in stored.stale.items() if key not in changes.texts}
    return build_content(
        stored.revision,
        rows,
        {key: text for key, text in texts.items() if text},
        stale=stale,
        fact_changes=stored.fact_changes,
    )


def take_away(
    connection: Connection, store: ContentStore, at: datetime, by: Person, draft: Draft, why: str
) -> None:
    """Puts the answers of a dangerous draft out of use until it is published. Lifelines stay."""
    live = store.load()
    for name in sorted({draft.subject, *draft.english}):
        switch, answer = f"answer.{name}", live.answers.get(name)
        if answer is None or answer.risk == "lifeline" or switch in live.switches:
            continue
        add_revision(
            connection,
            Changes(records={(SWITCHES, switch): {"why": why}}),
            origin="desk",
            note=f"{switch} switched off by {by.name}",
        )
        history.write(connection, at, by.name, "switched off", switch, new="off", why=why)


def publish(
    connection: Connection, store: ContentStore, at: datetime, by: Person, draft: Draft
) -> int:
    """Makes a draft stand, and returns the revision.

    Raises:
        EditingError: `needs` when it lacks something; `overtaken` when what it would change has
            been changed since it was saved.
        ContentError: when it would not be well formed.
    """
    stored = store.read()
    if not draft.entries or needs_of(draft, stored):
        raise EditingError("needs")
    for entry in draft.entries:
        if is_overtaken(connection, entry):
            raise EditingError("overtaken", entry.name)
    check(draft.changes)
    would_stand(draft, stored)
    changes = draft.changes
    if draft.kind == DANGEROUS:
        lifted = _lift(connection, at, by, draft, stored)
        changes = replace(changes, records={**changes.records, **lifted})
    note = f"{draft.subject}: {draft.why}".rstrip(": ")
    old = {(e.part, e.name): live_value(connection, e) for e in draft.entries}
    revision = add_revision(connection, changes, origin="desk", note=note)
    set_draft(connection, draft.id, state=PUBLISHED, revision_id=revision)
    approvers = {a.part: a.person for a in draft.approvals}
    for entry in draft.entries:
        history.write(
            connection,
            at,
            by.name,
            "published",
            f"{entry.part} {entry.name}",
            old=as_text(old[entry.part, entry.name]),
            new=as_text(entry.value),
            why=f"{draft.why} (by {entry.author}, approved by {approvers[entry.part]})",
        )
    return revision


def _lift(
    connection: Connection, at: datetime, by: Person, draft: Draft, stored: Stored
) -> dict[tuple[str, str], None]:
    """Takes away the switches of the answers that a dangerous draft brings the new set of."""
    off = sorted({f"answer.{name}" for name in draft.english} & set(stored.records[SWITCHES]))
    for switch in off:
        history.write(
            connection,
            at,
            by.name,
            "switched on",
            switch,
            old="off",
            new="on",
            why=draft.why,
        )
    return {(SWITCHES, switch): None for switch in off}
