"""The port of the figures, by real requests: what it gives, and that it writes no line."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

from bot.errors import SettingsError
from bot.testing.served import free_port
from bot.web import metrics_server
from bot.web.metrics_server import MetricsServer

HOST = "127.0.0.1"
#: Longer than anything here takes: a read that waits so long fails.
PATIENCE = 20
PLANTED = "wqxzukword"


class One:
    """A registry's only figure; `wrong` makes it fail."""

    wrong = False

    def collect(self) -> Iterator[GaugeMetricFamily]:
        if self.wrong:
            raise ValueError(PLANTED)
        yield GaugeMetricFamily("one", "The one.", 1.0)


@pytest.fixture(scope="module")
def figure() -> One:
    return One()


@pytest.fixture(scope="module")
def registry(figure: One) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(figure)
    return registry


@pytest.fixture(scope="module")
def port(registry: CollectorRegistry) -> Iterator[int]:
    """A port where the figures are served."""
    server = MetricsServer(registry, HOST, number := free_port())
    server.start()
    yield number
    server.stop()


def ask(port: int, path: str = "/metrics", method: str = "GET") -> tuple[HTTPResponse, str]:
    connection = HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer, answer.read().decode()
    finally:
        connection.close()


def send(port: int, data: bytes) -> bytes:
    """Sends bytes and returns what comes until the other end hangs up."""
    with socket.create_connection((HOST, port), PATIENCE) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return drained(connection)


def drained(connection: socket.socket) -> bytes:
    got = b""
    try:
        while more := connection.recv(65536):
            got += more
    except ConnectionError:
        pass
    return got


def test_the_figures_are_there_in_the_form_of_prometheus(
    port: int, registry: CollectorRegistry
) -> None:
    """As its library writes them; kept by no cache, and without the version of Python."""
    answer, body = ask(port)
    assert answer.status == 200
    assert body == generate_latest(registry).decode()
    assert "one 1.0" in body
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["server"].strip() == "metrics"


@pytest.mark.parametrize("path", ["/", "/metrics/", "/metrics?name[]=one", "/favicon.ico", "*"])
def test_there_is_nothing_at_another_path(port: int, path: str) -> None:
    answer, body = ask(port, path)
    assert answer.status == 404
    assert "one 1.0" not in body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_the_figures_can_only_be_read(port: int, method: str) -> None:
    answer, body = ask(port, method=method)
    assert answer.status == 501
    assert "one 1.0" not in body


@pytest.mark.parametrize(
    "data",
    [
        f"GET /metrics?{PLANTED} HTTP/1.1\r\n\r\n".encode(),
        f"{PLANTED} /metrics HTTP/1.1\r\n\r\n".encode(),
        f"GET /{PLANTED} HTTP/1.1\r\nHost: {PLANTED}\r\nUser-Agent: {PLANTED}\r\n\r\n".encode(),
        f"{PLANTED}\r\n\r\n".encode(),
        b"GET /metrics HTTP/9.9\r\n\r\n",
        b"GET " + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"",
    ],
    ids=["query", "method", "headers", "one-word", "version", "long", "many", "tls", "nothing"],
)
def test_nothing_is_written_about_who_asks(
    port: int, data: bytes, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """No access line and no error line, whatever comes; and the next one is answered."""
    caplog.set_level(logging.DEBUG)
    assert b"one 1.0" not in send(port, data)
    assert ask(port)[0].status == 200
    assert capfd.readouterr() == ("", "")
    assert caplog.text == ""


def test_a_figure_that_fails_is_told_by_its_class_alone(
    port: int, figure: One, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """No traceback and no address; the chat goes on, and so does the port."""
    figure.wrong = True
    assert send(port, b"GET /metrics HTTP/1.1\r\n\r\n") == b""
    assert caplog.messages == ["metrics not given: ValueError"]
    assert capfd.readouterr() == ("", "")
    figure.wrong = False
    assert ask(port)[0].status == 200


def test_who_hangs_up_is_no_failure(
    port: int,
    figure: One,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A connection that is gone when the figures are written leaves no line."""
    gone, tried = threading.Event(), threading.Event()
    handle_error = metrics_server._Server.handle_error

    def collect() -> list[GaugeMetricFamily]:
        gone.wait(PATIENCE)
        # More than lies in the buffers of the system.
        return [GaugeMetricFamily("one", "x" * 20_000_000, 1.0)]

    def handled(*arguments) -> None:
        handle_error(*arguments)
        tried.set()

    monkeypatch.setattr(figure, "collect", collect)
    monkeypatch.setattr(metrics_server._Server, "handle_error", handled)
    with socket.create_connection((HOST, port), PATIENCE) as connection:
        connection.sendall(b"GET /metrics HTTP/1.1\r\n\r\n")
    gone.set()
    assert tried.wait(PATIENCE)
    assert capfd.readouterr() == ("", "")
    assert caplog.text == ""


def test_who_says_nothing_is_let_go_of(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert metrics_server._Handler.timeout == metrics_server.PATIENCE_SECONDS
    monkeypatch.setattr(metrics_server._Handler, "timeout", 0.05)
    with socket.create_connection((HOST, port), PATIENCE) as silent:
        assert drained(silent) == b""


def test_there_are_only_so_many_places(
    registry: CollectorRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes when all are taken is hung up on, and each place comes back."""
    monkeypatch.setattr(metrics_server, "MOST_READERS", 1)
    server = MetricsServer(registry, HOST, port := free_port())
    server.start()
    try:
        with socket.create_connection((HOST, port), PATIENCE) as first:
            with socket.create_connection((HOST, port), PATIENCE) as second:
                assert drained(second) == b""
            first.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            assert b"one 1.0" in drained(first)
    finally:
        server.stop()


def test_a_port_that_is_taken_stops_the_start(port: int, registry: CollectorRegistry) -> None:
    """With a sentence that names the setting; nothing is left to stop."""
    second = MetricsServer(registry, HOST, port)
    with pytest.raises(SettingsError, match=f"^ASSISTANT_METRICS_PORT {port} cannot be used: "):
        second.start()
    second.stop()
    assert ask(port)[0].status == 200


def test_stopping_gives_the_port_and_the_thread_back(registry: CollectorRegistry) -> None:
    """So that it can be started again; stopping twice, or before a start, does nothing."""
    server = MetricsServer(registry, HOST, port := free_port())
    server.stop()
    for _ in range(2):
        server.start()
        assert ask(port)[0].status == 200
        thread, listener = server._thread, server._server
        assert thread in threading.enumerate()
        server.stop()
        server.stop()
        assert thread not in threading.enumerate()
        assert listener.fileno() == -1
        with pytest.raises(ConnectionRefusedError):
            ask(port)


def test_it_listens_on_its_own_address_alone(registry: CollectorRegistry) -> None:
    server = MetricsServer(registry, "127.0.0.2", port := free_port())
    server.start()
    try:
        with pytest.raises(ConnectionRefusedError):
            ask(port)
    finally:
        server.stop()
