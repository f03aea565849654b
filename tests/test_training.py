"""A model is trained when what it is made from has changed, and only then."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import bot.__main__ as commands
from bot import training
from bot.errors import ModelError
from bot.settings import Settings
from bot.testing.served import free_port


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one ingredient of each kind, standing in for the project's own."""
    for name in ("config.yml", "domain.yml", "requirements.lock"):
        (tmp_path / name).write_text("a: 1\n", encoding="utf-8")
    for name in ("data/nlu/en/sharing.yml", "bot/nlu/code.py", "bot/nlu/welsh/gloss.tsv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("b\n", encoding="utf-8")
    monkeypatch.setattr(training, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "name",
    ["config.yml", "data/nlu/en/sharing.yml", "bot/nlu/code.py", "bot/nlu/welsh/gloss.tsv"],
)
def test_a_changed_ingredient_asks_for_a_new_model(project: Path, name: str) -> None:
    """Training data, configuration, word lists and component code each change the fingerprint."""
    before = training.fingerprint()
    (project / name).write_text("changed\n", encoding="utf-8")
    assert training.fingerprint() != before


def test_a_new_training_file_asks_for_a_new_model(project: Path) -> None:
    """A file that was not there before is noticed."""
    before = training.fingerprint()
    (project / "data/nlu/en/threats.yml").write_text("c\n", encoding="utf-8")
    assert training.fingerprint() != before


def test_what_a_model_does_not_depend_on_changes_nothing(project: Path) -> None:
    """A text, a page or a compiled file asks for no training."""
    before = training.fingerprint()
    (project / "bot/web").mkdir()
    (project / "bot/web/page.py").write_text("d\n", encoding="utf-8")
    (project / "bot/nlu/code.pyc").write_text("d\n", encoding="utf-8")
    assert training.fingerprint() == before


def test_an_empty_folder_holds_no_model(tmp_path: Path) -> None:
    """Without a model, an encoder and their note there is something to train."""
    assert not training.is_trained(replace(Settings(), models=tmp_path))


def test_a_service_is_never_kept_waiting_by_a_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its model comes with its release; another one may be trained on its machine by hand."""
    trained: list[Settings] = []
    monkeypatch.setattr(training, "train", trained.append)
    settings = replace(Settings(), models=tmp_path, chat_port=free_port(), environment="service")
    with pytest.raises(ModelError, match="make train"):
        commands.run(settings)
    assert trained == []
