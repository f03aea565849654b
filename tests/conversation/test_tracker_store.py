from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.conversation.heard import Heard
from bot.conversation.sealed_state import ConversationState, PastTurn
from bot.conversation.tracker_store import (
    CARRIED_SLOTS,
    SealedTrackerStore,
    _current,
    events_of,
    lend,
    state_of,
)
from bot.languages import LANGUAGES
from bot.nlu.danger.judgement import Judgement
from bot.nlu.danger_override import JUDGED_DANGER
from bot.settings import ROOT

CANARY = "zarzaparrilla"

KNOWN = ConversationState(
    language="cy",
    picked=True,
    last="nrm.what",
    nation="wales",
    speak="pt",
    turns=(
        PastTurn("bot_greet", ("utter_bot_greet",)),
        PastTurn("nrm_what", ("utter_nrm_what",)),
    ),
)


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load(str(ROOT / "domain.yml"))


@pytest.fixture
def store(domain: Domain) -> SealedTrackerStore:
    return SealedTrackerStore(domain)


def say(tracker: DialogueStateTracker, language: str | None = None, **more: Any) -> None:
    """Adds a turn as Rasa does: her words, an action, an answer."""
    tracker.update(
        UserUttered(
            f"my name is {CANARY}",
            intent={"name": "sharing_risk", "confidence": 0.9},
            parse_data={
                "intent": {"name": "sharing_risk"},
                "text": CANARY,
                "language": language,
                **more,
            },
            metadata={"note": CANARY},
        )
    )
    tracker.update(ActionExecuted("utter_sharing_risk"))
    tracker.update(BotUttered(f"hello {CANARY}", {"custom": {"text": CANARY}}))
    tracker.update(ActionExecuted("action_listen"))


async def test_rasa_is_lent_the_conversation_for_the_turn(store: SealedTrackerStore) -> None:
    """Slots and past turns stand in the tracker as they were left."""
    with lend(KNOWN):
        tracker = await store.retrieve("anybody")
    assert {slot: tracker.get_slot(slot) for slot in CARRIED_SLOTS} == {
        "language": "cy",
        "language_picked": True,
        "last_answer": "nrm.what",
        "nation": "wales",
        "speak": "pt",
    }
    said = [event.intent_name for event in tracker.events if isinstance(event, UserUttered)]
    assert said == ["bot_greet", "nrm_what"]
    assert tracker.latest_action_name == "action_listen"


async def test_without_a_loan_there_is_an_empty_conversation(store: SealedTrackerStore) -> None:
    """The store owns nothing: an id alone, whoever sends it, opens no conversation."""
    with lend(KNOWN):
        await store.save(await store.retrieve("same-id"))
    tracker = await store.retrieve("same-id")
    assert tracker.get_slot("nation") is None
    assert not [event for event in tracker.events if isinstance(event, UserUttered)]


async def test_saving_without_a_loan_keeps_nothing(
    store: SealedTrackerStore, domain: Domain
) -> None:
    """A tracker that comes from elsewhere is dropped."""
    before = dict(vars(store))
    tracker = DialogueStateTracker.from_events("x", events_of(KNOWN), domain.slots)
    say(tracker)
    await store.save(tracker)
    assert vars(store) == before
    assert list(await store.keys()) == []


async def test_a_turn_leaves_what_the_next_one_needs(store: SealedTrackerStore) -> None:
    """The state after a turn has its slots, its intent and its actions."""
    with lend(KNOWN) as turn:
        tracker = await store.retrieve("anybody")
        say(tracker, "pt")
        tracker.update(SlotSet("nation", "england"))
        await store.save(tracker)
    assert turn.after.nation == "england"
    assert turn.after.turns == (
        PastTurn("nrm_what", ("utter_nrm_what",)),
        PastTurn("sharing_risk", ("utter_sharing_risk",)),
    )
    assert turn.before == KNOWN


