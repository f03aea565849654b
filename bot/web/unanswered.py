"""What could not be answered, counted so that staff see which topic lacks an answer, and nobody.

A count is of questions, by language, week and the topic of the answer that came nearest. It lies in
memory and goes with the process; several processes each hide their own small numbers.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date
from typing import Generic, TypeVar

from bot.clock import Clock, uk_now
from bot.content.suggestions import likely_answers
from bot.content.values import Answer, Content
from bot.languages import LANGUAGES

#: Below this a number is not shown, and above it only whole multiples are. Ten is what the Office
#: for National Statistics asks of tables that leave its safe rooms; five, which many take, is too
#: few where one woman may ask five times. Rounded down, no number is ever more than there were.
STEP = 10
#: Older weeks are dropped.
WEEKS = 8

#: The nearest answer has to be so likely that it would be offered (see `actions/suggest.py`).
NEAR = 0.08
#: No topic is near. Of the talk itself (`bot.what`) everything is.
NONE, TALK = "none", "bot"

#: What stands in the label of a value that is none of those known.
OTHER = "other"

#: Intents of a message that got no answer: not understood, or not ours. Of two in a row the
#: second is mostly the first in other words, and the same woman's: it is not counted.
UNANSWERED = frozenset({"nlu_fallback", "bot_out_of_scope"})

Cell = TypeVar("Cell", bound=Hashable)


class WholeTens(Generic[Cell]):
    """Counts that are shown in whole tens, as they stood when the day began.

    A count that is read every few seconds tells the moment of each step, and with it of one
    woman's message. Here the steps of a day are seen at its end, all at once.
    """

    def __init__(self, clock: Clock = uk_now) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: Counter[Cell] = Counter()
        self._shown: dict[Cell, int] = {}
        self._day = clock().date()

    def add(self, cell: Cell) -> None:
        """Counts one more."""
        with self._lock:
            self._begin_day()
            self._counts[cell] += 1

    def shown(self) -> dict[Cell, int]:
        """Returns what may be seen; a cell with less than ten is not among it."""
        with self._lock:
            self._begin_day()
            return dict(self._shown)

    def drop(self, is_over: Callable[[Cell], bool]) -> None:
        """Forgets cells."""
        with self._lock:
            for cell in [cell for cell in self._counts if is_over(cell)]:
                del self._counts[cell]
                self._shown.pop(cell, None)

    def _begin_day(self) -> None:
        today = self._clock().date()
        if today != self._day:
            self._day = today
            tens = {cell: count // STEP * STEP for cell, count in self._counts.items()}
            self._shown = {cell: count for cell, count in tens.items() if count}


class Unanswered:
    """Counts by language, week and topic, each of them from a closed set."""

    def __init__(self, content: Callable[[], Content], clock: Clock = uk_now) -> None:
        """Takes what gives the content that is published, whose topics are the closed set."""
        self._content, self._clock = content, clock
        # Language, number of the week, topic.
        self._counts: WholeTens[tuple[str, int, str]] = WholeTens(clock)

    def note(self, language: str, ranking: Iterable[tuple[str, float]]) -> None:
        """Counts one message that got no answer.

        Args:
            language: of the reply. What is none of ours counts as OTHER.
            ranking: (intent, probability), likeliest first. Only the topic of an answer that is
                published goes on from here.
        """
        self._drop_old()
        topic = nearest_topic(ranking, self._content().answers)
        self._counts.add((closed(language, LANGUAGES), self._this_week(), topic))

    def shown(self) -> dict[tuple[str, str, str], int]:
        """Returns what may be seen: (language, week such as `2026-W48`, topic) to whole tens."""
        self._drop_old()
        return {
            (language, week_name(week), topic): count
            for (language, week, topic), count in self._counts.shown().items()
        }

    def _this_week(self) -> int:
        return week_of(self._clock().date())

    def _drop_old(self) -> None:
        # A week to come is one that a wrong clock has made: it would stay for years.
        kept = range(self._this_week() - WEEKS + 1, self._this_week() + 1)
        self._counts.drop(lambda cell: cell[1] not in kept)


def nearest_topic(ranking: Iterable[tuple[str, float]], answers: Mapping[str, Answer]) -> str:
    """Returns the topic of the likeliest answer about her questions, NONE when none is near."""
    asked = [name for name, answer in answers.items() if answer.topic != TALK]
    nearest = next(likely_answers(ranking, asked, NEAR), None)
    return answers[nearest].topic if nearest else NONE


def closed(value: object, known: Iterable[str]) -> str:
    """Returns the one of the known words that a value equals, else OTHER; never the value."""
    return next((word for word in known if word == value), OTHER)


def week_of(day: date) -> int:
    """Returns the number of a day's week, counted from the first Monday of the calendar."""
    return (day.toordinal() - 1) // 7


def week_name(week: int) -> str:
    """Returns a week as ISO 8601 writes it: `2026-W48`."""
    year, number, _ = date.fromordinal(week * 7 + 1).isocalendar()
    return f"{year}-W{number:02}"
