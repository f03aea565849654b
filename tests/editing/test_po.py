"""A language goes out as a PO file and comes in again whole, or not at all."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import datetime, timezone

import pytest
from babel.messages.pofile import read_po

from bot.content.shipped import read_shipped
from bot.content.values import Content
from bot.editing import po
from bot.editing.po_lines import MOST_BYTES

AT = datetime(2026, 11, 26, 10, tzinfo=timezone.utc)
TRANSLATIONS = ("es", "cy", "pt")
SHIPPED = read_shipped()
ENGLISH = {
    "sharing.risk.label": "Can the police tell?",
    "sharing.risk.short": "They may. Nobody can promise that they will not.\n\n- Ask first.",
    "sharing.risk.more": "It says “English: yes”.\n- Call.\n- Call.",
    "service.bawso.about": "A Welsh service.",
}
WELSH = {
    "sharing.risk.label": 'All yr heddlu ddweud "na"?',
    "sharing.risk.short": "Efallai. Does neb yn gallu addo.\n\n- Gofynnwch yn gyntaf. \\n ŵ ŷ",
}
CONTENT = replace(
    SHIPPED,
    texts={("en", msgid): text for msgid, text in ENGLISH.items()}
    | {("cy", msgid): text for msgid, text in WELSH.items()},
    stale={("cy", "sharing.risk.short"): "dangerous"},
)
HEADER = 'msgid ""\nmsgstr ""\n"Language: cy\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
LABEL = '#. English: Can the police tell?\nmsgid "sharing.risk.label"\nmsgstr "Un newydd"\n'


def exported(content: Content = CONTENT, language: str = "cy", **choice: bool) -> str:
    return po.catalogue(content, language, AT, **choice).decode()


def read(text: str | bytes, content: Content = CONTENT) -> po.Incoming:
    return po.read(text.encode() if isinstance(text, str) else text, "cy", content)


def flaw(text: str | bytes) -> tuple[str, int]:
    """Returns the one flaw of a file, which must have changed nothing."""
    incoming = read(text)
    assert incoming.texts == {}
    assert incoming.left_out == ()
    [found] = incoming.flaws
    return found.code, found.line


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_what_ships_goes_out_and_in_without_a_change(language) -> None:
    """An export that comes back as it is changes nothing, and nothing is left out."""
    data = po.catalogue(SHIPPED, language, AT)

    assert po.read(data, language, SHIPPED) == po.Incoming()
    written = {m.id: m.string for m in read_po(io.BytesIO(data), abort_invalid=True) if m.id}
    assert written == {
        msgid: SHIPPED.text(language, msgid) for tag, msgid in SHIPPED.texts if tag == "en"
    }


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_the_header_is_complete(language) -> None:
    """Poedit and Weblate find the language, its plural forms and the encoding."""
    header = exported(SHIPPED, language).partition("#.")[0]

    assert f'"Language: {language}\\n"' in header
    assert '"Content-Type: text/plain; charset=utf-8\\n"' in header
    assert '"Plural-Forms: nplurals=' in header
    assert '"PO-Revision-Date: 2026-11-26 10:00+0000\\n"' in header


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_gettext_itself_accepts_the_file(tmp_path, language) -> None:
    """The strictest reader there is finds nothing wrong, where it is installed."""
    program = shutil.which("msgfmt")
    if program is None:
        return
    path = tmp_path / "out.po"
    path.write_bytes(po.catalogue(SHIPPED, language, AT))

    ran = subprocess.run(
        [program, "--check", "--output-file=/dev/null", str(path)], capture_output=True, text=True
    )

    assert (ran.returncode, ran.stderr) == (0, "")


def test_above_an_entry_stands_what_a_translator_needs() -> None:
    """The topic, where it is shown, how long it may be, and the English."""
    catalogue = read_po(io.BytesIO(exported().encode()))
    label, short = catalogue["sharing.risk.label"], catalogue["sharing.risk.short"]

    assert label.auto_comments == [
        "Topic: sharing. The words on a button. At most 45 characters.",
        "English: Can the police tell?",
    ]
    assert "max-length:45" in label.flags
    comment = " ".join(short.auto_comments)
    assert "60 words" in comment
    assert comment.endswith(
        "English: They may. Nobody can promise that they will not. English: English: - Ask first."
    )
    assert not short.flags
    assert "Topic: services." in catalogue["service.bawso.about"].auto_comments[0]


def test_a_stale_text_says_so_and_is_not_fuzzy() -> None:
    """A translator sees that the English has changed; a tool does not drop the text."""
    entry = read_po(io.BytesIO(exported().encode()))["sharing.risk.short"]

    assert "The English has changed since this was translated (dangerous)." in entry.auto_comments
    assert entry.string == WELSH["sharing.risk.short"]
    assert not entry.fuzzy


def test_only_what_is_due_goes_out_when_that_is_chosen() -> None:
    """What is stale or missing, and nothing that is in step."""
    catalogue = read_po(io.BytesIO(exported(only_due=True).encode()))

    assert {m.id for m in catalogue if m.id} == set(ENGLISH) - {"sharing.risk.label"}
    assert po.due(SHIPPED, "cy") == []


def test_entries_stand_in_the_order_of_the_content() -> None:
    """A translator reads an answer from its label to its end, whatever order a database has."""
    shuffled = replace(SHIPPED, texts=dict(sorted(SHIPPED.texts.items(), reverse=True)))

    written = [m.id for m in read_po(io.BytesIO(exported(shuffled).encode())) if m.id]

    first = next(iter(SHIPPED.answers))
    assert written[:3] == [f"{first}.label", f"{first}.short", f"{first}.more"]
    assert written[-1].startswith("service.")
    assert exported(shuffled) == exported(SHIPPED)


def test_a_changed_text_comes_in_and_no_other() -> None:
    """One new label is one change."""
    text = exported().replace('All yr heddlu ddweud \\"na\\"?', "Un newydd")

    assert read(text) == po.Incoming(texts={"sharing.risk.label": "Un newydd"})


def test_a_missing_text_can_be_filled() -> None:
    """A translation that did not exist is a change too."""
    text = exported(only_due=True).replace(
        'msgid "service.bawso.about"\nmsgstr ""', 'msgid "service.bawso.about"\nmsgstr "Cymru."'
    )

    assert read(text).texts == {"service.bawso.about": "Cymru."}


def as_poedit(text: str) -> str:
    """Wraps as Poedit does, with its header and its order of lines."""
    header, _, entries = text.partition("\n\n")
    lines = sorted(line for line in header.splitlines() if line.startswith('"'))
    extra = '"X-Generator: Poedit 3.4.2\\n"\n"X-Poedit-Basepath: .\\n"\n'
    return 'msgid ""\nmsgstr ""\n' + extra + "\n".join(lines) + "\n\n" + rewrapped(entries, 79)


def as_weblate(text: str) -> str:
    """Does not wrap at all, as Weblate may be told, and names itself."""
    header, _, entries = text.partition("\n\n")
    header = header.replace("cy <>", "Welsh <https://hosted.weblate.org/projects/x/cy/>")
    return f'{header}\n"X-Generator: Weblate 5.9\\n"\n\n{rewrapped(entries, 100_000)}'


def rewrapped(entries: str, width: int) -> str:
    from babel.messages.pofile import denormalize, normalize

    def again(found: re.Match[str]) -> str:
        # A line between an entry and its string has no other words.
        return f"msgstr {normalize(denormalize(found[1]), width=width)}"

    return re.sub(r'^msgstr ((?:".*"\n?)+)', lambda m: again(m) + "\n", entries, flags=re.MULTILINE)


@pytest.mark.parametrize("tool", [as_poedit, as_weblate])
@pytest.mark.parametrize("language", TRANSLATIONS)
def test_what_a_tool_wraps_anew_is_no_change(tool, language) -> None:
    """Other line breaks, another order of the header and lines of the tool's own are accepted."""
    text = tool(po.catalogue(SHIPPED, language, AT).decode())

    assert text != po.catalogue(SHIPPED, language, AT).decode()
    assert po.read(text.encode(), language, SHIPPED) == po.Incoming()


