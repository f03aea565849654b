"""Phone numbers at the desk: what may be one, whether it is shown, and which may not be hidden."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.content.directory import ANY, suitable
from bot.content.emergency import is_emergency
from bot.content.never import never_said
from bot.content.values import Content, Service
from bot.desk.parts import _

# As somebody in the UK dials it: 0 and the rest, or a short code (999, 101, 116 123).
_NUMBER = re.compile(r"0[1-9][0-9]{6,10}|[1-9][0-9]{2,5}")


@dataclass(frozen=True)
class Shown:
    """Whether a number is shown to anyone, and why or why not."""

    is_shown: bool
    why: str


def digits(number: str | None) -> str:
    """Returns a number without its spaces."""
    return "".join((number or "").split())


def problem_of(number: str) -> str | None:
    """Returns why a text may not stand as a UK number, None when it may."""
    if not re.fullmatch("[0-9 ]+", number):
        return _("Only digits and spaces, as one dials it in the UK: no +44, no brackets.")
    if any(never_said(number)):
        return _("This number is known to be wrong. It may never be shown: ring for the right one.")
    if not _NUMBER.fullmatch(digits(number)):
        return _(
            "A number begins with 0 and has 8 to 12 digits, or is a short one such as 116 123."
        )
    return None


def shown(service: Service) -> Shown:
    """Returns whether the numbers of a service are shown now."""
    if service.phone is None and service.sms is None:
        return Shown(False, _("No number is known. The website stands in."))
    if service.shown_phone or service.shown_sms:
        return Shown(True, _("Shown."))
    if service.publish == "B":
        return Shown(False, _("Not shown: one source alone has it, and nobody has rung yet."))
    return Shown(False, _("Not shown: hidden, until somebody has rung and a second person agrees."))


def may_hide(service: Service) -> bool:
    """Says whether there is a number to hide, and it is no emergency line."""
    numbers = service.phone, service.sms
    return any(numbers) and shown(service).is_shown and not is_emergency(service.id, *numbers)


def next_in_place(content: Content, service: Service) -> Service | None:
    """Returns the service whose number stands first where this one's is hidden."""
    for need in (*service.needs, ANY):
        for nation in service.nations or (ANY,):
            found = suitable(content.services.values(), nation=nation, need=need, speak=ANY)
            for one in found.services:
                if one.id != service.id and one.shown_phone:
                    return one
    return None
