"""Rasa's files name only what there is, and leave out no answer."""

from __future__ import annotations

import importlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.content.followups import intents as follow_ups
from bot.content.references import rasa_name, response_name
from bot.content.shipped import read_records
from bot.languages import LANGUAGES
from bot.settings import ROOT

ANSWERS = read_records()["answers"]
#: Said when something is missing; nobody asks for them.
SAID_BY_ITSELF = {"bot.unsure", "bot.fresh-start", "bot.trouble", "bot.interim"}
ASKED = sorted(set(ANSWERS) - SAID_BY_ITSELF)
#: These answers need thought, and an action gives them.
BY_ACTION = {
    "services.find": "action_find_services",
    "services.named": "action_name_service",
    "services.card": "action_show_card",
    "bot.what": "action_list_topics",
    "bot.sources": "action_show_sources",
    "bot.more": "action_tell_more",
    "bot.language": "action_change_language",
}
FEWEST_EXAMPLES = 25


def read(name: str | Path) -> Any:
    return YAML(typ="safe").load((ROOT / name).read_text(encoding="utf-8"))


DOMAIN = read("domain.yml")
RULES = read("data/stories/rules.yml")["rules"]
NLU = {
    path: read(path)["nlu"]
    for language in LANGUAGES
    for path in sorted((ROOT / "data" / "nlu" / language).rglob("*.yml"))
}


def examples() -> Counter[tuple[str, str]]:
    """Returns how many sentences there are for each language and intent."""
    return Counter(
        {
            (language, block["intent"]): sum(
                line.startswith("- ")
                for path in NLU
                for other in NLU[path]
                if (other["intent"], other["metadata"]["language"]) == (block["intent"], language)
                for line in other["examples"].splitlines()
            )
            for path, blocks in NLU.items()
            for block in blocks
            for language in [block["metadata"]["language"]]
        }
    )


EXAMPLES = examples()


@pytest.mark.parametrize("answer", ASKED)
def test_every_answer_can_be_asked_for(answer) -> None:
    """Each answer has an intent of its name and a rule that leads from the one to the other."""
    given = BY_ACTION.get(answer, response_name(answer))
    steps = [{"intent": rasa_name(answer)}, {"action": given}]

    assert rasa_name(answer) in DOMAIN["intents"]
    assert [rule["steps"] for rule in RULES].count(steps) == 1


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_answer_has_a_response_without_words(answer) -> None:
    """The domain names each answer's response and leaves it empty: words are in the store."""
    assert DOMAIN["responses"][response_name(answer)] == []


def test_rasa_knows_no_answer_that_is_not_there() -> None:
    """No intent, response or rule is left over from an answer that is gone."""
    intents = {rasa_name(answer) for answer in ASKED} | set(follow_ups())
    ruled = [rule["steps"][0]["intent"] for rule in RULES]

    assert set(DOMAIN["intents"]) == intents
    assert set(DOMAIN["responses"]) == {response_name(answer) for answer in ANSWERS}
    assert sorted(ruled) == sorted([*intents, "nlu_fallback"])
    assert {intent for _, intent in EXAMPLES} == intents


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("answer", ASKED)
def test_every_answer_is_taught_in_every_language(answer, language) -> None:
    """Each language teaches each answer with enough sentences of its own."""
    assert EXAMPLES[language, rasa_name(answer)] >= FEWEST_EXAMPLES


@pytest.mark.parametrize("path", NLU, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_sentence_says_which_language_it_is_in(path) -> None:
    """The language of a block is that of its folder, in the place where Rasa hands it on."""
    assert {block["metadata"]["language"] for block in NLU[path]} == {path.parent.name}


def test_the_domain_names_the_actions_that_run() -> None:
    """The actions of the domain, of the service and of the rules are the same."""
    from bot.service import ACTIONS

    running = {action().name() for action in ACTIONS}
    ruled = {rule["steps"][-1]["action"] for rule in RULES}

    assert set(DOMAIN["actions"]) == running
    assert {name for name in ruled if name.startswith("action_")} == running


def test_the_slots_are_those_that_travel() -> None:
    """Each slot is carried by the sealed state, is set by us alone and chooses no next step."""
    from bot.conversation.tracker_store import CARRIED_SLOTS

    assert set(DOMAIN["slots"]) == set(CARRIED_SLOTS)
    for slot in DOMAIN["slots"].values():
        assert slot["mappings"] == [{"type": "custom"}]
        assert slot["influence_conversation"] is False


def test_no_form_and_no_entity_swallows_her_words() -> None:
    """A form would take "he hit me" for an answer to its question, so there is none."""
    assert not {"forms", "entities"} & set(DOMAIN)


def test_a_session_has_no_end_but_that_of_the_sealed_state() -> None:
    """Rasa neither ends a conversation nor carries anything from one to the next."""
    assert DOMAIN["session_config"] == {
        "session_expiration_time": 0,
        "carry_over_slots_to_new_session": False,
    }


def find(path: str) -> Any:
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


@pytest.mark.parametrize("component", [step["name"] for step in read("config.yml")["pipeline"]])
def test_every_component_of_the_pipeline_is_there(component) -> None:
    """Each class path of the pipeline leads to a component of ours."""
    from rasa.engine.graph import GraphComponent

    assert component.startswith("bot.nlu.")
    assert issubclass(find(component), GraphComponent)


def test_danger_has_the_last_word() -> None:
    """The rules of danger stand behind every classifier, which would overwrite them."""
    assert read("config.yml")["pipeline"][-1]["name"].endswith(".DangerOverride")


def test_rules_alone_choose_the_next_step() -> None:
    """No policy that learns from stories answers a "yes" with the beginning of another talk."""
    assert [policy["name"] for policy in read("config.yml")["policies"]] == ["RulePolicy"]


@pytest.mark.parametrize("file", ["endpoints.yml", "endpoints.dev.yml"])
def test_every_endpoint_leads_to_a_class_of_its_kind(file) -> None:
    """A class path that leads nowhere would make Rasa fall back to what keeps conversations."""
    from rasa.core.nlg.generator import NaturalLanguageGenerator
    from rasa.core.tracker_store import TrackerStore

    kinds = {"tracker_store": TrackerStore, "nlg": NaturalLanguageGenerator}
    named = {name: endpoint["type"] for name, endpoint in read(file).items() if "type" in endpoint}

    assert "nlg" in named
    for name, path in named.items():
        assert path.startswith("bot.")
        assert issubclass(find(path), kinds[name])


def test_the_service_runs_with_the_store_that_forgets() -> None:
    """The endpoints of the service are the tracker store and the answers of ours, and no other."""
    assert set(read("endpoints.yml")) == {"tracker_store", "nlg"}


def test_the_one_way_in_is_our_channel() -> None:
    """The credentials name our channel alone, and hold no secret."""
    from rasa.core.channels.channel import InputChannel

    credentials = read("credentials.yml")

    assert credentials == {"bot.web.channel.WebChannel": {}}
    for path in credentials:
        assert issubclass(find(path), InputChannel)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_stories_of_the_tests_are_about_what_there_is(language) -> None:
    """Each language's stories name intents and actions of the domain, and cover every intent."""
    steps = [
        step
        for path in sorted((ROOT / "tests" / "stories" / language).rglob("*.yml"))
        for story in read(path)["stories"]
        for step in story["steps"]
    ]
    intents = {step["intent"] for step in steps if "intent" in step}
    actions = {step["action"] for step in steps if "action" in step}

    assert intents - {"nlu_fallback"} == set(DOMAIN["intents"])
    assert actions <= {*DOMAIN["actions"], *DOMAIN["responses"], "action_listen"}
