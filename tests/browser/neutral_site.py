"""A stand-in for the site that the exit leads to, so that no test leaves this machine.

The browser is told by its own name rules that the site's name means this machine. Playwright's
routes cannot do it: they do not see where a redirect leads, and they switch off the browser's
cache, after which "back" sends a form again where a user's browser refuses to.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from bench.failures.certificate import CHAIN, KEY, certify
from bot.settings import NEUTRAL_SITES

WORDS = "Tomorrow: light rain."


@dataclass
class NeutralSite:
    """What stands in for the neutral sites, and what it was asked."""

    port: int
    #: Path, and the page that the browser said it came from.
    visits: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def rules(self) -> str:
        """The browser's name rules: the neutral sites are here, and nothing else exists."""
        hosts = {urlsplit(url).hostname for url in NEUTRAL_SITES.values()}
        here = [f"MAP {host}:443 127.0.0.1:{self.port}" for host in sorted(map(str, hosts))]
        return ", ".join([*here, "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1"])


@contextmanager
def serve_neutral_site(folder: Path) -> Iterator[NeutralSite]:
    """Serves the stand-in over TLS; `folder` takes its certificate."""

    class Weather(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.visits.append((self.path, self.headers.get("Referer")))
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<link rel='icon' href='data:,'><p>{WORDS}".encode())

        def log_message(self, *arguments: Any) -> None:
            """Prints nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Weather) as server:
        site = NeutralSite(server.server_port)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certify(folder / "tls", ["neutral.test"])
        context.load_cert_chain(folder / "tls" / CHAIN, folder / "tls" / KEY)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, daemon=True).start()
        yield site
        server.shutdown()