@pytest.mark.parametrize("width", [20, 76, 400])
def test_comments_that_are_wrapped_anew_are_still_the_english(width) -> None:
    """Where a tool breaks a comment does not matter, even inside a word with a hyphen."""
    import textwrap

    lines = []
    for line in exported(SHIPPED).splitlines():
        prefix = "#. "
        if line.startswith(prefix):
            wrapped = textwrap.wrap(line.removeprefix(prefix), width)
            lines += [f"{prefix}{part}" for part in wrapped]
        else:
            lines.append(line)
    text = "\n".join(lines).replace('msgstr "', 'msgstr "X')

    incoming = read(text, SHIPPED)

    assert incoming.left_out == ()
    assert len(incoming.texts) > 100


@pytest.mark.parametrize(
    "alter",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text + '\n#~ msgid "gone"\n#~ msgstr "wedi mynd"\n#~ broken "\n',
        lambda text: text.replace("\n\n#. T", '\n\n#. English: old\n#~ msgid "o"\n\n#. T', 1),
        lambda text: "# A note of mine.\n\n" + text,
        lambda text: text.replace('"Language: cy', '"Language: cy_GB'),
        lambda text: text.replace("#, max-length:45\n", ""),
        lambda text: "#, fuzzy\n" + text,
    ],
    ids=[
        "bom",
        "crlf",
        "cr",
        "obsolete",
        "obsolete first",
        "note",
        "region",
        "no flags",
        "fuzzy header",
    ],
)
def test_what_does_no_harm_is_accepted(alter) -> None:
    """Marks of other machines and tools are no reason to turn a translator away."""
    assert read(alter(exported())) == po.Incoming()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ((HEADER + LABEL).encode() + b"\n# a \xff\n", ("encoding", 10)),
        ((HEADER + LABEL).encode("utf-16"), ("encoding", 1)),
        (HEADER.replace("UTF-8", "iso-8859-1") + LABEL, ("encoding", 4)),
        (b"PK\x03\x04" + b"\0" * 50, ("zip", 1)),
        ("<!doctype html>\n<html></html>", ("html", 1)),
        (b"x" * (MOST_BYTES + 1), ("large", 1)),
        ("", ("no_header", 1)),
        (LABEL, ("no_header", 1)),
        ("words\n" + HEADER, ("not_po", 1)),
        (HEADER + LABEL + "words\n", ("not_po", 9)),
        (HEADER + LABEL + 'msgstr "two"\n', ("not_po", 9)),
        (HEADER + LABEL + '#\n"lost"\n', ("not_po", 10)),
        (HEADER + LABEL.replace("msgstr", "msgstring"), ("not_po", 8)),
        (HEADER + LABEL.replace('newydd"', "newydd"), ("quote", 8)),
        (HEADER + LABEL.replace("Un newydd", 'Un "newydd'), ("quote", 8)),
        (HEADER + LABEL.replace("newydd", "newydd\\"), ("quote", 8)),
        (HEADER + LABEL.replace("newydd", "\\x6e"), ("escape", 8)),
        (HEADER + LABEL.replace("newydd", "\\0"), ("escape", 8)),
        (HEADER + LABEL.rpartition("msgstr")[0] + "\n" + LABEL, ("unfinished", 7)),
        (HEADER + LABEL.rpartition("msgstr")[0], ("unfinished", 7)),
        (HEADER + LABEL + "\n" + LABEL, ("duplicate", 11)),
        (HEADER + LABEL + '\nmsgid ""\n"sharing."\n"risk.label"\nmsgstr "b"', ("duplicate", 10)),
        (HEADER + LABEL + "\n" + HEADER, ("duplicate", 10)),
        (HEADER + LABEL.replace("risk.label", "ris.label"), ("unknown", 7)),
        (HEADER + LABEL.replace("newydd", "ne\x07wydd"), ("control", 8)),
        (HEADER + LABEL.replace("newydd", "ne\x00wydd"), ("control", 8)),
        (HEADER + LABEL.replace("newydd", "ne\u202ewydd"), ("control", 8)),
        (HEADER + LABEL.replace("newydd", "ne\u2028wydd"), ("control", 8)),
        (HEADER + LABEL.replace("newydd", "ne\\rwydd"), ("control", 7)),
        (HEADER + LABEL.replace("newydd", "ne\\twydd"), ("control", 7)),
        (HEADER.replace("cy", "es") + LABEL, ("language", 3)),
        (HEADER.replace("cy", "cyx") + LABEL, ("language", 3)),
        (HEADER.replace('"Language: cy\\n"\n', "") + LABEL, ("language", 1)),
        (HEADER + LABEL.replace("newydd", "x" * 4000), ("long", 7)),
        (HEADER + LABEL.replace("newydd", "0808 80 10 100"), ("never", 7)),
        (
            HEADER + LABEL.replace("msgstr", 'msgid_plural "sharing"\nmsgstr[0]'),
            ("plural", 8),
        ),
        (HEADER + LABEL.replace("msgstr", "msgstr[0]"), ("plural", 8)),
        (HEADER + LABEL.replace("msgid", 'msgctxt "x"\nmsgid'), ("context", 7)),
        (
            HEADER.replace("Language", 'POT-Creation-Date: never\\n"\n"Language') + LABEL,
            ("no_header", 1),
        ),
    ],
)
def test_a_file_with_a_flaw_changes_nothing_and_says_where(text, expected) -> None:
    """Whatever is damaged or hostile is refused as a whole, with its line."""
    assert flaw(text) == expected


