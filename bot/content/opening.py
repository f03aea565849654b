"""Opens the content store of a setting: tables brought up to date, shipped content taken in."""

from __future__ import annotations

from bot.content.intake import take_in_shipped
from bot.content.published import PublishedContent
from bot.content.store import ContentStore
from bot.settings import Settings


def open_content(settings: Settings) -> PublishedContent:
    """Returns what is published, ready to be watched with `start()`.

    Raises:
        ContentUnavailableError: when the database cannot be used.
        ContentError: when what ships is not well formed.
    """
    store = ContentStore(settings.database_url)
    store.migrate()
    take_in_shipped(store)
    return PublishedContent(store, clock=settings.clock)
