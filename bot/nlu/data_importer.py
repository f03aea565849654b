"""Rasa's reader of `data/`, for some forty thousand phrases.

It reads the same files to the same end as Rasa's own importer. That one merges file after
file and compares all phrases anew for each; and at each step of a training Rasa makes a digest
of every word and every number of every phrase, to find out what has changed, where ours is
always trained whole (`bot.training`). Together this took two minutes of a training.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import cached_method
from rasa.shared.utils.io import deep_container_fingerprint, get_text_hash


class Phrase(Message):
    """A training phrase, known by its words, its intent and which properties it has by now.

    Rasa's own message is known by all that was ever computed of it as well.
    """

    def __init__(self, message: Message, digest: str | None = None) -> None:
        super().__init__(
            message.data, set(message.output_properties), message.time, list(message.features)
        )
        self._digest = digest

    def fingerprint(self) -> str:
        """Returns hexadecimal digits that are the same for the same phrase after the same steps."""
        if self._digest is None:
            said = [self.get(key) for key in (TEXT, INTENT, METADATA)]
            self._digest = deep_container_fingerprint(said)
        steps = [self._digest, *sorted(self.data), str(len(self.features))]
        return str(get_text_hash(" ".join(steps)))

    def __deepcopy__(self, memo: dict[int, Any]) -> Phrase:
        """Shares what was computed, which nobody changes in place, and copies what is added to."""
        return Phrase(self, self._digest)


class DataImporter(RasaFileImporter):
    """Named in `config.yml`."""

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Returns all training phrases, in the order of their files."""
        return TrainingData([deepcopy(phrase) for phrase in self._phrases(language)])

    @cached_method  # A training asks twice.
    def _phrases(self, language: str | None) -> list[Phrase]:
        files = [load_data(path, language) for path in self._nlu_files]
        return [Phrase(one) for file in files for one in file.training_examples]
