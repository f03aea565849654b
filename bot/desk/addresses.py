"""Web addresses as somebody types them at the desk."""

from __future__ import annotations

from urllib.parse import urlsplit


def is_web_address(url: str) -> bool:
    """Says whether a text is an https address that can be shown: with a host, and no account."""
    try:
        pieces = urlsplit(url)
        host = pieces.hostname or ""
    except ValueError:
        return False
    is_plain = len(url.split()) == 1 and url.isprintable() and "@" not in pieces.netloc
    return pieces.scheme == "https" and "." in host and is_plain
