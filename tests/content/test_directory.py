"""Which services are shown: by nation, need and language, each of which she may skip."""

from __future__ import annotations

from itertools import product

import pytest

from bot.content.directory import (
    ALWAYS_SHOWN,
    ANY,
    MAX_SERVICES,
    SPOKEN,
    Found,
    for_need,
    suitable,
)
from bot.content.values import NATIONS, NEEDS
from bot.languages import LANGUAGES
from tests.content import making

#: One test for each nation and language; each asks for every need.
WISHES = list(product((*NATIONS, ANY), (*SPOKEN, ANY)))
EVERY_NEED = (*NEEDS, ANY)


def shown(content, nation=ANY, need=ANY, speak=ANY) -> Found:
    return suitable(content.services.values(), nation=nation, need=need, speak=speak)


def ids(content, **wish) -> list[str]:
    return [service.id for service in shown(content, **wish).services]


@pytest.mark.parametrize(("nation", "speak"), WISHES)
def test_the_lines_that_save_a_life_are_always_there(content, nation, speak) -> None:
    """999, 111 and 116 123 close every list, with their numbers, whatever she asked for."""
    for need in EVERY_NEED:
        services = shown(content, nation, need, speak).services

        always = tuple(service for service in services if service.id in ALWAYS_SHOWN)
        assert services[-3:] == always
        assert {service.shown_phone for service in always} == {"999", "111", "116 123"}


@pytest.mark.parametrize(("nation", "speak"), WISHES)
def test_only_what_fits_is_shown_and_each_once(content, nation, speak) -> None:
    """A service in the list works in her nation and for her need, and stands there once."""
    for need in EVERY_NEED:
        services = shown(content, nation, need, speak).services

        assert len({service.id for service in services}) == len(services)
        assert len(services[:-3]) <= MAX_SERVICES
        for service in services[:-3]:
            assert nation in (*service.nations, ANY)
            assert ("talk" if need == ANY else need) in service.needs


@pytest.mark.parametrize(("nation", "speak"), WISHES)
def test_her_language_comes_before_everything_else(content, nation, speak) -> None:
    """Services that speak her language come first, then interpreters, then the rest."""

    def rank(service) -> int:
        speaks = speak == ANY or speak in service.languages
        return 0 if speaks else 1 if service.interpreters else 2

    for need in EVERY_NEED:
        ranks = [rank(service) for service in shown(content, nation, need, speak).services[:-3]]
        assert ranks == sorted(ranks)


@pytest.mark.parametrize(("nation", "speak"), WISHES)
def test_it_says_who_surely_speaks_her_language(content, nation, speak) -> None:
    """Named as speaking it are those of the list with a source for it, in its order, and no other.

    Of the emergency lines nothing is said, nor when she skipped the question.
    """
    for need in EVERY_NEED:
        found = shown(content, nation, need, speak)

        confirmed = [service for service in found.services[:-3] if speak in service.languages]
        assert list(found.speaking) == confirmed
        assert speak != ANY or not confirmed


@pytest.mark.parametrize("nation", ["wales", "england"])
def test_every_need_finds_someone_in_england_and_wales(content, nation) -> None:
    """No wish ends in the emergency lines alone where the answers are about."""
    for need in NEEDS:
        assert len(ids(content, nation=nation, need=need)) > len(ALWAYS_SHOWN)


@pytest.mark.parametrize("nation", NATIONS)
def test_abuse_and_a_place_to_stay_have_a_helpline_in_every_nation(content, nation) -> None:
    """Each nation has a service with a number for talking and for refuge."""
    for need in ("talk", "refuge", ANY):
        services = shown(content, nation, need).services[:-3]
        assert any(service.shown_phone for service in services)


@pytest.mark.parametrize(("speak", "first"), [("es", "lawrs"), ("pt", "lawrs")])
def test_latin_american_women_are_sent_to_lawrs_first(content, speak, first) -> None:
    """Who wants to talk in Spanish or Portuguese sees LAWRS on top, in each nation."""
    for nation in NATIONS:
        assert ids(content, nation=nation, need="talk", speak=speak)[0] == first


