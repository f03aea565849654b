"""A port, taken before anything slow begins."""

from __future__ import annotations

import socket

from bot.errors import SettingsError
from bot.settings import Settings


def listen(settings: Settings, name: str = "CHAT_PORT") -> socket.socket:
    """Returns a socket on the address of the chat, or of the desk (`DESK_PORT`).

    Raises:
        SettingsError: when the address cannot be had, mostly because another program has it.
    """
    port = settings.chat_port if name == "CHAT_PORT" else settings.desk_port
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"ASSISTANT_{name}", f"{port} cannot be used: {error.strerror}."
        ) from error
    return listener
