"""A small neural network (one hidden layer), trained by scikit-learn and run as two products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier

from bot.nlu.features import Matrix

#: The length given to a centred sentence vector: with 1 the network learns too slowly.
SCALE = 8.0
_PARTS = ("in_weights", "in_bias", "out_weights", "out_bias")


@dataclass(frozen=True)
class Network:
    """Reads sentence vectors; its scores are log-probabilities but for a constant."""

    in_weights: Matrix
    in_bias: Matrix
    out_weights: Matrix
    out_bias: Matrix

    @classmethod
    def train(
        cls,
        vectors: Matrix,
        labels: Sequence[int] | NDArray[np.int_],
        *,
        width: int,
        decay: float,
        epochs: int,
        seed: int = 0,
    ) -> Network:
        """Trains on centred vectors (n, 384) and labels 0 to k - 1.

        Args:
            vectors: centred sentence vectors.
            labels: the class of each.
            width: of the hidden layer.
            decay: the strength of L2 regularisation.
            epochs: how often each phrase is seen.
            seed: of the first weights and the order.
        """
        model = MLPClassifier(
            (width,),
            alpha=decay,
            max_iter=epochs,
            batch_size=min(512, len(vectors)),
            learning_rate_init=3e-3,
            random_state=seed,
            # It stops after so many epochs, and not when nothing more is to be learnt.
            tol=0,
            n_iter_no_change=epochs,
        )
        model.fit(vectors * SCALE, labels)
        (in_weights, out_weights), (in_bias, out_bias) = model.coefs_, model.intercepts_
        # A label with more phrases is not for that reason more likely.
        log_shares = np.log(np.bincount(labels) / len(labels))
        is_single = len(log_shares) == 2
        out_bias = out_bias - (log_shares[1] - log_shares[0] if is_single else log_shares)
        return cls(
            *(
                np.ascontiguousarray(part, np.float32)
                for part in (in_weights * SCALE, in_bias, out_weights, out_bias)
            )
        )

    def scores(self, vectors: Matrix) -> Matrix:
        """Returns a row of scores for each vector: (n, labels), or (n, 1) for two labels."""
        hidden = np.maximum(vectors @ self.in_weights + self.in_bias, 0)
        found: Matrix = hidden @ self.out_weights + self.out_bias
        return found

    def arrays(self, prefix: str) -> dict[str, Matrix]:
        """Returns what is to be stored."""
        return {f"{prefix}_{part}": getattr(self, part) for part in _PARTS}

    @classmethod
    def of_arrays(cls, prefix: str, arrays: Mapping[str, Matrix]) -> Network:
        """Takes what `arrays` gave."""
        return cls(*(arrays[f"{prefix}_{part}"] for part in _PARTS))
