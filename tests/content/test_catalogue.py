"""Texts go into catalogues and come out unchanged; what is damaged is named."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.content.catalogue import catalogue_of, read_sources, read_texts
from bot.content.shipped import CATALOGUES
from bot.errors import ContentError
from bot.i18n import LOCALE_FOLDER, catalogue_path
from bot.languages import LANGUAGES

TEXTS = {
    "b.short": 'Mae\'r gŵr yn dweud "na".\n\n- 62% of {what}\n- \\n is not a line\ttab',
    "a.short": "ação, ¿qué?, ŷ, 🆘, مرحبا, %(name)s",
    "a.more": "x " * 300 + "end",
}
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
ENTRY = '\nmsgid "a.short"\nmsgstr "words"\n'


def saved(folder: Path, data: str | bytes) -> Path:
    path = folder / "answers.po"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_come_back_as_they_were_written(tmp_path, language) -> None:
    """Quotes, accents, lines, percent signs and braces survive the way there and back."""
    path = saved(tmp_path, catalogue_of(TEXTS, language, {"a.short": "in\nEnglish"}))

    assert read_texts(path, language) == TEXTS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CATALOGUES)
def test_what_ships_survives_being_written_again(tmp_path, language, name) -> None:
    """A translator's tool that reads and writes the catalogues loses no text."""
    texts = read_texts(catalogue_path(LOCALE_FOLDER, language, name), language)

    assert len(texts) > 40
    assert read_texts(saved(tmp_path, catalogue_of(texts, language)), language) == texts


def test_a_catalogue_changes_only_when_a_text_does() -> None:
    """No date, name or time stands in the file, and entries keep their order."""
    written = catalogue_of(TEXTS, "cy").decode()

    assert not any(word in written for word in ("Date", "Last-Translator", "Language-Team"))
    ids = [line for line in written.splitlines() if line.startswith('msgid "') and line[7] != '"']
    assert ids == [f'msgid "{name}"' for name in TEXTS]


def test_the_english_stands_above_each_entry(tmp_path) -> None:
    """A translator sees what she translates, line by line."""
    path = saved(tmp_path, catalogue_of({"a.short": "un"}, "es", {"a.short": "one\n\ntwo"}))

    with path.open("rb") as file:
        message = read_po(file)["a.short"]
    assert [line.strip() for line in message.auto_comments if line.strip() != "English:"] == [
        "English: one",
        "English: two",
    ]


@pytest.mark.parametrize("language", ["es", "cy", "pt"])
@pytest.mark.parametrize(
    "english",
    [
        pytest.param("one", id="a word"),
        pytest.param("one\n\n- two\n- three\n\nfour", id="lines and gaps"),
        pytest.param(" ".join(f"word{n}" for n in range(90)), id="longer than a line of the file"),
        pytest.param('He said "no": 62% of {what}, \\n and all.', id="quotation marks and braces"),
        pytest.param("In English: one. English: two.", id="the mark itself"),
    ],
)
def test_a_translation_remembers_its_english_word_for_word(tmp_path, language, english) -> None:
    """The English above an entry is read back whole; only the white space is not kept."""
    path = saved(tmp_path, catalogue_of({"a.short": "un"}, language, {"a.short": english}))

    assert read_sources(path, language) == {"a.short": " ".join(english.split())}


def test_an_entry_without_its_english_remembers_none(tmp_path) -> None:
    """A translation with no comment says nothing of what it was made from."""
    path = saved(tmp_path, HEADER + ENTRY)

    assert read_sources(path, "es") == {"a.short": ""}


@pytest.mark.parametrize("entry", ["#, fuzzy\n" + ENTRY.lstrip(), ENTRY.replace("words", "")])
def test_a_guess_and_an_empty_entry_are_left_out(tmp_path, entry) -> None:
    """What a tool guessed, and what nobody has written, is never served."""
    path = saved(tmp_path, HEADER + "\n" + entry)

    assert read_texts(path, "es") == {}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("<html>Not found</html>\n", id="a page of an error"),
        pytest.param("two words\n", id="no keyword"),
        pytest.param(b"\xff\xfem\x00s\x00g\x00", id="another encoding"),
        pytest.param(HEADER.encode() + b'\nmsgid "a.short"\nmsgstr "\xe9"\n', id="a wrong byte"),
        pytest.param(HEADER + '\nmsgid "a.short"\n', id="cut off after a msgid"),
        pytest.param(f"<<<<<<< ours\n{ENTRY}=======\n", id="a merge left half done"),
        pytest.param(HEADER + '\nmsgid "a"\nmsgstr[x] "b"\n', id="a plural of no number"),
        pytest.param(HEADER + '"Plural-Forms: nplurals=x; plural=x;\\n"\n', id="plural forms"),
        pytest.param(HEADER + '"POT-Creation-Date: yesterday\\n"\n', id="a date in words"),
        pytest.param(HEADER + '"Language: xx_YY_ZZ-q\\n"\n', id="no such language"),
    ],
)
def test_a_damaged_catalogue_is_refused_by_its_name(tmp_path, data) -> None:
    """A file that cannot be read is an error of ours that names the file and the language."""
    with pytest.raises(ContentError, match=r"answers\.po \(es\)"):
        read_texts(saved(tmp_path, data), "es")
    with pytest.raises(ContentError, match=r"answers\.po \(es\)"):
        read_sources(saved(tmp_path, data), "es")


@pytest.mark.parametrize("kind", ["missing", "a folder"])
def test_a_catalogue_that_is_not_there_is_named(tmp_path, kind) -> None:
    """No file, or a folder in its place, is named as well."""
    path = tmp_path / "answers.po"
    if kind == "a folder":
        path.mkdir()

    with pytest.raises(ContentError, match=r"answers\.po \(cy\)"):
        read_texts(path, "cy")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(HEADER + ENTRY + '"and no end\n', id="no closing quote"),
        pytest.param(HEADER + ENTRY + ENTRY.replace("words", "others"), id="twice"),
    ],
)
def test_a_text_is_never_served_half_or_by_chance(tmp_path, data) -> None:
    """An entry that has no end, or that contradicts another, gives no text that nobody wrote."""
    texts: dict[str, str] = {}
    with contextlib.suppress(ContentError):
        texts = read_texts(saved(tmp_path, data), "es")

    assert texts in ({}, {"a.short": "words"})


def test_a_formula_in_a_catalogue_is_never_run(tmp_path) -> None:
    """The plural formula of a hostile file is data: it is refused or ignored, not evaluated."""
    trap = tmp_path / "sprung"
    formula = f"__import__('pathlib').Path('{trap}').touch()"
    path = saved(tmp_path, f'{HEADER}"Plural-Forms: nplurals=2; plural={formula};\\n"\n{ENTRY}')

    with contextlib.suppress(ContentError):
        assert read_texts(path, "es") == {"a.short": "words"}
    assert not trap.exists()
