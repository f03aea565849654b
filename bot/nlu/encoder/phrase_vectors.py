"""Vectors of training phrases, kept beside the encoder so that a second training is quick.

Only training reads or writes them: what a woman types never comes here. A phrase is
known by the digest of its text, and the file by the digest of the encoder's graph, so
that another encoder never meets another's vectors.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.nlu.encoder.files import DIMENSION, GRAPH

Vectors = NDArray[np.float32]

FILE = "phrases.npz"


def vectors_of(
    texts: Sequence[str], directory: Path, encode: Callable[[Sequence[str]], Vectors]
) -> Vectors:
    """Returns a row for each text, encoding only those that the file does not hold.

    The file is brought in step: it holds these texts and no others afterwards.

    Args:
        texts: training phrases, as the encoder reads them.
        directory: of the encoder.
        encode: gives texts their vectors; called from several threads.
    """
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    known = _read(directory)
    wanted = {digest: text for digest, text in zip(digests, texts) if digest not in known}
    for digest, vector in zip(wanted, _encode_all(list(wanted.values()), encode)):
        known[digest] = vector
    vectors = np.stack([known[digest] for digest in digests]) if texts else _none()
    if wanted or len(known) > len(set(digests)):
        _write(directory, {digest: known[digest] for digest in digests})
    return vectors


def _encode_all(texts: list[str], encode: Callable[[Sequence[str]], Vectors]) -> Vectors:
    if not texts:
        return _none()
    # The encoder runs on one thread and holds no lock while it does.
    parts = np.array_split(np.arange(len(texts)), min(len(texts), 8 * (os.cpu_count() or 1)))
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = pool.map(lambda part: encode([texts[index] for index in part]), parts)
        return np.concatenate(list(found))


def _read(directory: Path) -> dict[str, NDArray[np.float32]]:
    try:
        with np.load(directory / FILE, allow_pickle=False) as stored:
            if str(stored["encoder"]) != _encoder(directory):
                return {}
            return dict(zip(stored["digests"].tolist(), stored["vectors"]))
    # A file that is not there, or half of one, costs time and nothing else.
    except (OSError, ValueError, KeyError):
        return {}


def _write(directory: Path, vectors: dict[str, NDArray[np.float32]]) -> None:
    new = directory / f"{FILE}.new.npz"
    np.savez(
        new,
        encoder=np.array(_encoder(directory)),
        digests=np.array(list(vectors)),
        vectors=np.stack(list(vectors.values())),
    )
    new.replace(directory / FILE)


def _encoder(directory: Path) -> str:
    return hashlib.sha256((directory / GRAPH).read_bytes()).hexdigest()


def _none() -> Vectors:
    return np.empty((0, DIMENSION), dtype=np.float32)
