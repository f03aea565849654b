"""What a short message means after an answer: "yes", "no", "and if I say no?", "is it free?"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.plain_yaml import read_yaml

FILE = Path(__file__).resolve().parent / "data" / "followups.yml"

#: What an intent of a follow-up is called: `followup_cost`.
PREFIX = "followup_"


@dataclass(frozen=True)
class FollowUp:
    """A kind of follow-up: last answer or its topic → answer, and what is offered otherwise."""

    answers: Mapping[str, str]
    otherwise: tuple[str, ...]

    def after(self, last: str | None) -> str | None:
        """Returns the answer it means after another, None when that does not tell."""
        if last is None:
            return None
        return self.answers.get(last) or self.answers.get(last.partition(".")[0])


@lru_cache(maxsize=1)
def follow_ups() -> dict[str, FollowUp]:
    """Returns kind → follow-up, as the table has them."""
    return {
        kind: FollowUp(row["answers"], tuple(row["otherwise"]))
        for kind, row in read_yaml(FILE).items()
    }


def intents() -> list[str]:
    """Returns the intents that are follow-ups."""
    return [f"{PREFIX}{kind}" for kind in follow_ups()]
