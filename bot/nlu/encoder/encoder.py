"""Turns sentences into vectors that lie close together when the sentences mean the same.

multilingual-e5-small, in the form that `build.py` writes, on one thread of ONNX
Runtime. It holds no text, and no vector of one, after `encode` has returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.nlu.encoder.files import (
    DIMENSION,
    GRAPH,
    GRAPH_INPUT,
    GRAPH_OUTPUT,
    MAX_TOKENS,
    EncoderFilesError,
    Manifest,
)
from bot.nlu.encoder.lookup import Lookup
from bot.nlu.encoder.runtime import open_session

__all__ = ["DIMENSION", "MAX_TOKENS", "EncoderFilesError", "SentenceEncoder"]


class SentenceEncoder:
    """Gives sentences in any of the four languages one vector each."""

    def __init__(self, directory: Path) -> None:
        """Loads an encoder that `build` wrote.

        Raises:
            EncoderFilesError: If the folder holds no whole encoder of this format.
        """
        Manifest.read(directory)
        try:
            self._lookup = Lookup(directory)
            self._session = open_session((directory / GRAPH).read_bytes())
        # ONNX Runtime raises classes of its own, which have no root but Exception.
        except Exception as error:
            raise EncoderFilesError(f"The encoder in {directory} is damaged.") from error

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Returns a row of unit length for each text, 384 numbers wide.

        What lies beyond the first 128 word pieces of a text (`MAX_TOKENS`) is not
        read. A text has the same vector alone and among others, and an empty one has
        a vector too, which means nothing.
        """
        vectors = np.empty((len(texts), DIMENSION), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._encode(text)
        return vectors

    def _encode(self, text: str) -> NDArray[np.float32]:
        pieces = self._lookup.rows(text)[np.newaxis]
        mean = self._session.run([GRAPH_OUTPUT], {GRAPH_INPUT: pieces})[0][0]
        vector: NDArray[np.float32] = mean / np.linalg.norm(mean)
        return vector
