"""A small character n-gram model of the four languages, made from our own training phrases.

It knows what general models do not: how women type, without accents and with the
words of this subject. Added to lingua it tells 98.9% of unaccented short messages.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from bot.languages import LANGUAGES
from bot.normalisation import clean, fold, strip_accents

MAX_ORDER = 4
#: Counts are smoothed by this, so that an n-gram never seen does not decide alone.
SMOOTHING = 0.5
#: A word that a second language uses this often, against the one that uses it most, tells
#: neither: names of services, "visa", "claro".
SHARED_RATIO = 1 / 5
#: Said in every language, and too rarely typed in our phrases to be counted there.
UNIVERSAL_WORDS = frozenset({"ok", "okay", "okey", "oki"})
#: A word is a language's own when at least this share of its use is there, and it stands in so
#: many phrases; chosen by cross-validation with the rule that uses it (language_identification).
OWN_SHARE = 0.9
OWN_PHRASES = 2
#: Rarer n-grams are noise of single phrases and would only swell the model.
MIN_COUNT = 2

#: Of a word: the share of each language's phrases that it stands in, and their number.
Use = tuple[dict[str, float], Counter[str]]


@dataclass(frozen=True)
class NgramModel:
    """What the phrases tell of the four languages.

    Attributes:
        weights: log-probability of each known n-gram in each language, in the order of `LANGUAGES`.
        shared: folded words that are no evidence, because several languages use them.
        owners: folded words that one language alone uses, and which.
    """

    weights: Mapping[str, tuple[float, ...]]
    shared: frozenset[str] = UNIVERSAL_WORDS
    owners: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def train(cls, texts: Iterable[tuple[str, str]]) -> NgramModel:
        """Makes a model of (language, text) pairs."""
        texts = list(texts)
        uses = _uses(texts)
        words: dict[str, Counter[str]] = {language: Counter() for language in LANGUAGES}
        for language, text in texts:
            words[language].update(_words(text))
        counts = {language: _count(words[language]) for language in LANGUAGES}
        total = sum(counts.values(), Counter())
        known = [ngram for ngram, count in total.items() if count >= MIN_COUNT]
        sizes = {
            language: sum(counts[language][ngram] + SMOOTHING for ngram in known)
            for language in LANGUAGES
        }
        return cls(
            {
                ngram: tuple(
                    math.log((counts[language][ngram] + SMOOTHING) / sizes[language])
                    for language in LANGUAGES
                )
                for ngram in known
            },
            UNIVERSAL_WORDS | _shared_words(uses),
            _owners(uses),
        )

    def log_probabilities(self, text: str) -> dict[str, float]:
        """Returns a log-probability for each language; equal ones when nothing is known.

        N-grams overlap, so their sum counts the same evidence several times over;
        dividing by the order makes it comparable with another model's.
        """
        sums = [0.0] * len(LANGUAGES)
        for ngram in chain.from_iterable(map(_ngrams, _words(text))):
            for index, weight in enumerate(self.weights.get(ngram, ())):
                sums[index] += weight / MAX_ORDER
        top = max(sums)
        normaliser = top + math.log(sum(math.exp(value - top) for value in sums))
        return {language: value - normaliser for language, value in zip(LANGUAGES, sums)}


def _shared_words(uses: Mapping[str, Use]) -> frozenset[str]:
    """Returns the words that at least two languages use, each by its share of phrases."""

    def is_shared(shares: Mapping[str, float]) -> bool:
        highest = sorted(shares.values())
        return len(highest) > 1 and highest[-2] >= SHARED_RATIO * highest[-1]

    return frozenset(word for word, (shares, _) in uses.items() if is_shared(shares))


def _owners(uses: Mapping[str, Use]) -> dict[str, str]:
    """Returns the words that are one language's own, and which."""
    found = {}
    for word, (shares, phrases) in uses.items():
        language = max(shares, key=lambda name: shares[name])
        is_own = shares[language] >= OWN_SHARE * sum(shares.values())
        if is_own and phrases[language] >= OWN_PHRASES:
            found[word] = language
    return found


def _uses(texts: Iterable[tuple[str, str]]) -> dict[str, Use]:
    """Returns how much each word is used."""
    totals: Counter[str] = Counter()
    uses: dict[str, Counter[str]] = {}
    for language, text in texts:
        totals[language] += 1
        for word in set(fold(text).split()):
            uses.setdefault(word, Counter())[language] += 1
    return {
        word: ({language: count / totals[language] for language, count in use.items()}, use)
        for word, use in uses.items()
    }


def _words(text: str) -> list[str]:
    """Cuts a text into words, twice: accents are evidence, but often missing."""
    plain = clean(text).lower()
    return [word for form in {plain, strip_accents(plain)} for word in form.split()]


def _ngrams(word: str) -> list[str]:
    """Cuts a word into n-grams, with a space where it begins and ends."""
    padded = f" {word} "
    return [
        padded[start : start + order]
        for order in range(1, MAX_ORDER + 1)
        for start in range(len(padded) - order + 1)
    ]


def _count(words: Mapping[str, int]) -> Counter[str]:
    """Counts the n-grams of words that are counted already: each is cut but once."""
    counts: Counter[str] = Counter()
    for word, count in words.items():
        for ngram in _ngrams(word):
            counts[ngram] += count
    return counts
