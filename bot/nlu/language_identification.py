"""Tells which of the four languages a message is written in, and how surely."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass

from lingua import IsoCode639_1, LanguageDetector, LanguageDetectorBuilder

from bot.languages import LANGUAGES
from bot.nlu.ngrams import NgramModel
from bot.normalisation import fold

#: From four words on the first guess is right 99% of the time (98.9% without accents).
SURE_WORDS = 4
#: A shorter message must be this clear before it changes a conversation's language:
#: "no" and "claro" are words of several languages.
SURE_PROBABILITY = 0.9
#: A longer one need only be more likely than not.
LIKELY_PROBABILITY = 0.6

#: She mixes languages when so much of a message is the conversation's own: one word in ten,
#: and half as many as of the likeliest language. Chosen by cross-validation on our phrases.
MIXED_SHARE = 0.1
MIXED_RATIO = 0.5

_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Identified:
    """What was found: the likeliest language, and whether it may be relied on."""

    language: str
    is_sure: bool


class LanguageIdentification:
    """Adds lingua's probabilities to those of our own n-gram model."""

    def __init__(self, ngrams: NgramModel) -> None:
        self._ngrams = ngrams
        self._detector = _detector()

    def identify(self, text: str, prior: str | None = None) -> Identified:
        """Returns the language of a text.

        Args:
            text: what she wrote.
            prior: the conversation's language, which wins when the text does not tell.
        """
        words = _WORD.findall(text)
        if len(words) < SURE_WORDS:
            words = [word for word in words if fold(word) not in self._ngrams.shared]
            text = " ".join(words)
        if not words:
            return Identified(prior or LANGUAGES[0], is_sure=False)
        probabilities = self._probabilities(text.lower())
        best = max(probabilities, key=lambda language: probabilities[language])
        if prior and best != prior and self._is_mixed(text, prior, best):
            # Answered in the language of the talk, as a person would, and not for lack of proof.
            return Identified(prior, is_sure=True)
        enough = LIKELY_PROBABILITY if len(words) >= SURE_WORDS else SURE_PROBABILITY
        is_sure = probabilities[best] >= enough
        return Identified(best if is_sure or not prior else prior, is_sure)

    def _is_mixed(self, text: str, prior: str, best: str) -> bool:
        words = fold(text).split()
        owned = Counter(self._ngrams.owners.get(word) for word in words)
        return owned[prior] >= max(MIXED_SHARE * len(words), MIXED_RATIO * owned[best], 1)

    def _probabilities(self, text: str) -> dict[str, float]:
        scores = self._ngrams.log_probabilities(text)
        for value in self._detector.compute_language_confidence_values(text):
            scores[value.language.iso_code_639_1.name.lower()] += math.log(max(value.value, 1e-6))
        top = max(scores.values())
        weights = {language: math.exp(score - top) for language, score in scores.items()}
        total = sum(weights.values())
        return {language: weight / total for language, weight in weights.items()}


def _detector() -> LanguageDetector:
    codes = [getattr(IsoCode639_1, language.upper()) for language in LANGUAGES]
    builder = LanguageDetectorBuilder.from_iso_codes_639_1(*codes)
    # Loaded now, so that no woman waits for it.
    return builder.with_preloaded_language_models().build()
