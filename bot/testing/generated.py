"""Situations that nobody needs to write: each answer tapped, the directory, Rasa's stories."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

from bot.content.references import make_reference
from bot.content.values import NEEDS, Content
from bot.errors import SituationError
from bot.languages import LANGUAGES
from bot.plain_yaml import read_yaml
from bot.testing.situation import SAYS, TAPS, Expected, Situation, Step

#: No button leads to them: they follow from her words, from what stands before them, or from
#: something that failed.
NOT_TAPPED = frozenset(
    {
        *("bot.more", "bot.sources", "bot.unsure", "bot.out-of-scope"),
        *("bot.fresh-start", "bot.interim", "bot.trouble"),
    }
)
#: The intent or action of an answer in Rasa's files, and the answer.
UTTER = "utter_"


def taps(content: Content) -> Iterator[Situation]:
    """Yields for each answer: its button, and behind it the rest of it."""
    for answer_id, answer in content.answers.items():
        if answer_id in NOT_TAPPED:
            continue
        references = [answer_id]
        if content.has_text(LANGUAGES[0], f"{answer_id}.more"):
            references.append(make_reference(answer_id, {"part": "more"}))
        yield _tapped(f"{answer_id}, tapped", answer.topic, answer_id, references)


def directory(content: Content) -> Iterator[Situation]:
    """Yields the directory: every need, and every service by its name."""
    if "services.named" not in content.answers:
        return
    needs = [make_reference("services.named", {"need": need}) for need in NEEDS]
    yield _tapped("the directory, by need", "services", "services.named", needs)
    for service_id in content.services:
        reference = make_reference("services.named", {"id": service_id})
        name = f"{service_id}, chosen in the directory"
        yield _tapped(name, "services", "services.named", [reference], shows=(service_id,))


def stories(folder: Path, content: Content) -> Iterator[Situation]:
    """Yields Rasa's own stories, so that the running chat is asked the same as its model.

    Args:
        folder: holds a folder a language, and in it the story files.
        content: what the chat answers from; actions that are no answer are left out.

    Raises:
        SituationError: when a file is not well formed.
    """
    answers = {
        answer_id.replace(".", "_").replace("-", "_"): answer_id for answer_id in content.answers
    }
    for path in sorted(folder.rglob("test_*.yml")):
        language = path.parent.name
        try:
            written = read_yaml(path)["stories"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            problem = f"{path.name}, line 1: it holds no stories ({type(error).__name__})."
            raise SituationError([problem]) from error
        for story in written:
            steps = tuple(_said(story["steps"], language, answers))
            if steps:
                topic = path.stem.removeprefix("test_")
                yield Situation(story["story"], "", topic, f"{language}/{path.name}", 1, steps)


def _said(steps: list[dict[str, str]], language: str, answers: dict[str, str]) -> Iterator[Step]:
    for step, after in itertools.pairwise(steps):
        if "user" not in step:
            continue
        answer = answers.get(after.get("action", "").removeprefix(UTTER))
        if answer is None:
            # What an action says depends on what stands before: the situations hold that.
            return
        # A story may change its language in mid-talk, and a line about danger may stand on top:
        # what is asserted here is the answer. Alarms and languages are the situations' matter.
        expected = {language: Expected((answer,), "", may_alarm=True)}
        yield Step(SAYS, {language: step["user"].strip()}, expected)


def _tapped(
    name: str, topic: str, answer_id: str, references: list[str], shows: tuple[str, ...] = ()
) -> Situation:
    steps = tuple(
        Step(
            TAPS,
            dict.fromkeys(LANGUAGES, reference),
            {language: Expected((answer_id,), language, shows=shows) for language in LANGUAGES},
        )
        for reference in references
    )
    return Situation(name, "", topic, "", 0, steps)
