"""A partner's site that embeds the chat: a friendly page, and pages that make it hard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

#: Everything that a style sheet could do to an element it does not know.
HOSTILE_STYLE = """
* { display: none; visibility: hidden; opacity: 0; color: #fff; background: #fff; font-size: 1px;
    position: static; transform: scale(0); width: 0; height: 0; pointer-events: none; }
html, body, p { display: block; visibility: visible; opacity: 1; transform: none;
    width: auto; height: auto; }
div, button, iframe { display: none; opacity: 0; }
"""

POLICIES = {
    "hostile": "default-src 'none'; style-src 'self'; script-src {chat}; frame-src {chat}",
    "no-frames": "default-src 'none'; script-src {chat}",
    "no-scripts": "default-src 'none'",
}


@dataclass
class PartnerSite:
    """Where the partner's pages are, and the chat that they embed (set before they are opened)."""

    port: int
    chat: str = ""
    policies: dict[str, str] = field(default_factory=lambda: dict(POLICIES))

    @property
    def origin(self) -> str:
        """The partner's origin."""
        return f"http://127.0.0.1:{self.port}"

    def page(self, kind: str, lang: str) -> str:
        """Returns the markup of a page: the snippet of the README, as a partner pastes it."""
        style = "<link rel=stylesheet href=/hostile.css>" if kind == "hostile" else ""
        return (
            f"<!doctype html><html lang={lang}><title>Partner</title><link rel=icon href=data:,>"
            f"{style}<p>The partner's own text.</p>"
            f'<p><a href="{self.chat}/chat?lang={lang}" rel="noreferrer">Questions</a></p>'
            f'<script src="{self.chat}/widget.js" data-lang="{lang}" async></script>'
        )


@contextmanager
def serve_partner_site() -> Iterator[PartnerSite]:
    """Serves the partner's pages: `/friendly`, `/hostile`, `/no-frames`, `/no-scripts`."""

    class Partner(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            kind = address.path.strip("/")
            self.send_response(200)
            if kind == "hostile.css":
                body, content_type = HOSTILE_STYLE, "text/css"
            else:
                lang = parse_qs(address.query).get("lang", ["en"])[0]
                body, content_type = site.page(kind, lang), "text/html; charset=utf-8"
                if kind in site.policies:
                    policy = site.policies[kind].format(chat=site.chat)
                    self.send_header("Content-Security-Policy", policy)
            self.send_header("Content-Type", content_type)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *arguments: Any) -> None:
            """Prints nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Partner) as server:
        site = PartnerSite(server.server_port)
        Thread(target=server.serve_forever, daemon=True).start()
        yield site
        server.shutdown()
