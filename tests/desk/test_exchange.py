"""Translators take a language out and bring it back; only others can make it live."""

from __future__ import annotations

import io
import re

import pytest
from babel.messages.pofile import read_po

from bot.content.database import Database
from bot.content.rows import Changes
from bot.editing.drafts import Drafts
from bot.errors import EditingError

LABEL, SHORT = "sharing.risk.label", "sharing.risk.short"
#: Stands in the catalogue of Welsh as it ships.
OLD = "All yr heddlu ddweud wrth y Swyddfa Gartref?"
NEW = "A all yr heddlu ddweud wrth y Swyddfa?"
PLACE = "/translators/cy"


@pytest.fixture
def tomos(desk):
    """The browser of a translator of Welsh."""
    desk.person("Tomos", ["translator"], ["cy"])
    return desk.as_("Tomos")


def export(client, place: str = f"{PLACE}.po") -> str:
    return client.get(place).text


def bring(client, text: str | bytes, place: str = PLACE, name: str = "cy.po"):
    data = text.encode() if isinstance(text, str) else text
    return client.post(place, data={"file": (io.BytesIO(data), name)})


def confirm(client, page, **changed: str):
    """Sends the form of the page that shows what would change, as a browser does."""
    values = dict(re.findall(r'<input type="hidden" name="(seen|po)" value="([^"]*)"', page.text))
    from html import unescape

    typed = {name: unescape(value).replace("\n", "\r\n") for name, value in values.items()}
    return client.post(PLACE, data={**typed, **changed})


def drafts(desk) -> list:
    return desk.drafts.all("open", "waiting")


# --- out


@pytest.mark.parametrize("language", ["es", "cy", "pt"])
def test_a_language_goes_out_as_a_file(desk, tomos, language) -> None:
    """The browser saves it under a name that says what it is."""
    answer = tomos.get(f"/translators/{language}.po")

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="rights-assistant-{language}.po"'
    )
    catalogue = read_po(io.BytesIO(answer.data), abort_invalid=True)
    assert catalogue[LABEL].string == desk.store.load().text(language, LABEL)
    assert len(catalogue) > 400


def test_only_what_is_due_can_be_taken_out(desk, tomos) -> None:
    """When the English changes, a translator gets what she must look at, and why."""
    desk.store.publish(
        Changes(texts={("en", SHORT): "Other words."}, kinds={SHORT: "improved"}),
        origin="desk",
        note="test",
    )

    catalogue = read_po(io.BytesIO(export(tomos, f"{PLACE}.po?only=due").encode()))

    assert [message.id for message in catalogue if message.id] == [SHORT]
    assert "English: Other words." in catalogue[SHORT].auto_comments
    assert "The English has changed" in " ".join(catalogue[SHORT].auto_comments)
    assert '<span class="status wrong">1</span>' in tomos.get("/translators").text


@pytest.mark.parametrize("place", ["/translators/en", "/translators/en.po", "/translators/xx.po"])
def test_there_is_no_file_of_english_or_of_no_language(tomos, place) -> None:
    """English is written at the desk, by editors."""
    assert tomos.get(place).status_code == 404


# --- in


def test_an_export_that_comes_back_as_it_was_changes_nothing_and_says_so(desk, tomos) -> None:
    """Nobody is left to wonder."""
    page = bring(tomos, export(tomos))

    assert page.status_code == 200
    assert "Nothing in this file differs from what is live. Nothing was changed." in page.text
    assert 'name="po"' not in page.text
    assert drafts(desk) == []


def test_a_changed_text_is_shown_and_saved_only_when_confirmed(desk, tomos) -> None:
    """Word by word what would change; then one draft of the language, by whoever brought it."""
    page = bring(tomos, export(tomos).replace(OLD, NEW))
    shown = re.sub(r"<span class=\"unseen\">.*?</span>", "", page.text)
    assert "<ins>A all</ins>" in shown
    assert "<del>All</del>" in shown
    assert "Can the police tell the Home Office?" in page.text
    assert drafts(desk) == []

    answer = confirm(tomos, page, why="Read by a native speaker")

    [draft] = drafts(desk)
    assert answer.status_code == 303
    assert answer.location == f"/drafts/{draft.id}"
    assert (draft.subject, draft.why) == ("import.cy", "Read by a native speaker")
    [entry] = draft.entries
    assert (entry.part, entry.name, entry.value, entry.author) == ("cy", LABEL, NEW, "Tomos")
    assert desk.store.load().text("cy", LABEL) == OLD


def test_an_import_goes_live_with_a_second_person_only(desk, tomos) -> None:
    """It is a draft like any other: its author cannot approve it, a publisher of Welsh can."""
    pat = desk.person("Pat", ["publisher"], ["cy"])
    confirm(tomos, bring(tomos, export(tomos).replace(OLD, NEW)))
    [draft] = drafts(desk)

    with pytest.raises(EditingError):
        desk.drafts.approve(desk.person("Tomos"), draft.id, "cy")
    desk.drafts.approve(pat, draft.id, "cy")
    desk.drafts.publish(pat, draft.id)

    assert desk.store.load().text("cy", LABEL) == NEW