async def test_a_turn_tells_the_door_what_was_made_of_her_words(store: SealedTrackerStore) -> None:
    """Language, danger and the likeliest intents, which the state of the next turn has not."""
    judged = Judgement("safety.danger", is_sure=False, language=None)
    ranking = [{"name": "sharing_risk", "confidence": 0.9}, {"name": "nrm_what", "confidence": 0.1}]
    with lend(KNOWN) as turn:
        tracker = await store.retrieve("anybody")
        say(tracker, "pt", intent_ranking=ranking, **{JUDGED_DANGER: asdict(judged)})
        await store.save(tracker)
    assert turn.heard == Heard("pt", judged, (("sharing_risk", 0.9), ("nrm_what", 0.1)))
    assert CANARY not in repr(turn.heard)


async def test_words_that_were_not_read_are_not_heard(store: SealedTrackerStore) -> None:
    """Where Rasa fails before it saves, the door must know, and ask the rules alone."""
    with lend(KNOWN) as turn:
        say(await store.retrieve("anybody"))
    assert turn.heard is None


async def test_the_state_has_no_word_of_hers_or_ours(store: SealedTrackerStore) -> None:
    """Nothing that was typed or said is carried to the next turn."""
    with lend(KNOWN) as turn:
        tracker = await store.retrieve("anybody")
        say(tracker)
        await store.save(tracker)
    assert CANARY not in json.dumps(asdict(turn.after))
    assert CANARY not in json.dumps([event.as_dict() for event in events_of(turn.after)])


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_language_she_writes_in_is_carried_on(
    store: SealedTrackerStore, language: str
) -> None:
    """Without a language picked by hand, the one she surely wrote in stays."""
    with lend(ConversationState()) as turn:
        tracker = await store.retrieve("anybody")
        say(tracker, language)
        await store.save(tracker)
    assert (turn.after.language, turn.after.picked) == (language, False)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_picked_language_is_not_changed_by_her_words(
    store: SealedTrackerStore, language: str
) -> None:
    """What she picked by hand stands, whatever she writes in."""
    with lend(ConversationState(language=language, picked=True)) as turn:
        tracker = await store.retrieve("anybody")
        say(tracker, "en" if language != "en" else "es")
        await store.save(tracker)
    assert (turn.after.language, turn.after.picked) == (language, True)


async def test_the_loan_ends_with_the_turn_even_when_it_fails(store: SealedTrackerStore) -> None:
    """After an error the next turn of this task sees nothing of this one."""
    with pytest.raises(RuntimeError), lend(KNOWN):
        raise RuntimeError
    assert _current.get() is None
    assert (await store.retrieve("x")).get_slot("nation") is None


async def test_turns_at_the_same_time_do_not_see_each_other(store: SealedTrackerStore) -> None:
    """Two women who write at once get each her own conversation."""

    async def turn(nation: str) -> str | None:
        with lend(ConversationState(nation=nation)) as lent:
            tracker = await store.retrieve("the-same-id")
            await asyncio.sleep(0)
            await store.save(tracker)
        return lent.after.nation

    nations = ["wales", "england", "scotland", "northern-ireland"] * 5
    assert await asyncio.gather(*(turn(nation) for nation in nations)) == nations


async def test_the_full_tracker_is_the_same_one(store: SealedTrackerStore) -> None:
    """There is no longer history anywhere."""
    with lend(KNOWN):
        short = await store.retrieve("x")
        full = await store.retrieve_full_tracker("x")
    assert [type(event) for event in full.events] == [type(event) for event in short.events]


def test_no_event_broker_is_taken(domain: Domain) -> None:
    """Events are told to nobody, even where Rasa offers somebody to tell."""
    store = SealedTrackerStore(domain, host="somewhere", event_broker=object())
    assert store.event_broker is None


def test_a_tracker_without_a_turn_has_a_state(domain: Domain) -> None:
    """An empty tracker does not make the store raise; Rasa would then keep it elsewhere."""
    state = state_of(DialogueStateTracker("x", domain.slots), ConversationState())
    assert state.turns == (PastTurn("", ()),)
