"""Every answer rests on facts of the register, and every fact on a source where there is one."""

from __future__ import annotations

from collections.abc import Iterator

from bot.content.checks.finding import Finding
from bot.content.values import Content

#: The assistant's answers about itself; all others say something about the world.
ABOUT_ITSELF = "bot"

#: They rest on the rows of the directory, or on nothing: a list, a card.
WITHOUT_FACTS = frozenset(
    {"services.lawrs", "services.named", "services.card", "services.live-fear-free"}
)


def find(content: Content) -> Iterator[Finding]:
    """Yields answers without a ground, and facts that may not be used."""
    for answer in content.answers.values():
        if answer.topic != ABOUT_ITSELF and not answer.facts and answer.id not in WITHOUT_FACTS:
            yield Finding("provenance", answer.id, None, "it rests on no fact.", "Name its facts.")
        if answer.risk == "high" and not content.sources_of(answer):
            yield Finding(
                "provenance",
                answer.id,
                None,
                "it is about risk and none of its facts has a source.",
                "Name a fact that has one, or leave the claim out.",
            )
        if answer.risk == "high" and not answer.nations:
            yield Finding(
                "provenance", answer.id, None, "it names no nation.", "Say where it holds."
            )
        for name in answer.facts:
            if not content.facts[name].publish:
                yield Finding(
                    "provenance",
                    answer.id,
                    None,
                    f"{name} is not to be published.",
                    "Take the fact and what rests on it out.",
                )
    yield from _unconfirmed_services(content)


def _unconfirmed_services(content: Content) -> Iterator[Finding]:
    for service in content.services.values():
        msgid = f"service.{service.id}.confidential"
        if service.warning and not content.has_text("en", msgid):
            yield Finding(
                "provenance",
                f"service.{service.id}",
                None,
                f"it has the warning {service.warning!r} and no text that tells her.",
                f"Write {msgid}.",
            )
