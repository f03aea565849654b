"""Runs the shipped nginx configuration on ports of the tests' own, in front of made-up chats."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from bench.failures.certificate import CHAIN, certify
from bench.failures.proxy import on_loopback
from bot.settings import ROOT
from bot.testing.served import free_port

SHIPPED = ROOT / "deploy" / "nginx"
CHAT, DESK = "chat.example.org", "desk.example.org"
#: Where Debian puts what only administrators use.
_SEARCHED = "/usr/sbin:/usr/local/sbin:/usr/bin:/bin"
_START_SECONDS = 30

# As an nginx.conf is delivered: an access log, an error log, and temporary files. The levels are
# the most talkative, so that what our own configuration leaves out is left out by it.
_MAIN = """\
{user}
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/log/error.log info;
events {{ worker_connections 256; }}
http {{
    include {placed}/mime.types;
    access_log {folder}/log/access.log;
    client_body_temp_path {folder}/temporary/body;
    proxy_temp_path {folder}/temporary/proxy;
    fastcgi_temp_path {folder}/temporary/fastcgi;
    uwsgi_temp_path {folder}/temporary/uwsgi;
    scgi_temp_path {folder}/temporary/scgi;
    include rights-assistant/rights-assistant.conf;
}}
"""

# A chat that tells what it was sent. The first that is told to hold says so in a file, and never
# answers; every other one answers.
_FAKE_CHAT = """\
import json, pathlib, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

name, port, held = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3])

class Chat(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.do_GET(self.rfile.read(int(self.headers.get("content-length", 0))))

    def do_GET(self, body=b""):
        if b"hold" in body:
            try:
                held.open("x").write(name)
            except FileExistsError:
                pass
            else:
                time.sleep(600)
        status = 503 if b"busy" in body else 200
        sent = {"chat": name, "path": self.path, "body": body.decode(),
                "headers": {k.lower(): v for k, v in self.headers.items()}}
        answer = json.dumps(sent).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass

ThreadingHTTPServer(("127.0.0.1", port), Chat).serve_forever()
"""


def nginx() -> str:
    """Returns the program, and fails with how to get it where there is none."""
    found = shutil.which("nginx", path=_SEARCHED)
    if found is None:
        pytest.fail("There is no nginx: run `apt-get install nginx`.")
    return found


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def data(self) -> dict[str, Any]:
        """The body, read as JSON."""
        read: dict[str, Any] = json.loads(self.body)
        return read


@dataclass
class Proxy:
    """A running nginx, with the made-up chats behind it."""

    folder: Path
    tls_port: int
    plain_port: int
    chats: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def held(self) -> Path:
        """Says, once there is one, which chat holds a request and never answers it."""
        return self.folder / "held"

    def ask(
        self,
        path: str = "/",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        name: str = CHAT,
    ) -> Answer:
        """Asks by TLS: GET without a body, POST with one."""
        connection = _Connection(name, self.tls_port, self.folder / "tls" / CHAIN)
        try:
            connection.request("GET" if body is None else "POST", path, body, dict(headers or {}))
            came = connection.getresponse()
            sent = {key.lower(): value for key, value in came.getheaders()}
            return Answer(came.status, sent, came.read().decode())
        finally:
            connection.close()

    def written(self) -> dict[str, str]:
        """Returns every file that nginx has written, with what is in it.

        It takes the name of a temporary file away at once: such a one is found while it is open.
        """
        folders = (self.folder / "log", self.folder / "temporary")
        files = {path for folder in folders for path in folder.rglob("*") if path.is_file()}
        for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
            with suppress(OSError):
                if str(folders[1]) in str(descriptor.readlink()):
                    files.add(descriptor)
        return {path.name: path.read_text(errors="replace") for path in files}


class _Connection(http.client.HTTPSConnection):
    """A connection to this machine that asks for a name and knows its certificate."""

    def __init__(self, name: str, port: int, certificate: Path) -> None:
        trust = ssl.create_default_context(cafile=str(certificate))
        super().__init__(name, port, timeout=60, context=trust)
        self._trust = trust

    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", self.port), self.timeout)
        self.sock = self._trust.wrap_socket(plain, server_hostname=self.host)


def lay_out(folder: Path, changes: Mapping[str, str] | None = None) -> tuple[Path, int, int]:
    """Copies the configuration to a folder, with ports, certificates and paths of its own.

    Args:
        folder: takes all of it.
        changes: texts of `rights-assistant.conf`, and what stands in their place.

    Returns:
        The main configuration, the port for TLS and the other one.
    """
    tls_port, plain_port = free_port(), free_port()
    placed = folder / "conf" / "rights-assistant"
    shutil.copytree(SHIPPED, placed)
    (placed / "mime.types").write_text("types { text/html html; }\n")
    certify(folder / "tls", [CHAT, DESK])
    for name in ("log", "temporary"):
        (folder / name).mkdir()
    text = (placed / "rights-assistant.conf").read_text()
    twins = len(re.findall(r"\n *listen \[::\]:", text))
    text = on_loopback(text, tls_port, plain_port)
    assert twins == len(re.findall(r"\n *listen ", text)), "each port is listened on by IPv6 too"
    text = re.sub(r"/etc/nginx/tls/[a-z.]+/", f"{folder}/tls/", text)
    text = text.replace("/etc/nginx/rights-assistant/", f"{placed}/")
    for old, new in (changes or {}).items():
        assert old in text, f"{old!r} is not in rights-assistant.conf"
        text = text.replace(old, new)
    (placed / "rights-assistant.conf").write_text(text)
    main = folder / "conf" / "nginx.conf"
    # Its workers would be somebody else when this is root, and could not enter the folder.
    user = "user root root;" if os.geteuid() == 0 else ""
    main.write_text(_MAIN.format(user=user, folder=folder, placed=placed))
    return main, tls_port, plain_port


@contextmanager
def running_proxy(folder: Path, changes: Mapping[str, str] | None = None) -> Iterator[Proxy]:
    """Runs nginx in front of two made-up chats and one made-up desk, and stops all of them."""
    main, tls_port, plain_port = lay_out(folder, changes)
    proxy = Proxy(folder, tls_port, plain_port)
    script = folder / "chat.py"
    script.write_text(_FAKE_CHAT)
    ports = {name: free_port() for name in ("first", "second", "desk")}
    upstreams = main.parent / "rights-assistant" / "upstreams.conf"
    text = upstreams.read_text()
    # As many as there are made up; the rest of the block stays as it is shipped.
    text = re.sub(r"\n *server 127\.0\.0\.1:500[89] [^\n]*", "", text)
    for shipped, name in {"5005": "first", "5007": "second", "5006": "desk"}.items():
        text = text.replace(f"127.0.0.1:{shipped}", f"127.0.0.1:{ports[name]}")
    upstreams.write_text(text)
    started: list[subprocess.Popen[bytes]] = []
    try:
        for name, port in ports.items():
            command = [sys.executable, str(script), name, str(port), str(proxy.held)]
            proxy.chats[name] = subprocess.Popen(command)
            started.append(proxy.chats[name])
            _wait(f"http://127.0.0.1:{port}/", proxy.chats[name])
        server = subprocess.Popen([nginx(), "-p", str(folder), "-c", str(main)])
        started.insert(0, server)
        _wait(f"http://127.0.0.1:{plain_port}/", server)
        yield proxy
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(30)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urlopen(url, timeout=5).close()
            return
        except URLError:
            time.sleep(0.05)
        except (http.client.HTTPException, ConnectionError):
            return  # A name that nginx does not know: it is there, and hangs up.
    pytest.fail(f"Nothing answers at {url}.")
