"""The Welsh list itself."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

import bot.nlu.welsh.gloss as gloss_module
from bot.nlu.welsh.tokens import fold

_LIST = Path(gloss_module.__file__).with_name("gloss.tsv")

# Words that only an accent tells apart. The first in the list is what the
# unaccented word is read as.
_TOLD_APART_BY_ACCENT = {"a", "can", "gwyr", "mor", "tan"}


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """The lines of the list, headings left out."""
    text = _LIST.read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def test_every_line_is_a_word_a_tab_and_a_gloss(lines: list[str]) -> None:
    """A line that a person edits wrongly is named here rather than misread."""
    well_formed = re.compile(r"[^\t]*\S\t[^\t]*")
    assert [line for line in lines if not well_formed.fullmatch(line)] == []


def test_everything_is_lower_case_and_trimmed(lines: list[str]) -> None:
    """The reader looks words up in lower case."""
    cells = [cell for line in lines for cell in line.split("\t")]
    assert [cell for cell in cells if cell != cell.lower() or cell != cell.strip()] == []


def test_the_english_side_is_plain(lines: list[str]) -> None:
    """A gloss is letters, digits, spaces, hyphens and apostrophes: no notes."""
    glosses = [line.split("\t")[1] for line in lines]
    assert [gloss for gloss in glosses if not re.fullmatch(r"[a-zñ0-9' -]*", gloss)] == []


def test_no_word_is_listed_twice(lines: list[str]) -> None:
    """A second line for a word would never be read."""
    words = [line.split("\t")[0] for line in lines]
    assert sorted({word for word in words if words.count(word) > 1}) == []


def test_words_that_differ_only_in_accents_are_intended(lines: list[str]) -> None:
    """Unaccented typing is ambiguous only where the list says so."""
    glosses: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines:
        welsh, english = line.split("\t")
        glosses[fold(welsh)].add(english)
    ambiguous = {word for word, meanings in glosses.items() if len(meanings) > 1}
    assert ambiguous == _TOLD_APART_BY_ACCENT
