"""Drafts: what somebody would have stand, who has agreed to it, and each act on it.

Adding and restoring need two people, enforced here and not by a page: nothing is published
that the same person wrote and approved. Taking away is one person's act (`takedowns.py`).
What a draft lacks, and how it comes to stand, is in `publishing.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from bot.content.rows import Changes
from bot.content.store import ContentStore, check
from bot.content.values import CHANGES, Content
from bot.editing import history, publishing
from bot.editing.calls import add_call, is_past
from bot.editing.draft import DANGEROUS, DROPPED, OPEN, RECORDS, WAITING, Draft, Entry, Need
from bot.editing.draft_rows import as_text, read_draft, read_drafts
from bot.editing.draft_saves import Values, add_draft, put, set_draft, unsaved
from bot.editing.going_back import what_stood
from bot.editing.people import EDITOR, PUBLISHER, TRANSLATOR, Now, Person, utc_now
from bot.editing.tables import approvals, drafts
from bot.errors import ConflictError, ContentError, EditingError

#: Who may begin a draft and hand it over.
WRITERS = (EDITOR, PUBLISHER, TRANSLATOR)


class Drafts:
    """Opens, saves, approves and publishes drafts. Every act is in the history, or has not been."""

    def __init__(self, store: ContentStore, now: Now = utc_now) -> None:
        self._store = store
        self._now = now

    # --- reading

    def get(self, draft_id: int) -> Draft:
        """Returns a draft. Raises EditingError when there is none."""
        with self._store.database.connect() as connection:
            return read_draft(connection, draft_id)

    def all(self, *states: str) -> list[Draft]:
        """Returns the drafts in these states, the newest first."""
        with self._store.database.connect() as connection:
            return read_drafts(connection, states)

    def needs(self, draft: Draft) -> list[Need]:
        """Returns what a draft still lacks before it can be published."""
        return publishing.needs_of(draft, self._store.read())

    def content(self, draft: Draft) -> Content:
        """Returns everything as it would stand with a draft published.

        Raises:
            ContentError: when a record is not well formed or names what is not there.
        """
        return publishing.would_stand(draft, self._store.read())

    # --- writing

    def open(self, by: Person, subject: str, why: str = "") -> int:
        """Opens a draft, or finds the one that is open for the subject, and returns its id."""
        if not by.may(*WRITERS):
            raise EditingError("may_not")
        with self._store.database.connect(write=True) as connection:
            known = connection.execute(
                select(drafts.c.id).where(
                    drafts.c.subject == subject, drafts.c.state.in_((OPEN, WAITING))
                )
            ).scalar()
            if known is not None:
                return int(known)
            return add_draft(connection, self._now(), by, subject, why)

    def save_text(
        self, by: Person, draft_id: int, language: str, msgid: str, text: str | None, seen: int = 0
    ) -> int:
        """Saves a text and returns its version; `save_texts` has the arguments and the errors."""
        return self.save_texts(by, draft_id, language, {msgid: text}, {msgid: seen})[msgid]

    def save_texts(
        self,
        by: Person,
        draft_id: int,
        language: str,
        texts: Mapping[str, str | None],
        seen: Mapping[str, int],
    ) -> dict[str, int]:
        """Saves texts of a language, all of them or none, and returns their versions.

        Args:
            by: who writes.
            draft_id: in which draft.
            language: of the texts.
            texts: msgid → text; None takes it away, and so does one of nothing but space.
            seen: msgid → the version that they were shown, 0 when there was none.

        Raises:
            EditingError: when they may not, or the draft is closed.
            ContentError: when one holds what may never be said, or what cannot be stored.
            ConflictError: when somebody else has saved one since; both texts are there to see.
        """
        if not by.may_edit(language):
            raise EditingError("may_not")
        values = {(language, msgid): _as_kept(language, msgid, texts[msgid]) for msgid in texts}
        check(Changes(texts=values))
        versions = self._save(
            by, draft_id, values, {(language, msgid): seen[msgid] for msgid in seen}
        )
        return {msgid: versions[language, msgid] for msgid in texts}

    def save_record(
        self,
        by: Person,
        draft_id: int,
        kind: str,
        record_id: str,
        data: Mapping[str, Any] | None,
        seen: int = 0,
    ) -> int:
        """Saves a record and returns its version; raises as `save_texts`, and ContentError."""
        if not by.may(EDITOR):
            raise EditingError("may_not")
        if data is not None:
            check(Changes(records={(kind, record_id): data}))
        name = f"{kind}/{record_id}"
        draft = self.get(draft_id)
        entries = [e for e in draft.entries if (e.part, e.name) != (RECORDS, name)]
        entry = Entry(RECORDS, name, data and dict(data), by.id, by.name, self._now(), 0, 0)
        # Built once, so that a record that cannot be read is refused before it is stored.
        self.content(replace(draft, entries=(*entries, entry)))
        key = (RECORDS, name)
        return self._save(by, draft_id, {key: data and dict(data)}, {key: seen})[key]

    def set_kind(self, by: Person, draft_id: int, kind: str, why: str) -> None:
        """Says how a change of English bears on its translations.

        A dangerous one takes the answer away at once, in all languages, until the new
        set is published: the interim text stands in its place. A lifeline stays.
        """
        if kind not in CHANGES:
            raise EditingError("kind_wrong")
        if not by.may(EDITOR, PUBLISHER):
            raise EditingError("may_not")
        with self._store.database.connect(write=True) as connection:
            draft = self._writable(connection, draft_id)
            set_draft(connection, draft_id, kind=kind, why=why)
            history.write(
                connection,
                self._now(),
                by.name,
                "said the kind",
                draft.subject,
                old=draft.kind,
                new=kind,
                why=why,
            )
            if kind == DANGEROUS:
                publishing.take_away(connection, self._store, self._now(), by, draft, why)

    def confirm_call(
        self, by: Person, draft_id: int, service_id: str, called_on: str, spoke_to: str, said: str
    ) -> None:
        """Records that somebody rang a service: when, whom they spoke to, what was confirmed.

        It counts for the service's number as the draft has it now, and for no other.

        Raises:
            EditingError: `may_not`; `draft_closed`; `call_empty` when any of it is missing, or
                the day is none, or is yet to come.
        """
        if not by.may(EDITOR):
            raise EditingError("may_not")
        if not (spoke_to.strip() and said.strip() and is_past(called_on, self._now())):
            raise EditingError("call_empty")
        with self._store.database.connect(write=True) as connection:
            draft = self._writable(connection, draft_id)
            add_call(connection, self._now(), by, draft, service_id, called_on, spoke_to, said)

    def submit(self, by: Person, draft_id: int) -> None:
        """Hands a draft over for approval."""
        if not by.may(*WRITERS):
            raise EditingError("may_not")
        with self._store.database.connect(write=True) as connection:
            draft = self._writable(connection, draft_id)
            if not draft.entries:
                raise EditingError("draft_empty")
            set_draft(connection, draft_id, state=WAITING)
            history.write(connection, self._now(), by.name, "handed over", draft.subject)

    def approve(self, by: Person, draft_id: int, part: str, seen: str | None = None) -> None:
        """Agrees to a part as it stands.

        Args:
            by: who agrees.
            draft_id: to which draft.
            part: to which part of it.
            seen: the digest of the part that they were shown.

        Raises:
            EditingError: `own_work` when they wrote any of it; `may_not`.
            ConflictError: when somebody has changed it since they were shown it.
        """
        with self._store.database.connect(write=True) as connection:
            draft = self._writable(connection, draft_id)
            may = by.may(PUBLISHER) if part == RECORDS else by.may_approve(part)
            if not may or part not in draft.parts:
                raise EditingError("may_not")
            if by.id in draft.authors(part):
                raise EditingError("own_work")
            if seen is not None and seen != draft.digest(part):
                last = max((e for e in draft.entries if e.part == part), key=lambda e: e.saved_at)
                raise ConflictError(as_text(last.value) or "", last.version, last.author)
            connection.execute(
                delete(approvals).where(approvals.c.draft_id == draft_id, approvals.c.part == part)
            )
            connection.execute(
                insert(approvals).values(
                    draft_id=draft_id,
                    part=part,
                    person_id=by.id,
                    digest=draft.digest(part),
                    at=self._now(),
                )
            )
            history.write(connection, self._now(), by.name, "approved", draft.subject, new=part)

    def publish(self, by: Person, draft_id: int) -> int:
        """Publishes a draft in one transaction and returns the revision.

        Raises:
            EditingError: `may_not`; `needs` when it lacks something; `overtaken` when what it
                would change has been changed since it was saved.
            ContentError: when it would not be well formed.
        """
        if not by.may(PUBLISHER):
            raise EditingError("may_not")
        # Looked at while nobody else can write, so that what is found is still so at the end.
        with self._store.database.connect(write=True) as connection:
            draft = self._writable(connection, draft_id)
            return publishing.publish(connection, self._store, self._now(), by, draft)

    def drop(self, by: Person, draft_id: int) -> None:
        """Gives a draft up; what is live stays."""
        with self._store.database.connect(write=True) as connection:
            draft = self._writable(connection, draft_id)
            if not (by.may(PUBLISHER) or (by.is_active and by.id == draft.opened_by)):
                raise EditingError("may_not")
            set_draft(connection, draft_id, state=DROPPED)
            history.write(connection, self._now(), by.name, "dropped", draft.subject)

    def take_back(self, by: Person, subject: str, revision: int, why: str) -> int:
        """Opens a draft with what stood of a subject at a revision, and returns its id.

        Going back is a new revision, and needs two people like any other. A translation that was
        out of step with its English even then stays away: it has to be made anew.
        """
        if not by.may(EDITOR):
            raise EditingError("may_not")
        with self._store.database.connect(write=True) as connection:
            kind, values = what_stood(connection, self._store, subject, revision)
            draft_id = add_draft(connection, self._now(), by, subject, why)
            put(connection, self._now(), by, read_draft(connection, draft_id), values)
            set_draft(connection, draft_id, kind=kind)
        return draft_id

    # --- within a transaction

    def _save(
        self, by: Person, draft_id: int, values: Values, seen: Mapping[tuple[str, str], int]
    ) -> dict[tuple[str, str], int]:
        with self._store.database.connect(write=True) as connection:
            draft = self._writable(connection, draft_id)
            new = unsaved(connection, draft, values, seen)
            if new:
                put(connection, self._now(), by, draft, new)
                set_draft(connection, draft_id, state=OPEN)
                draft = read_draft(connection, draft_id)
                if draft.kind == DANGEROUS:
                    publishing.take_away(connection, self._store, self._now(), by, draft, draft.why)
        return {(entry.part, entry.name): entry.version for entry in draft.entries}

    def _writable(self, connection: Connection, draft_id: int) -> Draft:
        draft = read_draft(connection, draft_id)
        if draft.state not in (OPEN, WAITING):
            raise EditingError("draft_closed")
        return draft


def _as_kept(language: str, msgid: str, text: str | None) -> str | None:
    """Returns a text as a draft keeps it. Raises ContentError when it cannot be stored."""
    if text is None:
        return None
    if "\0" in text:
        raise ContentError(f"{language} {msgid}: a character that cannot be stored")
    return "\n".join(line.rstrip() for line in text.strip().splitlines()) or None
