"""Puts the chat together: content, Rasa, the web server. The one place that knows all parts."""

from __future__ import annotations

from sanic import Sanic

from actions.change_language import ActionChangeLanguage
from actions.find_services import ActionFindServices
from actions.show_sources import ActionShowSources
from actions.suggest import ActionSuggest
from actions.tell_more import ActionTellMore
from bot.content.opening import open_content
from bot.content.published import PublishedContent
from bot.conversation.assistant import load_assistant
from bot.conversation.sealed_state import Sealer
from bot.i18n import Phrases
from bot.nlu.danger import DangerRules
from bot.settings import Settings
from bot.training import model_path
from bot.web.dialogue import Dialogue
from bot.web.server import create_app

ACTIONS = (
    ActionChangeLanguage,
    ActionFindServices,
    ActionShowSources,
    ActionSuggest,
    ActionTellMore,
)


def make_dialogue(settings: Settings, published: PublishedContent) -> Dialogue:
    """Loads everything that a turn needs.

    Raises:
        ModelError: when there is no model that loads.
        ContentError: when a catalogue is not well formed.
    """
    phrases = Phrases()
    agent = load_assistant(
        model_path(settings), published, phrases, [action(published) for action in ACTIONS]
    )
    sealer = Sealer(settings.state_keys) if settings.state_keys else Sealer.with_fresh_key()
    return Dialogue(agent, published, phrases, sealer, DangerRules.load())


def serve(settings: Settings) -> None:
    """Serves the chat until it is told to stop, and leaves nothing running."""
    published = open_content(settings)
    dialogue = make_dialogue(settings, published)
    app: Sanic = create_app(lambda: dialogue, dialogue.phrases)
    published.start()
    print(f"The chat is ready: http://{settings.host}:{settings.chat_port}/", flush=True)
    try:
        app.run(host=settings.host, port=settings.chat_port, access_log=False, motd=False)
    finally:
        published.stop()
