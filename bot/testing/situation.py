"""The values of a situation: what she does, step by step, and what the chat must do then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: What she can do in a step.
SAYS, TAPS, PICKS, NOTHING = "she says", "she taps", "she picks language", "she sends nothing"
BACK, AGAIN = "she goes back to step", "she starts again"
ACTS = (SAYS, TAPS, PICKS, NOTHING, BACK, AGAIN)
#: After these she sends nothing, so that nothing is to be expected.
SILENT = (BACK, AGAIN)


@dataclass(frozen=True)
class Expected:
    """What the reply to a step must be, in one language; empty: nothing is said of it.

    Attributes:
        answers: ids in their order; the first must be the first of the reply.
        says: words that must stand in it, letter case aside.
        never_says: words that must not.
        offers: references of buttons that must be there.
        shows: ids of services that must be there.
        hides: ids of services that must not.
        language: of the reply; "" when it does not matter.
        may_alarm: an answer to danger may stand before them.
    """

    answers: tuple[str, ...]
    language: str
    says: tuple[str, ...] = ()
    never_says: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    may_alarm: bool = False


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        act: one of `ACTS`.
        does: by language, what she says, taps or picks, or the number of the step to go back to.
        expected: by language; empty for an act of `SILENT`.
        line: in the file.
    """

    act: str
    does: Mapping[str, str]
    expected: Mapping[str, Expected] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True)
class Situation:
    """A conversation that a tester has written down, in four languages side by side."""

    name: str
    about: str
    topic: str
    file: str
    line: int
    steps: tuple[Step, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        """Those it is written in."""
        return tuple(self.steps[0].does)