def test_welsh_is_answered_in_wales(content) -> None:
    """Who wants Welsh in Wales sees Live Fear Free first; BAWSO is in the list."""
    found = ids(content, nation="wales", need="talk", speak="cy")

    assert found[0] == "live-fear-free"
    assert "bawso" in found


def test_who_skips_every_question_is_shown_whom_anybody_can_call(content) -> None:
    """Without a wish the list holds helplines to talk to, those with a number first."""
    services = shown(content).services[:-3]

    assert services
    assert all("talk" in service.needs for service in services)
    callable_now = [service.shown_phone is not None for service in services]
    assert callable_now == sorted(callable_now, reverse=True)


def test_every_language_of_the_interface_can_be_asked_for() -> None:
    """She may ask for any of the four languages, or for another one."""
    assert (*LANGUAGES, "other") == SPOKEN


# --- the order, on rows of which everything is known


PHONE = "0800 000 0000"


def ranked(*rows, speak: str) -> list[str]:
    return [row.id for row in suitable(rows, nation="wales", need="talk", speak=speak).services]


def test_her_language_then_interpreters_then_a_number_then_the_order_of_the_directory() -> None:
    """Each of these decides only between services that are equal in all before it."""
    rows = [
        making.service("plain"),
        making.service("plain-too"),
        making.service("number", phone=PHONE),
        making.service("interpreters", interpreters=True),
        making.service("interpreters-number", interpreters=True, phone=PHONE),
        making.service("speaks", languages=("pt",)),
        making.service("speaks-interpreters", languages=("pt",), interpreters=True),
        making.service("speaks-number", languages=("pt",), phone=PHONE),
    ]

    assert ranked(*rows, speak="pt") == [
        *("speaks-number", "speaks", "speaks-interpreters"),
        *("interpreters-number", "interpreters", "number"),
    ]
    assert ranked(*rows[:3], speak="pt") == ["number", "plain", "plain-too"]


def test_a_number_that_nobody_may_see_brings_no_service_forward() -> None:
    """A number that is kept back cannot be called, so it does not count."""
    rows = [making.service("website"), making.service("hidden", phone=PHONE, publish="B")]

    assert ranked(*rows, speak=ANY) == ["website", "hidden"]


def test_who_skips_the_language_sees_those_she_can_call_first() -> None:
    """Without a language interpreters say nothing, and numbers go first."""
    rows = [
        making.service("interpreters", interpreters=True),
        making.service("number", phone=PHONE),
    ]

    assert ranked(*rows, speak=ANY) == ["number", "interpreters"]


def test_the_emergency_lines_are_never_crowded_out() -> None:
    """However many services fit, six are shown, and the three lines after them in their order."""
    rows = [making.service(f"s{number}", languages=("es",)) for number in range(MAX_SERVICES + 3)]
    lines = [making.service(name, needs=(), nations=()) for name in reversed(ALWAYS_SHOWN)]
    found = suitable([*lines, *rows], nation="wales", need="talk", speak="es")

    assert [row.id for row in found.services] == [
        *(row.id for row in rows[:MAX_SERVICES]),
        *ALWAYS_SHOWN,
    ]
    assert found.speaking == tuple(rows[:MAX_SERVICES])


def test_what_does_not_fit_is_left_out() -> None:
    """A service of another nation or for another need is not shown, whatever it speaks."""
    rows = [
        making.service("elsewhere", nations=("scotland",), languages=("pt",)),
        making.service("other-need", needs=("legal",), languages=("pt",)),
        making.service("no-need", needs=(), languages=("pt",)),
    ]

    assert suitable(rows, nation="wales", need="talk", speak="pt") == Found((), ())


# --- the whole directory, by need


def test_every_service_stands_under_a_need(content) -> None:
    """The lists of all needs together hold the whole directory: each service can be looked up."""
    listed = {row.id for need in NEEDS for row in for_need(content.services.values(), need)}

    assert listed == set(content.services)


@pytest.mark.parametrize("need", NEEDS)
def test_the_list_of_a_need_keeps_the_order_of_the_directory(content, need) -> None:
    """A list holds those that are for the need, each once; the last also those for none."""
    found = for_need(content.services.values(), need)

    assert [row.id for row in found] == [
        row.id
        for row in content.services.values()
        if need in row.needs or (need == "other" and row.needs == ())
    ]
    assert found
