"""Puts the chat together: content, Rasa, the web server. The one place that knows all parts."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass

from actions.change_language import ActionChangeLanguage
from actions.find_services import ActionFindServices
from actions.follow_up import ActionFollowUp
from actions.list_topics import ActionListTopics
from actions.name_service import ActionNameService
from actions.show_card import ActionShowCard
from actions.show_sources import ActionShowSources
from actions.suggest import ActionSuggest
from actions.tell_more import ActionTellMore
from bot.content.opening import open_for_chat, require_lifelines
from bot.content.published import PublishedContent
from bot.conversation.assistant import load_assistant, models_of
from bot.conversation.sealed_state import Sealer
from bot.i18n import Phrases
from bot.listening import open_up
from bot.logs import silence_warnings
from bot.memory import give_back, go_on_giving_back
from bot.nlu.danger import DangerRules
from bot.nlu.glance import Glance
from bot.progress import say
from bot.settings import Settings
from bot.training import model_path, trained_from
from bot.web.dialogue import Dialogue
from bot.web.metrics import About, Metrics
from bot.web.metrics_server import MetricsServer
from bot.web.server import create_app
from bot.web.waiting import Line

ACTIONS = (
    ActionChangeLanguage,
    ActionFindServices,
    ActionFollowUp,
    ActionListTopics,
    ActionNameService,
    ActionShowCard,
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
    clock = settings.clock
    actions = [action(published) for action in ACTIONS]
    agent = load_assistant(model_path(settings), published, phrases, actions, clock)
    limits = settings.state_limits
    keys = settings.state_keys
    sealer = Sealer(keys, limits=limits) if keys else Sealer.with_fresh_key(limits)
    line, models = Line(), models_of(agent)
    metrics = _metrics(settings, published, line) if settings.metrics_port else None
    return Dialogue(
        agent,
        published,
        phrases,
        sealer,
        DangerRules.load(),
        Glance(models.features, models.danger),
        clock,
        line,
        metrics,
    )


def _metrics(settings: Settings, published: PublishedContent, line: Line) -> Metrics:
    return Metrics(
        published,
        lambda: line.waiting,
        About(trained_from(settings)),
        settings.clock,
        counts_unanswered=settings.counts_unanswered,
    )


@dataclass(frozen=True)
class Service:
    """The chat, ready to serve."""

    settings: Settings
    dialogue: Dialogue

    def serve(self, listener: socket.socket) -> None:
        """Serves on a port that was taken until it is told to stop, and leaves nothing running.

        Raises:
            SettingsError: when another program has the port after all.
        """
        settings, published = self.settings, self.dialogue.published
        metrics = self.dialogue.metrics
        app = create_app(lambda: self.dialogue, self.dialogue.phrases, settings, metrics)
        figures = None
        if metrics and settings.metrics_port:
            figures = MetricsServer(metrics.registry, settings.host, settings.metrics_port)
            figures.start()
        open_up(listener)
        published.start()
        stopped = go_on_giving_back()
        say(f"The chat is ready: http://{settings.host}:{settings.chat_port}/")
        silence_warnings()
        # Some library sets uvloop's, whatever Sanic is told (see rasa/core/run.py).
        asyncio.set_event_loop_policy(None)
        try:
            app.run(sock=listener, access_log=False, motd=False)
        finally:
            stopped.set()
            if figures:
                figures.stop()
            published.stop()


def open_service(settings: Settings) -> Service:
    """Opens the content, loads Rasa, and returns the chat.

    Raises:
        AssistantError: when a part cannot be had; its sentence says which.
    """
    published = open_for_chat(settings)
    if settings.environment == "service":
        require_lifelines(published.current)
    service = Service(settings, make_dialogue(settings, published))
    give_back()
    return service
