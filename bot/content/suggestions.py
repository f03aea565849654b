"""Which answers her words may ask for: the likeliest first, for the buttons that offer them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.content.references import rasa_name

#: More than three choices are not read by someone in a hurry.
MOST = 3


def likely_answers(
    ranking: Iterable[tuple[str, float]], answers: Iterable[str], least: float
) -> Iterator[str]:
    """Yields the answers that a ranking names, in its order.

    Args:
        ranking: (intent, probability), likeliest first.
        answers: ids of those that may be offered.
        least: an answer that is less likely than this is not worth a button.
    """
    by_intent = {rasa_name(answer): answer for answer in answers}
    return (
        by_intent[intent]
        for intent, probability in ranking
        if intent in by_intent and probability >= least
    )
