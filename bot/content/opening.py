"""Opens the content store of a setting: tables brought up to date, shipped content taken in."""

from __future__ import annotations

from bot.content.directory import unconfirmed_lifelines
from bot.content.intake import take_in_shipped
from bot.content.published import PublishedContent
from bot.content.store import ContentStore
from bot.content.values import Content
from bot.errors import UnsafeStartError
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


def require_lifelines(content: Content) -> None:
    """Looks at whether the services that most women are sent to have been rung.

    Raises:
        UnsafeStartError: names those whose confirmation is not recorded.
    """
    missing = unconfirmed_lifelines(content.services)
    if missing:
        raise UnsafeStartError(
            f"ASSISTANT_ENV=service: no call to {', '.join(missing)} is recorded. Ring them and"
            " record it at the desk (Services). Until then start with ASSISTANT_ENV=trial: the"
            " chat then says that some numbers are not confirmed yet."
        )
