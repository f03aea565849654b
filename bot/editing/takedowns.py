"""Taking away: one person's act, and immediate. Bringing back is a draft, and needs two."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy.engine import Connection

from bot.content.emergency import is_emergency
from bot.content.rows import Changes
from bot.content.shipped import SWITCHES
from bot.content.store import ContentStore, add_revision
from bot.content.values import ALWAYS_ON, Content
from bot.editing import history
from bot.editing.draft import RUNG
from bot.editing.drafts import Drafts
from bot.editing.people import EDITOR, PUBLISHER, Now, Person, utc_now
from bot.errors import EditingError

#: The switch of the whole chat: services and emergency numbers stay.
CHAT = "chat"


class Takedowns:
    """Switches answers, topics or the chat off, and hides numbers."""

    def __init__(self, store: ContentStore, now: Now = utc_now) -> None:
        self._store = store
        self._now = now

    def switch_off(self, by: Person, switch: str, why: str) -> int:
        """Puts an answer (`answer.` and its id), a topic (`topic.` …) or the `chat` out of use.

        Raises:
            EditingError: `may_not`; `why_empty`; `no_switch` when there is nothing of the name, or
                it is a lifeline or a topic that is always on, which are never taken away.
        """
        self._may(by, why)
        with self._store.database.connect(write=True) as connection:
            live = self._store.load()
            if not _is_switch(live, switch):
                raise EditingError("no_switch", switch)
            changes = Changes(records={(SWITCHES, switch): {"why": why}})
            history.write(
                connection,
                self._now(),
                by.name,
                "switched off",
                switch,
                old="off" if switch in live.switches else "on",
                new="off",
                why=why,
            )
            return _publish(connection, changes, f"switched off: {switch}")

    def hide_number(self, by: Person, service_id: str, why: str) -> int:
        """Hides a service's numbers until somebody has rung it and a second person agrees.

        Raises:
            EditingError: `may_not`; `why_empty`; `no_service`; `emergency_number` for 999, 111 and
                whatever else is never taken away.
        """
        self._may(by, why)
        # Read while nobody else can write: what is hidden is the row as it stands.
        with self._store.database.connect(write=True) as connection:
            data = self._store.read().records["services"].get(service_id)
            if data is None:
                raise EditingError("no_service", service_id)
            if is_emergency(service_id, data.get("phone"), data.get("sms")):
                raise EditingError("emergency_number", service_id)
            hidden = {**data, "publish": "C", "checked_on": None}
            what = f"service.{service_id}"
            history.write(
                connection,
                self._now(),
                by.name,
                "hid the number",
                what,
                old=_marks(data),
                new=_marks(hidden),
                why=why,
            )
            changes = Changes(records={("services", service_id): hidden})
            return _publish(connection, changes, f"hid the number: {what}")

    def lift(self, by: Person, switch: str, why: str) -> int:
        """Opens a draft that takes a switch away again, and returns its id.

        Raises:
            EditingError: `may_not`.
        """
        if not by.may(EDITOR):
            raise EditingError("may_not")
        drafts = Drafts(self._store, self._now)
        draft_id = drafts.open(by, f"switch.{switch}", why)
        entry = drafts.get(draft_id).entry("records", f"{SWITCHES}/{switch}")
        drafts.save_record(by, draft_id, SWITCHES, switch, None, entry.version if entry else 0)
        drafts.submit(by, draft_id)
        return draft_id

    def _may(self, by: Person, why: str) -> None:
        if not by.may(EDITOR, PUBLISHER):
            raise EditingError("may_not")
        if not why.strip():
            raise EditingError("why_empty")


def _publish(connection: Connection, changes: Changes, note: str) -> int:
    return add_revision(connection, changes, origin="desk", note=note)


def _marks(data: dict[str, Any]) -> str:
    return json.dumps({name: data.get(name) for name in RUNG})


def _is_switch(content: Content, switch: str) -> bool:
    kind, _, name = switch.partition(".")
    if kind == "topic":
        topics = {answer.topic for answer in content.answers.values()}
        return name in topics - ALWAYS_ON
    if kind == "answer":
        return name in content.answers and content.answers[name].risk != "lifeline"
    return switch == CHAT
