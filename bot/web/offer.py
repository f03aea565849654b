"""She picked one language and writes another: the offer to go on in it, never a change unasked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.content.references import make_reference
from bot.conversation.rendering import Message, Renderer
from bot.conversation.sealed_state import ConversationState

LANGUAGE = "bot.language"


def language_offer(
    messages: list[Message],
    state: ConversationState,
    written: str | None,
    renderer: Callable[[str], Renderer],
) -> tuple[list[Message], ConversationState]:
    """Returns the messages with an offer added where one is due, and the state that notes it.

    The first time it is a sentence in both languages; after that only a button, so
    that nobody is asked the same thing twice.

    Args:
        messages: what the turn answers.
        state: the conversation after the turn.
        written: the language she surely wrote in, None when that is not known.
        renderer: makes a renderer for a language.
    """
    if not state.picked or written in (None, state.language):
        return messages, state
    reference = make_reference(LANGUAGE, {"lang": str(written)})
    if state.offered == written:
        *others, last = messages
        button = renderer(state.language).button(reference)
        return [*others, {**last, "buttons": [*last["buttons"], button]}], state
    offers = [
        renderer(language).message(LANGUAGE, part=f"offer-{written}", buttons=[reference])
        for language in (str(written), state.language)
    ]
    return [*messages, *offers], replace(state, offered=written)
