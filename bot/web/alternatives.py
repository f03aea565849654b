"""What else she may have meant: one tap away, below an answer that may not be the right one."""

from __future__ import annotations

from itertools import islice

from bot.content.references import parse_reference
from bot.content.suggestions import MOST, likely_answers
from bot.conversation.heard import Heard
from bot.conversation.rendering import Message, Renderer

UNSURE = "bot.unsure"

#: Below this probability of the first answer others are offered. On messages kept apart that is
#: so in one of eight, and the right answer is then first or offered in 99 of 100.
SURE = 0.9
#: An answer that is less likely is not worth a button.
LEAST = 0.01

#: Courtesies, and what is about the answer before: nobody is offered these.
_NOT_OFFERED = frozenset(
    {"bot.greet", "bot.thanks", "bot.goodbye", "bot.out-of-scope", "bot.sources", "bot.more"}
)


def alternatives(messages: list[Message], heard: Heard | None, renderer: Renderer) -> list[Message]:
    """Returns one more message with the next likeliest answers, or nothing.

    Args:
        messages: what the turn answers, its last message the answer to her words.
        heard: how her words were understood.
        renderer: of the conversation's language.
    """
    if heard is None or not heard.ranking or heard.ranking[0][1] >= SURE:
        return []
    if any(message["answer"] == UNSURE for message in messages):
        return []
    shown = {str(message["answer"]) for message in messages}
    shown |= {
        parse_reference(button["choose"])[0]
        for message in messages
        for button in message["buttons"]
    }
    offerable = [name for name in renderer.content.answers if name not in shown | _NOT_OFFERED]
    offered = list(islice(likely_answers(heard.ranking, offerable, LEAST), MOST))
    return [renderer.message(UNSURE, part="also", buttons=offered)] if offered else []