def test_a_second_file_goes_into_the_draft_that_is_open(desk, tomos) -> None:
    """What was brought before stays, and what is brought again takes its place."""
    confirm(tomos, bring(tomos, export(tomos).replace(OLD, NEW)))
    page = bring(tomos, export(tomos).replace(OLD, "Trydydd"))
    assert NEW in page.text
    assert "In the draft that is open, by Tomos" in page.text

    confirm(tomos, page)

    [draft] = drafts(desk)
    assert draft.value("cy", LABEL) == "Trydydd"


def test_what_was_saved_meanwhile_is_shown_first(desk, tomos) -> None:
    """Between looking and saving another file came in: nothing is written over unseen."""
    page = bring(tomos, export(tomos).replace(OLD, NEW))
    desk.person("Mair", ["translator"], ["cy"])
    mair = desk.as_("Mair")
    confirm(mair, bring(mair, export(mair).replace(OLD, "Geiriau Mair")))

    answer = confirm(tomos, page)

    assert answer.status_code == 409
    assert "Geiriau Mair" in answer.text
    [draft] = drafts(desk)
    assert draft.value("cy", LABEL) == "Geiriau Mair"
    assert confirm(tomos, answer).status_code == 303
    assert desk.drafts.get(draft.id).value("cy", LABEL) == NEW


def test_what_was_published_meanwhile_is_shown_first(desk, tomos) -> None:
    """An English that changed in between makes the translation one of an older text."""
    page = bring(tomos, export(tomos).replace(OLD, NEW))
    desk.store.publish(Changes(texts={("en", LABEL): "Other words"}), origin="desk", note="test")

    answer = confirm(tomos, page)

    assert answer.status_code == 409
    assert f"The English of {LABEL} has changed since the export." in answer.text
    assert drafts(desk) == []


def test_what_is_left_out_is_said_with_its_line(desk, tomos) -> None:
    """A guess of a tool is no change, and its translator learns where it stands."""
    text = export(tomos).replace(OLD, NEW).replace(f'msgid "{LABEL}"', f'#, fuzzy\nmsgid "{LABEL}"')
    line = text.splitlines().index(f'msgid "{LABEL}"') + 1

    page = bring(tomos, text)

    assert f"Line {line}: {LABEL} is marked as needing work." in page.text
    assert "Nothing in this file differs" in page.text


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: text.replace("Language: cy", "Language: es"), "says another language (es)"),
        (lambda text: text.replace(OLD, "x" * 4001), "is longer than 4,000 characters"),
        (lambda text: text + "words\n", "This is no line of a PO file"),
        (lambda text: text.replace(LABEL, "sharing.ris.label"), "no text called sharing.ris.label"),
        (lambda text: text.replace(OLD, "0808 80 10 100"), "This may never be said"),
        (lambda text: text.replace(OLD, "a\x00b"), "a sign that nobody can see"),
        (lambda text: b"\xff\xfe" + text.encode(), "is not in UTF-8"),
        (lambda text: b"PK\x03\x04", "This is a ZIP file"),
        (lambda text: "<html>", "This is a web page"),
        (lambda text: b"#" * (2 * 1024 * 1024 + 1), "larger than 2 MB"),
        (lambda text: b"#" * 10_000_000, "larger than 2 MB"),
        (lambda text: b"", "Choose a file first"),
    ],
)
def test_a_file_with_a_flaw_changes_nothing_and_says_what_to_do(desk, tomos, spoil, said) -> None:
    """The form stands there again, with the sentence above it."""
    page = bring(tomos, spoil(export(tomos)))

    assert page.status_code in (400, 413)
    assert said in page.text
    assert "Nothing was changed." in page.text
    assert 'type="file"' in page.text
    assert drafts(desk) == []


def test_the_line_of_a_flaw_is_the_line_of_the_file(tomos) -> None:
    """An editor of text finds the place by its number."""
    text = export(tomos)
    number = len(text.splitlines()) + 1

    assert f"Line {number}: This is no line" in bring(tomos, text + "words\n").text


def test_what_is_confirmed_is_checked_as_a_file_is(desk, tomos) -> None:
    """A form that somebody wrote by hand comes no further than a file."""
    page = bring(tomos, export(tomos).replace(OLD, NEW))

    answer = confirm(tomos, page, po=export(tomos).replace(OLD, "x" * 5000))

    assert answer.status_code == 400
    assert drafts(desk) == []


