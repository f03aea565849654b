"""Welsh for spaCy, which has none: contractions are cut off, hyphenated words stay whole."""

from __future__ import annotations

import spacy
from spacy.lang.char_classes import ALPHA, ALPHA_LOWER, CONCAT_QUOTES, LIST_ELLIPSES, LIST_ICONS
from spacy.language import BaseDefaults, Language

# dwi'n, mae'r, o'i, i'w, dyna'ch: the verb or preposition is a word, and so is what leans on it.
_CONTRACTION = rf"(?<=[{ALPHA}])(?='(?:r|n|i|u|w|m|th|ch)\b)"

_STOP_WORDS = frozenset(
    [
        "a",
        "ac",
        "ag",
        "am",
        "ar",
        "at",
        "ac",
        "y",
        "yr",
        "i",
        "o",
        "yn",
        "ni",
        "na",
        "nad",
        "mae",
        "ydy",
        "yw",
        "oedd",
        "bydd",
        "fi",
        "ti",
        "fe",
        "fo",
        "hi",
        "ni",
        "chi",
        "nhw",
        "fy",
        "dy",
        "ei",
        "ein",
        "eich",
        "eu",
        "hwn",
        "hon",
        "hyn",
        "hynny",
        "sy",
        "sydd",
        "wedi",
        "gan",
        "gyda",
        "efo",
        "heb",
        "dan",
        "dros",
        "drwy",
        "wrth",
        "ond",
        "neu",
        "os",
        "pan",
        "fel",
        "mor",
        "iawn",
        "dim",
        "ddim",
        "dwi",
        "rydw",
        "rwy",
    ]
)


class WelshDefaults(BaseDefaults):
    """How Welsh text is cut into words."""

    infixes = [
        *LIST_ELLIPSES,
        *LIST_ICONS,
        _CONTRACTION,
        rf"(?<=[{ALPHA}])[,:;/?!](?=[{ALPHA}])",
        rf"(?<=[{ALPHA_LOWER}{CONCAT_QUOTES}])\.(?=[{ALPHA}{CONCAT_QUOTES}])",
    ]
    stop_words = set(_STOP_WORDS)


@spacy.registry.languages("cy")
class Welsh(Language):
    """The Welsh language: a tokeniser and stop words. `spacy.blank("cy")` makes one."""

    lang = "cy"
    Defaults = WelshDefaults
