"""Serves the desk, in a process of its own."""

from __future__ import annotations

import socket
from dataclasses import replace

from waitress.server import create_server

from bot.content.intake import take_in_shipped
from bot.content.store import ContentStore
from bot.desk.app import create_app
from bot.editing.people import People
from bot.editing.seal import open_seal
from bot.listening import open_up
from bot.settings import Settings, desk_origin

#: Each thread holds one request; staff are few.
THREADS = 4


def serve(settings: Settings, listener: socket.socket) -> None:
    """Serves on a port that was taken until it is told to stop.

    Raises:
        SettingsError: when there is no key for second factors, or another program has the port.
        ContentUnavailableError: when the database cannot be used.
        ContentError: when what ships is not well formed.
    """
    seal = open_seal(settings)
    store = ContentStore(settings.database_url)
    store.migrate()
    take_in_shipped(store)
    people = People(store.database, seal=seal)
    people.seal_secrets()
    app = create_app(settings, store)
    app.extensions["desk"] = replace(app.extensions["desk"], people=people)
    open_up(listener, "DESK_PORT")
    server = create_server(app, sockets=[listener], threads=THREADS)
    print(f"The desk is ready: {desk_origin(settings)}/", flush=True)
    _say_who_is_missing(people)
    try:
        server.run()
    finally:
        server.close()
        store.close()


def invite_first(settings: Settings, name: str) -> str:
    """Makes the first administrator and returns the address of their invitation.

    Raises:
        EditingError: when there is an administrator already.
        SettingsError: when there is no key for second factors.
        ContentUnavailableError: when the database cannot be used.
    """
    seal = open_seal(settings)
    store = ContentStore(settings.database_url)
    store.migrate()
    try:
        token = People(store.database, seal=seal).add_first(name)
    finally:
        store.close()
    return f"{desk_origin(settings)}/invitation/{token}"


def _say_who_is_missing(people: People) -> None:
    lost = len(people.without_factor())
    if lost:
        print(
            f"No key here opens the second factor of {lost} people. Put the key back that was there"
            " before (ASSISTANT_DESK_KEYS, or the file beside the database), or invite them again.",
            flush=True,
        )
    if not people.has_administrator():
        print("Nobody can sign in yet: `make administrator NAME=…` invites the first.", flush=True)
