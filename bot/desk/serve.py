"""Serves the desk, in a process of its own."""

from __future__ import annotations

import socket

from waitress.server import create_server

from bot.content.intake import take_in_shipped
from bot.content.store import ContentStore
from bot.desk.app import create_app
from bot.editing.people import ADMINISTRATOR, People
from bot.settings import Settings, desk_origin

#: Each thread holds one request; staff are few.
THREADS = 4


def serve(settings: Settings, listener: socket.socket) -> None:
    """Serves on a listening socket until it is told to stop.

    Raises:
        ContentUnavailableError: when the database cannot be used.
        ContentError: when what ships is not well formed.
    """
    store = ContentStore(settings.database_url)
    store.migrate()
    take_in_shipped(store)
    server = create_server(create_app(settings, store), sockets=[listener], threads=THREADS)
    print(f"The desk is ready: {desk_origin(settings)}/", flush=True)
    if not any(one.may(ADMINISTRATOR) and one.has_password for one in People(store.database).all()):
        print("Nobody can sign in yet: `make administrator NAME=…` invites the first.", flush=True)
    try:
        server.run()
    finally:
        server.close()
        store.close()


def invite_first(settings: Settings, name: str) -> str:
    """Makes the first administrator and returns the address of their invitation.

    Raises:
        EditingError: when there is an administrator already.
        ContentUnavailableError: when the database cannot be used.
    """
    store = ContentStore(settings.database_url)
    store.migrate()
    try:
        token = People(store.database).add_first(name)
    finally:
        store.close()
    return f"{desk_origin(settings)}/invitation/{token}"
