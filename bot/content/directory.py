"""Which services suit a woman, by nation, need and language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.content.values import Service
from bot.languages import LANGUAGES

#: She skipped the question.
ANY = "any"
#: The languages that can be asked for; `other` is every other one.
SPOKEN = (*LANGUAGES, "other")

#: Shown whatever she asked for, and whether or not anybody has confirmed them.
ALWAYS_SHOWN = ("police-999", "nhs-111", "samaritans")

#: Whom most women are sent to. A service does not start before each of them has been rung.
LIFELINES = ("live-fear-free", "refuge-helpline", "bawso", "lawrs", "modern-slavery-helpline")

MAX_SERVICES = 6


@dataclass(frozen=True)
class Found:
    """The services to show, best first, and those among them confirmed to speak her language."""

    services: tuple[Service, ...]
    speaking: tuple[Service, ...]


def unconfirmed_lifelines(services: Mapping[str, Service]) -> tuple[str, ...]:
    """Returns the ids of the lifelines that nobody has confirmed yet, or that are not there."""
    return tuple(
        name
        for name in LIFELINES
        if (service := services.get(name)) is None or not service.is_confirmed
    )


def suitable(services: Iterable[Service], *, nation: str, need: str, speak: str) -> Found:
    """Returns the services that suit her.

    Those that speak her language come first, then those with interpreters, then those
    that can be called at once; between equals the directory's own order stands. The
    emergency lines close the list and are never left out.
    """
    services = list(services)
    fitting = [
        service
        for service in services
        if service.id not in ALWAYS_SHOWN and _in_nation(service, nation) and _meets(service, need)
    ]
    ranked = sorted(fitting, key=lambda service: _distance(service, speak))[:MAX_SERVICES]
    always = [service for name in ALWAYS_SHOWN for service in services if service.id == name]
    speaking = [service for service in ranked if speak in service.languages]
    return Found((*ranked, *always), tuple(speaking))


def for_need(services: Iterable[Service], need: str) -> list[Service]:
    """Returns the whole directory for a need, in its own order.

    `other` holds, beside its own, those that are offered for no need at all.
    """
    return [
        service
        for service in services
        if need in service.needs or (need == "other" and not service.needs)
    ]


def _in_nation(service: Service, nation: str) -> bool:
    return nation == ANY or nation in service.nations


def _meets(service: Service, need: str) -> bool:
    # Who skips the question is shown the lines that anybody can talk to.
    return ("talk" if need == ANY else need) in service.needs


def _distance(service: Service, speak: str) -> tuple[bool, bool, bool]:
    speaks = speak == ANY or speak in service.languages
    return (not speaks, not service.interpreters and not speaks, service.shown_phone is None)
