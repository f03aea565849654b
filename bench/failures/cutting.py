"""Connections that are cut in mid-turn, as when a phone loses its network or a page is left."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress

from bench.failures.door import Door
from bench.failures.talk import PATH

_BODY = b'{"choose": "sharing.risk"}'
_HEAD = (
    f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    f"Content-Length: {len(_BODY)}\r\n\r\n"
).encode()

#: What is sent before the end, and whether the end is said or the connection breaks off.
WAYS: tuple[tuple[bytes, bool], ...] = (
    (_HEAD[:40], True),
    (_HEAD + _BODY[:10], True),
    (_HEAD + _BODY[:10], False),
    (_HEAD + _BODY, True),
    (_HEAD + _BODY, False),
)

#: Closes with a reset in place of a farewell.
_BREAK_OFF = struct.pack("ii", 1, 0)


def cut(door: Door, way: tuple[bytes, bool]) -> None:
    """Sends what the way says through a door, and hangs up without reading."""
    sent, is_said = way
    with suppress(OSError), door.connect(5) as connection:
        connection.sendall(sent)
        if not is_said:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _BREAK_OFF)
