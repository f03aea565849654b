"""Opens the content store of a setting: tables brought up to date, shipped content taken in."""

from __future__ import annotations

import logging
from functools import partial

from alembic.util import CommandError

from bot.content.directory import unconfirmed_lifelines
from bot.content.intake import take_in_shipped
from bot.content.published import PublishedContent
from bot.content.snapshot import SnapshotFile
from bot.content.store import ContentStore
from bot.content.values import Content
from bot.errors import ContentUnavailableError, UnsafeStartError
from bot.settings import Settings

logger = logging.getLogger(__name__)


def open_content(settings: Settings) -> PublishedContent:
    """Returns what is published, ready to be watched with `start()`.

    Raises:
        ContentUnavailableError: when the database cannot be used.
        ContentError: when what ships is not well formed.
    """
    store = ContentStore(settings.database_url)
    _prepare(store)
    return PublishedContent(store, clock=settings.clock)


def open_for_chat(settings: Settings) -> PublishedContent:
    """Returns what is published; a snapshot, if one is set, stands in for a database away.

    The watch then goes on trying, and does what a start does once the database is back.

    Raises:
        ContentUnavailableError: when neither can be used; it says why, of both.
        ContentError: when what ships, or what the database holds, is not well formed.
    """
    if settings.snapshot is None:
        return open_content(settings)
    store = ContentStore(settings.database_url)
    file = SnapshotFile(settings.snapshot, settings.database_url)
    prepare = partial(_prepare_unless_emptied, store, file)
    try:
        prepare()
        return PublishedContent(store, clock=settings.clock, file=file)
    except ContentUnavailableError as error:
        if isinstance(error.__cause__, CommandError):
            # It is there, with the tables of another version of the program: its content moves on.
            raise
        away = error
    try:
        snapshot = file.read()
    except ContentUnavailableError as error:
        raise ContentUnavailableError(
            f"The database cannot be used ({away}), and {error}: the chat cannot start."
        ) from error
    logger.warning(
        "The database cannot be used (%s). The chat starts from the snapshot %s: revision %d, read"
        " at %s UTC. What was published or withdrawn since then is not in it.",
        away,
        file.path,
        snapshot.stored.revision,
        f"{snapshot.read_at:%Y-%m-%d %H:%M:%S}",
    )
    return PublishedContent(
        store, clock=settings.clock, file=file, instead=snapshot, prepare=prepare
    )


def _prepare(store: ContentStore) -> None:
    store.migrate()
    take_in_shipped(store)


def _prepare_unless_emptied(store: ContentStore, file: SnapshotFile) -> None:
    """Prepares a database, but never fills one that was lost.

    What staff had withdrawn would come back with what ships, and be the new snapshot.

    Raises:
        ContentUnavailableError: when it cannot be used, or holds nothing and has held content.
        ContentError: when what ships is not well formed.
    """
    # Twice: another process may have filled it, and written the snapshot, in between.
    if _is_empty(store) and _has_snapshot(file) and _is_empty(store):
        raise ContentUnavailableError(
            f"it is empty, and was not: put it back, or remove {file.path} to begin anew"
        )
    _prepare(store)


def _is_empty(store: ContentStore) -> bool:
    return "revisions" not in store.database.table_names() or not store.latest_revision()


def _has_snapshot(file: SnapshotFile) -> bool:
    try:
        file.read()
    except ContentUnavailableError:
        return False
    return True


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
