"""What ships is read whole, or refused by the name of what is wrong."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.content.shipped import (
    DATA_FOLDER,
    build_content,
    fingerprint,
    read_all_sources,
    read_all_texts,
    read_records,
    read_shipped,
    stale_texts,
)
from bot.content.staleness import UNSAID
from bot.errors import ContentError
from bot.i18n import catalogue_path
from bot.languages import LANGUAGES

FILES = ["answers", "services", "sources", "facts"]
#: One record in each file, for tests of what may stand beside it.
SMALL = {
    "answers": """\
sharing.risk:
  risk: high
  nations: [wales]
  facts: [F1]
  next: [sharing.risk]
  services: [bawso]
  as_of: 2026-11-22
  checked_on: null
  review_by: 2027-02-22
  owner: rights
  native_read: []
""",
    "services": """\
bawso:
  nations: [wales]
  needs: [talk]
  languages: []
  interpreters: false
  phone: null
  publish: C
  sms: null
  email: null
  url: https://example.org
  hours: null
  hours_publish: null
  bank_holidays: null
  free: null
  papers_needed: null
  warning: null
  sources: [page]
  as_of: 2026-11-22
  checked_on: null
  review_by: 2026-12-22
  owner: directory
  native_read: []
""",
    "sources": """\
page:
  title: A page
  publisher: Somebody
  url: https://example.org
  date: "2026"
""",
    "facts": """\
F1:
  says: It is so.
  sources: [page]
  as_of: "2026"
  nations: []
  confidence: V
  claimed_by: null
  check: null
""",
    "keeps": """sharing.risk:
  en: [may]
