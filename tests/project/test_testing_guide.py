"""The testers' guide, in English and Welsh: what it shows can be read, and no word is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.content.values import Content
from bot.settings import ROOT
from bot.testing import situation_files
from bot.testing.situation import ACTS
from bot.testing.situation_files import ANSWER, LANGUAGE, LISTS, UNCLEAR, read_situations
from tests.project.test_readme import exists, paths

GUIDES = ("TESTING.md", "TESTING.cy.md")
WORDS = {"situation", "about", "steps", *ACTS, ANSWER, LANGUAGE, UNCLEAR, *LISTS}

in_each_guide = pytest.mark.parametrize("guide", GUIDES)


def text_of(guide: str) -> str:
    return (ROOT / "docs" / guide).read_text(encoding="utf-8")


def tables(guide: str) -> list[list[str]]:
    """Returns the first cells of each table, without their heads."""
    rows = re.findall(r"(?:^\|.*\n)+", text_of(guide), re.MULTILINE)
    return [[line.split("|")[1].strip() for line in row.splitlines()[2:]] for row in rows]


@in_each_guide
def test_the_example_is_a_situation(guide: str, content: Content, tmp_path: Path) -> None:
    """Who copies it begins with something that the reader takes."""
    (example,) = re.findall(r"```yaml\n(.*?)```", text_of(guide), re.DOTALL)
    path = tmp_path / "example.yml"
    path.write_text(example, encoding="utf-8")
    assert len(read_situations([path], content)) == 1


@in_each_guide
def test_every_word_of_the_format_is_explained(guide: str) -> None:
    """The table has each word that a file may have, and none that it may not."""
    (words,) = [column for column in tables(guide) if "`she says`" in column]
    assert sorted(words) == sorted(f"`{word}`" for word in WORDS)


@in_each_guide
def test_the_messages_are_those_of_the_reader(guide: str) -> None:
    """Each that is explained is one that the reader can give; `…` stands for what varies."""
    (messages,) = [column for column in tables(guide) if any("YAML" in one for one in column)]
    code = Path(situation_files.__file__).read_text(encoding="utf-8")
    # What varies is in braces, or a number that has a name.
    code = re.sub(r"\{[^{}]*\}", "…", code.replace("{MOST_STEPS}", "20"))
    code = code.replace("longer than …", "longer than 500")
    for message in messages:
        pieces = [piece.strip() for piece in message.strip("`").split("…")]
        assert all(piece in code for piece in pieces), message
    assert len(messages) >= 20


@in_each_guide
def test_what_the_guide_names_is_there(guide: str) -> None:
    """Files, links and commands exist."""
    text = text_of(guide)
    assert [path for path in paths(text) if not exists(path)] == []
    links = re.findall(r"\]\(([^)#\s]+)\)", text)
    assert all((ROOT / "docs" / link).exists() for link in links)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)) <= targets


def test_the_two_guides_have_the_same_parts() -> None:
    """As many headings, tables and rows, and the same commands and example, in both languages."""
    english, welsh = GUIDES
    assert [len(one) for one in tables(english)] == [len(one) for one in tables(welsh)]

    def marks(guide: str) -> list[str]:
        return re.findall(r"^#+ ", text_of(guide), re.MULTILINE)

    def blocks(guide: str) -> list[str]:
        return re.findall(r"^```.*?^```", text_of(guide), re.MULTILINE | re.DOTALL)

    assert marks(english) == marks(welsh)
    assert blocks(english) == blocks(welsh)
