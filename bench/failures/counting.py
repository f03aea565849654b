"""What is counted of a load: pure figures of what each turn came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

#: What a turn came to: an answer that goes on with the conversation; one that says kindly that
#: it begins afresh; one that nobody who knew the conversation would give; no answer at all.
ON, AFRESH, LOST, UNANSWERED = "on", "afresh", "lost", "unanswered"

#: The code of a good answer, and that of a request that got none.
GOOD, NO_ANSWER = "200", "no answer"


@dataclass(frozen=True)
class Attempt:
    """One request: when it began and ended, and its status, with the contract's code for errors."""

    began: float
    ended: float
    code: str = GOOD

    def was_open(self, moments: Sequence[float]) -> bool:
        """Says whether the request was on its way at one of the moments."""
        return any(self.began <= moment < self.ended for moment in moments)


@dataclass(frozen=True)
class Turn:
    """What one person asked once; when a request fails she asks the same again, in `attempts`."""

    attempts: tuple[Attempt, ...]
    came_to: str

    @property
    def asked(self) -> float:
        """When she asked first."""
        return self.attempts[0].began

    @property
    def ended(self) -> float:
        """When the answer was there, or she gave up."""
        return self.attempts[-1].ended

    @property
    def wait(self) -> float:
        """How long she waited."""
        return self.ended - self.asked

    @property
    def is_answered(self) -> bool:
        """Whether she was answered, and not as somebody else."""
        return self.came_to in (ON, AFRESH)


@dataclass(frozen=True)
class Figures:
    """What a scenario shows. Times in seconds.

    Attributes:
        before: turns that were answered before anything broke.
        turns: turns that ended later.
        answered: how many of those were answered.
        in_flight: requests that were on their way when something broke.
        failed: code to number, of requests without a good answer.
        beyond: the same, of those that were not on their way when something broke.
        afresh: conversations that were told kindly that they begin again.
        lost: conversations that went on as if they had not been, or got no answer any more.
        gap: the longest time in which nobody was answered.
        longest_wait: the longest that anybody waited for an answer, all her requests together.
        p95_before: the 95th percentile of that wait before anything broke.
        p95: the same from then on.
    """

    before: int
    turns: int
    answered: int
    in_flight: int
    failed: Mapping[str, int]
    beyond: Mapping[str, int]
    afresh: int
    lost: int
    gap: float
    longest_wait: float
    p95_before: float
    p95: float


def figures(turns: Collection[Turn], breaks: Sequence[float], ended: float) -> Figures:
    """Counts.

    Args:
        turns: all of the load.
        breaks: the moments at which something was broken, at least one.
        ended: when the load did.
    """
    first = min(breaks)
    before = [turn for turn in turns if turn.ended <= first and turn.is_answered]
    after = [turn for turn in turns if turn.ended > first]
    answered = [turn for turn in after if turn.is_answered]
    attempts = [attempt for turn in turns for attempt in turn.attempts]
    failed = [attempt for attempt in attempts if attempt.code != GOOD]
    return Figures(
        before=len(before),
        turns=len(after),
        answered=len(answered),
        in_flight=sum(attempt.was_open(breaks) for attempt in attempts),
        failed=Counter(attempt.code for attempt in failed),
        beyond=Counter(attempt.code for attempt in failed if not attempt.was_open(breaks)),
        afresh=sum(turn.came_to == AFRESH for turn in turns),
        lost=sum(turn.came_to in (LOST, UNANSWERED) for turn in turns),
        gap=_longest_gap([first, *(turn.ended for turn in answered), ended]),
        longest_wait=max((turn.wait for turn in answered), default=0.0),
        p95_before=percentile_95([turn.wait for turn in before]),
        p95=percentile_95([turn.wait for turn in answered]),
    )


def percentile_95(values: Collection[float]) -> float:
    """Returns the value that 95 of 100 do not exceed, 0 when there is none."""
    ordered = sorted(values)
    # The rank, rounded up.
    return ordered[-(-len(ordered) * 95 // 100) - 1] if ordered else 0.0


def complaints(found: Figures, *, may_begin_afresh: bool = False) -> list[str]:
    """Returns what of the figures is not as it must be, a sentence each."""
    said = []
    if not found.before or not found.answered:
        said.append("there was no load: nobody was answered")
    if found.lost:
        said.append(f"{found.lost} conversations were lost")
    if found.afresh and not may_begin_afresh:
        said.append(f"{found.afresh} conversations had to begin afresh")
    if found.beyond:
        said.append(f"requests failed that were not in flight ({spoken(found.beyond)})")
    return said


def spoken(codes: Mapping[str, int]) -> str:
    """Returns codes and how often each came."""
    return ", ".join(f"{count} × {code}" for code, count in sorted(codes.items()))


def _longest_gap(moments: Sequence[float]) -> float:
    ordered = sorted(moments)
    return max(later - sooner for sooner, later in pairwise(ordered))
