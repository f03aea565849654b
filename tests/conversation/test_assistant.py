from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from rasa.core.agent import Agent
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain

from bot.content.published import PublishedContent
from bot.conversation.action_endpoint import InProcessActions
from bot.conversation.assistant import _unwrap, load_assistant
from bot.conversation.nlg import AnswerGenerator
from bot.conversation.tracker_store import SealedTrackerStore
from bot.errors import ModelError, UnsafeStartError
from bot.i18n import Phrases


def test_our_parts_stand_where_rasa_has_its_own(dialogue) -> None:
    """Store, generator and actions are ours, in the agent and in its processor."""
    agent = dialogue.agent
    assert type(agent.tracker_store) is SealedTrackerStore
    assert type(agent.processor.tracker_store) is SealedTrackerStore
    assert isinstance(agent.processor.nlg, AnswerGenerator)
    assert isinstance(agent.processor.action_endpoint, InProcessActions)


def test_the_store_knows_the_domain(dialogue) -> None:
    """A tracker that the store makes has the slots of the trained domain."""
    assert "language" in {slot.name for slot in dialogue.agent.tracker_store.domain.slots}


def test_a_model_that_is_not_there_is_named(
    tmp_path: Path, published: PublishedContent, phrases: Phrases
) -> None:
    """The start stops with a sentence that says what to run."""
    with pytest.raises(ModelError, match="make train"):
        load_assistant(tmp_path / "none.tar.gz", published, phrases, [])


def test_a_file_that_is_no_model_is_named(
    tmp_path: Path, published: PublishedContent, phrases: Phrases
) -> None:
    """A damaged model stops the start with the same sentence, not with a traceback."""
    model = tmp_path / "broken.tar.gz"
    model.write_bytes(b"half a download")
    with pytest.raises(ModelError, match="make train"):
        load_assistant(model, published, phrases, [])


def test_an_archive_of_something_else_is_named(
    tmp_path: Path, published: PublishedContent, phrases: Phrases
) -> None:
    """An archive that holds no model stops the start with the same sentence."""
    model, inside = tmp_path / "other.tar.gz", tmp_path / "readme"
    inside.write_text("no model")
    with tarfile.open(model, "w:gz") as archive:
        archive.add(inside, arcname="readme")
    with pytest.raises(ModelError, match="make train"):
        load_assistant(model, published, phrases, [])


def test_another_tracker_store_is_refused(dialogue) -> None:
    """An agent that would hold conversations in memory does not start."""
    agent = Agent(domain=Domain.empty(), tracker_store=InMemoryTrackerStore(Domain.empty()))
    agent.processor = dialogue.agent.processor
    with pytest.raises(UnsafeStartError):
        _unwrap(agent)


def test_a_store_derived_from_ours_is_refused(dialogue) -> None:
    """Only the store itself is known to forget, not what somebody makes of it."""

    class Keeping(SealedTrackerStore):
        pass

    agent = Agent(domain=Domain.empty(), tracker_store=Keeping(None))
    agent.processor = dialogue.agent.processor
    with pytest.raises(UnsafeStartError):
        _unwrap(agent)


def test_an_agent_without_a_model_is_refused() -> None:
    """There is no start with an agent that can answer nothing."""
    agent = Agent(domain=Domain.empty(), tracker_store=SealedTrackerStore(None))
    with pytest.raises(UnsafeStartError):
        _unwrap(agent)
