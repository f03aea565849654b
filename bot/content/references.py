"""References: what a button sends, `services.find?nation=wales`, taken apart and put together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

MAX_REFERENCE_CHARACTERS = 200

_ANSWER_ID = re.compile(r"[a-z]+(?:\.[a-z-]+)+")
_WORD = re.compile(r"[a-z0-9-]{1,40}")


def parse_reference(reference: str) -> tuple[str, dict[str, str]]:
    """Splits a reference into an answer id and its parameters.

    Raises:
        ValueError: when it does not have that form. Whether the answer exists is not asked.
    """
    if len(reference) > MAX_REFERENCE_CHARACTERS:
        raise ValueError("reference too long")
    answer_id, _, query = reference.partition("?")
    parameters = dict(parse_qsl(query, strict_parsing=True)) if query else {}
    words = [*parameters, *parameters.values()]
    if not _ANSWER_ID.fullmatch(answer_id) or not all(_WORD.fullmatch(word) for word in words):
        raise ValueError("not a reference")
    return answer_id, parameters


def make_reference(answer_id: str, parameters: Mapping[str, str] | None = None) -> str:
    """Puts an answer id and its parameters together."""
    return f"{answer_id}?{urlencode(parameters)}" if parameters else answer_id


def rasa_name(answer_id: str) -> str:
    """Returns an answer's name in Rasa: the intent that asks for it, `sharing_risk`."""
    return answer_id.replace(".", "_").replace("-", "_")


def response_name(answer_id: str) -> str:
    """Returns the name of the Rasa response that gives an answer, `utter_sharing_risk`."""
    return f"utter_{rasa_name(answer_id)}"
