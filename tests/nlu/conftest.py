"""The sentence encoder as the tests of understanding use it: the real one, and no training's."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.nlu.encoder.build import build, is_built
from bot.nlu.encoder.phrase_vectors import FILE
from bot.settings import Settings


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The encoder's files in a folder of their own.

    The vectors that a training keeps beside them are left out: a test that trained on
    its own phrases would leave those there, and the next training would begin anew.
    """
    kept = Settings().encoder
    if not is_built(kept):
        build(kept)
    folder = tmp_path_factory.mktemp("encoder")
    for path in kept.iterdir():
        if path.name != FILE:
            (folder / path.name).symlink_to(path)
    return folder
