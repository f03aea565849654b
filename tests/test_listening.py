"""The chat's port is taken before anything slow begins."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import SettingsError
from bot.listening import listen
from bot.settings import Settings
from tests.conftest import free_port


def test_a_taken_port_stops_the_start_with_its_name() -> None:
    """Who starts a second chat is told which setting to change."""
    settings = replace(Settings(), chat_port=free_port())
    with listen(settings), pytest.raises(SettingsError, match="ASSISTANT_CHAT_PORT") as error:
        listen(settings)
    assert str(settings.chat_port) in str(error.value)


def test_it_listens_on_this_machine_only() -> None:
    """Unless an operator says otherwise nobody else can reach the chat."""
    with listen(replace(Settings(), chat_port=free_port())) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"
