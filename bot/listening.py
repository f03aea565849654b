"""A port, taken before anything slow begins, and opened when there is somebody to answer.

Between the two a connection is refused, so that a proxy asks another process at once. A port that
listened already would let it in, and leave it waiting for a model to load.
"""

from __future__ import annotations

import socket

from bot.errors import SettingsError
from bot.settings import Settings


def take(settings: Settings, name: str = "CHAT_PORT") -> socket.socket:
    """Returns a socket with the address of the chat, or of the desk (`DESK_PORT`), still shut.

    Raises:
        SettingsError: when the address cannot be had, mostly because another program has it.
    """
    port = settings.chat_port if name == "CHAT_PORT" else settings.desk_port
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((settings.host, port))
    except OSError as error:
        taken.close()
        raise _refused(name, port, error) from error
    return taken


def open_up(taken: socket.socket, name: str = "CHAT_PORT") -> None:
    """Lets connections in.

    Raises:
        SettingsError: when another program that started meanwhile was first.
    """
    try:
        taken.listen()
    except OSError as error:
        raise _refused(name, taken.getsockname()[1], error) from error


def _refused(name: str, port: int, error: OSError) -> SettingsError:
    return SettingsError(f"ASSISTANT_{name}", f"{port} cannot be used: {error.strerror}.")
