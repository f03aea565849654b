"""The training phrases as Rasa gets them: all of them, each once, and known by what was said."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.data_importer import DataImporter, Phrase
from bot.settings import ROOT

FILE = """version: "3.1"
nlu:
- intent: {intent}
  metadata:
    language: en
  examples: |
    - {first}
    - both
"""


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Two files of two phrases, one of which stands in both."""
    for name in ("one", "two"):
        text = FILE.format(intent="nrm_what", first=f"only in {name}")
        (tmp_path / f"{name}.yml").write_text(text, encoding="utf-8")
    return sorted(map(str, tmp_path.glob("*.yml")))


def phrase(text: str = "hello") -> Phrase:
    return Phrase(Message({"text": text, "intent": "bot_greet"}))


def test_it_reads_what_rasas_own_importer_reads(files: list[str]) -> None:
    """The same phrases with the same intents and languages, and none twice."""
    ours, theirs = (
        [(one.get("text"), one.get("intent"), one.get("metadata")) for one in data.intent_examples]
        for data in (
            importer(training_data_paths=files).get_nlu_data()
            for importer in (DataImporter, RasaFileImporter)
        )
    )
    assert ours == theirs
    assert len(ours) == 3


def test_rasa_uses_it() -> None:
    """Rasa's commands and our training read by way of the configuration."""
    importer = TrainingDataImporter.load_nlu_importer_from_config(str(ROOT / "config.yml"))
    inner = importer
    while not isinstance(inner, DataImporter):
        inner = (
            getattr(inner, "importer", None)
            or getattr(inner, "_importer", None)
            or (inner._importers[0])
        )
    assert isinstance(inner, DataImporter)


def test_a_phrase_is_known_by_its_words_and_intent() -> None:
    """Two of the same are one, and another word or intent is another phrase."""
    assert phrase() == phrase()
    assert phrase() != phrase("hello there")
    assert phrase() != Phrase(Message({"text": "hello", "intent": "bot_thanks"}))


def test_a_step_of_the_pipeline_changes_what_it_is_known_by() -> None:
    """Rasa sees that something was computed."""
    changed = phrase()
    changed.set("tokens", ["hello"])
    assert changed != phrase()
    assert changed == copy.deepcopy(changed)


def test_a_copy_can_be_changed_alone() -> None:
    """What one step adds to a copy is not in the phrase it was copied from."""
    one = phrase()
    other = copy.deepcopy(one)
    other.set("tokens", ["hello"], add_to_output=True)
    assert (one.get("tokens"), "tokens" in one.output_properties) == (None, False)
