"""One encoder, built from the real weights, for all the tests beside this file."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.nlu.encoder.build import build
from bot.nlu.encoder.encoder import SentenceEncoder


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a whole encoder. Tests that damage one work on a copy."""
    directory = tmp_path_factory.mktemp("models") / "encoder"
    build(directory)
    return directory


@pytest.fixture(scope="session")
def encoder(built: Path) -> SentenceEncoder:
    """The encoder as a running assistant has it."""
    return SentenceEncoder(built)
