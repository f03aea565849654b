"""Two detours of Rasa's that each turn would go, taken straight.

Half of what Rasa 3.6 itself does in a turn is planning: Dask orders the steps of the pipeline
anew three times, though the order never changes, and the rule policy holds every rule against
the conversation, though most of them are of another intent. Nothing here changes what comes out;
`tests/conversation/test_swift.py` holds both against Rasa's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Any, TypeVar

from rasa.core.agent import Agent
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphNode, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.constants import PREVIOUS_ACTION, SHOULD_NOT_BE_SET, USER

Component = TypeVar("Component")
State = Mapping[str, Mapping[str, Any]]
#: What the last state of a rule asks for: the action before, and the intent. None: any.
Mark = tuple[str | None, str | None]


def make_swift(agent: Agent) -> None:
    """Puts our runner and our index into a loaded agent."""
    processor = agent.processor
    if processor is None or not isinstance(processor.graph_runner, DaskGraphRunner):
        raise TypeError("an agent that has loaded its model with Rasa's own runner")
    nodes = processor.graph_runner._instantiated_nodes
    processor.graph_runner = StraightRunner(processor.graph_runner._graph_schema, nodes)
    for node in nodes.values():
        policy = node._component
        if isinstance(policy, RulePolicy):
            policy._get_possible_keys = RuleIndex(
                policy.lookup[RULES], policy._get_possible_keys, policy._rule_key_to_state
            )


class StraightRunner:
    """Runs the steps one after the other; which, and in what order, is settled once a target.

    It stands where Rasa's `GraphRunner` stood in a message processor, which asks for `run` alone.
    """

    def __init__(self, schema: GraphSchema, nodes: Mapping[str, GraphNode]) -> None:
        self._schema, self._nodes = schema, nodes
        self._orders: dict[tuple[str, ...], list[tuple[GraphNode, str, tuple[str, ...]]]] = {}

    def run(
        self, inputs: Mapping[str, Any] | None = None, targets: Sequence[str] | None = None
    ) -> dict[str, Any]:
        """Returns what each target gives.

        Args:
            inputs: what stands for the names that are no step.
            targets: the steps that are wanted; all that the graph names when there are none.

        Raises:
            GraphRunError: when a step fails with a RuntimeError.
        """
        wanted = tuple(targets or self._schema.target_names)
        if wanted not in self._orders:
            self._orders[wanted] = self._order(wanted)
        # A step takes the names of those before it with what they gave.
        given: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        try:
            for node, name, needs in self._orders[wanted]:
                given[name] = node(*(given.get(need, need) for need in needs))
        except RuntimeError as error:
            raise GraphRunError("Error running runner.") from error
        return dict(given[name] for name in wanted)

    def component(self, kind: type[Component]) -> Component:
        """Returns the one step of a class.

        Raises:
            ValueError: when there is none, or more than one.
        """
        (found,) = {
            id(node._component): node._component
            for node in self._nodes.values()
            if isinstance(node._component, kind)
        }.values()
        return found

    def _order(self, targets: tuple[str, ...]) -> list[tuple[GraphNode, str, tuple[str, ...]]]:
        steps = self._schema.minimal_graph_schema(list(targets)).nodes
        needs = {name: tuple(step.needs.values()) for name, step in steps.items()}
        order = TopologicalSorter(needs).static_order()
        return [(self._nodes[name], name, needs[name]) for name in order if name in steps]


class RuleIndex:
    """Finds the rules that fit a conversation, looking only at those that could.

    A rule whose last state asks for another action before, or another intent, does not fit; it is
    Rasa's own function that says so of the rest.
    """

    def __init__(
        self,
        rules: Mapping[str, str],
        fitting: Callable[[dict[str, str], list[State]], set[str]],
        states_of: Callable[[str], Sequence[State]],
    ) -> None:
        """Takes the rules by key, Rasa's function, and what reads a key."""
        self._rules, self._fitting = rules, fitting
        self._by_mark: dict[Mark, dict[str, str]] = defaultdict(dict)
        for key, action in rules.items():
            self._by_mark[_mark(states_of(key)[-1])][key] = action

    def __call__(self, lookup: dict[str, str], states: list[State]) -> set[str]:
        """Returns the keys of those rules of `lookup` that fit the states of a conversation."""
        # Other rules than those here, and the first step of a conversation, go Rasa's way.
        if lookup is not self._rules or not states or not states[-1].get(PREVIOUS_ACTION):
            return self._fitting(lookup, states)
        return self._fitting(dict(self._candidates(_mark(states[-1]))), states)

    def _candidates(self, mark: Mark) -> Iterable[tuple[str, str]]:
        action, intent = mark
        for one in {(action, intent), (action, None), (None, intent), (None, None)}:
            yield from self._by_mark.get(one, {}).items()


def _mark(state: State) -> Mark:
    return _wanted(state, PREVIOUS_ACTION, "action_name"), _wanted(state, USER, "intent")


def _wanted(state: State, kind: str, name: str) -> str | None:
    value = state.get(kind, {}).get(name)
    return value if isinstance(value, str) and value and value != SHOULD_NOT_BE_SET else None
