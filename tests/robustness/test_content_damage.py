"""A damaged file of content is refused by an error of ours that says where to look."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.content.catalogue import read_sources, read_texts
from bot.content.records import (
    answer_from_data,
    fact_from_data,
    keeps_from_data,
    service_from_data,
    source_from_data,
)
from bot.content.shipped import KINDS, build_content, read_records
from bot.content.values import Content
from bot.errors import ContentError
from tests.robustness.made_up import damaged, json_values, tried

#: One record of each kind, as the files have them.
FILES = {
    "sources": """\
a-page:
  title: "A page: about it"
  publisher: Somebody
  url: https://example.org/page
  date: "2025-12"
""",
    "facts": """\
F1:
  says: >-
    The police may pass it on. Section 20 gives
    a power to do so.
  sources: [a-page]
  as_of: "2022-12"
  nations: [england, wales]
  confidence: V2
  claimed_by: null
  check: 1
""",
    "answers": """\
sharing.risk:
  risk: high
  nations: [england]
  facts: [F1]
  next: ["services.find?need=legal", sharing.risk]
  services: [a-refuge]
  as_of: 2026-11-22
  checked_on: null
  review_by: 2027-02-22
  owner: rights
  native_read: []
services.find:
  risk: low
  nations: []
  facts: []
  next: []
  services: []
  as_of: 2026-11-22
  checked_on: null
  review_by: 2027-02-22
  owner: rights
  native_read: [en]
""",
    "services": """\
a-refuge:
  nations: [wales]
  needs: [talk, refuge]
  languages: [cy, en]
  interpreters: true
  phone: 0808 80 10 800
  publish: A
  sms: null
  email: null
  url: https://example.org
  hours:
    - {days: [mon, tue], opens: "09:00", closes: "17:00"}
  hours_publish: A
  bank_holidays: null
  free: true
  papers_needed: false
  warning: null
  sources: [a-page]
  as_of: 2026-11-22
  checked_on: null
  review_by: 2026-12-22
  owner: directory
  native_read: []
""",
    "keeps": """\
sharing.risk:
  en: ["may pass it on", "nobody can promise"]
""",
}
#: What YAML stumbles over, and values of kinds that nobody expects there.
YAML = [
    *("\t", "\n", "\n\n  ", ": ", "- ", "? ", "{", "}", "[", "]", '"', "'", "&a ", "*a", "<<: *a"),
    *("|", ">", "#", "%", "@", "`", "---\n", "...\n", "!!python/object:os.system ", "!!set ", "~"),
    *("!!binary ", "2026-13-45", "2026-11-22T10:00", "0o9", ".nan", "1e999", "null", "true", "7"),
    *("[[1]]: x\n", "? [a, b]\n", "\x00", "\ufeff", "\u2028", "\ud7ff", "é", "&a [*a]", "[" * 30),
]
BUILDERS = {
    "sources": source_from_data,
    "facts": fact_from_data,
    "answers": answer_from_data,
    "services": service_from_data,
    "keeps": keeps_from_data,
}
PO = """\
# Texts of the assistant.
msgid ""
msgstr ""
"Language: cy\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

#. English: Can the police tell?
msgid "sharing.risk.label"
msgstr "All yr heddlu ddweud?"

#. English: They may. Ask a "service" first.
#, fuzzy
msgid "sharing.risk.short"
msgstr ""
"Efallai. Gofynnwch i \\"wasanaeth\\"\\n"
"yn gyntaf."
"""
#: What PO stumbles over.
QUOTES = [
    *(
        '"',
        '\\"',
        "\\",
        '\\x"',
        "\n",
        "#",
        "#, fuzzy\n",
        "#~ ",
        "#| ",
        "msgid ",
        "msgstr ",
        "msgid",
    ),
    *('msgctxt "x"\n', 'msgid_plural "x"\n', 'msgstr[0] "x"\n', 'msgstr[9] "x"\n', "msgstr[x]"),
    *("charset=utf-16", "charset=none", "Plural-Forms: nplurals=x; plural=(", "Language: xx"),
    *("\x00", "\ufeff", "\r", "\u2028", "é", "<html>", "PK\x03\x04"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Good files, one of which a test damages."""
    made = tmp_path_factory.mktemp("content")
    for kind, text in FILES.items():
        (made / f"{kind}.yml").write_text(text)
    return made


@pytest.fixture(scope="module")
def records(folder: Path) -> dict:
    return read_records(folder)


def built(records: dict) -> Content | None:
    """Returns what records make, None when they are refused by name."""
    content, error = tried(ContentError, build_content, 1, records, {})
    if error:
        ids = [name for kind in KINDS for name in records.get(kind, ())]
        assert any(str(error).startswith(f"{name}:") for name in ids) or (
            "names what is not there" in str(error)
        ), error
    return content


def test_the_files_are_good_before_they_are_damaged(records: dict) -> None:
    """Otherwise every damage would be refused, and nothing learnt."""
    content = built(records)
    assert content
    assert [*content.answers, *content.services] == ["sharing.risk", "services.find", "a-refuge"]