@pytest.mark.parametrize(
    ("roles", "languages"),
    [
        (["editor"], []),
        (["publisher"], ["cy", "es"]),
        (["approver"], ["cy"]),
        (["administrator"], []),
        (["tester"], []),
        (["translator"], ["es"]),
    ],
)
def test_only_a_translator_of_the_language_brings_it_back(desk, roles, languages) -> None:
    """Everybody may read; the page hides what they may not do, and the address refuses."""
    desk.person("Sam", roles, languages)
    sam = desk.as_("Sam")

    text = export(sam)
    assert "msgid" in text
    assert f'href="{PLACE}"' not in sam.get("/translators").text
    assert sam.get(PLACE).status_code == 403
    assert bring(sam, text.replace(OLD, NEW)).status_code == 403
    assert sam.post(PLACE, data={"po": text.replace(OLD, NEW), "seen": ""}).status_code == 403
    assert drafts(desk) == []


@pytest.mark.parametrize("place", ["/translators", f"{PLACE}.po", PLACE])
def test_nobody_comes_in_without_an_account(desk, place) -> None:
    """Whoever is not signed in is sent to sign in."""
    answer = desk.client.get(place)

    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


def test_a_text_is_shown_and_never_run(desk, tomos) -> None:
    """What looks like a page in a file is words on ours."""
    attack = '<script>alert(1)</script>\\"><img src=x onerror=alert(2)>'

    page = bring(tomos, export(tomos).replace(OLD, attack), name="<script>.po")
    answer = confirm(tomos, page, why="<script>why</script>", seen="old")

    for shown in (page, answer):
        assert "<script>" not in shown.text
        assert "<img" not in shown.text
        assert "&lt;script&gt;" in shown.text


def test_the_file_survives_the_page_in_between(desk, tomos) -> None:
    """Quotes, ampersands, lines and other scripts come back as they were brought."""
    text = 'Dau & "tri" <b>\\n\\n- ŵ ŷ مرحبا 🆘 %s {x} \\\\n'
    expected = 'Dau & "tri" <b>\n\n- ŵ ŷ مرحبا 🆘 %s {x} \\n'

    confirm(tomos, bring(tomos, export(tomos).replace(OLD, text.replace('"', '\\"'))))

    [draft] = drafts(desk)
    assert draft.value("cy", LABEL) == expected


def test_a_whole_language_can_be_brought_back(desk, tomos) -> None:
    """Some hundred texts at once are one draft."""
    text = re.sub(r'^msgstr "(?=[^"])', 'msgstr "X', export(tomos), flags=re.MULTILINE)

    answer = confirm(tomos, bring(tomos, text))

    [draft] = drafts(desk)
    assert answer.status_code == 303
    assert len(draft.entries) > 150


def test_a_whole_language_is_written_at_once(desk, tomos, monkeypatch) -> None:
    """However many texts a file has, saving them is one transaction: it takes no minutes."""
    text = re.sub(r'^msgstr "(?=[^"])', 'msgstr "X', export(tomos), flags=re.MULTILINE)
    page = bring(tomos, text)
    writes, connect = [], Database.connect

    def counted(self, **how: bool):
        writes.append(how.get("write", False))
        return connect(self, **how)

    monkeypatch.setattr(Database, "connect", counted)
    assert confirm(tomos, page).status_code == 303

    # Who they are, the draft, and all the texts.
    assert sum(writes) <= 3


def test_of_a_file_all_is_saved_or_nothing(desk, tomos, monkeypatch) -> None:
    """Somebody saves one of its texts in the very moment: that is shown, and no text is in yet."""
    mair, other = desk.person("Mair", ["translator"], ["cy"]), "Nid yw'n wir."
    short = desk.store.load().text("cy", SHORT)
    head, mark, entry = export(tomos).replace(OLD, NEW).partition(f'msgid "{SHORT}"')
    entry = re.sub(r'msgstr "', f'msgstr "{other} ', entry, count=1)
    page = bring(tomos, f"{head}{mark}{entry}")
    open_draft = Drafts.open

    def overtaken(self, by, subject: str, why: str = "") -> int:
        draft_id = open_draft(self, by, subject, why)
        if by.name == "Tomos":
            self.save_text(mair, draft_id, "cy", SHORT, "Geiriau Mair")
        return draft_id

    with monkeypatch.context() as patch:
        patch.setattr(Drafts, "open", overtaken)
        answer = confirm(tomos, page)

    assert answer.status_code == 409
    assert "Somebody else has saved this meanwhile." in answer.text
    assert "Geiriau Mair" in answer.text
    [draft] = drafts(desk)
    assert [(one.name, one.value) for one in draft.entries] == [(SHORT, "Geiriau Mair")]
    assert confirm(tomos, answer).status_code == 303
    saved = desk.drafts.get(draft.id)
    assert saved.value("cy", LABEL) == NEW
    assert saved.value("cy", SHORT) == f"{other} {short}"


def test_the_form_needs_a_token(desk, tomos) -> None:
    """Another site cannot bring a file in a translator's name."""
    text = export(tomos).replace(OLD, NEW)
    desk.app.config["WTF_CSRF_ENABLED"] = True

    assert bring(tomos, text).status_code == 400
    assert tomos.post(PLACE, data={"po": text}).status_code == 400
    assert drafts(desk) == []
    assert 'name="csrf_token"' in tomos.get(PLACE).text
