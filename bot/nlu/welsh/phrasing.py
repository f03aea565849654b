"""Putting glossed words into a more English shape.

Four small habits of Welsh would mislead a reader of English: the pronoun that
repeats a possessive (fy ngŵr *i*), the object that stands before its verb (yn
*fy* nharo, hitting me), the verb after "yn" (hitting, not hit), and the short
words that are both a pronoun and a preposition (i, o).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

# Each possessive: its object form, and the pronouns that may repeat it.
_POSSESSIVES: dict[str, tuple[str, frozenset[str]]] = {
    "my": ("me", frozenset({"i", "fi"})),
    "your": ("you", frozenset({"di", "ti", "chi"})),
    # "His" is also how "her" is listed, and the "their" of "i'w".
    "his": ("him", frozenset({"o", "e", "fo", "fe", "ef", "hi", "nhw"})),
    "our": ("us", frozenset({"ni"})),
    "their": ("them", frozenset({"nhw", "hwy"})),
}
# Before these an English verb has no "-ing": will go, if I go.
_BARE = frozenset(
    {"do", "does", "did", "can", "could", "may", "will", "would", "should", "must", "if", "when"}
)
_PROGRESSIVE = frozenset({"am", "is", "are", "was", "were"})
_BEFORE_TO = frozenset(
    {"want", "wants", "wanted", "need", "like", "threaten", "threatening", "try", "trying"}
)
_AFTER_PRONOUN = frozenset({"'n", "yn", "ddim", "wedi", "'di"})
_DOUBLING = re.compile(r"[^aeiou]*[aeiou][^aeiouwxy]|control|refer|admit|forget")
_OBJECTS = {
    "fo": "him", "fe": "him", "ef": "him", "e": "him", "o": "him",
    "hi": "her", "ni": "us", "nhw": "them",
}  # fmt: skip
# A nasal mutation says "my" by itself where "fy" is left out: 'mhlant i, nharo i.
_NASAL = re.compile(r"'?(?:ngh|mh|nh(?!w)|ng)")
_CAUSES_OF_NASAL = frozenset({"fy", "'y", "yn", "ym", "yng", "'n"})
# A pronoun that repeats "his" tells whose it was after all.
_CORRECTIONS = {"hi": ("her", "her"), "nhw": ("their", "them")}


@dataclass
class Gloss:
    """A run of Welsh and the English that stands for it.

    Attributes:
        key: The Welsh, folded.
        english: Its gloss; the word as typed where there is none.
        before: What stood before it in the message.
        is_known: Whether the list has it.
        is_verb: Whether the English is a verb.
        is_word: Whether it is a word rather than a mark.
    """

    key: str
    english: str
    before: str = " "
    is_known: bool = True
    is_verb: bool = False
    is_word: bool = True

    @property
    def last(self) -> str:
        """The last Welsh word of the run."""
        return self.key.rsplit(" ", 1)[-1]


def arrange(run: Sequence[Gloss]) -> None:
    """Reshapes the glosses of one message, in place."""
    bare = False
    for place, gloss in enumerate(run):
        if not gloss.is_word:
            bare = False
            continue
        _choose_pronoun(run, place)
        _drop_echo(run, place)
        if gloss.is_verb and place:
            _shape_verb(run, place, bare)
        _supply_my(run, place)
        words = set(gloss.english.lower().split())
        if words & (_BARE | _PROGRESSIVE) and not gloss.is_verb:
            bare = bool(words & _BARE)


def participle(verb: str) -> str:
    """Returns the "-ing" form of an English verb phrase: take off, taking off."""
    first, _, rest = verb.partition(" ")
    if first.endswith("ie"):
        first = first[:-2] + "y"
    elif first.endswith("e") and not first.endswith(("ee", "be")):
        first = first[:-1]
    elif _DOUBLING.fullmatch(first):
        first += first[-1]
    return f"{first}ing {rest}".strip()


def _shape_verb(run: Sequence[Gloss], place: int, bare: bool) -> None:
    """Gives a verb its "-ing", its "to" and its object."""
    before, gloss = run[place - 1], run[place]
    # "Ga i" asks for a thing or for leave to act: may I have help, may I ask.
    before.english = re.sub(r"^may I have$", "may I", before.english)
    if _follows_particle(run, place) and not bare:
        gloss.english = participle(gloss.english)
    elif before.english.rsplit(" ", 1)[-1] in _BEFORE_TO:
        gloss.english = f"to {gloss.english}"
    _move_object(before, gloss)


def _supply_my(run: Sequence[Gloss], place: int) -> None:
    """Adds the "my" or "me" that only a nasal mutation says."""
    gloss = run[place]
    if not gloss.is_known or " " in gloss.key or not _NASAL.match(gloss.key):
        return
    if place and (run[place - 1].last in _CAUSES_OF_NASAL or _possessive(run[place - 1])):
        return
    if gloss.is_verb:
        gloss.english = re.sub(r"( me)?$", " me", gloss.english, count=1)
    else:
        gloss.english = "my " + gloss.english.removeprefix("my ")


def _choose_pronoun(run: Sequence[Gloss], place: int) -> None:
    """Reads the short words that may be pronouns by what stands around them."""
    gloss = run[place]
    if not place or gloss.key not in {"i", *_OBJECTS}:
        return
    before = run[place - 1]
    # No noun can follow here, so that "i" is not "to", nor "o" "from".
    following = next((later for later in run[place + 1 :][:1] if later.is_word), None)
    is_pronoun = following is None or following.key in _AFTER_PRONOUN
    if gloss.key == "i":
        _choose_first_person(gloss, before, is_pronoun)
    elif gloss.key != "o" or is_pronoun:
        subject = "he" if gloss.key == "o" else gloss.english
        gloss.english = _OBJECTS[gloss.key] if before.is_verb else subject


def _choose_first_person(gloss: Gloss, before: Gloss, is_pronoun: bool) -> None:
    """Reads "i" as nothing, "I" or "me" where it is not "to"."""
    says_my = before.english.startswith("my ") or before.english.endswith(" me")
    has_my = bool({"fy", "'y"} & set(before.key.split()[:-1]))
    if before.english.startswith("I ") or has_my or (says_my and _NASAL.match(before.key)):
        gloss.english = ""
    elif is_pronoun and before.is_verb:
        gloss.english = "me"
    elif is_pronoun:
        gloss.english = "I"


def _possessive(gloss: Gloss) -> str:
    """Returns the English possessive that a gloss ends in, or an empty string."""
    word = gloss.english.rsplit(" ", 1)[-1]
    return word if gloss.is_known and word in _POSSESSIVES else ""


def _drop_echo(run: Sequence[Gloss], place: int) -> None:
    """Drops a pronoun that repeats the possessive two places before it."""
    if place < 2:
        return
    owner, owned, pronoun = run[place - 2], run[place - 1], run[place]
    for possessive, (form, echoes) in _POSSESSIVES.items():
        moved = owned.is_verb and owned.english.endswith(" " + form)
        if pronoun.key in echoes and (moved or _possessive(owner) == possessive):
            pronoun.english = ""
            whose, whom = _CORRECTIONS.get(pronoun.key, (possessive, form))
            owner.english = re.sub(rf"\b{possessive}$", whose, owner.english)
            if moved:
                owned.english = re.sub(rf" {form}$", f" {whom}", owned.english)
            return


def _move_object(owner: Gloss, verb: Gloss) -> None:
    """Turns "my hit" into "hit me"."""
    possessive = _possessive(owner)
    if possessive:
        owner.english = owner.english[: -len(possessive)].rstrip()
        verb.english = f"{verb.english} {_POSSESSIVES[possessive][0]}"


def _follows_particle(run: Sequence[Gloss], place: int) -> bool:
    """Whether "yn" stands before this verb, an object between them or not."""
    before = run[place - 1]
    if before.last in {"yn", "'n"}:
        return True
    return bool(place > 1 and _possessive(before) and run[place - 2].last in {"yn", "'n"})
