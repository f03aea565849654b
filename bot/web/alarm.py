"""Danger first: found by rules before Rasa is asked, and kept in sight while the talk goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.content.references import make_reference
from bot.conversation.nlg import TROUBLE
from bot.conversation.rendering import Message, Renderer
from bot.conversation.sealed_state import ConversationState
from bot.nlu.danger import DangerRules
from bot.web.contract import TurnRequest

#: The answers to danger, the more urgent first.
LIFELINES = ("safety.danger", "safety.suicide")

#: Offered under the short line, beside "this is not happening now".
SILENT_CALL = "safety.silent-call"
NOT_NOW = {"now": "no"}


@dataclass
class Alarm:
    """What danger adds to one turn.

    The full answer is given once, in the language she wrote in and in the page's.
    After that each turn carries one short line above her answer, until she says
    that it is not happening now.
    """

    rules: DangerRules
    renderer: Callable[[str], Renderer]
    before: ConversationState
    request: TurnRequest
    messages: list[Message] = field(init=False)
    state: ConversationState = field(init=False)
    is_raised: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.state, self.messages = self.before, []
        danger = self.rules.detect(self.request.message or "")
        self.is_raised = danger is not None
        if danger and danger.answer not in self.before.alarms:
            self.state = _with_alarm(self.before, danger.answer)
            languages = dict.fromkeys((danger.language, self.before.language))
            self.messages = [self.renderer(name).message(danger.answer) for name in languages]
            return
        self.state = replace(self.before, alarms=self._still_open())
        if self.state.alarms:
            self.messages = [self._line()]

    def complete(
        self, messages: list[Message], state: ConversationState
    ) -> tuple[list[Message], ConversationState]:
        """Returns all messages of the turn, the danger answer first, and what it leaves.

        Args:
            messages: what Rasa answered.
            state: the state after Rasa's turn.
        """
        for message in messages:
            if message["answer"] in LIFELINES and message["more"]:
                state = _with_alarm(state, message["answer"])
        given = {message["answer"] for message in self.messages}
        if not self.is_raised and given.intersection(message["answer"] for message in messages):
            # She asked for the danger answer itself: its text, and no line that repeats it.
            return messages, state
        # Hers first, of the two languages that a danger answer may be in.
        first = sorted(self.messages, key=lambda message: bool(message["lang"] != state.language))
        rest = [message for message in messages if message["answer"] not in given]
        # Beside danger, "I did not understand" or "hello" would only be in the way.
        return [
            *first,
            *(one for one in rest if not (self.is_raised and _is_small_talk(one))),
        ], state

    def _still_open(self) -> tuple[str, ...]:
        """Returns the alarms that she has not just said are over."""
        return tuple(
            answer_id
            for answer_id in self.before.alarms
            if self.request.choose != make_reference(answer_id, NOT_NOW)
        )

    def _line(self) -> Message:
        answer_id = next(name for name in LIFELINES if name in self.state.alarms)
        return self.renderer(self.before.language).message(
            answer_id,
            part="line",
            buttons=[make_reference(answer_id, NOT_NOW), SILENT_CALL],
        )


def _with_alarm(state: ConversationState, answer_id: str) -> ConversationState:
    if answer_id in state.alarms:
        return state
    return replace(state, alarms=(*state.alarms, answer_id))


def _is_small_talk(message: Message) -> bool:
    return str(message["answer"]).startswith("bot.") and message["answer"] != TROUBLE
