"""Drafts: what somebody would have stand, who has agreed to it, and how it comes to stand.

Adding and restoring need two people, enforced here and not by a page: nothing is published
that the same person wrote and approved. Taking away is one person's act (`takedowns.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from bot.content.rows import Changes
from bot.content.shipped import SWITCHES, build_content
from bot.content.staleness import digest
from bot.content.store import ContentStore, add_revision, check
from bot.content.values import CHANGES, Content
from bot.editing import history
from bot.editing.draft import (
    DANGEROUS,
    DROPPED,
    IMPROVED,
    OPEN,
    PUBLISHED,
    RECORDS,
    RUNG,
    WAITING,
    WORDING,
    Draft,
    Entry,
    Need,
)
from bot.editing.draft_rows import (
    as_text,
    in_draft,
    is_overtaken,
    latest_revision,
    live_value,
    made_from,
    read_draft,
)
from bot.editing.people import EDITOR, PUBLISHER, TRANSLATOR, Now, Person, utc_now
from bot.editing.tables import approvals, confirmations, draft_entries, drafts
from bot.errors import ConflictError, ContentError, EditingError
from bot.languages import DEFAULT_LANGUAGE, LANGUAGES

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
        query = select(drafts.c.id).where(drafts.c.state.in_(states)).order_by(drafts.c.id.desc())
        with self._store.database.connect() as connection:
            return [read_draft(connection, row.id) for row in connection.execute(query).all()]

    def needs(self, draft: Draft) -> list[Need]:
        """Returns what a draft still lacks before it can be published."""
        stored = self._store.read()
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
        found += [Need("call", RECORDS, name) for name in self._to_ring(draft, stored.records)]
        found += [Need("approval", part) for part in draft.parts if not draft.is_approved(part)]
        return found

    def content(self, draft: Draft) -> Content:
        """Returns everything as it would stand with a draft published.

        Raises:
            ContentError: when a record is not well formed or names what is not there.
        """
        stored = self._store.read()
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
            return self._open(connection, by, subject, why)

    def save_text(
        self, by: Person, draft_id: int, language: str, msgid: str, text: str | None, seen: int = 0
    ) -> int:
        """Saves a text and returns its version.

        Args:
            by: who writes.
            draft_id: in which draft.
            language: of the text.
            msgid: its name.
            text: None takes it away, and so does one of nothing but space.
            seen: the version that they were shown, 0 when there was none.

        Raises:
            EditingError: when they may not, or the draft is closed.
            ContentError: when it holds what may never be said, or what cannot be stored.
            ConflictError: when somebody else has saved it since; both texts are there to see.
        """
        if not by.may_edit(language):
            raise EditingError("may_not")
        if text is not None:
            if "\0" in text:
                raise ContentError(f"{language} {msgid}: a character that cannot be stored")
            text = "\n".join(line.rstrip() for line in text.strip().splitlines()) or None
            check(Changes(texts={(language, msgid): text}))
        return self._save(by, draft_id, language, msgid, text, seen)

    def save_record(
        self,
        by: Person,
        draft_id: int,
        kind: str,
        record_id: str,
        data: Mapping[str, Any] | None,
        seen: int = 0,
    ) -> int:
        """Saves a record and returns its version; raises as `save_text`, and ContentError."""
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
        return self._save(by, draft_id, RECORDS, name, data and dict(data), seen)

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
            connection.execute(
                update(drafts).where(drafts.c.id == draft_id).values(kind=kind, why=why)
            )
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
                self._take_away(connection, by, draft, why)

    def confirm_call(
        self, by: Person, draft_id: int, service_id: str, called_on: str, spoke_to: str, said: str
    ) -> None:
        """Records that somebody rang a service: when, whom they spoke to, what was confirmed.

        Raises:
            EditingError: `may_not`; `draft_closed`; `call_empty` when any of it is missing, or
                the day is none, or is yet to come.
        """
        if not by.may(EDITOR):
            raise EditingError("may_not")
        if not (spoke_to.strip() and said.strip() and self._is_past(called_on)):
            raise EditingError("call_empty")
        with self._store.database.connect(write=True) as connection:
            self._writable(connection, draft_id)
            key = {"draft_id": draft_id, "service_id": service_id}
            this = [confirmations.c[name] == value for name, value in key.items()]
            before = connection.execute(select(confirmations.c.said).where(*this)).scalar()
            connection.execute(delete(confirmations).where(*this))
            connection.execute(
                insert(confirmations).values(
                    **key, person_id=by.id, called_on=called_on, spoke_to=spoke_to, said=said
                )
            )
            history.write(
                connection,
                self._now(),
                by.name,
                "rang",
                f"service.{service_id}",
                old=before,
                new=said,
                why=f"{called_on}: {spoke_to}",
            )

    def submit(self, by: Person, draft_id: int) -> None:
        """Hands a draft over for approval."""
        if not by.may(*WRITERS):
            raise EditingError("may_not")
        with self._store.database.connect(write=True) as connection:
            draft = self._writable(connection, draft_id)
            if not draft.entries:
                raise EditingError("draft_empty")
            self._state(connection, draft_id, WAITING)
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
            if not draft.entries or self.needs(draft):
                raise EditingError("needs")
            for entry in draft.entries:
                if is_overtaken(connection, entry):
                    raise EditingError("overtaken", entry.name)
            check(draft.changes)
            self.content(draft)
            return self._publish(connection, by, draft)

    def drop(self, by: Person, draft_id: int) -> None:
        """Gives a draft up; what is live stays."""
        with self._store.database.connect(write=True) as connection:
            draft = self._writable(connection, draft_id)
            if not (by.may(PUBLISHER) or (by.is_active and by.id == draft.opened_by)):
                raise EditingError("may_not")
            self._state(connection, draft_id, DROPPED)
            history.write(connection, self._now(), by.name, "dropped", draft.subject)

    def take_back(self, by: Person, subject: str, revision: int, why: str) -> int:
        """Opens a draft with what stood of a subject at a revision, and returns its id.

        Going back is a new revision, and needs two people like any other. A translation that was
        out of step with its English even then stays away: it has to be made anew.
        """
        if not by.may(EDITOR):
            raise EditingError("may_not")
        with self._store.database.connect(write=True) as connection:
            then, now = self._store.read(revision), self._store.read()
            changed = {
                key: then.texts.get(key)
                for key in sorted({*then.texts, *now.texts})
                if key[1].rpartition(".")[0] == subject
                and then.texts.get(key) != now.texts.get(key)
            }
            texts = {
                (language, msgid): text
                for (language, msgid), text in changed.items()
                if language == DEFAULT_LANGUAGE
                or text is None
                or made_from(connection, language, msgid, revision)
                == digest(then.texts.get((DEFAULT_LANGUAGE, msgid), ""))
            }
            kind = WORDING if texts == changed else IMPROVED
            draft_id = self._open(connection, by, subject, why)
            for key, text in texts.items():
                self._put(connection, by, draft_id, key, text, None)
            for group in ("answers", "services"):
                name = subject.removeprefix("service.") if group == "services" else subject
                old, new = then.records[group].get(name), now.records[group].get(name)
                if old is not None and old != new:
                    self._put(connection, by, draft_id, (RECORDS, f"{group}/{name}"), old, None)
            connection.execute(update(drafts).where(drafts.c.id == draft_id).values(kind=kind))
        return draft_id

    # --- within a transaction

    def _open(self, connection: Connection, by: Person, subject: str, why: str) -> int:
        result = connection.execute(
            insert(drafts).values(
                subject=subject, state=OPEN, why=why, opened_by=by.id, opened_at=self._now()
            )
        )
        history.write(connection, self._now(), by.name, "opened", subject, why=why)
        return int(result.inserted_primary_key[0])

    def _save(self, by: Person, draft_id: int, part: str, name: str, value: Any, seen: int) -> int:
        with self._store.database.connect(write=True) as connection:
            draft = self._writable(connection, draft_id)
            known = draft.entry(part, name)
            version = known.version if known else 0
            if known and known.value == value and not is_overtaken(connection, known):
                return version
            if version != seen:
                theirs = known.value if known else ""
                who = known.author if known else ""
                raise ConflictError(as_text(theirs) or "", version, who)
            self._put(connection, by, draft_id, (part, name), value, known)
            self._state(connection, draft_id, OPEN)
            if draft.kind == DANGEROUS:
                self._take_away(connection, by, read_draft(connection, draft_id), draft.why)
            return version + 1

    def _put(
        self,
        connection: Connection,
        by: Person,
        draft_id: int,
        key: tuple[str, str],
        value: Any,
        known: Entry | None,
    ) -> None:
        part, name = key
        connection.execute(
            delete(draft_entries).where(
                draft_entries.c.draft_id == draft_id,
                draft_entries.c.part == part,
                draft_entries.c.name == name,
            )
        )
        connection.execute(
            insert(draft_entries).values(
                draft_id=draft_id,
                part=part,
                name=name,
                value=value,
                author_id=by.id,
                saved_at=self._now(),
                version=known.version + 1 if known else 1,
                base_revision=latest_revision(connection),
            )
        )
        history.write(
            connection,
            self._now(),
            by.name,
            "saved",
            f"{part} {name}",
            old=as_text(known.value) if known else None,
            new=as_text(value),
            why=in_draft(draft_id),
        )

    def _take_away(self, connection: Connection, by: Person, draft: Draft, why: str) -> None:
        live = self._store.load()
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
            history.write(
                connection, self._now(), by.name, "switched off", switch, new="off", why=why
            )

    def _publish(self, connection: Connection, by: Person, draft: Draft) -> int:
        changes = draft.changes
        if draft.kind == DANGEROUS:
            # The new set brings back the answers that it is of.
            off = {f"answer.{name}" for name in draft.english} & self._store.load().switches
            lifted = dict.fromkeys((SWITCHES, switch) for switch in sorted(off))
            changes = replace(changes, records={**changes.records, **lifted})
            for switch in sorted(off):
                history.write(
                    connection,
                    self._now(),
                    by.name,
                    "switched on",
                    switch,
                    old="off",
                    new="on",
                    why=draft.why,
                )
        note = f"{draft.subject}: {draft.why}".rstrip(": ")
        old = {(e.part, e.name): live_value(connection, e) for e in draft.entries}
        revision = add_revision(connection, changes, origin="desk", note=note)
        connection.execute(
            update(drafts)
            .where(drafts.c.id == draft.id)
            .values(state=PUBLISHED, revision_id=revision)
        )
        approvers = {a.part: a.person for a in draft.approvals}
        for entry in draft.entries:
            history.write(
                connection,
                self._now(),
                by.name,
                "published",
                f"{entry.part} {entry.name}",
                old=as_text(old[entry.part, entry.name]),
                new=as_text(entry.value),
                why=f"{draft.why} (by {entry.author}, approved by {approvers[entry.part]})",
            )
        return revision

    def _state(self, connection: Connection, draft_id: int, state: str) -> None:
        connection.execute(update(drafts).where(drafts.c.id == draft_id).values(state=state))

    def _writable(self, connection: Connection, draft_id: int) -> Draft:
        draft = read_draft(connection, draft_id)
        if draft.state not in (OPEN, WAITING):
            raise EditingError("draft_closed")
        return draft

    def _is_past(self, day: str) -> bool:
        try:
            # A day ends later in the west than in UTC, and begins earlier in the east.
            return date.fromisoformat(day) <= self._now().date() + timedelta(days=1)
        except ValueError:
            return False

    def _to_ring(self, draft: Draft, stored: Mapping[str, Mapping[str, Any]]) -> list[str]:
        """Returns the services whose number it changes or shows, and that nobody has rung."""
        found = []
        for (kind, record_id), data in draft.changes.records.items():
            if kind != "services" or data is None or record_id in draft.rung:
                continue
            known = stored["services"].get(record_id) or {}
            if any(data.get(name) != known.get(name) for name in RUNG):
                found.append(record_id)
        return found
