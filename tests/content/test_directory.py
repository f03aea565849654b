"""Which services are shown: by nation, need and language, each of which she may skip."""

from __future__ import annotations

from itertools import product

import pytest

from bot.content.directory import ALWAYS_SHOWN, ANY, MAX_SERVICES, SPOKEN, suitable
from bot.content.values import NATIONS, NEEDS
from bot.languages import LANGUAGES

#: One test for each nation and language; each asks for every need.
WISHES = list(product((*NATIONS, ANY), (*SPOKEN, ANY)))
EVERY_NEED = (*NEEDS, ANY)


def shown(content, nation=ANY, need=ANY, speak=ANY):
    return suitable(content.services.values(), nation=nation, need=need, speak=speak)


def ids(content, **wish) -> list[str]:
    return [service.id for service in shown(content, **wish)[0]]


@pytest.mark.parametrize(("nation", "speak"), WISHES)
def test_the_lines_that_save_a_life_are_always_there(content, nation, speak) -> None:
    """999, 111 and 116 123 close every list, with their numbers, whatever she asked for."""
    for need in EVERY_NEED:
        services, _ = shown(content, nation, need, speak)

        always = [service for service in services if service.id in ALWAYS_SHOWN]
        assert services[-3:] == always
        assert {service.shown_phone for service in always} == {"999", "111", "116 123"}


@pytest.mark.parametrize(("nation", "speak"), WISHES)
def test_only_what_fits_is_shown_and_each_once(content, nation, speak) -> None:
    """A service in the list works in her nation and for her need, and stands there once."""
    for need in EVERY_NEED:
        services, _ = shown(content, nation, need, speak)

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
        ranks = [rank(service) for service in shown(content, nation, need, speak)[0][:-3]]
        assert ranks == sorted(ranks)


@pytest.mark.parametrize(("nation", "speak"), WISHES)
def test_it_says_whether_one_surely_speaks_her_language(content, nation, speak) -> None:
    """The note about interpreters is left out only when a service is confirmed to speak it."""
    for need in EVERY_NEED:
        services, spoken = shown(content, nation, need, speak)

        confirmed = any(speak in service.languages for service in services[:-3])
        assert spoken == (speak == ANY or confirmed)


@pytest.mark.parametrize("nation", ["wales", "england"])
def test_every_need_finds_someone_in_england_and_wales(content, nation) -> None:
    """No wish ends in the emergency lines alone where the answers are about."""
    for need in NEEDS:
        assert len(ids(content, nation=nation, need=need)) > len(ALWAYS_SHOWN)


@pytest.mark.parametrize("nation", NATIONS)
def test_abuse_and_a_place_to_stay_have_a_helpline_in_every_nation(content, nation) -> None:
    """Each nation has a service with a number for talking and for refuge."""
    for need in ("talk", "refuge", ANY):
        services = shown(content, nation, need)[0][:-3]
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
    services = shown(content)[0][:-3]

    assert services
    assert all("talk" in service.needs for service in services)
    callable_now = [service.shown_phone is not None for service in services]
    assert callable_now == sorted(callable_now, reverse=True)


def test_every_language_of_the_interface_can_be_asked_for() -> None:
    """She may ask for any of the four languages, or for another one."""
    assert (*LANGUAGES, "other") == SPOKEN