""",
}


@pytest.fixture(scope="module")
def records() -> dict[str, dict[str, Any]]:
    """The records that ship; a test that changes them copies them first."""
    return read_records()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the records that may be spoilt."""
    return Path(shutil.copytree(DATA_FOLDER, tmp_path / "data"))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Files of records with a row or two in each, which may be spoilt."""
    folder = tmp_path / "small"
    folder.mkdir()
    for name in SMALL:
        (folder / f"{name}.yml").write_text(SMALL[name], encoding="utf-8")
    return folder


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_everything_that_ships_is_read(content) -> None:
    """Answers, services, sources and facts come as values, with texts in all four languages."""
    assert content.revision == 0
    kinds = (content.answers, content.services, content.sources, content.facts)
    assert min(map(len, kinds)) > 20
    assert {language for language, _ in content.texts} == set(LANGUAGES)


@pytest.mark.parametrize("day", ["as_of", "review_by"])
@pytest.mark.parametrize("kind", ["answers", "services"])
def test_days_are_text_so_that_a_database_gives_them_back(content, records, kind, day) -> None:
    """A day in a record is written as 2026-11-22 wherever it is kept."""
    written = {name: record[day] for name, record in records[kind].items()}

    assert written == {
        name: getattr(row, day).isoformat() for name, row in getattr(content, kind).items()
    }


@pytest.mark.parametrize("kind", ["answers", "services"])
def test_the_order_of_the_files_is_kept(content, records, kind) -> None:
    """Questions and services are listed as they stand in the files, however records are given."""
    shuffled = {**records, kind: dict(reversed(records[kind].items()))}

    assert list(getattr(content, kind)) == list(records[kind])
    assert list(getattr(build_content(0, shuffled, {}), kind)) == list(records[kind])


@pytest.mark.parametrize("kind", ["answers", "services"])
def test_a_record_that_is_not_listed_comes_last(records, kind) -> None:
    """What staff add has no place in the order of the files: it stands behind all of them."""
    first = next(iter(records[kind]))
    added = {**records, kind: {"new.one": records[kind][first], **records[kind]}}

    assert list(getattr(build_content(0, added, {}), kind)) == [*records[kind], "new.one"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_that_ships_is_out_of_step(content, language) -> None:
    """Each translation was made from the English that ships, as its comment has it."""
    assert [key for key in content.stale if key[0] == language] == []


@pytest.mark.parametrize("language", ["es", "cy", "pt"])
def test_a_translation_of_another_english_is_out_of_step(language) -> None:
    """When the English is changed and the comment is not, that one translation is stale."""
    texts, sources = read_all_texts(), read_all_sources()
    key = (language, "sharing.risk.short")
    assert stale_texts(texts, {**sources, key: f"{sources[key]} And more."}) == {key: UNSAID}
    assert stale_texts(texts, {**sources, key: ""}) == {key: UNSAID}


def test_a_change_of_the_english_puts_all_translations_out_of_step() -> None:
    """The three comments tell that the English is another now; white space is no change."""
    texts, sources = read_all_texts(), read_all_sources()
    english = ("en", "sharing.risk.more")
    spaced = {**texts, english: f" {texts[english]}\n".replace("\n", "\n\n")}
    assert stale_texts(spaced, sources) == {}

    newer = {**texts, english: f"{texts[english]} It is new."}
    assert set(stale_texts(newer, sources)) == {
        (language, "sharing.risk.more") for language in ("es", "cy", "pt")
    }


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("answers", "facts: [F2,", "facts: [F0,", "sharing.risk .*F0"),
        ("answers", "next: [sharing.consent,", "next: [sharing.secret,", "sharing.secret"),
        ("answers", 'next: ["services.find?need', 'next: ["services.no?need', "services.no"),
        ("answers", "services: [police-999,", "services: [police-000,", "police-000"),
        ("answers", "risk: high", "risk: none", "sharing.risk"),
        ("answers", "as_of: 2026-11-22", "as_of: 22 November", "sharing.risk"),
        ("answers", "checked_on: null", "", "sharing.risk"),
        ("answers", "review_by: 2027-02-22", "", "sharing.risk"),
        ("answers", "owner: rights", "", "sharing.risk"),
        ("answers", "native_read: []", "native_read: [fr]", "sharing.risk"),
        ("answers", "facts: [F2,", "sources: [senedd-2022]\n  facts: [F2,", "sharing.risk"),
        ("facts", "sources: [senedd-2022,", "sources: [senedd-1999,", "F1 .*senedd-1999"),
        ("facts", "confidence: V2", "confidence: W", "F1"),
        ("services", "sources: [live-fear-free,", "sources: [no-page,", "live-fear-free .*no-page"),
        ("services", "hours: always", "hours: sometimes", "live-fear-free"),
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
@pytest.mark.parametrize("file", FILES)
def test_a_record_that_is_no_record_is_refused_by_its_name(small, file, record) -> None:
    """A list, a word or nothing in the place of a record is named, not stumbled over."""
    assert read_shipped(small)
    path = small / f"{file}.yml"
    path.write_text(f"{path.read_text(encoding='utf-8')}\nspoilt: {record}\n", encoding="utf-8")

    with pytest.raises(ContentError, match="spoilt"):
        read_shipped(small)


@pytest.mark.parametrize("file", FILES)
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
def test_a_damaged_file_of_records_is_refused_by_its_name(small, file, text) -> None:
    """A file of records that cannot be read is an error of ours that names it."""
    path = small / f"{file}.yml"
    path.unlink()
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    with pytest.raises(ContentError, match=rf"{file}\.yml"):
        read_shipped(small)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_damaged_catalogue_stops_the_reading(tmp_path, language) -> None:
    """One catalogue of one language is enough to refuse the whole, by its name."""
    locales = Path(shutil.copytree(DATA_FOLDER.parents[2] / "locales", tmp_path / "locales"))
    catalogue_path(locales, language, "services").write_text("not a catalogue\n")

    with pytest.raises(ContentError, match=rf"services\.po \({language}\)"):
        read_shipped(locales=locales)


def test_the_fingerprint_tells_any_change_and_no_order(records) -> None:
    """The digest is another when a record or a text is, and the same when only order differs."""
    records, texts = copy.deepcopy(records), read_all_texts()
    sources = read_all_sources()
    digest = fingerprint(records, texts, sources)

    assert fingerprint(records, dict(reversed(texts.items())), sources) == digest
    assert fingerprint(records, texts, {**sources, ("cy", "sharing.risk.short"): "?"}) != digest
    for key in (("cy", "sharing.risk.short"), ("en", "service.bawso.about")):
        assert fingerprint(records, {**texts, key: texts[key] + " "}, sources) != digest
        assert fingerprint(
            records, {name: text for name, text in texts.items() if name != key}, sources
        ) != (digest)
    records["services"]["bawso"]["publish"] = "A"
    assert fingerprint(records, texts, sources) != digest


def test_a_revision_is_made_of_what_was_given(records) -> None:
    """Records and texts become one revision that later changes of theirs do not reach."""
    records, texts = copy.deepcopy(records), read_all_texts()
    built = build_content(3, records, texts)
    texts.clear()
    records["answers"].clear()

    assert built.revision == 3
    assert built.text("pt", "sharing.risk.label")
    assert "sharing.risk" in built.answers
