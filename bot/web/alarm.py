"""Danger first: found by rules before Rasa is asked, and kept in sight while the talk goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.content.references import make_reference
from bot.conversation.rendering import Message, Renderer
from bot.conversation.sealed_state import ConversationState
from bot.nlu.danger import DangerRules
from bot.web.contract import TurnRequest

#: The answers to danger, the more urgent first.
LIFELINES = ("safety.danger", "safety.suicide")

#: Offered under the short line, beside "this is not happening now".
SILENT_CALL = "safety.silent-call"


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
        elif self._chosen == make_reference(self._chosen_answer, {"now": "no"}):
            self.state = replace(self.before, alarms=())
        elif self.before.alarms:
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
        if self._chosen_answer in LIFELINES:
            # She asked for it by a tap: the full text, and no line that repeats it.
            return messages, state
        # Hers first, of the two languages that a danger answer may be in.
        first = sorted(self.messages, key=lambda message: bool(message["lang"] != state.language))
        return [*first, *self._without_repeats(messages)], state

    def _without_repeats(self, messages: list[Message]) -> list[Message]:
        if not self.messages:
            return messages
        given = {message["answer"] for message in self.messages}
        rest = [message for message in messages if message["answer"] not in given]
        # Beside danger, "I did not understand" or "hello" would only be in the way.
        return [message for message in rest if not (self.is_raised and _is_small_talk(message))]

    def _line(self) -> Message:
        answer_id = next(name for name in LIFELINES if name in self.before.alarms)
        return self.renderer(self.before.language).message(
            answer_id,
            part="line",
            buttons=[make_reference(answer_id, {"now": "no"}), SILENT_CALL],
        )

    @property
    def _chosen(self) -> str:
        return self.request.choose or ""

    @property
    def _chosen_answer(self) -> str:
        return self._chosen.partition("?")[0]


def _with_alarm(state: ConversationState, answer_id: str) -> ConversationState:
    if answer_id in state.alarms:
        return state
    return replace(state, alarms=(*state.alarms, answer_id))


def _is_small_talk(message: Message) -> bool:
    return str(message["answer"]).startswith("bot.") and message["answer"] != "bot.trouble"
