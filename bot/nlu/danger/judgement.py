"""Whether a message is danger now: what the rules found and what was learnt, weighed together."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bot.nlu.danger.phrase_files import DANGER, SUICIDE
from bot.nlu.danger.rules import Danger

#: How much what she asks for adds to the score, which is a sum of log-odds.
ASKED_WEIGHT = 0.5
#: A rule alone alarms, and yet not where both models are as sure as this that a message is calm
#: ("I am not in danger, nobody hits me").
CALM = -6.0
#: Kinds of danger that calm models never rightly called off on the development messages: few
#: phrases speak of them, so the models know them least. And strangling, which is danger for days
#: after it is over: models that tell what is happening now from what was would call that off.
NEVER_CALM = frozenset({"honour", "drowning", "followed", "child", "forced", "strangulation"})
#: From here on danger is possible, by the language that she writes. Chosen on messages kept apart
#: for that, so low that some 3% of those that mention violence where nothing is happening now
#: alarm, 3% of all, and 5% of what is about something else.
POSSIBLE = {"en": -4.5, "es": -2.6, "cy": -4.0, "pt": -3.0}
#: From here on it is taken as sure.
SURE = 2.0
#: Without a rule danger is sure only if the answer model finds it as likely as this: "somewhere to
#: live for me and my children" sounds like despair to a model that knows nothing of councils.
ASKED_SURE = 0.05
#: From here on the part of a message that a rule found is danger, whatever stands beside it: "he
#: is hitting me" in front of a long question that hides it from the models.
PART_SURE = 4.0
#: A probability of 0 or 1 says no more than these.
_LEAST = 1e-4


@dataclass(frozen=True)
class Learnt:
    """What the models make of a message: three probabilities, 0 to 1.

    Attributes:
        danger: that it speaks of danger now, by the danger model.
        suicide: that the danger, if there is any, is that somebody harms herself.
        asked: that the answers to danger are what it asks for, by the answer model.
    """

    danger: float
    suicide: float
    asked: float

    @property
    def answer(self) -> str:
        """The answer to this danger."""
        return SUICIDE if self.suicide >= 0.5 else DANGER


@dataclass(frozen=True)
class Judgement:
    """Danger now.

    Attributes:
        answer: `safety.danger` or `safety.suicide`.
        is_sure: the whole answer comes first; where it is only possible, a short line does.
        language: of the words that tell; None where no single words do.
    """

    answer: str
    is_sure: bool
    language: str | None


def judge(
    found: Danger | None,
    learnt: Learnt | None,
    part: Learnt | None = None,
    language: str | None = None,
) -> Judgement | None:
    """Weighs what the rules found against what was learnt; None is no danger.

    Args:
        found: by the rules.
        learnt: by the models; None where there is no model or nothing that it can read.
        part: by the models, of those words alone that the rules found danger in.
        language: of the message; None where that is not known.
    """
    if learnt is None:
        return Judgement(found.answer, True, found.language) if found else None
    score = _score(learnt)
    if found is None:
        is_sure = score >= SURE and learnt.asked >= ASKED_SURE
        possible = POSSIBLE.get(language or "", min(POSSIBLE.values()))
        return Judgement(learnt.answer, is_sure, None) if score >= possible else None
    is_told = part is not None and _score(part) >= PART_SURE
    if is_told or score >= CALM or found.kind in NEVER_CALM:
        return Judgement(found.answer, True, found.language)
    return None


def _score(learnt: Learnt) -> float:
    return _log_odds(learnt.danger) + ASKED_WEIGHT * _log_odds(learnt.asked)


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, _LEAST), 1 - _LEAST)
    return math.log(bounded / (1 - bounded))
