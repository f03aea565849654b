from __future__ import annotations

import math

import pytest

from bot.nlu.danger.judgement import (
    ASKED_SURE,
    ASKED_WEIGHT,
    CALM,
    NEVER_CALM,
    POSSIBLE,
    SURE,
    Judgement,
    Learnt,
    judge,
)
from bot.nlu.danger.phrase_files import DANGER, SUICIDE
from bot.nlu.danger.rules import Danger, DangerRules

WEAPON = Danger(DANGER, "weapon", "es")
HARM = Danger(SUICIDE, "suicide", "cy")
#: A little on either side of a boundary.
STEP = 1e-3


def share(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


def learnt(score: float, suicide: float = 0.0) -> Learnt:
    """Returns what models say whose log-odds make up a score, half of it by each model."""
    return Learnt(share(score / 2), suicide, share(score / 2 / ASKED_WEIGHT))


@pytest.mark.parametrize("found", [WEAPON, HARM])
def test_a_rule_without_a_model_is_sure(found: Danger) -> None:
    """Where no model can read, or there is none, the rules alone alarm, as they always did."""
    assert judge(found, None) == Judgement(found.answer, True, found.language)


def test_neither_rule_nor_model_is_no_danger() -> None:
    """Silence on both sides alarms nobody."""
    assert judge(None, None) is None
    assert judge(None, Learnt(0.0, 0.0, 0.0)) is None


@pytest.mark.parametrize("found", [WEAPON, HARM])
def test_two_models_that_are_sure_of_calm_outvote_a_rule(found: Danger) -> None:
    """ "I am not in danger, nobody hits me" has words of danger, and is none."""
    assert judge(found, Learnt(0.0, 1.0, 0.0)) is None


@pytest.mark.parametrize("kind", sorted(NEVER_CALM))
def test_no_model_silences_what_it_knows_least(kind: str) -> None:
    """ "My brothers are coming, they say the honour must be cleaned": a rule alone alarms."""
    found = Danger(DANGER, kind, "pt")
    assert judge(found, Learnt(0.0, 0.0, 0.0)) == Judgement(DANGER, True, "pt")


def test_these_are_kinds_that_there_are() -> None:
    """A name that no rule has would protect nobody."""
    assert set(DangerRules.load().kinds) >= NEVER_CALM


@pytest.mark.parametrize("calm", [Learnt(0.02, 0.0, 0.5), Learnt(0.5, 0.0, 0.0)])
def test_one_model_that_is_sure_of_calm_does_not_outvote_a_rule(calm: Learnt) -> None:
    """It takes both models to silence a rule that a person wrote."""
    assert judge(WEAPON, calm) == Judgement(DANGER, True, "es")


@pytest.mark.parametrize("language", POSSIBLE)
def test_what_was_learnt_alone_is_none_then_possible_then_sure(language: str) -> None:
    """What no rule knows is heard too, and alarms only as far as it is sure, in each language."""
    possible = POSSIBLE[language]
    for score, is_sure in (
        (possible - STEP, None),
        (possible + STEP, False),
        (SURE - STEP, False),
        (SURE + STEP, True),
        (20.0, True),
    ):
        judged = judge(None, learnt(score), language=language)
        assert (judged.is_sure if judged else None) is is_sure


def test_where_the_language_is_not_known_the_lowest_boundary_counts() -> None:
    """Rather an alarm too many than one too few."""
    assert judge(None, learnt(min(POSSIBLE.values()) + STEP)) is not None


@pytest.mark.parametrize(("score", "is_heard"), [(CALM - STEP, False), (CALM + STEP, True)])
def test_a_rule_that_is_heard_is_sure_at_once(score: float, is_heard: bool) -> None:
    """With a rule there is no half danger: it is called off, or the whole answer comes first."""
    judged = judge(WEAPON, learnt(score))
    assert judged == (Judgement(DANGER, True, "es") if is_heard else None)


@pytest.mark.parametrize("moved", ["danger", "asked"])
def test_more_of_either_model_is_never_less_danger(moved: str) -> None:
    """Each model only adds: from none to possible to sure, and never back."""
    steps = [number / 200 for number in range(201)]
    fixed = {"danger": 0.2, "asked": 0.2, "suicide": 0.0}
    found = [judge(None, Learnt(**{**fixed, moved: step})) for step in steps]
    ranks = [0 if one is None else 1 + one.is_sure for one in found]
    assert ranks == sorted(ranks)
    assert ranks[0] < ranks[-1]


@pytest.mark.parametrize("extreme", [0.0, 1.0])
@pytest.mark.parametrize("other", [0.0, 1.0])
def test_models_that_are_certain_break_nothing(extreme: float, other: float) -> None:
    """A probability of 0 or 1 has no logarithm of its odds, and stops no turn."""
    judged = judge(None, Learnt(extreme, 0.0, other))
    assert (judged is not None) is (extreme == 1.0)


def test_danger_that_is_no_answer_to_her_question_is_possible_and_not_sure() -> None:
    """ "Somewhere to live for us" sounds like despair to one model; her question is answered."""
    for asked, is_sure in ((ASKED_SURE, True), (ASKED_SURE - STEP, False)):
        judged = judge(None, Learnt(1.0, 1.0, asked))
        assert judged == Judgement(SUICIDE, is_sure, None)


@pytest.mark.parametrize(
    ("suicide", "answer"),
    [(0.0, DANGER), (0.5 - STEP, DANGER), (0.5, SUICIDE), (1.0, SUICIDE)],
)
def test_learnt_danger_has_the_answer_that_is_likelier(suicide: float, answer: str) -> None:
    """She who wants to die is not told how to get away from somebody; no words tell a language."""
    for score, is_sure in ((5.0, True), (SURE - STEP, False)):
        assert judge(None, learnt(score, suicide)) == Judgement(answer, is_sure, None)


@pytest.mark.parametrize(("found", "suicide"), [(WEAPON, 1.0), (HARM, 0.0)])
def test_the_answer_and_language_of_a_rule_stand(found: Danger, suicide: float) -> None:
    """A rule knows who attacks and in which words; the models' guess does not change that."""
    judged = judge(found, learnt(5.0, suicide))
    assert judged == Judgement(found.answer, True, found.language)


def test_danger_beside_a_long_question_is_heard() -> None:
    """The question hides it from the models; the words of danger, read alone, do not."""
    found = Danger("safety.danger", "hitting", "en")
    hidden, told = Learnt(0.003, 0.1, 0.001), Learnt(0.99, 0.1, 0.9)

    assert judge(found, hidden) is None
    assert judge(found, hidden, told) == Judgement("safety.danger", True, "en")
    assert judge(found, hidden, hidden) is None


def test_a_part_says_nothing_without_a_rule() -> None:
    """A part is what a rule found; where none did there is none to listen to."""
    assert judge(None, Learnt(0.003, 0.1, 0.001), Learnt(0.99, 0.1, 0.9)) is None
