"""Undoing the initial mutations of Welsh."""

from __future__ import annotations

# What a word starts with now, and what it may have started with before. Longer
# starts come first: "ngh" must be read before "ng". Within a row, likelier first.
_STARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ngh", ("c",)),
    ("ng", ("g",)),
    ("mh", ("p",)),
    ("nh", ("t",)),
    ("ch", ("c",)),
    ("ph", ("p",)),
    ("th", ("t",)),
    ("dd", ("d",)),
    # These pairs are letters of their own, which nothing mutates into.
    ("ff", ()),
    ("ll", ()),
    ("rh", ()),
    ("b", ("p",)),
    ("d", ("t",)),
    ("f", ("m", "b")),
    ("g", ("c",)),
    ("l", ("ll", "gl")),
    ("m", ("b",)),
    ("n", ("d", "gn")),
    ("r", ("rh", "gr")),
    ("w", ("gw",)),
)
#: The same by their first letter, the longer still first.
_BY_LETTER = {
    letter: tuple(row for row in _STARTS if row[0][0] == letter)
    for letter in {now[0] for now, _ in _STARTS}
}
_VOWELS = frozenset("aâáàäeêéèëiîíìïoôóòöuûúùüwŵẃẁẅyŷýỳÿ")


def radicals(word: str) -> list[str]:
    """Returns the forms that mutation may have turned into `word`.

    Args:
        word: A word in lower case, with or without its accents.

    Returns:
        The possible unmutated forms, most likely first, without `word` itself.
    """
    found = [old + word[len(now) :] for now, old in _replacements(word)]
    # Soft mutation drops a "g" altogether: gardd, ardd.
    if word[:1] in _VOWELS and not word.startswith("w"):
        found.append("g" + word)
    # "Her", "our" and "their" put an "h" before a vowel: enw, ei henw.
    if word.startswith("h") and word[1:2] in _VOWELS:
        found.append(word[1:])
    return found


def _replacements(word: str) -> list[tuple[str, str]]:
    """Pairs the mutated start of `word` with each start it may stand for."""
    for now, before in _BY_LETTER.get(word[:1], ()):
        if word.startswith(now):
            return [(now, old) for old in before]
    return []


def mutated(word: str) -> list[str]:
    """Returns the forms that mutation may give a word: Cardiff is Caerdydd, Gaerdydd, Nghaerdydd.

    Args:
        word: A word in lower case.
    """
    found = [
        now + word[len(old) :] for now, before in _STARTS for old in before if word.startswith(old)
    ]
    if word.startswith("g"):
        found.append(word[1:])
    return [form for form in dict.fromkeys(found) if word in radicals(form)]
