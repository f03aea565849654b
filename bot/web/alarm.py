"""Danger first: above whatever else a turn answers, and kept in sight while the talk goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.content.references import make_reference
from bot.conversation.nlg import TROUBLE
from bot.conversation.rendering import Message, Renderer
from bot.conversation.sealed_state import ConversationState
from bot.nlu.danger.judgement import Judgement
from bot.nlu.danger.phrase_files import DANGER_ANSWERS
from bot.web.contract import TurnRequest

#: Offered under the short line, beside "this is not happening now" or the whole answer.
SILENT_CALL = "safety.silent-call"
NOT_NOW = {"now": "no"}


@dataclass(frozen=True)
class Alarm:
    """What danger adds to one turn.

    The whole answer is given once, in the language she wrote in and in the page's.
    After that each turn carries one short line above her answer, until she says that it
    is not happening now. Where danger is only possible the line stands in that one turn.

    Attributes:
        danger: what her words were judged to be, None for no danger.
        renderer: makes a renderer for a language.
        before: the conversation before the turn.
        request: what she sent.
    """

    danger: Judgement | None
    renderer: Callable[[str], Renderer]
    before: ConversationState
    request: TurnRequest

    def complete(
        self, messages: list[Message], state: ConversationState
    ) -> tuple[list[Message], list[Message], ConversationState]:
        """Returns the danger messages, the other ones, and the state with its open alarms.

        Args:
            messages: what Rasa answered.
            state: the conversation after Rasa's turn.
        """
        state = replace(state, alarms=self._still_open())
        first = self._first(state)
        for message in (*first, *messages):
            if message["answer"] in DANGER_ANSWERS and message["more"]:
                state = _with_alarm(state, message["answer"])
        given = {message["answer"] for message in first}
        is_sure = self.danger is not None and self.danger.is_sure
        if not is_sure and given.intersection(message["answer"] for message in messages):
            # She asked for the danger answer itself: its text, and no line that repeats it.
            return [], messages, state
        rest = [message for message in messages if message["answer"] not in given]
        # Beside danger, "I did not understand" or "hello" would only be in the way.
        return first, [one for one in rest if not (is_sure and _is_small_talk(one))], state

    def _is_raised(self) -> bool:
        """Tells whether the whole answer is due: surely danger, and not yet answered."""
        danger = self.danger
        return danger is not None and danger.is_sure and danger.answer not in self.before.alarms

    def _first(self, state: ConversationState) -> list[Message]:
        if self.danger and self._is_raised():
            written = self.danger.language or state.language
            # Hers first, of the two languages that a danger answer may be in.
            languages = dict.fromkeys((written, state.language, self.before.language))
            shown = sorted(languages, key=lambda name: name != state.language)
            return [self.renderer(name).message(self.danger.answer) for name in shown]
        if state.alarms:
            answer = next(name for name in DANGER_ANSWERS if name in state.alarms)
            return [self._line(state, answer, make_reference(answer, NOT_NOW))]
        if self.danger:
            return [self._line(state, self.danger.answer, self.danger.answer)]
        return []

    def _line(self, state: ConversationState, answer: str, beside: str) -> Message:
        return self.renderer(state.language).message(
            answer, part="line", buttons=[beside, SILENT_CALL]
        )

    def _still_open(self) -> tuple[str, ...]:
        """Returns the alarms that she has not just said are over."""
        return tuple(
            answer
            for answer in self.before.alarms
            if self.request.choose != make_reference(answer, NOT_NOW)
        )


def _with_alarm(state: ConversationState, answer_id: str) -> ConversationState:
    if answer_id in state.alarms:
        return state
    return replace(state, alarms=(*state.alarms, answer_id))


def _is_small_talk(message: Message) -> bool:
    return str(message["answer"]).startswith("bot.") and message["answer"] != TROUBLE
