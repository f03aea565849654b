"""Runs the story tests: Rasa's own, and situations through both doors of a running chat."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from bot.content.opening import open_content
from bot.content.values import Content
from bot.errors import SituationError
from bot.settings import ROOT, Settings
from bot.testing import generated
from bot.testing.asked import LIVE, Asked
from bot.testing.coverage import coverage
from bot.testing.doors import Door, FormDoor, JsonDoor
from bot.testing.playing import Run, play
from bot.testing.rasa_stories import STORIES, StoryRun
from bot.testing.results import (
    FORM,
    JSON,
    RASA,
    Broken,
    Results,
    broken_of,
    cells_of,
    languages_missing,
)
from bot.testing.served import served
from bot.testing.situation import SAYS, Situation
from bot.testing.situation_files import files_in, read_situations
from bot.testing.understood import explained

SITUATIONS = ROOT / "tests" / "situations"

#: Told how far a run has come: how many tests of how many, and what is being done.
Told = Callable[[int, int, str], None]


def run(
    settings: Settings, asked: Asked, model: Path, tell: Told, situations: Path = SITUATIONS
) -> Results:
    """Runs what is asked for.

    Args:
        settings: of the service; with `LIVE`, its database is read.
        asked: which part.
        model: the archive of the trained model.
        tell: is told how far it has come.
        situations: the folder of the testers' files.

    Raises:
        SituationError: a file is not well formed, or nothing fits what is asked for.
        ModelError: the chat or Rasa does not start.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="stories-") as name:
        folder = Path(name)
        url = database_of(settings, asked, folder)
        published = open_content(replace(settings, database_url=url))
        try:
            content = published.current
            wanted = [one for one in all_situations(content, situations) if asked.wants(one)]
            plan = list(_plan(wanted, asked))
            if not plan:
                raise SituationError([f"No test is about {asked.only!r}: nothing was run."])
            rasa = StoryRun.start(_stories(folder, asked), folder / "rasa", model)
            with served(folder, url) as chat:
                runs = list(_play(plan, chat, content, tell))
            tell(len(plan), len(plan), "Rasa's own stories")
            rasa.wait()
        finally:
            published.stop()
        results = _results(asked, content, runs, rasa, time.monotonic() - began)
    return replace(results, broken=explained(results.broken, model))


def all_situations(content: Content, folder: Path = SITUATIONS) -> list[Situation]:
    """Returns the testers' situations, and those that nobody needs to write."""
    written = read_situations(files_in(folder), content)
    return [
        *written,
        *generated.stories(STORIES, content),
        *generated.taps(content),
        *generated.directory(content),
    ]


def database_of(settings: Settings, asked: Asked, folder: Path) -> str:
    """Returns where the content to test lies: in a new database, or in the live one."""
    if asked.content == LIVE:
        # The chat only reads it; what is published meanwhile is tested as it stands then.
        return settings.database_url
    return f"sqlite:///{folder / 'content.db'}"


def _plan(situations: Iterable[Situation], asked: Asked) -> Iterator[tuple[Situation, str, str]]:
    for situation in situations:
        for language in situation.languages:
            if language in asked.languages:
                yield from ((situation, language, door) for door in (JSON, FORM))


def _play(
    plan: Sequence[tuple[Situation, str, str]], url: str, content: Content, tell: Told
) -> Iterator[Run]:
    doors: dict[str, Door] = {JSON: JsonDoor(url), FORM: FormDoor(url)}
    for number, (situation, language, door) in enumerate(plan):
        tell(number, len(plan), f"{situation.name} ({language}, {door})")
        yield play(situation, language, doors[door], content)


def _stories(folder: Path, asked: Asked) -> Path:
    """Returns a folder with those of Rasa's stories that are asked for."""
    chosen = folder / "rasa-stories"
    topics = {path.stem.removeprefix("test_") for path in STORIES.rglob("test_*.yml")}
    for language in asked.languages:
        for path in sorted((STORIES / language).glob("*.yml")):
            topic = path.stem.removeprefix("test_")
            # Rasa has no names to choose by: a part of a name runs all its topics.
            if not asked.only or asked.only not in topics or asked.only == topic:
                (chosen / language).mkdir(parents=True, exist_ok=True)
                shutil.copy(path, chosen / language / path.name)
    return chosen


def _results(
    asked: Asked, content: Content, runs: list[Run], rasa: StoryRun, seconds: float
) -> Results:
    wrong = rasa.failures()
    failed = {(one.path, one.name) for one in wrong}
    stories = [(story, _topic(story.path)) for story in rasa.written]
    cells = cells_of(
        [
            *((one.situation.topic, one.language, one.is_green) for one in runs),
            *(
                (topic, story.folder, not any(name == story.name for _, name in failed))
                for story, topic in stories
            ),
        ]
    )
    broken = [
        *(one for run in runs for one in broken_of(run)),
        *(
            Broken(
                one.name,
                _topic(one.path),
                f"{one.language}/{Path(one.path).name}",
                one.language,
                RASA,
                1,
                SAYS,
                one.said,
                "answer",
                one.expected,
                one.got,
            )
            for one in wrong
        ),
    ]
    reached = coverage(runs, content)
    complaints = rasa.complaints()
    if asked.is_all:
        complaints += [f"No test is in {language}." for language in languages_missing(cells)]
    return Results(
        content=asked.content,
        revision=content.revision,
        when=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        seconds=round(seconds, 1),
        cells=cells,
        by_door={
            **Counter(run.door for run in runs),
            RASA: len(stories),
        },
        broken=tuple(broken),
        lacks=reached.lacks if asked.is_all else None,
        complaints=tuple(complaints),
        only=str(asked),
    )


def _topic(path: str) -> str:
    return Path(path).stem.removeprefix("test_")
