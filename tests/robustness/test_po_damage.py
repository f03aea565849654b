"""A translator's file that was damaged on its way is taken whole, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.never import never_said
from bot.content.shipped import read_shipped
from bot.editing import po
from tests.robustness.made_up import damaged, texts
from tests.robustness.test_content_damage import QUOTES

ENGLISH = {
    "sharing.risk.label": "Can the police tell?",
    "sharing.risk.short": "They may. Nobody can promise that they will not.\n\n- Ask first.",
    "service.bawso.about": "A Welsh service.",
}
WELSH = {
    "sharing.risk.label": 'All yr heddlu ddweud "na"?',
    "sharing.risk.short": "Efallai. Does neb yn gallu addo.\n\n- Gofynnwch yn gyntaf.",
}
CONTENT = replace(
    read_shipped(),
    texts={("en", msgid): text for msgid, text in ENGLISH.items()}
    | {("cy", msgid): text for msgid, text in WELSH.items()},
)
GOOD = po.catalogue(CONTENT, "cy", datetime(2026, 11, 26, 10, tzinfo=timezone.utc)).decode()
CODES = {
    *("large", "zip", "encoding", "html", "control", "not_po", "no_header", "duplicate", "quote"),
    *("unfinished", "context", "plural", "escape", "language", "unknown", "long", "never"),
}
LEFT_OUT = {"fuzzy", "empty", "no_english", "old_english"}


def check(data: bytes) -> po.Incoming:
    """Reads a file, and checks that all of it was taken or a line of it is named."""
    found = po.read(data, "cy", CONTENT)
    lines = data.count(b"\n") + data.count(b"\r") + 1
    for flaw in (*found.flaws, *found.left_out):
        assert 1 <= flaw.line <= lines, flaw
    assert {flaw.code for flaw in found.flaws} <= CODES
    assert {flaw.code for flaw in found.left_out} <= LEFT_OUT
    assert not (found.flaws and (found.texts or found.left_out))
    for msgid, text in found.texts.items():
        assert msgid in ENGLISH
        assert text.strip() == text != ""
        assert not list(never_said(text))
    return found


@given(data=damaged(GOOD, QUOTES))
def test_a_damaged_file_is_taken_whole_or_refused_by_its_line(data: bytes) -> None:
    """No accident makes anything but changes to texts that there are, or a flaw with its line."""
    check(data)


@given(
    data=st.one_of(st.binary(max_size=200), texts.map(lambda text: text.encode(errors="ignore")))
)
def test_what_is_no_such_file_is_refused(data: bytes) -> None:
    """Any bytes, and any text, change nothing."""
    found = check(data)
    assert found.flaws
    assert not found.texts


@pytest.mark.parametrize("msgid", ENGLISH)
@given(text=texts)
def test_any_translation_comes_in_as_it_was_written_or_is_refused(msgid: str, text: str) -> None:
    """What a translator's tool writes of any text is taken letter by letter, or has a flaw."""
    text = text.encode(errors="ignore").decode()
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    english = "".join(f"#. English: {line}\n" for line in ENGLISH[msgid].splitlines())
    header = (
        'msgid ""\nmsgstr ""\n"Language: cy\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    )
    found = check(f'{header}{english}msgid "{msgid}"\nmsgstr "{escaped}"\n'.encode())
    if not found.flaws and not found.left_out:
        assert found.texts.get(msgid, po.as_saved(WELSH.get(msgid, ""))) == po.as_saved(text)
