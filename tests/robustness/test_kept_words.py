"""Words that an answer must keep are missed wherever they are lost, in every language."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.content.checks.wording import find
from bot.content.values import Content
from bot.languages import LANGUAGES


def lost(content: Content, language: str) -> set[tuple[str, str]]:
    """Returns (msgid, phrase) of what is missed in a language."""
    found = set()
    for finding in find(content):
        said = re.match(r"it no longer says (['\"])(?P<phrase>.*)\1, which", finding.problem)
        if said and finding.language == language:
            found.add((finding.where, said["phrase"]))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_word_that_an_answer_must_keep_is_missed_when_it_is_gone(content, language) -> None:
    """Of what ships nothing is lost; with the texts emptied of their words, everything is."""
    kept = {
        (f"{answer}.short", phrase)
        for answer, by_language in content.keeps.items()
        for phrase in by_language.get(language, ())
    }
    emptied = {key: "—" if key[1].endswith(".short") else key[1] for key in content.texts}

    assert kept
    assert lost(content, language) == set()
    assert lost(replace(content, texts=emptied), language) == kept
