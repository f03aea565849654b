"""Where Prometheus reads the figures: `/metrics` on a port of its own, to which no proxy leads."""

from __future__ import annotations

import logging
import sys
import threading
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Any

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest

from bot.errors import SettingsError

logger = logging.getLogger(__name__)

PATH = "/metrics"

#: Each holds a thread of the chat's own process: more are not let in, and whoever sends nothing for
#: so long is let go of.
MOST_READERS = 8
PATIENCE_SECONDS = 5.0


class MetricsServer:
    """Serves a registry on a thread of its own, and writes no line about who asks.

    Not `start_http_server` of Prometheus' library: that one gives the figures at any path, waits
    for ever for a request, asks the name server for the machine's name, and prints a traceback
    with the address of whoever hangs up.
    """

    def __init__(self, registry: CollectorRegistry, host: str, port: int) -> None:
        self._registry, self._host, self._port = registry, host, port
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begins to serve.

        Raises:
            SettingsError: when the port cannot be had, mostly because another program has it.
        """
        handler = type("Handler", (_Handler,), {"registry": self._registry})
        try:
            self._server = _Server((self._host, self._port), handler)
        except OSError as error:
            raise SettingsError(
                "ASSISTANT_METRICS_PORT", f"{self._port} cannot be used: {error.strerror}."
            ) from error
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="metrics", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Ends it and gives the port back; does nothing where it has not been started."""
        if self._server and self._thread:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
        self._server = self._thread = None


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, *arguments: Any) -> None:
        self._places = threading.BoundedSemaphore(MOST_READERS)
        super().__init__(*arguments)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Takes one reader in, or hangs up where there is no place."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serves one reader, and gives the place back."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says that something failed; by default Python prints the address and a traceback."""
        error = sys.exc_info()[0]
        # Whoever hangs up is no failure of ours.
        if error and not issubclass(error, ConnectionError):
            logger.error("metrics not given: %s", error.__name__)


class _Handler(BaseHTTPRequestHandler):
    registry: CollectorRegistry
    timeout = PATIENCE_SECONDS
    # Which Python it is concerns nobody.
    server_version, sys_version = "metrics", ""

    def do_GET(self) -> None:
        """Gives the figures."""
        if self.path != PATH:
            self.send_error(404)
            return
        figures = generate_latest(self.registry)
        self.send_response(200)
        self.send_header("Content-Type", CONTENT_TYPE_PLAIN_0_0_4)
        self.send_header("Content-Length", str(len(figures)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(figures)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's own
        """Writes nothing: a line would hold an address, and whatever was asked for."""
