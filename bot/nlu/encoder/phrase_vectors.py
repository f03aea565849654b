"""Vectors of training phrases, kept beside the encoder so that a second training is quick.

Only training reads or writes them: what a woman types never comes here. A phrase is
known by the digest of its text, and the file by the digest of the encoder's graph, so
that another encoder never meets another's vectors.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.nlu.encoder.encoder import SentenceEncoder
from bot.nlu.encoder.files import DIMENSION, GRAPH

Vectors = NDArray[np.float32]

FILE = "phrases.npz"

#: As many phrases go to a process at a time; fewer than this are not worth starting one.
PORTION = 500


def vectors_of(texts: Sequence[str], directory: Path) -> Vectors:
    """Returns a row for each text, encoding only those that the file does not hold.

    The file is brought in step: it holds these texts and no others afterwards.

    Args:
        texts: training phrases, as the encoder reads them.
        directory: of the encoder.
    """
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    known = _read(directory)
    wanted = {digest: text for digest, text in zip(digests, texts) if digest not in known}
    for digest, vector in zip(wanted, _encode_all(list(wanted.values()), directory)):
        known[digest] = vector
    vectors = np.stack([known[digest] for digest in digests]) if texts else _none()
    if wanted or len(known) > len(set(digests)):
        _write(directory, {digest: known[digest] for digest in digests})
    return vectors


def _encode_all(texts: list[str], directory: Path) -> Vectors:
    if len(texts) <= PORTION:
        return SentenceEncoder(directory).encode(texts) if texts else _none()
    parts = [texts[start : start + PORTION] for start in range(0, len(texts), PORTION)]
    # Processes, not threads: some of the time goes to cutting words into pieces, which is
    # Python's own work. Started afresh: a copy of this process would share its locks.
    with ProcessPoolExecutor(
        os.cpu_count(), get_context("spawn"), initializer=_open, initargs=(directory,)
    ) as pool:
        return np.concatenate(list(pool.map(_encode, parts)))


def _open(directory: Path) -> None:
    global _encoder_here
    _encoder_here = SentenceEncoder(directory)


def _encode(texts: list[str]) -> Vectors:
    return _encoder_here.encode(texts)


#: Of a process that encodes for another.
_encoder_here: SentenceEncoder


def _read(directory: Path) -> dict[str, NDArray[np.float32]]:
    try:
        with np.load(directory / FILE, allow_pickle=False) as stored:
            if str(stored["encoder"]) != _digest_of(directory):
                return {}
            return dict(zip(stored["digests"].tolist(), stored["vectors"]))
    # A file that is not there, or half of one, costs time and nothing else.
    except (OSError, ValueError, KeyError):
        return {}


def _write(directory: Path, vectors: dict[str, NDArray[np.float32]]) -> None:
    new = directory / f"{FILE}.new.npz"
    np.savez(
        new,
        encoder=np.array(_digest_of(directory)),
        digests=np.array(list(vectors)),
        vectors=np.stack(list(vectors.values())),
    )
    new.replace(directory / FILE)


def _digest_of(directory: Path) -> str:
    return hashlib.sha256((directory / GRAPH).read_bytes()).hexdigest()


def _none() -> Vectors:
    return np.empty((0, DIMENSION), dtype=np.float32)
