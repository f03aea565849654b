"""What ships is read whole, or refused by the name of what is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.content.shipped import (
    DATA_FOLDER,
    build_content,
    fingerprint,
    read_all_texts,
    read_records,
    read_shipped,
)
from bot.errors import ContentError
from bot.i18n import catalogue_path
from bot.languages import LANGUAGES


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the records that may be spoilt."""
    return Path(shutil.copytree(DATA_FOLDER, tmp_path / "data"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_everything_that_ships_is_read(content) -> None:
    """Answers, services and sources come as values, with texts in all four languages."""
    assert content.revision == 0
    assert min(len(content.answers), len(content.services), len(content.sources)) > 20
    assert {language for language, _ in content.texts} == set(LANGUAGES)


def test_days_are_text_so_that_a_database_gives_them_back(content) -> None:
    """A day in a record is written as 2026-11-22 wherever it is kept."""
    days = {record["as_of"] for record in read_records()["answers"].values()}

    assert days == {answer.as_of.isoformat() for answer in content.answers.values()}


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("answers", "sources: [sbs-statement-2025,", "sources: [sbs-1999,", "sbs-1999"),
        ("answers", "next: [sharing.consent,", "next: [sharing.secret,", "sharing.secret"),
        ("answers", "next: [services.find?need", "next: [services.no?need", "services.no"),
        ("answers", "services: [police-999,", "services: [police-000,", "police-000"),
        ("answers", "risk: high", "risk: none", "sharing.risk"),
        ("answers", "as_of: 2026-11-22", "as_of: 22 November", "sharing.risk"),
        ("answers", "checked_on: null", "", "sharing.risk"),
        ("services", "publish: A", "publish: Z", "live-fear-free"),
        ("sources", "publisher:", "printer:", "sbs-statement-2025"),
    ],
)
def test_a_wrong_record_is_refused_by_its_name(data, file, old, new, named) -> None:
    """A record that names what is not there, or has a wrong form, is named in the error."""
    change(data / f"{file}.yml", old, new)

    with pytest.raises(ContentError, match=named):
        read_shipped(data)


@pytest.mark.parametrize("record", ["null", "[a, list]", "some words", "7"])
@pytest.mark.parametrize("file", ["answers", "services", "sources"])
def test_a_record_that_is_no_record_is_refused_by_its_name(data, file, record) -> None:
    """A list, a word or nothing in the place of a record is named, not stumbled over."""
    path = data / f"{file}.yml"
    path.write_text(f"{path.read_text(encoding='utf-8')}\nspoilt: {record}\n", encoding="utf-8")

    with pytest.raises(ContentError, match="spoilt"):
        read_shipped(data)


@pytest.mark.parametrize("file", ["answers", "services", "sources"])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: [b", id="cut off"),
        pytest.param("a: 1\na: 2\n", id="twice the same id"),
        pytest.param("a: !!python/object:os.system 1", id="code"),
        pytest.param("a: \x00", id="a null"),
        pytest.param("- a\n- b\n", id="a list"),
        pytest.param("", id="empty"),
        pytest.param(b"a: \xff", id="another encoding"),
        pytest.param(None, id="no file"),
    ],
)
def test_a_damaged_file_of_records_is_refused_by_its_name(data, file, text) -> None:
    """A file of records that cannot be read is an error of ours that names it."""
    path = data / f"{file}.yml"
    path.unlink()
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    with pytest.raises(ContentError, match=rf"{file}\.yml"):
        read_shipped(data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_damaged_catalogue_stops_the_reading(tmp_path, language) -> None:
    """One catalogue of one language is enough to refuse the whole, by its name."""
    locales = Path(shutil.copytree(DATA_FOLDER.parents[2] / "locales", tmp_path / "locales"))
    catalogue_path(locales, language, "services").write_text("not a catalogue\n")

    with pytest.raises(ContentError, match=rf"services\.po \({language}\)"):
        read_shipped(locales=locales)


def test_the_fingerprint_tells_any_change_and_no_order() -> None:
    """The digest is another when a record or a text is, and the same when only order differs."""
    records, texts = read_records(), read_all_texts()
    digest = fingerprint(records, texts)

    assert fingerprint(records, dict(reversed(texts.items()))) == digest
    for key in (("cy", "sharing.risk.short"), ("en", "service.bawso.about")):
        assert fingerprint(records, {**texts, key: texts[key] + " "}) != digest
        assert fingerprint(
            records, {name: text for name, text in texts.items() if name != key}
        ) != (digest)
    records["services"]["bawso"]["publish"] = "A"
    assert fingerprint(records, texts) != digest


def test_a_revision_is_made_of_what_was_given() -> None:
    """Records and texts become one revision that later changes of theirs do not reach."""
    records, texts = read_records(), read_all_texts()
    built = build_content(3, records, texts)
    texts.clear()
    records["answers"].clear()

    assert built.revision == 3
    assert built.text("pt", "sharing.risk.label")
    assert "sharing.risk" in built.answers
