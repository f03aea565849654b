"""How much a message looks like danger, told in a hundredth of a turn.

By its words and letters alone, before its language or what it means is known: less sure than the
models together, and enough to say who is answered first when more ask than can be answered.
"""

from __future__ import annotations

from bot.nlu.danger_model import DangerModel
from bot.nlu.features import Features
from bot.normalisation import fold


class Glance:
    """The letters' part of the danger model, without the matrices that are made for many texts."""

    def __init__(self, features: Features, danger: DangerModel) -> None:
        """Takes what was learnt; of what it is asked it keeps nothing."""
        start, self._bias, self._parts = 0, float(danger.bias[0]), []
        for terms in (features.words, features.letters):
            end = start + len(terms.numbers)
            signs = (danger.weights[start:end] * terms.weights).tolist()
            self._parts.append((terms, signs, (terms.weights**2).tolist()))
            start = end

    def __call__(self, text: str) -> float:
        """Returns how likely a message speaks of danger now, in log-odds; a term counts once."""
        folded, score = fold(text), self._bias
        for terms, signs, squares in self._parts:
            numbers = terms.numbers
            known = [numbers[term] for term in set(terms.split(folded)) if term in numbers]
            length = sum(squares[number] for number in known) ** 0.5
            if length:
                score += sum(signs[number] for number in known) / length
        return score
