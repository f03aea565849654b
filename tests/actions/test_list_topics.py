from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.list_topics import ActionListTopics
from bot.content.references import parse_reference
from bot.content.topics import NOT_LISTED, topics
from bot.content.values import Content
from bot.languages import LANGUAGES

TOPICS = [
    "sharing", "threats", "reporting", "nrm", "supercomplaint", "status", "living", "rights",
    "wales", "services", "safety", "bot",
]  # fmt: skip


async def run(content: Content, parameters: dict[str, str] | None = None) -> dict[str, Any]:
    """Runs the action with a real dispatcher; returns its one message."""
    dispatcher = CollectingDispatcher()
    tracker = Tracker("x", {}, {"parameters": parameters or {}}, [], False, None, {}, None)
    action = ActionListTopics(SimpleNamespace(current=content))
    assert await action.run(dispatcher, tracker, {}) == []
    (message,) = dispatcher.messages
    assert message["response"] == "utter_bot_what"
    return message


@pytest.mark.parametrize(
    ("parameters", "part"),
    [({}, "short"), ({"topic": "all"}, "in-topic"), ({"topic": "gone"}, "short")],
)
async def test_the_topics_are_offered(
    content: Content, parameters: dict[str, str], part: str
) -> None:
    """ "What can you do?" and "all topics" lead to every topic; an unknown topic does too."""
    message = await run(content, parameters)
    assert message["part"] == part
    assert message["next"] == [f"bot.what?topic={topic}" for topic in TOPICS]


@pytest.mark.parametrize("topic", TOPICS)
async def test_a_topic_lists_its_questions(content: Content, topic: str) -> None:
    """Each question of a topic is on a button, in the order of the records; then the way back."""
    message = await run(content, {"topic": topic})
    *questions, back = message["next"]
    assert message["part"] == "in-topic"
    assert questions == [
        name for name in content.answers if name.startswith(f"{topic}.") and name not in NOT_LISTED
    ]
    assert questions
    assert back == "bot.what?topic=all"


async def test_no_question_is_left_out(content: Content) -> None:
    """Every answer that somebody can ask for stands under its topic, once."""
    listed: list[str] = []
    for topic in topics(content.answers):
        listed += (await run(content, {"topic": topic}))["next"][:-1]
    assert sorted(listed) == sorted(content.answers.keys() - NOT_LISTED)


async def test_what_the_assistant_says_of_itself_is_not_listed(content: Content) -> None:
    """Nobody asks "something went wrong": such answers are no questions."""
    message = await run(content, {"topic": "bot"})
    unasked = {"bot.interim", "bot.trouble", "bot.fresh-start", "bot.unsure"}
    assert not unasked & set(message["next"])


async def test_more_about_what_it_can_do_has_the_answers_own_steps(content: Content) -> None:
    """The long text is given with the answer's own buttons, by a tap or by her words."""
    message = await run(content, {"part": "more"})
    assert "next" not in message
    assert "part" not in message


@pytest.mark.parametrize("language", LANGUAGES)
async def test_each_choice_has_a_title_and_each_question_a_text(
    content: Content, language: str
) -> None:
    """Topics, and the way back to them, are named in each language."""
    for topic in (*topics(content.answers), "all"):
        assert content.has_text(language, f"bot.what.topic-{topic}"), topic
        message = await run(content, {"topic": topic})
        assert content.has_text(language, f"bot.what.{message['part']}")
        for reference in message["next"]:
            answer_id, parameters = parse_reference(reference)
            part = f"topic-{parameters['topic']}" if parameters else "label"
            assert content.has_text(language, f"{answer_id}.{part}"), reference