def test_every_flaw_of_an_entry_is_told_at_once() -> None:
    """Nobody should have to bring a file ten times to hear of ten names."""
    text = HEADER + LABEL + '\nmsgid "a"\nmsgstr "b"\n\nmsgid "c"\nmsgstr "d"\n'

    incoming = read(text)

    assert [(one.code, one.line, one.name) for one in incoming.flaws] == [
        ("unknown", 10, "a"),
        ("unknown", 13, "c"),
    ]
    assert incoming.texts == {}


def test_a_fuzzy_entry_is_left_out_and_said() -> None:
    """A guess of a tool never becomes a draft; the rest does."""
    text = HEADER + "#, fuzzy\n" + LABEL + "\n" + ABOUT

    incoming = read(text)

    assert incoming.texts == {"service.bawso.about": "Cymru."}
    assert incoming.left_out == (po.Flaw("fuzzy", 8, "sharing.risk.label"),)


ABOUT = '#. English: A Welsh service.\nmsgid "service.bawso.about"\nmsgstr "Cymru."\n'


@pytest.mark.parametrize(
    ("english", "reason"),
    [
        ("#. English: Can the police say no?\n", "old_english"),
        ("", "no_english"),
        ("#. English: Can the\n#. police   tell?\n", None),
    ],
)
def test_a_translation_of_an_older_english_is_left_out(english, reason) -> None:
    """It would count as in step with an English that its translator has never seen."""
    text = HEADER + LABEL.replace("#. English: Can the police tell?\n", english)

    incoming = read(text)

    assert [one.code for one in incoming.left_out] == ([reason] if reason else [])
    assert bool(incoming.texts) is (reason is None)


def test_an_emptied_entry_takes_nothing_away() -> None:
    """Taking a text away is done at the desk, on purpose, and not by a gap in a file."""
    incoming = read(HEADER + LABEL.replace("Un newydd", ""))

    assert incoming.texts == {}
    assert [one.code for one in incoming.left_out] == ["empty"]


@pytest.mark.parametrize("text", ["A\u0302 b", "\n\n Â b  \n"])
def test_what_differs_in_no_letter_is_no_change(text) -> None:
    """Another way to write an accent, or spaces at the ends, are not another text."""
    content = replace(CONTENT, texts={**CONTENT.texts, ("cy", "sharing.risk.label"): "Â b"})
    escaped = text.replace("\n", "\\n")

    assert read(HEADER + LABEL.replace("Un newydd", escaped), content) == po.Incoming()
