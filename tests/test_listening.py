"""The chat's port is taken before anything slow begins."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from bot.errors import SettingsError
from bot.listening import open_up, take
from bot.settings import Settings
from tests.conftest import free_port


def test_a_taken_port_stops_the_start_with_its_name() -> None:
    """Who starts a second chat is told which setting to change."""
    settings = replace(Settings(), chat_port=free_port())
    with take(settings) as running:
        open_up(running)
        with pytest.raises(SettingsError, match="ASSISTANT_CHAT_PORT") as error:
            take(settings)
    assert str(settings.chat_port) in str(error.value)


def test_of_two_that_start_together_one_is_told() -> None:
    """Both took the port before either answered."""
    settings = replace(Settings(), chat_port=free_port())
    with take(settings) as first, take(settings) as second:
        open_up(first)
        with pytest.raises(SettingsError, match="ASSISTANT_CHAT_PORT"):
            open_up(second)


def test_until_somebody_can_answer_a_connection_is_refused() -> None:
    """A proxy asks another process at once, and does not wait for a model to load."""
    with take(replace(Settings(), chat_port=free_port())) as taken:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(taken.getsockname())
        open_up(taken)
        socket.create_connection(taken.getsockname()).close()


def test_it_listens_on_this_machine_only() -> None:
    """Unless an operator says otherwise nobody else can reach the chat."""
    with take(replace(Settings(), chat_port=free_port())) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"
