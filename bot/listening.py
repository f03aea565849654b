"""The chat's port, taken before anything slow begins."""

from __future__ import annotations

import socket

from bot.errors import SettingsError
from bot.settings import Settings


def listen(settings: Settings) -> socket.socket:
    """Returns a socket on the chat's address.

    Raises:
        SettingsError: when the address cannot be had, mostly because another program has it.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.chat_port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise SettingsError(
            "ASSISTANT_CHAT_PORT", f"{settings.chat_port} cannot be used: {error.strerror}."
        ) from error
    return listener
