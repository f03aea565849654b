"""Rasa's natural language generator: `utter_<answer>` becomes an answer of the content store."""

from __future__ import annotations

import logging
import os
from typing import Any

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.clock import Clock
from bot.content.opening import open_content
from bot.content.published import PublishedContent
from bot.content.references import response_name
from bot.content.values import Content
from bot.conversation.rendering import Message, Renderer
from bot.errors import ContentUnavailableError
from bot.i18n import Phrases
from bot.nlu.conversation_language import conversation_language
from bot.settings import Settings

logger = logging.getLogger(__name__)

#: The channel that takes messages as the contract has them; others get plain text.
WEB_CHANNEL = "web"

TROUBLE = "bot.trouble"

#: What an action may say of a message beside its part and its buttons.
_GIVEN_ON = ("note", "note_names", "services", "chosen", "card_for", "sources_of")


class AnswerGenerator(NaturalLanguageGenerator):
    """Renders answers in the conversation's language from what is published now."""

    def __init__(
        self,
        endpoint_config: EndpointConfig | None = None,
        domain: Domain | None = None,
        content: PublishedContent | None = None,
        phrases: Phrases | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Rasa's own commands give the first two; the service gives the rest."""
        settings = Settings.from_environment(os.environ)
        self._content = content or open_content(settings)
        self._phrases = phrases or Phrases()
        self._clock = clock or settings.clock

    async def generate(
        self,
        utter_action: str,
        tracker: DialogueStateTracker,
        output_channel: str,
        **kwargs: Any,
    ) -> dict[str, Any] | None:
        """Returns what Rasa sends for a response; an action may give its parts in `kwargs`."""
        content = self._content.current
        language = conversation_language(tracker)
        renderer = Renderer(content, self._phrases, language, self._clock)
        answer_id = _answer_of(utter_action, content)
        parameters = _parameters(tracker)
        try:
            message = renderer.message(
                answer_id,
                part=kwargs.get("part") or _part(parameters),
                buttons=kwargs.get("next"),
                **{name: kwargs[name] for name in _GIVEN_ON if name in kwargs},
            )
        except ContentUnavailableError:
            logger.error("no text: %s in %s", answer_id, renderer.language)
            message = renderer.message(TROUBLE)
        return {"custom": message} if output_channel == WEB_CHANNEL else _plain(message)


def _answer_of(utter_action: str, content: Content) -> str:
    for answer_id in content.answers:
        if response_name(answer_id) == utter_action:
            return answer_id
    logger.error("no answer: %s", utter_action)
    return TROUBLE


def _parameters(tracker: DialogueStateTracker) -> dict[str, str]:
    message = tracker.latest_message
    return (message.parse_data.get("parameters") or {}) if message else {}


def _part(parameters: dict[str, str]) -> str:
    return "not-now" if parameters.get("now") == "no" else parameters.get("part", "short")


def _plain(message: Message) -> dict[str, Any]:
    """Returns a message for `rasa shell`: the text, and what can be tapped."""
    lines = [message["text"]]
    if message["card"]:
        lines += [line["text"] for line in message["card"]["lines"]]
    lines += [
        f"- {service['name']}: {service['phone'] or service['url']}"
        for service in message["services"]
    ]
    if message["dated"]:
        lines.append(message["dated"])
    lines += [f"[{button['title']}]" for button in message["buttons"]]
    return {"text": "\n".join(lines).replace("\n\n", "\n")}
