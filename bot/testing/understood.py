"""How the model understands a message, for a report that has to say why a test broke."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent

from bot.errors import ModelError
from bot.testing.results import Broken, Understood
from bot.testing.situation import TAPS


def explained(broken: Iterable[Broken], model: Path) -> tuple[Broken, ...]:
    """Returns the same with how each message was understood; taps are not read by any model.

    Raises:
        ModelError: when there is no model that loads.
    """
    broken = tuple(broken)
    if not any(one.act != TAPS for one in broken):
        return broken
    agent = Agent.load(str(model))
    if not agent.is_ready():
        raise ModelError("There is no model that loads: run `make train`.")
    return asyncio.run(_explain(broken, agent))


async def _explain(broken: tuple[Broken, ...], agent: Agent) -> tuple[Broken, ...]:
    return tuple(
        [
            one
            if one.act == TAPS or not one.did
            else replace(one, understood=await _read(one.did, agent))
            for one in broken
        ]
    )


async def _read(message: str, agent: Agent) -> Understood | None:
    parsed = await agent.parse_message(message)
    ranking: Any = parsed.get("intent_ranking") or []
    if not ranking:
        return None
    first = ranking[0]
    second: Any = ranking[1] if len(ranking) > 1 else {"name": "nothing", "confidence": 0.0}
    return Understood(
        first["name"], float(first["confidence"]), second["name"], float(second["confidence"])
    )
