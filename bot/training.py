"""Trains a model when what it is made from has changed, and only then."""

from __future__ import annotations

import gc
import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

from bot.errors import ModelError
from bot.nlu.encoder.build import build, is_built
from bot.settings import ROOT, Settings

MODEL_NAME = "assistant"

#: Everything that a model depends on: what Rasa reads, and the code of its components.
_INGREDIENTS = ("config.yml", "domain.yml", "data", "bot/nlu", "requirements.lock")
_SUFFIXES = {".yml", ".py", ".tsv", ".lock"}


def model_path(settings: Settings) -> Path:
    """Returns where the trained model lies."""
    return settings.models / f"{MODEL_NAME}.tar.gz"


def is_trained(settings: Settings) -> bool:
    """Says whether the model there is was made from the files as they are now."""
    return (
        model_path(settings).exists()
        and is_built(settings.encoder)
        and trained_from(settings) == fingerprint()
    )


def train(settings: Settings) -> None:
    """Trains the model, and builds the sentence encoder where there is none.

    Raises:
        ModelError: when Rasa does not train; it has said why by then.
    """
    settings.models.mkdir(parents=True, exist_ok=True)
    digest = fingerprint()
    if not is_built(settings.encoder):
        build(settings.encoder)
    # Imported here: Rasa takes seconds, and a start that need not train should not wait.
    from rasa import train as train_model

    # Rasa says where it has written, and means the file that is renamed below.
    with redirect_stdout(io.StringIO()), _all_is_kept():
        result = train_model(
            domain=str(ROOT / "domain.yml"),
            config=str(ROOT / "config.yml"),
            training_files=[str(ROOT / "data")],
            output=str(settings.models),
            # Rasa's own cache does not see the word lists and rules beside the code.
            force_training=True,
            fixed_model_name=f"{MODEL_NAME}.new",
        )
    if not result.model:
        raise ModelError("Rasa could not train a model.")
    # In one step: whoever loads a model meanwhile has the old one, whole.
    Path(result.model).replace(model_path(settings))
    _note(settings).write_text(digest)


@contextmanager
def _all_is_kept() -> Iterator[None]:
    # Python would look again and again through half a million objects for some that nobody needs.
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def trained_from(settings: Settings) -> str:
    """Returns the digest of what the model there was made from, "" when nobody knows."""
    note = _note(settings)
    return note.read_text() if note.exists() else ""


def fingerprint() -> str:
    """Returns a digest that changes whenever a new model is needed."""
    digest = hashlib.sha256()
    for path in _ingredients():
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _ingredients() -> Iterator[Path]:
    for name in _INGREDIENTS:
        path = ROOT / name
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (file for file in found if file.is_file() and file.suffix in _SUFFIXES)


def _note(settings: Settings) -> Path:
    return settings.models / f"{MODEL_NAME}.fingerprint"
