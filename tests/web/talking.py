"""What the tests of the dialogue say, and somebody who says it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from bot.conversation.sealed_state import (
    ConversationState,
)
from bot.languages import LANGUAGES
from bot.web.contract import TurnRequest
from bot.web.dialogue import Dialogue, TurnReply

NRM = {
    "en": "what is the national referral mechanism",
    "es": "qué es el mecanismo nacional de remisión NRM",
    "cy": "beth ydy'r NRM a sut mae'n gweithio",
    "pt": "o que é o NRM e como funciona",
}
RISK = {
    "en": "can the police tell the home office about me",
    "es": "¿la policía le puede contar de mí a inmigración?",
    "cy": "ydi'r heddlu'n gallu dweud wrth y Swyddfa Gartref amdana i",
    "pt": "a polícia pode contar para a imigração que estou aqui?",
}
MORE = {
    "en": "tell me more",
    "es": "cuéntame más",
    "cy": "dywedwch fwy wrtha i",
    "pt": "me conta mais",
}
SOURCES = {
    "en": "how do you know that",
    "es": "¿cómo sabes eso?",
    "cy": "sut ydych chi'n gwybod hynny",
    "pt": "como você sabe disso?",
}
DANGER = {
    "en": "he is hitting me",
    "es": "me está pegando",
    "cy": "mae o'n fy nharo i rwan",
    "pt": "ele está me batendo agora",
}
SUICIDE = {
    "en": "I want to kill myself",
    "es": "me quiero matar",
    "cy": "dw i eisiau lladd fy hun",
    "pt": "quero me matar",
}
ASK_FOR = {
    "en": "in English please",
    "es": "en español por favor",
    "cy": "yn Gymraeg os gwelwch yn dda",
    "pt": "em português por favor",
}
NONSENSE = "zxcv qwer asdf hjkl"

in_every_language = pytest.mark.parametrize("language", LANGUAGES)
in_every_other_language = pytest.mark.parametrize(
    ("language", "other"), [(one, two) for one in LANGUAGES for two in LANGUAGES if one != two]
)

Text = Callable[[str, str], str]


@dataclass
class Talk:
    """A browser tab: sends turns and holds the state."""

    dialogue: Dialogue
    state: str | None = None

    async def turn(self, **request: Any) -> TurnReply:
        reply = await self.dialogue.turn(TurnRequest(state=self.state, **request))
        self.state = reply.state
        return reply

    async def say(self, message: str) -> TurnReply:
        return await self.turn(message=message)

    async def tap(self, reference: str) -> TurnReply:
        return await self.turn(choose=reference)

    @property
    def opened(self) -> ConversationState:
        return self.dialogue.sealer.unseal(self.state)


def said(messages: Sequence[Any]) -> list[Any]:
    """Returns the messages without what else she may have meant, which stands below an answer.

    How sure a model is differs a little from one training to the next, and with it whether
    others are offered; which answer comes first does not.
    """
    first, *below = messages
    return [first, *(message for message in below if message["answer"] != "bot.unsure")]


def answers(reply: TurnReply) -> list[str]:
    return [message["answer"] for message in said(reply.messages)]


def shown(reply: TurnReply) -> list[tuple[str, str]]:
    return [(message["answer"], message["lang"]) for message in said(reply.messages)]
