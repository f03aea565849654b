"""nginx in front of the chat processes, with the configuration that ships."""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bench.failures.certificate import CHAIN, certify
from bench.failures.door import NAME, Door
from bench.failures.waiting import ExpectationError, wait_until
from bot.settings import ROOT
from bot.testing.served import free_port

SHIPPED = ROOT / "deploy" / "nginx"
STOP_SECONDS = 20
#: Whoever has failed is left alone for three seconds (upstreams.conf). To end another process
#: before the first is asked again is to leave nobody.
ASKED_AGAIN_SECONDS = 4

#: What stands around it on a machine, as far as it is needed: all that is written is in a folder.
_AROUND = """\
{user}
daemon off;
pid {folder}/pid;
error_log {folder}/error.log crit;
worker_rlimit_core 0;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxied;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include rights-assistant/rights-assistant.conf;
}}
"""


class Proxy:
    """A running nginx."""

    def __init__(self, folder: Path, ports: Sequence[int]) -> None:
        """Lays out its configuration, and starts nothing yet.

        Raises:
            ExpectationError: when there is no nginx on this machine.
        """
        self._program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if self._program is None:
            raise ExpectationError("There is no nginx: run `apt-get install nginx`.")
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        port, clear_port = free_port(), free_port()
        lay_out(folder / "rights-assistant", folder, ports, port, clear_port)
        user = "user nobody nogroup;" if os.geteuid() == 0 else ""
        around = _AROUND.format(user=user, folder=folder)
        (folder / "nginx.conf").write_text(around, encoding="utf-8")
        certificate = folder / "tls" / NAME / CHAIN
        for name in ("chat.example.org", "desk.example.org"):
            certify(folder / "tls" / name, [name])
        self.door = Door(port, ssl.create_default_context(cafile=certificate))

    @property
    def is_running(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Starts it, and waits until it can be reached.

        Raises:
            ExpectationError: when it does not start, with what it says.
        """
        said = self._folder / "said"
        with said.open("ab") as file:
            self._process = subprocess.Popen(
                [
                    *(str(self._program), "-p", str(self._folder)),
                    *("-c", str(self._folder / "nginx.conf")),
                    *("-e", str(self._folder / "error.log")),
                ],
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        wait_until(lambda: self._can_be_reached() or not self.is_running, 10, "nginx is silent.")
        if not self.is_running:
            raise ExpectationError(f"nginx does not start:\n{said.read_text(encoding='utf-8')}")

    def stop(self) -> None:
        """Stops it."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _can_be_reached(self) -> bool:
        try:
            self.door.connect(1).close()
        except OSError:
            return False
        return True


def on_loopback(text: str, port: int, clear_port: int) -> str:
    """Returns a configuration that listens on these ports of this machine, by IPv4 alone."""
    # Not every machine has IPv6.
    text = re.sub(r"\n *listen \[::\]:[^\n]*", "", text)
    text = re.sub(r"listen 443\b", f"listen 127.0.0.1:{port}", text)
    return re.sub(r"listen 80\b", f"listen 127.0.0.1:{clear_port}", text)


def lay_out(folder: Path, prefix: Path, ports: Sequence[int], port: int, clear_port: int) -> None:
    """Copies what ships, with the places, the ports and the processes of this machine."""
    shutil.copytree(SHIPPED, folder)
    for path in folder.glob("*.conf"):
        text = path.read_text(encoding="utf-8")
        text = text.replace("/etc/nginx/", f"{prefix}/")
        path.write_text(on_loopback(text, port, clear_port), encoding="utf-8")
    upstreams = folder / "upstreams.conf"
    text, number = re.subn(
        r"( *server 127\.0\.0\.1:)\d+( [^;]*;\n)(?: *server [^\n]*\n)*",
        lambda found: "".join(f"{found[1]}{one}{found[2]}" for one in ports),
        upstreams.read_text(encoding="utf-8"),
        count=1,
    )
    if number != 1:
        raise ExpectationError(f"{SHIPPED / 'upstreams.conf'} names no chat process.")
    upstreams.write_text(text, encoding="utf-8")
