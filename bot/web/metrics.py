"""The figures of a running chat, for Prometheus: how many, how fast, how well; of nobody.

What can be read every few seconds must not tell of one person. So no figure takes a word, an
address or an id: every label is one of a list that stands here. What is counted exactly, turn by
turn, has no language; figures by language, of danger, and of what could not be answered are
whole tens and change once a day (`WholeTens`). Danger is counted without its language: so few
write some languages to one service that a number there may point at somebody. For the same reason
nothing exact sets a turn of danger apart: answered while others are turned away, it counts as
turned away like them.

Counted here and not by the library's own classes: those tell the moment at which each label was
first met, and keep their values in files where PROMETHEUS_MULTIPROC_DIR is set.
"""

from __future__ import annotations

import math
import platform
import re
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from typing import Any, Literal, Protocol, get_args

from prometheus_client import CollectorRegistry, Metric, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)

from bot.clock import Clock, uk_now
from bot.content.freshness import due
from bot.content.values import Content
from bot.conversation.nlg import TROUBLE
from bot.languages import LANGUAGES
from bot.settings import ROOT
from bot.web.alternatives import UNSURE
from bot.web.contract import TurnRequest
from bot.web.unanswered import OTHER, STEP, WEEKS, Unanswered, WholeTens, closed

#: How a turn came.
Kind = Literal["typed", "tapped", "opened"]
#: How one with a reply ended. `offered`: with an answer, and below it others that she may have
#: meant. `fallback`: not understood, or not ours to answer. `trouble`: something failed.
Outcome = Literal["answered", "offered", "fallback", "trouble"]
#: Why there was none: too many ask, too many from one address, the contract does not allow it, or
#: something failed.
Refusal = Literal["busy", "limited", "refused", "trouble"]

KINDS: tuple[str, ...] = (*get_args(Kind), OTHER)
OUTCOMES: tuple[str, ...] = (*get_args(Outcome), OTHER)
REFUSALS: tuple[str, ...] = (*get_args(Refusal), OTHER)
TONGUES: tuple[str, ...] = (*LANGUAGES, OTHER)

#: Seconds: where a tap, a typed turn, and one that has waited in line are told apart.
BUCKETS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)

#: The database is asked every second; after so many without an answer it is away. At a start it may
#: seem so for a second: nobody asks while the model loads.
AWAY_SECONDS = 10.0

_OUT_OF_SCOPE = "bot.out-of-scope"
_FINGERPRINT = re.compile(r"[0-9a-f]{12}")
_VERSION = re.compile(r"[0-9A-Za-z.+-]{1,40}")


class Watched(Protocol):
    """What is looked at when the figures are read: the published content, and its database."""

    @property
    def current(self) -> Content:
        """The revision that is served."""

    @property
    def answered_ago(self) -> float:
        """How many seconds ago the database last answered; infinity where it never has."""


@dataclass(frozen=True)
class About:
    """What runs: versions, and the beginning of the digest of what its model was made from."""

    model: str = ""
    assistant: str = field(default_factory=lambda: _assistant_version())
    rasa: str = field(default_factory=lambda: version("rasa"))
    python: str = field(default_factory=platform.python_version)


