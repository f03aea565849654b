"""The two detours that are taken straight lead where Rasa's own ways lead (Rasa 3.6.21)."""

from __future__ import annotations

import importlib.metadata
from types import SimpleNamespace

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner

from bot.conversation.swift import RuleIndex, StraightRunner, make_swift
from bot.web.dialogue import Dialogue

TYPED = (
    "what is the nrm",
    "¿la policía le cuenta a inmigración?",
    "mae o'n fy nharo i rwan",
    "me conta mais",
    "zxcv qwer asdf",
    "",
)


@pytest.fixture(scope="module")
def swift(dialogue: Dialogue) -> StraightRunner:
    assert dialogue.agent.processor is not None
    runner = dialogue.agent.processor.graph_runner
    assert isinstance(runner, StraightRunner)
    return runner


@pytest.fixture(scope="module")
def rasas(swift: StraightRunner) -> DaskGraphRunner:
    """Rasa's runner on the same steps."""
    runner = DaskGraphRunner.__new__(DaskGraphRunner)
    runner._graph_schema, runner._instantiated_nodes = swift._schema, dict(swift._nodes)
    runner._execution_context = None  # type: ignore[assignment]
    return runner


@pytest.fixture(scope="module")
def policy(swift: StraightRunner) -> RulePolicy:
    (found,) = (
        node._component for node in swift._nodes.values() if isinstance(node._component, RulePolicy)
    )
    return found


def test_it_is_the_version_that_was_read() -> None:
    """A new Rasa may plan its turns otherwise: read `bot/conversation/swift.py` again then."""
    assert importlib.metadata.version("rasa") == "3.6.21"


@pytest.mark.parametrize("text", TYPED)
def test_a_message_is_read_as_rasa_reads_it(
    swift: StraightRunner, rasas: DaskGraphRunner, dialogue: Dialogue, text: str
) -> None:
    assert dialogue.agent.processor is not None
    target = dialogue.agent.processor.model_metadata.nlu_target
    read = []
    for runner in (swift, rasas):
        inputs = {"__message__": [UserMessage(text)], "__tracker__": None}
        (message,) = runner.run(inputs=inputs, targets=[target])[target]
        read.append(message.as_dict(only_output_properties=True))
    assert read[0] == read[1]
    assert read[0]["intent"]["name"]


def test_every_rule_is_found_that_rasa_finds(policy: RulePolicy) -> None:
    """For the states of every rule, at each of its steps, and for two that no rule has."""
    index = policy._get_possible_keys
    assert isinstance(index, RuleIndex)
    rules = policy.lookup[RULES]
    assert len(rules) > 100
    talks = [
        states[:end]
        for states in map(policy._rule_key_to_state, rules)
        for end in range(1, len(states) + 1)
    ]
    listened = {"prev_action": {"action_name": "action_listen"}}
    talks += [[listened | {"user": {"intent": "unheard_of"}}], [listened | {"user": {"text": "x"}}]]
    found = 0
    for states in talks:
        expected = RulePolicy._get_possible_keys(policy, rules, states)
        assert index(rules, states) == expected
        found += len(expected)
    assert found >= len(rules)


def test_few_rules_are_looked_at(policy: RulePolicy, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is what it is for: of one intent and one action before, not of all."""
    seen: list[int] = []
    index = policy._get_possible_keys
    monkeypatch.setattr(index, "_fitting", lambda lookup, states: seen.append(len(lookup)))
    listened = {"prev_action": {"action_name": "action_listen"}}
    index(policy.lookup[RULES], [listened | {"user": {"intent": "nrm_what"}}])
    assert seen[0] < len(policy.lookup[RULES]) / 10


def test_other_rules_go_rasas_way(policy: RulePolicy) -> None:
    """Those of forms, of which there are none, are not in the index."""
    assert policy._get_possible_keys({}, []) == set()


def schema(*names: str) -> GraphSchema:
    nodes = {
        name: SchemaNode(
            needs={"value": before}, uses=object, fn="", constructor_name="", config={}
        )
        for before, name in zip(("given", *names), names)
    }
    return GraphSchema(nodes)


def test_steps_run_in_their_order_and_only_those_that_are_wanted() -> None:
    ran: list[str] = []

    def step(name: str):
        def run(before: tuple[str, str]) -> tuple[str, str]:
            ran.append(name)
            return name, before[1] + name

        return run

    runner = StraightRunner(schema("a", "b", "c"), {name: step(name) for name in "abc"})
    assert runner.run({"given": "0"}, ["b"]) == {"b": "0ab"}
    assert ran == ["a", "b"]


def test_a_step_that_fails_is_the_error_that_rasa_knows() -> None:
    def fail(_before: object) -> None:
        raise RuntimeError

    with pytest.raises(GraphRunError):
        StraightRunner(schema("a"), {"a": fail}).run({"given": "0"}, ["a"])


def test_an_agent_without_a_model_is_refused() -> None:
    with pytest.raises(TypeError):
        make_swift(SimpleNamespace(processor=None))  # type: ignore[arg-type]
