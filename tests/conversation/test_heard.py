"""What was made of her words: enough to answer, and none of the words."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from bot.conversation.heard import Heard
from bot.languages import LANGUAGES
from bot.nlu.danger.judgement import Judgement
from bot.nlu.danger_override import JUDGED_DANGER

CANARY = "zarzaparrilla"

JUDGED = Judgement("safety.suicide", is_sure=False, language="cy")


def parsed(**more: Any) -> dict[str, Any]:
    """Returns what Rasa makes of a message, with her words wherever Rasa keeps them."""
    return {
        "text": f"my name is {CANARY}",
        "intent": {"name": "sharing_risk", "confidence": 0.6},
        "entities": [{"entity": "name", "value": CANARY, "start": 11, "end": 24}],
        "text_tokens": [(0, 2), (3, 7)],
        "metadata": {"note": CANARY},
        "intent_ranking": [
            {"name": "sharing_risk", "confidence": 0.6},
            {"name": "nrm_what", "confidence": 0.3},
        ],
        **more,
    }


def test_the_door_hears_language_danger_and_ranking() -> None:
    """All three decide what stands above and below her answer."""
    heard = Heard.of(parsed(language="cy", **{JUDGED_DANGER: asdict(JUDGED)}))
    assert heard == Heard("cy", JUDGED, (("sharing_risk", 0.6), ("nrm_what", 0.3)))


def test_no_word_of_hers_is_in_it() -> None:
    """It lives longer than the turn's tracker; whatever reads it must not find her words."""
    heard = Heard.of(parsed(language="en", **{JUDGED_DANGER: asdict(JUDGED)}))
    assert CANARY in repr(parsed())
    assert CANARY not in repr(heard)
    assert CANARY not in repr(vars(heard))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_that_answers_are_given_in_is_heard(language: str) -> None:
    """She is offered the language she writes in, whichever of the four it is."""
    assert Heard.of(parsed(language=language)).language == language


@pytest.mark.parametrize("language", [None, "", "fr"])
def test_a_language_that_is_not_sure_or_not_ours_is_none(language: str | None) -> None:
    """A language that nothing can be answered in is not offered."""
    assert Heard.of(parsed(language=language)).language is None


@pytest.mark.parametrize("judged", [{}, {JUDGED_DANGER: None}])
def test_without_a_judgement_there_is_no_danger(judged: dict[str, Any]) -> None:
    """The component says nothing where there is no danger."""
    assert Heard.of(parsed(**judged)).danger is None


@pytest.mark.parametrize(
    "tap", [{}, {"text": "", "intent_ranking": []}, {"text": "", "intent_ranking": None}]
)
def test_a_tap_has_nothing_to_hear(tap: dict[str, Any]) -> None:
    """A tap is ready made: no language, no danger and no alternatives."""
    assert Heard.of(tap) == Heard()
