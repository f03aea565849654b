"""No text makes normalisation fail, and what comes out is of one form."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given

from bot.normalisation import clean, fold, strip_accents
from tests.robustness.made_up import texts

#: A mark that is a letter in lower case, in ancient Greek alone.
IOTA = "\u0345"
WORDS = re.compile(r"(?:[^\W_]+(?: [^\W_]+)*)?")


@given(texts)
def test_folded_text_is_bare_words(text: str) -> None:
    """Letters and digits, one space between words, nothing else."""
    assert WORDS.fullmatch(fold(text)), ascii(fold(text))


@given(texts)
def test_folding_again_changes_nothing(text: str) -> None:
    """A phrase of ours and her words meet, however often each was folded."""
    assert fold(fold(text)) == fold(text)


@given(texts)
def test_cleaning_again_changes_nothing(text: str) -> None:
    """What was cleaned is clean."""
    assert clean(clean(text)) == clean(text)


@given(texts)
def test_a_clean_text_is_one_line_that_hides_nothing(text: str) -> None:
    """No control character, no mark of direction, no lone surrogate: it can be sent as UTF-8."""
    found = clean(text)
    assert found == " ".join(found.split())
    assert not {unicodedata.category(char) for char in found} & {"Cc", "Cf", "Cs", "Co", "Cn"}
    assert found.encode().decode() == found


@given(texts)
def test_bare_letters_have_no_marks(text: str) -> None:
    """No mark is left on any letter, and none comes back."""
    bare = strip_accents(text)
    assert not [char for char in bare if unicodedata.category(char).startswith("M")]
    assert strip_accents(bare) == bare


@given(texts)
def test_cleaning_first_makes_no_difference(text: str) -> None:
    """A text that a model was given folds to the same words as what she typed."""
    assert fold(clean(text)) == fold(text)


@given(texts.filter(lambda text: IOTA not in text))
def test_accents_do_not_tell_words_apart(text: str) -> None:
    """A text without its accents folds to the same words."""
    assert fold(strip_accents(clean(text))) == fold(text)
