"""What the buttons of ours can hold: a reference with anything else never came from one of them."""

from __future__ import annotations

from bot.content.card import READERS
from bot.content.directory import ANY, SPOKEN
from bot.content.references import make_reference, parse_reference
from bot.content.topics import ALL, topics
from bot.content.values import NATIONS, NEEDS, Content
from bot.languages import DEFAULT_LANGUAGE, LANGUAGES

#: Instead of a choice: ask again.
ASK = "ask"

_FIXED = {
    "lang": {*LANGUAGES},
    "nation": {*NATIONS, ANY, ASK},
    "need": {*NEEDS, ANY, ASK},
    "now": {"no"},
    "speak": {*SPOKEN, ANY, ASK},
    "to": {*READERS},
}


def known_reference(reference: str, content: Content) -> str:
    """Returns a reference with those parameters alone that a button could have sent.

    What goes into the sealed state is one of these, so that no word of a client's choosing
    can come into it.
    """
    answer_id, parameters = parse_reference(reference)
    known = {
        name: value
        for name, value in parameters.items()
        if value in _FIXED.get(name, ()) or _is_in_content(answer_id, name, value, content)
    }
    return make_reference(answer_id, known)


def _is_in_content(answer_id: str, name: str, value: str, content: Content) -> bool:
    if name == "id":
        return value in content.services
    if name == "topic":
        return value == ALL or value in topics(content.answers)
    return name == "part" and (DEFAULT_LANGUAGE, f"{answer_id}.{value}") in content.texts
