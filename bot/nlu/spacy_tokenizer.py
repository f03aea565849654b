"""The Rasa tokenizer: spaCy's own for each language, with our Welsh."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Any, Callable, Dict, List

import spacy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.language import Language

# Registers "cy" with spaCy.
import bot.nlu.welsh.language  # noqa: F401
from bot.languages import LANGUAGES
from bot.nlu.language_identifier import READING_LANGUAGE


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class SpacyLanguageTokenizer(Tokenizer):
    """Cuts a message into words by the rules of the language it is read in.

    Each message is read inside spaCy's memory zone: its string store would
    otherwise keep every word that anybody has typed, for the life of the process.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Returns the component's default config."""
        return {
            # Intents are whole names here, never several joined by a symbol.
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
        }

    def __init__(self, config: Dict[str, Any]) -> None:
        super().__init__(config)
        self._languages = {language: spacy.blank(language) for language in LANGUAGES}
        self._zone: Callable[[Language], AbstractContextManager[Any]] = Language.memory_zone

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Cuts the training phrases into words (see parent class for full docstring)."""
        # One zone for all: a word is looked at once, and not each time that it is met.
        with ExitStack() as zones:
            for nlp in self._languages.values():
                zones.enter_context(nlp.memory_zone())
            self._zone = nullcontext
            try:
                return super().process_training_data(training_data)
            finally:
                self._zone = Language.memory_zone

    def tokenize(self, message: Message, attribute: str) -> List[Token]:
        """Returns the words of a message's text, with their places in it."""
        nlp = self._languages[message.get(READING_LANGUAGE) or LANGUAGES[0]]
        with self._zone(nlp):
            return [
                Token(token.text, token.idx)
                for token in nlp.make_doc(message.get(attribute))
                if not token.is_space
            ]
