"""Every situation is played in every language, through both doors of the running chat.

Those that nobody needed to write (each answer tapped, the directory, Rasa's stories) go through
the JSON contract here; `make stories` plays them through the page as well.
"""

from __future__ import annotations

import pytest

from bot.content.values import Content
from bot.languages import LANGUAGES
from bot.testing.coverage import coverage
from bot.testing.doors import FormDoor, JsonDoor
from bot.testing.playing import FATAL, Run, play
from bot.testing.results import broken_of
from bot.testing.run import all_situations
from tests.conftest import RunningChat


@pytest.fixture(scope="module")
def runs(chat: RunningChat, content: Content) -> list[Run]:
    """All of them, played."""
    json, form = JsonDoor(chat.url), FormDoor(chat.url)
    return [
        play(situation, language, door, content)
        for situation in all_situations(content)
        for language in situation.languages
        for door in ((json, form) if situation.line else (json,))
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_missed_that_could_get_somebody_hurt(runs, language) -> None:
    """No danger is missed, nothing promised, no number shown that nobody has checked."""
    found = [one for run in runs if run.language == language for one in broken_of(run)]
    assert [one for one in found if one.kind in FATAL] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_situation_goes_as_it_is_written(runs, language) -> None:
    """Each step gets its answer, its buttons, its services, in its language."""
    found = [one for run in runs if run.language == language for one in broken_of(run)]
    assert not found, "\n".join(
        f"{one.where} step {one.step} ({one.door}): {one.did!r}\n"
        f"  {one.kind}: expected {one.expected}, got {one.got}"
        for one in found
    )


def test_nothing_is_left_that_no_test_reaches(runs, content) -> None:
    """Answers, services and kinds of danger, in each language."""
    assert coverage(runs, content).lacks == ()