@pytest.mark.parametrize("kind", FILES)
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_with_its_name(folder, kind, data) -> None:
    """No accident to a file makes anything but content, or an error that names file or record."""
    path = folder / f"{kind}.yml"
    path.write_bytes(data.draw(damaged(FILES[kind], YAML)))
    records, error = tried(ContentError, read_records, folder)
    path.write_text(FILES[kind])
    if error:
        assert str(error).startswith(f"{kind}.yml: ")
    else:
        built(records)


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("put", ['"', "{", "]", "\t- ", "*nobody ", "a: b: c"])
def test_a_sign_in_the_wrong_place_is_found_by_its_line(folder, kind, put) -> None:
    """What is no YAML any more is named with its line."""
    path = folder / f"{kind}.yml"
    lines = FILES[kind].splitlines(keepends=True)
    path.write_text("".join([lines[0], f"  broken: {put}\n", *lines[1:]]))
    try:
        with pytest.raises(ContentError, match=rf"^{kind}\.yml: [\s\S]*line [1-9]"):
            read_records(folder)
    finally:
        path.write_text(FILES[kind])


#: What a record may hold in YAML and no answer can be made of, by where it is put.
ODD = {
    "a list for a key": "? [a, b]\n: x\n",
    "a day for a key": "2026-11-22: x\n",
    "endless depth": "x: " + "[" * 3_000 + "]" * 3_000 + "\n",
    "a list in itself": "x: &a [*a]\n",
    "a tag of Python": "x: !!python/object:os.system {}\n",
    "a tag that does not fit": "x: !!bool maybe\n",
    "a sign that there is not": 'x: "\\UFFFFFFFF"\n',
    "half a sign": 'x: "\\ud800"\n',
    "an endless number": f"x: {'9' * 5_000}\n",
    "no day": "x: 2026-13-45\n",
    "itself again": FILES["answers"],
    "another document": "---\nx: y\n",
}
#: Fields that are of the wrong kind, and would only be found out when somebody asks.
WRONG = [
    *(("answers", "sharing.risk", "facts", [value]) for value in (None, 7, [], {})),
    *(("answers", "sharing.risk", "next", [value]) for value in (None, 7, [], {}, "?", "a=b")),
    *(("answers", "sharing.risk", "services", [value]) for value in (None, [])),
    *(("answers", "sharing.risk", "checked_on", value) for value in (5, True, [1])),
    *(("services", "a-refuge", "checked_on", value) for value in (5, True, [1])),
    *(("services", "a-refuge", "sources", [value]) for value in (None, [])),
    *(("services", "a-refuge", "phone", value) for value in (8088010800, ["999"], True)),
    *(("services", "a-refuge", "sms", value) for value in (7700900123, {})),
    *(("facts", "F1", "sources", [value]) for value in (None, [])),
]


@pytest.mark.parametrize("odd", ODD)
def test_what_yaml_allows_and_content_does_not_is_refused(folder, odd) -> None:
    """A key that is no text, a tag, a list without an end: refused with the name of file or row."""
    path = folder / "answers.yml"
    path.write_text(FILES["answers"] + ODD[odd])
    try:
        with pytest.raises(ContentError, match=r"^(answers\.yml|x): "):
            build_content(1, read_records(folder), {})
    finally:
        path.write_text(FILES["answers"])


@pytest.mark.parametrize(("kind", "name", "field", "value"), WRONG)
def test_a_value_that_no_turn_could_show_is_refused(records, kind, name, field, value) -> None:
    """Found when it is read, not when she asks: no number for a text, no "yes" for a day."""
    row = {**records[kind][name], field: value}
    with pytest.raises(ContentError, match=f"^{name}"):
        build_content(1, {**records, kind: {**records[kind], name: row}}, {})


@pytest.mark.parametrize("kind", BUILDERS)
@given(data=st.data())
def test_a_wrong_value_is_taken_or_refused_with_its_record(records, kind, data) -> None:
    """Any value in any field, a field too many or too few: a value of ours or an error of ours."""
    name, record = data.draw(st.sampled_from(sorted(records[kind].items())))
    field = data.draw(st.one_of(st.sampled_from(sorted(record)), st.text(max_size=6)))
    changed = {**record, field: data.draw(json_values)}
    if data.draw(st.booleans()):
        del changed[field]
    rows = {**records, kind: {**records[kind], name: changed}}
    content = built(rows)
    if content and kind in ("answers", "services"):
        asdict(getattr(content, kind)[name])


@pytest.mark.parametrize("kind", BUILDERS)
@given(value=json_values)
@example(value={})
@example(value={"id": "x"})
@example(value={"": None})
def test_any_record_is_a_value_or_is_refused(kind, value) -> None:
    """Whatever stands where a record should, nothing but an error of ours comes of it."""
    _, error = tried(ContentError, BUILDERS[kind], "the-record", value)
    assert not error or str(error).startswith("the-record: ")


@given(data=damaged(PO, QUOTES))
def test_a_damaged_catalogue_is_read_or_refused_with_its_name(tmp_path_factory, data) -> None:
    """No accident to a catalogue makes anything but texts, or an error that names it."""
    path = tmp_path_factory.getbasetemp() / "damaged.po"
    path.write_bytes(data)
    for read in (read_texts, read_sources):
        found, error = tried(ContentError, read, path, "cy")
        assert not error or str(error).startswith("damaged.po (cy): ")
        assert all(isinstance(text, str) for text in (found or {}).values())


@pytest.mark.parametrize(
    "line", [n for n, text in enumerate(PO.splitlines(), 1) if text.endswith('"')]
)
def test_a_lost_quotation_mark_is_found_by_its_line(tmp_path, line) -> None:
    """The commonest accident of a translator is named where it happened."""
    lines = PO.splitlines()
    lines[line - 1] = lines[line - 1][:-1]
    path = tmp_path / "damaged.po"
    path.write_text("\n".join(lines))
    with pytest.raises(ContentError) as refused:
        read_texts(path, "cy")
    assert re.search(rf"\b{line}\b", str(refused.value)), refused.value
