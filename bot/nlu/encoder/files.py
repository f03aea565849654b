"""The files of a built encoder, and the manifest that says they are all there.

`build.py` writes the folder, `encoder.py` reads it; this is what they agree on.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.errors import ModelError

# Raised whenever a file changes its form or the graph its arithmetic: a folder of
# another format is built anew.
FORMAT = 3

MANIFEST = "manifest.json"
GRAPH = "encoder.onnx"
WORDS = "words.npy"
POSITIONS = "positions.npy"
PIECES = "pieces.txt"
SCORES = "scores.npy"
REPLACEMENTS = "replacements.json"
PARTS = (GRAPH, WORDS, POSITIONS, PIECES, SCORES, REPLACEMENTS)

# The names of the graph's one input and one output.
GRAPH_INPUT = "pieces"
GRAPH_OUTPUT = "sentence"

DIMENSION = 384
# The longest text that is read, in word pieces: some ninety words of English. The
# rest of a longer one is left out. Time and memory grow with it.
MAX_TOKENS = 128


class EncoderFilesError(ModelError):
    """Raised when a folder holds no complete encoder of the format this code reads."""


@dataclass(frozen=True)
class Manifest:
    """What a folder was built from, and how long each of its files is."""

    format: int
    source: str
    sizes: dict[str, int]

    @classmethod
    def of(cls, directory: Path, source: str) -> Manifest:
        """Describes the files that lie in a folder now."""
        return cls(FORMAT, source, {name: (directory / name).stat().st_size for name in PARTS})

    @classmethod
    def read(cls, directory: Path) -> Manifest:
        """Reads the manifest of a folder and checks the files against it.

        Raises:
            EncoderFilesError: If anything is missing, cut short or of another format.
        """
        try:
            manifest = cls(**json.loads((directory / MANIFEST).read_text("utf-8")))
            found = cls.of(directory, manifest.source)
        except (OSError, ValueError, TypeError) as error:
            raise EncoderFilesError(f"No complete encoder in {directory}.") from error
        if manifest != found:
            raise EncoderFilesError(f"The encoder in {directory} is damaged or of another format.")
        return manifest

    def write(self, directory: Path) -> None:
        """Writes the manifest into the folder it describes."""
        (directory / MANIFEST).write_text(json.dumps(asdict(self), indent=2) + "\n", "utf-8")
