"""Where requests are sent: a process itself, or the proxy, which speaks TLS."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import count

#: The name in the proxy's configuration as it ships.
NAME = "chat.example.org"

#: The addresses that people ask from, another for each conversation, and no other program's. They
#: can be searched for afterwards.
NETWORK = "127.77"
_numbers = count()


@dataclass(frozen=True)
class Door:
    """A port of loopback; with a context, one that speaks TLS."""

    port: int
    tls: ssl.SSLContext | None = None

    def connect(self, seconds: float) -> socket.socket:
        """Returns a connection from an address of its own, which waits no longer for anything.

        Raises:
            OSError: when nobody is there.
        """
        connection = socket.create_connection(
            ("127.0.0.1", self.port), timeout=seconds, source_address=(_new_address(), 0)
        )
        # As browsers do; else a request in two parts waits for the first to be acknowledged.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.tls is None:
            return connection
        return self.tls.wrap_socket(connection, server_hostname=NAME)


class Connection(HTTPConnection):
    """HTTP through a door."""

    def __init__(self, door: Door, seconds: float) -> None:
        super().__init__(NAME, door.port, timeout=seconds)
        self._door, self._seconds = door, seconds

    def connect(self) -> None:
        """Connects: see parent class."""
        self.sock = self._door.connect(self._seconds)


def _new_address() -> str:
    number = next(_numbers)
    return f"{NETWORK}.{number // 250 % 250}.{number % 250 + 1}"
