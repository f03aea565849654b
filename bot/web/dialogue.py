"""One turn of the dialogue, whichever door it comes through: Rasa's answer, and danger above it."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from bot.clock import Clock, uk_now
from bot.content.choices import known_reference
from bot.content.published import PublishedContent
from bot.content.references import parse_reference, rasa_name
from bot.content.values import INTERIM
from bot.conversation.heard import Heard
from bot.conversation.nlg import TROUBLE, WEB_CHANNEL
from bot.conversation.rendering import Message, Renderer
from bot.conversation.sealed_state import ConversationState, Sealer
from bot.conversation.tracker_store import Turn, lend
from bot.editing.previews import Previews
from bot.errors import BadRequestError, BusyError, LimitedError, RefusedError, StateError
from bot.i18n import Phrases
from bot.nlu.danger import DangerRules
from bot.nlu.danger.judgement import Judgement, judge
from bot.nlu.danger.phrase_files import DANGER_ANSWERS
from bot.nlu.danger_override import ALARM_AT_DOOR
from bot.web.alarm import Alarm
from bot.web.alternatives import UNSURE, alternatives
from bot.web.contract import TurnRequest
from bot.web.metrics import Metrics, Outcome, Refusal, kind_of, outcome_of, refusal_of
from bot.web.offer import LANGUAGE, language_offer
from bot.web.personal_details import mask
from bot.web.unanswered import UNANSWERED
from bot.web.waiting import CALM, Line

logger = logging.getLogger(__name__)

OPENING = "bot.greet"
FRESH_START = "bot.fresh-start"
PRIVACY = "bot.privacy"

#: Said by the service itself; nobody asks for them.
UNASKED = frozenset({FRESH_START, TROUBLE, INTERIM})

#: Answers about the talk itself: a follow-up means the answer before them.
ABOUT_THE_TALK = frozenset(
    {FRESH_START, TROUBLE, UNSURE, LANGUAGE, "bot.sources", "bot.more", "bot.thanks"}
)


@dataclass(frozen=True)
class TurnReply:
    """What a turn gives back.

    Attributes:
        lang: the language of the page.
        state: the new sealed state.
        messages: what is answered.
        wrote: what she wrote, without personal details; for her own page alone.
        outcome: how it ended, for the figures.
        refusal: why Rasa was not asked, where danger was answered all the same.
        is_danger: whether a whole danger answer stands first.
    """

    lang: str
    state: str
    messages: list[Message]
    wrote: str = ""
    outcome: Outcome = "answered"
    refusal: Refusal | None = None
    is_danger: bool = False

    def as_json(self) -> dict[str, Any]:
        """Returns the body of the response."""
        return {"lang": self.lang, "state": self.state, "messages": self.messages}


class TurnOutput(CollectingOutputChannel):
    """Collects the messages of one turn, and what Rasa made of hers."""

    def __init__(self) -> None:
        super().__init__()
        self.rendered: list[Message] = []

    @classmethod
    def name(cls) -> str:
        """Tells the generator to render messages of the contract."""
        return WEB_CHANNEL

    async def send_custom_json(
        self, recipient_id: str, json_message: dict[str, Any], **kwargs: Any
    ) -> None:
        """Takes one rendered message."""
        self.rendered.append(json_message)


@dataclass(frozen=True)
class Dialogue:
    """Holds what a turn needs, and nothing of any turn."""

    agent: Agent
    published: PublishedContent
    phrases: Phrases
    sealer: Sealer
    rules: DangerRules
    # How much a message looks like danger, which who comes next hangs on.
    glance: Callable[[str], float]
    clock: Clock = uk_now
    line: Line = field(default_factory=Line)
    # Where somebody reads them.
    metrics: Metrics | None = None

    async def turn(self, request: TurnRequest, *, is_limited: bool = False) -> TurnReply:
        """Answers one turn.

        Danger is answered whatever the limit and the line: where Rasa cannot be waited for, by
        the rules and their text alone.

        Args:
            request: what the page asks for.
            is_limited: whether too many come from where this one does.

        Raises:
            BadRequestError: when a button names an answer that does not exist, or a preview
                has ended.
            LimitedError: when too many come from there.
            BusyError: when more ask than can be answered in time.
        """
        if request.preview is None:
            began = time.perf_counter()
            reply = await self._turn(request, is_limited)
            self._count(request, reply, time.perf_counter() - began)
            return reply
        # Staff look at a draft: the database is asked on another thread, so that nobody waits.
        previews = Previews(self.published.store)
        content = await asyncio.to_thread(previews.content, request.preview)
        if content is None:
            raise BadRequestError("preview_ended", 410)
        with self.published.showing(content):
            return await self._turn(request, is_limited)

    async def _turn(self, request: TurnRequest, is_limited: bool) -> TurnReply:
        request = self._with_known_choice(request)
        request, has_details = self._without_details(request)
        # Whoever need not wait is not looked at twice: Rasa's turn finds the danger too.
        must_wait = is_limited or not self.line.is_free
        is_danger = must_wait and self._danger(request, None) is not None
        try:
            if is_limited:
                raise LimitedError
            if is_danger and self.line.is_crowded:
                # At once, by the rules: it leaves a place to danger that they do not know.
                raise BusyError
            async with self.line.turn(self._urgency(request) if must_wait else CALM):
                return await self._complete(request, has_details)
        except RefusedError as error:
            if not is_danger:
                raise
            reply = await self._complete(request, has_details, is_brief=True)
            return replace(reply, refusal=refusal_of(error.status))

    async def _complete(
        self, request: TurnRequest, has_details: bool, *, is_brief: bool = False
    ) -> TurnReply:
        """Answers; briefly is without Rasa, when it is danger and there is no time for more."""
        state, is_restarted = self._open(request)
        if is_brief:
            messages, after, heard = [self.trouble(state.language)], state, None
        else:
            messages, after, heard = await self._answer(request, state)
        alarm = Alarm(self._danger(request, heard), self.renderer, state, request)
        danger, messages, after = alarm.complete(messages, after)
        renderer = self.renderer(after.language)
        if is_restarted:
            # Below the danger answer, which nothing may stand above.
            danger.append(renderer.message(FRESH_START))
        messages = [*danger, *messages]
        # Seen with what stands above: danger that was answered is not offered once more.
        others = alternatives(messages, heard, renderer)
        answers = {message["answer"] for message in messages}
        outcome = outcome_of(answers, is_offered=bool(others))
        messages += others
        after = replace(after, count=state.count + 1)
        if has_details and not state.details:
            messages.append(renderer.message(PRIVACY, part="details", buttons=[]))
            after = replace(after, details=True)
        if request.message and request.preview is None and outcome == "fallback":
            self._note_unanswered(state, after, heard)
        return TurnReply(
            after.language,
            self.sealer.seal(after),
            messages,
            request.message or "",
            outcome,
            is_danger=any(one["answer"] in DANGER_ANSWERS and one["more"] for one in danger),
        )

    def _urgency(self, request: TurnRequest) -> float:
        if not request.message or self.line.is_swamped:
            return CALM
        return self.glance(request.message)

    def _count(self, request: TurnRequest, reply: TurnReply, seconds: float) -> None:
        if self.metrics is None:
            return
        if reply.refusal:
            self.metrics.turned_away(reply.refusal, is_danger=reply.is_danger)
        else:
            kind = kind_of(request)
            self.metrics.turn(kind, reply.lang, reply.outcome, seconds, is_danger=reply.is_danger)

    def _note_unanswered(
        self, before: ConversationState, after: ConversationState, heard: Heard | None
    ) -> None:
        unanswered = self.metrics.unanswered if self.metrics else None
        # The second in a row is mostly the first in other words.
        if unanswered and heard and intent_of(before) not in UNANSWERED:
            unanswered.note(after.language, heard.ranking)

    def trouble(self, language: str) -> Message:
        """Returns the apology, which needs neither Rasa nor the database."""
        return self.renderer(language).message(TROUBLE)

    def _without_details(self, request: TurnRequest) -> tuple[TurnRequest, bool]:
        """Returns the request with personal details masked, and whether there were any."""
        if not request.message:
            return request, False
        services = self.published.current.services.values()
        numbers = [number for one in services for number in (one.phone, one.sms) if number]
        masked = mask(request.message, numbers)
        return replace(request, message=masked.text), masked.found

    def _open(self, request: TurnRequest) -> tuple[ConversationState, bool]:
        """Returns the conversation of a request, and whether it had to begin afresh."""
        state, is_restarted = ConversationState(language=request.reading), False
        if request.state:
            try:
                state = self.sealer.unseal(request.state)
            except StateError:
                is_restarted = True
        if request.lang:
            state = replace(state, language=request.lang, picked=True)
        return state, is_restarted

    def _with_known_choice(self, request: TurnRequest) -> TurnRequest:
        if not request.choose:
            return request
        content = self.published.current
        answer_id, _ = parse_reference(request.choose)
        if answer_id not in content.answers or answer_id in UNASKED:
            raise BadRequestError("unknown_answer")
        return replace(request, choose=known_reference(request.choose, content))

    def _danger(self, request: TurnRequest, heard: Heard | None) -> Judgement | None:
        """Returns the danger that her words speak of; by the rules alone where Rasa failed."""
        if heard is not None or not request.message:
            return heard.danger if heard else None
        return judge(self.rules.detect(request.message), None)

    async def _answer(
        self, request: TurnRequest, state: ConversationState
    ) -> tuple[list[Message], ConversationState, Heard | None]:
        choose = request.choose
        if not request.message and not choose:
            # She opens the page, picks a language, or sends an empty line: what stood there.
            choose = state.last or OPENING
        user = _tapped(choose) if choose else _typed(request.message or "")
        messages, turn = await self._rasa(user, state)
        state, heard = turn.after, turn.heard
        if not messages and state.picked and intent_of(state) == rasa_name(LANGUAGE):
            # The language has changed by her word: what stood there, in the new one.
            changed = self.renderer(state.language).message(LANGUAGE, part="changed", buttons=[])
            messages, turn = await self._rasa(_tapped(state.last or OPENING), state)
            messages, state = [changed, *messages], turn.after
        if not messages:
            messages = [self.trouble(state.language)]
        state = replace(state, last=_last(messages, choose) or state.last)
        written = heard.language if heard else None
        messages, state = language_offer(messages, state, written, self.renderer)
        return messages, state, heard

    async def _rasa(
        self, user: UserMessage, state: ConversationState
    ) -> tuple[list[Message], Turn]:
        output = TurnOutput()
        user.output_channel = output
        with lend(state) as turn:
            try:
                await self.agent.handle_message(user)
            except Exception as error:
                # The class alone: a message or a traceback may hold her words.
                logger.error("turn failed: %s", type(error).__name__)
        return output.rendered, turn

    def renderer(self, language: str) -> Renderer:
        """Returns what renders answers in a language, of the revision that is published now."""
        return Renderer(self.published.current, self.phrases, language, self.clock)


def intent_of(state: ConversationState) -> str | None:
    """Returns the intent of the last turn."""
    return state.turns[-1].intent if state.turns else None


def _typed(message: str) -> UserMessage:
    # A leading slash would be read as the name of an intent.
    text = message.lstrip("/ ")
    return UserMessage(
        text=text,
        sender_id=secrets.token_hex(16),
        input_channel=WEB_CHANNEL,
        metadata={ALARM_AT_DOOR: True},
    )


def _tapped(reference: str) -> UserMessage:
    answer_id, parameters = parse_reference(reference)
    name = "nlu_fallback" if answer_id == UNSURE else rasa_name(answer_id)
    return UserMessage(
        text="",
        sender_id=secrets.token_hex(16),
        input_channel=WEB_CHANNEL,
        # Given ready made, the message is not read: a tap is never misunderstood.
        parse_data={
            "text": "",
            "intent": {"name": name, "confidence": 1.0},
            "intent_ranking": [],
            "entities": [],
            "parameters": parameters,
        },
    )


def _last(messages: list[Message], choose: str | None) -> str | None:
    """Returns the reference of the answer that a follow-up will mean."""
    for message in reversed(messages):
        if message["answer"] not in ABOUT_THE_TALK:
            answer_id = str(message["answer"])
            is_chosen = choose is not None and parse_reference(choose)[0] == answer_id
            return choose if is_chosen else answer_id
    return None
