"""A tracker store that owns nothing: it lends Rasa the conversation for one turn.

The conversation stands in a context variable, not in a dictionary, so that a client
who hangs up in mid-turn leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.conversation.heard import Heard
from bot.conversation.sealed_state import ConversationState, PastTurn
from bot.nlu.conversation_language import conversation_language

#: Slot to the field of the state that carries it from turn to turn.
CARRIED_SLOTS = {
    "language": "language",
    "language_picked": "picked",
    "last_answer": "last",
    "nation": "nation",
    "speak": "speak",
}


@dataclass
class Turn:
    """The conversation of one turn: as it was, and as Rasa left it.

    `heard` is what was made of her words, None where Rasa did not come to reading them.
    """

    before: ConversationState
    after: ConversationState
    heard: Heard | None = None


_current: ContextVar[Turn | None] = ContextVar("turn", default=None)


@contextmanager
def lend(state: ConversationState) -> Iterator[Turn]:
    """Lends a conversation to whatever runs inside, and takes it away afterwards."""
    turn = Turn(before=state, after=state)
    token = _current.set(turn)
    try:
        yield turn
    finally:
        _current.reset(token)


class SealedTrackerStore(TrackerStore):
    """Hands out the conversation that was lent, and notes how it was left.

    It must not raise: Rasa would then keep the conversation in a store of its own.
    """

    def __init__(self, domain: Domain | None, host: str | None = None, **_: Any) -> None:
        # Rasa passes what endpoints.yml says; an event broker among it is refused at start.
        super().__init__(domain, None)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker:
        """Returns the tracker of the conversation that was lent, or an empty one."""
        turn = _current.get()
        tracker: DialogueStateTracker = self.init_tracker(sender_id)
        tracker.update_with_events(
            events_of(turn.before if turn else ConversationState()), self.domain
        )
        return tracker

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker:
        """Returns the same: there is no more of it anywhere."""
        return await self.retrieve(conversation_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Notes what the next turn needs of the tracker, and drops the rest."""
        turn = _current.get()
        if turn is not None:
            turn.after = state_of(tracker, turn.before)
            if tracker.latest_message:
                turn.heard = Heard.of(tracker.latest_message.parse_data)

    async def keys(self) -> Iterable[str]:
        """Returns nothing: no conversation has a key here."""
        return ()


def events_of(state: ConversationState) -> list[Event]:
    """Returns the events that tell Rasa a conversation, without a word of it."""
    events: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
    events += [SlotSet(slot, getattr(state, name)) for slot, name in CARRIED_SLOTS.items()]
    events.append(ActionExecuted(ACTION_LISTEN_NAME))
    for turn in state.turns:
        events.append(UserUttered(text="", intent={"name": turn.intent, "confidence": 1.0}))
        events += [ActionExecuted(name) for name in (*turn.actions, ACTION_LISTEN_NAME)]
    return events


def state_of(tracker: DialogueStateTracker, before: ConversationState) -> ConversationState:
    """Returns the state that a turn leaves: slots, language, intent and actions, no words."""
    slots = tracker.current_slot_values()
    carried = {name: slots.get(slot) for slot, name in CARRIED_SLOTS.items()}
    carried |= {"language": conversation_language(tracker), "picked": bool(carried["picked"])}
    return replace(before, **carried).with_turn(_last_turn(tracker))


def _last_turn(tracker: DialogueStateTracker) -> PastTurn:
    intent = ""
    actions: list[str] = []
    for event in tracker.events:
        if isinstance(event, UserUttered):
            intent, actions = event.intent_name or "", []
        elif isinstance(event, ActionExecuted) and event.action_name != ACTION_LISTEN_NAME:
            actions.append(event.action_name)
    return PastTurn(intent, tuple(actions))
