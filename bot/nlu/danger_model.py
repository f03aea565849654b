"""How likely a message speaks of danger now, learnt from phrases of danger and from others near it.

Beside the rules (`bot.nlu.danger`), which know forms of words and miss what is said
quietly. Learnt from some thousand phrases of danger and as many that mention violence,
death or fear where nothing is happening now.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bot.nlu.features import Matrix
from bot.nlu.network import Network

#: Small networks of different beginnings, whose mean is steadier than each of them.
NETWORKS = 3
WIDTH, DECAY, EPOCHS = 64, 1e-2, 25
#: Inverse strength of regularisation of the letters' models.
LETTERS_C = 10.0

_FILE = "danger.npz"


@dataclass(frozen=True)
class DangerModel:
    """Three networks on what is meant and a linear model on what is typed, half and half."""

    networks: tuple[Network, ...]
    weights: Matrix
    bias: Matrix
    suicide_weights: Matrix
    suicide_bias: Matrix

    @classmethod
    def train(
        cls,
        dense: Matrix,
        sparse: csr_matrix,
        is_danger: NDArray[np.bool_],
        is_suicide: NDArray[np.bool_],
    ) -> DangerModel:
        """Trains on all phrases.

        Args:
            dense: centred sentence vectors, (n, 384).
            sparse: weighted words and letters, (n, features).
            is_danger: whether a phrase speaks of danger now, of either kind.
            is_suicide: whether it speaks of harming oneself.
        """
        networks = tuple(
            Network.train(
                dense,
                is_danger.astype(int),
                width=WIDTH,
                decay=DECAY,
                epochs=EPOCHS,
                seed=seed,
            )
            for seed in range(NETWORKS)
        )
        letters = _linear(sparse, is_danger)
        suicide = _linear(sparse[is_danger], is_suicide[is_danger])
        return cls(networks, *letters, *suicide)

    def danger(self, dense: Matrix, sparse: csr_matrix) -> tuple[float, float]:
        """Returns how likely one message speaks of danger, and of harming oneself if so.

        Args:
            dense: its centred sentence vector, (1, 384).
            sparse: its words and letters, (1, features).
        """
        meant = np.mean([network.scores(dense)[0, 0] for network in self.networks])
        typed = (sparse @ self.weights + self.bias)[0]
        harming = (sparse @ self.suicide_weights + self.suicide_bias)[0]
        return _probability((meant + typed) / 2), _probability(harming)

    def save(self, directory: Path) -> None:
        """Writes plain arrays: nothing that runs when it is read."""
        arrays = {name: getattr(self, name) for name in _LINEAR}
        for number, network in enumerate(self.networks):
            arrays |= network.arrays(f"network{number}")
        np.savez(directory / _FILE, **arrays)

    @classmethod
    def load(cls, directory: Path) -> DangerModel:
        """Reads what `save` wrote."""
        with np.load(directory / _FILE, allow_pickle=False) as stored:
            arrays = dict(stored)
        networks = tuple(
            Network.of_arrays(f"network{number}", arrays) for number in range(NETWORKS)
        )
        return cls(networks, *(arrays[name] for name in _LINEAR))


_LINEAR = ("weights", "bias", "suicide_weights", "suicide_bias")


def _linear(sparse: csr_matrix, labels: NDArray[np.bool_]) -> tuple[Matrix, Matrix]:
    model = LogisticRegression(
        C=LETTERS_C, class_weight="balanced", solver="liblinear", random_state=0
    )
    model.fit(sparse, labels)
    return model.coef_[0].astype(np.float32), model.intercept_.astype(np.float32)


def _probability(score: float) -> float:
    return float(1 / (1 + np.exp(-score)))
