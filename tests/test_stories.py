"""Rasa's own story tests, run by Rasa's own command, with the guards that command lacks."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.languages import LANGUAGES
from bot.plain_yaml import read_yaml
from bot.settings import ROOT, Settings
from bot.testing.rasa_stories import STORIES, StoryRun

ASKED = "does any law stop the police from passing my data on"

#: Planted stories: file, what she says, the intent and the action that the story expects.
RIGHT = "test_right.yml", ASKED, "sharing_firewall", "utter_sharing_firewall"
WRONG_INTENT = "test_intent.yml", ASKED, "bot_greet", "utter_sharing_firewall"
WRONG_ACTION = "test_action.yml", ASKED, "sharing_firewall", "utter_bot_greet"
UNREAD = "stories.yml", ASKED, "sharing_firewall", "utter_sharing_firewall"


def _plant(folder: Path, *planted: tuple[str, str, str, str]) -> Path:
    """Writes story files of one turn each."""
    folder.mkdir()
    for name, said, intent, action in planted:
        steps = [{"user": said, "intent": intent}, {"action": action}]
        data = {"version": "3.1", "stories": [{"story": Path(name).stem, "steps": steps}]}
        with (folder / name).open("w", encoding="utf-8") as file:
            YAML(typ="safe", pure=True).dump(data, file)
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, StoryRun]:
    """The shipped stories, and three folders with something wrong, run beside each other."""
    from bot import training

    if not training.is_trained(Settings()):
        pytest.fail("There is no model of these files: run `make train`.")
    model = training.model_path(Settings())
    place = tmp_path_factory.mktemp("stories")
    folders = {
        "shipped": STORIES,
        "planted": _plant(place / "planted", RIGHT, WRONG_INTENT, WRONG_ACTION, UNREAD),
        "empty": _plant(place / "empty"),
    }
    started = [
        (name, StoryRun.start(path, place / f"out-{name}", model)) for name, path in folders.items()
    ]
    return {name: run.wait() for name, run in started}


def test_every_story_is_answered_as_it_says(runs: dict[str, StoryRun]) -> None:
    """Every message of every story is understood, and gets the answer that the story names."""
    run = runs["shipped"]
    wrong = [*run.complaints(), *map(str, run.failures())]
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_story_of_a_language_is_evaluated(runs: dict[str, StoryRun], language: str) -> None:
    """Rasa evaluates as many stories of a language as its files hold, and there are some."""
    written = Counter(story.folder for story in runs["shipped"].written)
    assert 0 < written[language] == runs["shipped"].evaluated()[language]


def test_no_language_has_fewer_stories(runs: dict[str, StoryRun]) -> None:
    """No language is second class: each has the same number of stories."""
    written = Counter(story.folder for story in runs["shipped"].written)
    assert set(written) == set(LANGUAGES)
    assert len(set(written.values())) == 1, dict(written)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_is_exercised_in_every_language(language: str) -> None:
    """What she must mean for a rule to hold, some story of each language has her mean."""
    rules = _intents([ROOT / "data" / "stories" / "rules.yml"], "rules")
    stories = _intents(sorted((STORIES / language).glob("*.yml")), "stories")
    assert rules
    assert rules - stories == set()


def _intents(paths: list[Path], kind: str) -> set[str]:
    return {
        step["intent"]
        for path in paths
        for one in read_yaml(path)[kind]
        for step in one["steps"]
        if "intent" in step
    }


def test_no_two_stories_have_one_name(runs: dict[str, StoryRun]) -> None:
    """A story's name is its own, so that a failure leads to one place."""
    names = Counter(story.name for story in runs["shipped"].written)
    assert [name for name, number in names.items() if number > 1] == []


@pytest.mark.parametrize(
    ("file", "outcome"),
    [
        ("test_intent.yml", "expected bot_greet, got sharing_firewall"),
        ("test_action.yml", "expected utter_bot_greet, got utter_sharing_firewall"),
    ],
)
def test_a_wrong_story_is_reported_with_her_words(
    runs: dict[str, StoryRun], file: str, outcome: str
) -> None:
    """A planted wrong story fails, with what she said, what was expected and what came."""
    found = [str(one) for one in runs["planted"].failures() if f"/{file}" in one.path]
    # The first wrong step counts: what follows it may only be its consequence.
    assert found, "the planted story passed"
    assert ASKED in found[0]
    assert outcome in found[0]


def test_a_right_story_is_not_reported(runs: dict[str, StoryRun]) -> None:
    """Beside a wrong story a right one passes, so that a failure says something."""
    assert "test_right" not in "\n".join(map(str, runs["planted"].failures()))


def test_a_story_that_rasa_does_not_read_is_missed(runs: dict[str, StoryRun]) -> None:
    """A story in a file that Rasa passes over is noticed, for the numbers differ."""
    assert "3 of 4 stories were evaluated." in runs["planted"].complaints()


def test_a_folder_without_stories_fails(runs: dict[str, StoryRun]) -> None:
    """Rasa ends with success where there is no story; the guard does not."""
    assert runs["empty"].process.returncode == 0
    assert runs["empty"].complaints() == [f"No story stands in {runs['empty'].folder}."]
