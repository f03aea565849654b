"""Which services suit a woman, by nation, need and language."""

from __future__ import annotations

from collections.abc import Iterable

from bot.content.values import Service
from bot.languages import LANGUAGES

#: She skipped the question.
ANY = "any"
#: The languages that can be asked for; `other` is every other one.
SPOKEN = (*LANGUAGES, "other")

#: Shown whatever she asked for, and whether or not anybody has confirmed them.
ALWAYS_SHOWN = ("police-999", "nhs-111", "samaritans")

MAX_SERVICES = 6


def suitable(
    services: Iterable[Service], *, nation: str, need: str, speak: str
) -> tuple[list[Service], bool]:
    """Returns the services to show, best first, and whether one surely speaks her language.

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
    spoken = speak == ANY or any(speak in service.languages for service in ranked)
    return [*ranked, *always], spoken


def _in_nation(service: Service, nation: str) -> bool:
    return nation == ANY or nation in service.nations


def _meets(service: Service, need: str) -> bool:
    # Who skips the question is shown the lines that anybody can talk to.
    return ("talk" if need == ANY else need) in service.needs


def _distance(service: Service, speak: str) -> tuple[bool, bool, bool]:
    speaks = speak == ANY or speak in service.languages
    return (not speaks, not service.interpreters and not speaks, service.shown_phone is None)
