"""Drafts shown in the real chat, to whoever holds a token that staff were given."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import delete, insert, select

from bot.clock import in_utc
from bot.content.store import ContentStore
from bot.content.values import Content
from bot.editing.drafts import Drafts
from bot.editing.people import Now, token_digest, utc_now
from bot.editing.tables import previews

#: As long as somebody looks at a draft, and no longer.
PREVIEW = timedelta(hours=1)


class Previews:
    """Makes tokens at the desk, and gives the chat the content that one stands for."""

    def __init__(self, store: ContentStore, now: Now = utc_now) -> None:
        self._store = store
        self._now = now

    def make(self, draft_id: int) -> str:
        """Returns a token for a draft, good for an hour; those that have ended are cleared away."""
        token, now = secrets.token_urlsafe(24), self._now()
        with self._store.database.connect(write=True) as connection:
            connection.execute(delete(previews).where(previews.c.ends_at < now))
            connection.execute(
                insert(previews).values(
                    digest=token_digest(token), draft_id=draft_id, ends_at=now + PREVIEW
                )
            )
        return token

    def content(self, token: str) -> Content | None:
        """Returns everything as it would stand with the token's draft; None when it has ended.

        Raises:
            ContentError: when the draft could not be published as it is.
            ContentUnavailableError: when the database cannot be reached.
        """
        with self._store.database.connect() as connection:
            row = connection.execute(
                select(previews).where(previews.c.digest == token_digest(token))
            ).first()
        if row is None or in_utc(row.ends_at) < self._now():
            return None
        drafts = Drafts(self._store, self._now)
        return drafts.content(drafts.get(row.draft_id))