class Metrics:
    """Counts, and tells what was counted through a registry of its own.

    A value that is not known is counted as OTHER and raises nothing: a figure must never cost a
    woman her answer.
    """

    def __init__(
        self,
        watched: Watched,
        waiting: Callable[[], int],
        about: About,
        clock: Clock = uk_now,
        *,
        counts_unanswered: bool = False,
    ) -> None:
        """Takes what is read at each look, and whether to count what could not be answered."""
        self._watched, self._waiting, self._about = watched, waiting, about
        self._clock = clock
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._turns: Counter[tuple[str, str]] = Counter()
        self._times = {kind: _Times() for kind in KINDS}
        self._by_language: WholeTens[tuple[str, str]] = WholeTens(clock)
        self._danger: WholeTens[None] = WholeTens(clock)
        self._due: tuple[tuple[int, date], int] | None = None
        self.unanswered = Unanswered(lambda: watched.current, clock) if counts_unanswered else None
        self.registry = CollectorRegistry()
        self.registry.register(self)
        ProcessCollector(registry=self.registry)

    def turn(
        self, kind: Kind, lang: str, outcome: Outcome, seconds: float, *, is_danger: bool = False
    ) -> None:
        """Counts a turn that got a reply.

        Args:
            kind: how it came.
            lang: the language of the reply.
            outcome: how it ended.
            seconds: from its coming to its reply, waiting in line included.
            is_danger: whether a whole danger answer stands first in it.
        """
        known, ended = closed(kind, KINDS), closed(outcome, OUTCOMES)
        with self._lock:
            self._turns[known, ended] += 1
            self._times[known].add(seconds)
        self._by_language.add((closed(lang, TONGUES), ended))
        if is_danger:
            self._danger.add(None)

    def turned_away(self, why: Refusal, *, is_danger: bool = False) -> None:
        """Counts a request for a turn that Rasa did not answer.

        How it came and how long it took are left out: some cannot be read, and danger that is
        answered all the same is quicker than anything that was typed.

        Args:
            why: there was no turn.
            is_danger: whether a whole danger answer was given all the same.
        """
        with self._lock:
            self._turns[OTHER, closed(why, REFUSALS)] += 1
        if is_danger:
            self._danger.add(None)

    def held(self) -> dict[str, Any]:
        """Returns what `/privacy.json` says of the figures, read from them."""
        return {
            "where": "in memory, and with whoever reads them",
            "named": sorted(family.name for family in self.registry.collect()),
            "by_language_or_of_danger": f"in whole multiples of {STEP}, changed once a day",
            "unanswered": self.unanswered
            and {"by": ["language", "week", "topic"], "least_shown": STEP, "weeks": WEEKS},
        }

    def collect(self) -> Iterator[Metric]:
        """Yields every figure, as Prometheus' library asks for them."""
        yield from self._counted()
        yield from self._seen()
        yield InfoMetricFamily(
            "assistant_model",
            "Which model answers: the beginning of the digest of what it was made from.",
            {"fingerprint": _matching(_FINGERPRINT, self._about.model[:12])},
        )
        yield InfoMetricFamily(
            "assistant_build",
            "What runs.",
            {
                "version": _matching(_VERSION, self._about.assistant),
                "rasa": _matching(_VERSION, self._about.rasa),
                "python": _matching(_VERSION, self._about.python),
            },
        )

    def _counted(self) -> Iterator[Metric]:
        turns = CounterMetricFamily(
            "assistant_turns", "Turns by how they came and ended.", labels=("kind", "outcome")
        )
        times = HistogramMetricFamily(
            "assistant_turn_seconds", "Time from a turn's coming to its reply.", labels=("kind",)
        )
        with self._lock:
            for kind in KINDS:
                times.add_metric((kind,), self._times[kind].buckets(), self._times[kind].total)
                for outcome in OUTCOMES:
                    turns.add_metric((kind, outcome), self._turns[kind, outcome])
            for why in sorted({*REFUSALS} - {*OUTCOMES}):
                turns.add_metric((OTHER, why), self._turns[OTHER, why])
        yield turns
        yield times
        by_language = CounterMetricFamily(
            "assistant_turns_by_language",
            "Turns that got a reply, by its language, in whole tens, as the day began.",
            labels=("lang", "outcome"),
        )
        shown = self._by_language.shown()
        for lang in TONGUES:
            for outcome in OUTCOMES:
                by_language.add_metric((lang, outcome), shown.get((lang, outcome), 0))
        yield by_language
        yield CounterMetricFamily(
            "assistant_danger_answers",
            "Replies with a whole danger answer first, in whole tens, as the day began.",
            self._danger.shown().get(None, 0),
        )
        if self.unanswered:
            missed = GaugeMetricFamily(
                "assistant_unanswered_questions",
                "Questions without an answer, by the nearest topic, in tens, as the day began.",
                labels=("lang", "week", "topic"),
            )
            for cell, count in sorted(self.unanswered.shown().items()):
                missed.add_metric(cell, count)
            yield missed

    def _seen(self) -> Iterator[Metric]:
        content, ago = self._watched.current, self._watched.answered_ago
        for name, about, value in (
            ("waiting_turns", "Turns that wait in line now.", self._waiting()),
            ("content_revision", "The revision that is served.", content.revision),
            ("database_answer_age_seconds", "Time since the database last answered.", ago),
            ("database_reachable", "1 when it answers, 0 when it is away.", ago <= AWAY_SECONDS),
            ("review_due", "Answers, services and texts that wait for a person.", self._waits()),
            ("uptime_seconds", "Time since the start.", time.monotonic() - self._began),
        ):
            yield GaugeMetricFamily(f"assistant_{name}", about, float(value))

    def _waits(self) -> int:
        """Returns how many things wait for review; looked for once a day and a revision."""
        content, today = self._watched.current, self._clock().date()
        if self._due is None or self._due[0] != (content.revision, today):
            found = len({one.what for one in due(content, today)})
            self._due = ((content.revision, today), found)
        return self._due[1]


@dataclass
class _Times:
    """A histogram of seconds."""

    total: float = 0.0
    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))

    def add(self, seconds: float) -> None:
        """Counts one time; what is none is left out."""
        if isinstance(seconds, (int, float)) and math.isfinite(seconds) and seconds >= 0:
            self.counts[bisect_left(BUCKETS, seconds)] += 1
            self.total += seconds

    def buckets(self) -> list[tuple[str, float]]:
        """Returns each bound with how many were no longer than it."""
        so_far, found = 0, []
        for bound, count in zip((*map(str, BUCKETS), "+Inf"), self.counts):
            so_far += count
            found.append((bound, float(so_far)))
        return found


def kind_of(request: TurnRequest) -> Kind:
    """Returns how a turn came."""
    if request.message:
        return "typed"
    return "tapped" if request.choose else "opened"


def outcome_of(answers: Collection[str], *, is_offered: bool) -> Outcome:
    """Returns how a turn ended.

    Args:
        answers: ids of what it said, without the alternatives below.
        is_offered: whether there are any.
    """
    if TROUBLE in answers:
        return "trouble"
    if UNSURE in answers or _OUT_OF_SCOPE in answers:
        return "fallback"
    return "offered" if is_offered else "answered"


def refusal_of(status: int) -> Refusal:
    """Returns why there was no turn, by the status of HTTP that went out."""
    if status == 429:
        return "limited"
    if status == 503:
        return "busy"
    return "refused" if 400 <= status < 500 else "trouble"


def _matching(form: re.Pattern[str], value: str) -> str:
    return value if form.fullmatch(value) else "unknown"


def _assistant_version() -> str:
    try:
        project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    except OSError:
        return ""
    found = re.search(r'^version = "([^"]*)"$', project, re.MULTILINE)
    return found[1] if found else ""
