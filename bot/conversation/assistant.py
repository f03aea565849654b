"""Loads Rasa with our parts around it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rasa.core.agent import Agent
from rasa.exceptions import ModelNotFound
from rasa.shared.exceptions import RasaException
from rasa_sdk import Action

from bot.clock import Clock, uk_now
from bot.content.published import PublishedContent
from bot.conversation.action_endpoint import InProcessActions
from bot.conversation.nlg import AnswerGenerator
from bot.conversation.swift import StraightRunner, make_swift
from bot.conversation.tracker_store import SealedTrackerStore
from bot.errors import ModelError, UnsafeStartError
from bot.i18n import Phrases
from bot.nlu.intent_classifier import AnswerClassifier
from bot.nlu.models import Models


def load_assistant(
    model: Path,
    published: PublishedContent,
    phrases: Phrases,
    actions: Iterable[Action],
    clock: Clock = uk_now,
) -> Agent:
    """Returns Rasa's agent, ready for turns.

    Raises:
        ModelError: when the model is not there or does not load.
        UnsafeStartError: when anything but our store would hold a conversation.
    """
    try:
        agent = Agent.load(
            model,
            generator=AnswerGenerator(content=published, phrases=phrases, clock=clock),
            tracker_store=SealedTrackerStore(None),
            action_endpoint=InProcessActions(actions),
        )
    except (ModelNotFound, RasaException, OSError) as error:
        raise ModelError(
            f"the model does not load ({type(error).__name__}): run `make train`"
        ) from error
    _unwrap(agent)
    make_swift(agent)
    return agent


def models_of(agent: Agent) -> Models:
    """Returns the models that a loaded agent reads messages with.

    Raises:
        TypeError: when it was not loaded by `load_assistant`.
    """
    runner = agent.processor.graph_runner if agent.processor else None
    if not isinstance(runner, StraightRunner):
        raise TypeError("an agent of load_assistant")
    return runner.component(AnswerClassifier).models


def _unwrap(agent: Agent) -> None:
    """Takes Rasa's fail-safe wrapper off, which on an error keeps trackers in memory for ever."""
    wrapper = agent.tracker_store
    store = getattr(wrapper, "_tracker_store", wrapper)
    if type(store) is not SealedTrackerStore or agent.processor is None:
        raise UnsafeStartError("conversations would be held by another tracker store than ours")
    agent.tracker_store = agent.processor.tracker_store = store
