"""The addresses of sources and services: which of them have died."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from bot.content.values import Content

LINK_SECONDS = 10
PAUSE_SECONDS = 1.0


@dataclass(frozen=True)
class DeadLink:
    """An address that does not answer, the rows that it stands in, and what happened."""

    url: str
    where: tuple[str, ...]
    what: str


#: Asks an address by HEAD or GET and returns the status; raises OSError when nobody answers.
Fetch = Callable[[str, str], int]


def fetch(method: str, url: str) -> int:
    """Asks an address and returns the status of its answer; follows it where it has moved.

    Raises:
        OSError: when nobody answers, or it leads to where we do not go.
    """
    opener = build_opener(_Careful)
    _refuse(url)
    request = Request(url, method=method, headers={"User-Agent": "rights-assistant links"})  # noqa: S310
    try:
        with opener.open(request, timeout=LINK_SECONDS) as answer:
            return int(answer.status)
    except HTTPError as error:
        return int(error.code)
    except (HTTPException, ValueError) as error:
        raise OSError(type(error).__name__) from error


def dead_links(
    content: Content, fetch: Fetch = fetch, pause: Callable[[float], None] = time.sleep
) -> list[DeadLink]:
    """Asks every address of the sources and services once, and returns those that are dead.

    Args:
        content: what is published.
        fetch: asks one address.
        pause: waits between two, so that nobody's server is pressed.
    """
    where: dict[str, list[str]] = {}
    rows: dict[str, Any] = {"source": content.sources, "service": content.services}
    for kind, group in rows.items():
        for row in group.values():
            if row.url:
                where.setdefault(row.url, []).append(f"{kind} {row.id}")
    found = []
    for url, names in where.items():
        what = _wrong_with(url) or _asked(url, fetch, pause)
        if what:
            found.append(DeadLink(url, tuple(names), what))
    return found


def _asked(url: str, fetch: Fetch, pause: Callable[[float], None]) -> str:
    """Returns what is wrong with an answer, nothing when it is good."""
    what = ""
    # Some servers know no HEAD, or refuse it.
    for method in ("HEAD", "GET"):
        try:
            status = fetch(method, url)
        except OSError as error:
            reason = str(getattr(error, "reason", error)) or type(error).__name__
            what = f"no answer: {reason}"
        else:
            what = "" if status < HTTPStatus.BAD_REQUEST else _meaning(status)
        pause(PAUSE_SECONDS)
        if not what:
            break
    return what


def _meaning(status: int) -> str:
    if status in (HTTPStatus.FORBIDDEN, HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS):
        return f"status {status}: it may refuse programs alone; look at it in a browser"
    return f"status {status}"


def _wrong_with(url: str) -> str:
    """Returns why an address is not asked at all, as far as it can be seen from it."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return "not asked: it is no address"
    if parts.scheme != "https" or not host or parts.username is not None:
        return "not asked: it is no https address"
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return "not asked: it is a private address"
    with contextlib.suppress(ValueError):
        if not _is_public(host):
            return "not asked: it is a private address"
    return ""


def _refuse(url: str) -> None:
    """Raises OSError for an address that leads into a private network, by its name too."""
    what = _wrong_with(url)
    if what:
        raise OSError(what)
    host = str(urlsplit(url).hostname)
    for *_rest, address in socket.getaddrinfo(host, urlsplit(url).port or 443):
        if not _is_public(str(address[0])):
            raise OSError("not asked: it leads to a private address")


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_global and not found.is_multicast)


class _Careful(HTTPRedirectHandler):
    """Follows an address that has moved only to where we would go by ourselves."""

    def redirect_request(self, *arguments: Any, **named: Any) -> Request | None:
        request = super().redirect_request(*arguments, **named)
        if request is not None:
            _refuse(request.full_url)
        return request
