"""Brings what a person typed to one form, so that rules meet a word only once.

Two steps: `clean` keeps the words as she wrote them, for a model to read; `fold`
keeps only what survives hurried typing on a phone, for rules to compare. Both are
idempotent, and neither remembers anything.
"""

from __future__ import annotations

import re
import unicodedata

# Spanish keyboards type an acute accent for an apostrophe, Welsh text comes with
# every kind of curly one. They are straightened before NFKC, which would take
# some of them apart into a space and a combining mark.
_QUOTES = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u2035\u02b9\u02bb\u02bc\u02c8`\u00b4\uff07", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb\uff02", '"')
)
# Letters that draw nothing, and marks that only glue: categories do not tell them.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufe0e\ufe0f")
# Control, format (zero width, bidi override), lone surrogate, private, unassigned.
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
#: No mark that is put on a letter comes before this one.
_FIRST_MARK = "\u0300"
_SPACE = re.compile(r"\s+")
_REPEATED_LETTER = re.compile(r"([^\W\d_])\1+")
_NOT_WORD = re.compile(r"[\W_]+")


def clean(text: str) -> str:
    """Returns the text on one line, composed (NFKC), without characters that hide.

    Case and accents stay as she typed them.
    """
    one_line = _SPACE.sub(" ", text).translate(_QUOTES)
    composed = unicodedata.normalize("NFKC", _drop_invisible(one_line)).translate(_QUOTES)
    return _SPACE.sub(" ", _drop_invisible(composed)).strip()


def fold(text: str) -> str:
    """Returns the bare words: lower case, no accents, no punctuation, no emoji.

    Apostrophes vanish ("he's" is "hes") and runs of a letter become one ("hellllp"
    is "help", and "kill" is "kil": whatever is compared must be folded as well).
    """
    bare = strip_accents(clean(text).casefold())
    # Taking a letter apart can yield a capital or a further mark, rarely.
    words = _NOT_WORD.sub(" ", bare.casefold().replace("'", ""))
    return _REPEATED_LETTER.sub(r"\1", words).strip()


def strip_accents(text: str) -> str:
    """Returns the text with bare letters: á is a, ŵ is w, ç is c."""
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFKD", text)
    return "".join(
        char
        for char in letters
        if char < _FIRST_MARK or not unicodedata.category(char).startswith("M")
    )


def _drop_invisible(text: str) -> str:
    # Most texts have none, and these look at all characters at once.
    if text.isprintable() and _INVISIBLE.isdisjoint(text):
        return text
    return "".join(
        char
        for char in text
        if char not in _INVISIBLE and unicodedata.category(char) not in _DROPPED
    )
