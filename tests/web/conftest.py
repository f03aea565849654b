"""Fixtures of the web tests: somebody who talks to the real dialogue, and the texts it has."""

from __future__ import annotations

import pytest

from bot.content.values import Content
from tests.web.talking import Talk, Text


@pytest.fixture
def talk(dialogue) -> Talk:
    return Talk(dialogue)


@pytest.fixture
def text(content: Content) -> Text:
    return lambda language, msgid: content.text(language, msgid)
