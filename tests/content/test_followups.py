"""What a short message means after an answer is written in one table."""

from __future__ import annotations

import pytest

from bot.content.followups import follow_ups, intents

MEANT = [(kind, answer) for kind, row in follow_ups().items() for answer in row.answers.values()]


@pytest.mark.parametrize(("kind", "answer"), MEANT)
def test_the_table_leads_to_answers_that_there_are(content, kind, answer) -> None:
    """What a follow-up means is an answer of the catalogue."""
    assert answer in content.answers


@pytest.mark.parametrize("kind", follow_ups())
def test_the_table_knows_last_answers_and_topics(content, kind) -> None:
    """Each key is an answer or a topic, and what is offered otherwise is there."""
    known = {*content.answers, *(answer.topic for answer in content.answers.values())}

    assert set(follow_ups()[kind].answers) <= known
    assert set(follow_ups()[kind].otherwise) <= set(content.answers)


@pytest.mark.parametrize(
    ("kind", "last", "meant"),
    [
        ("refuse", "nrm.what", "nrm.consent"),
        ("refuse", "sharing.risk", "sharing.consent"),
        ("refuse", "living.refuge", None),
        ("refuse", None, None),
        ("cost", "status.ilr", "status.fees"),
        ("cost", "living.health", "living.health"),
        ("cost", "living.council", None),
        ("time", "nrm.support", "nrm.decisions"),
        ("yes", "nrm.what", None),
    ],
)
def test_the_last_answer_tells_what_is_meant(kind, last, meant) -> None:
    """An answer comes before its topic; where neither is in the table, nothing is guessed."""
    assert follow_ups()[kind].after(last) == meant


def test_every_kind_is_an_intent() -> None:
    """Rasa knows each kind by an intent of its name."""
    assert intents() == [f"followup_{kind}" for kind in follow_ups()]
