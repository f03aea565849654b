"""What was done can be read, a change of it is seen, and what stood before can be brought back."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from bot.content.rows import Changes
from bot.desk.past import acts_in_words
from bot.editing import history
from bot.editing.past import PAGE
from bot.settings import ROOT

LABEL, SHORT = "sharing.risk.label", "sharing.risk.short"
ATTACK = "<script>alert('x')</script>"


@pytest.fixture
def ada(desk):
    """The browser of an administrator."""
    desk.person("Ada", ["administrator"])
    return desk.as_("Ada")


def write(desk, number: int = 1, **values: str) -> None:
    row = {"who": "Eve", "act": "saved", "what": "en sharing.risk.short", **values}
    with desk.store.database.connect(write=True) as connection:
        for _index in range(number):
            history.write(connection, desk.now(), row.pop("who", "Eve"), **row)
            row["who"] = values.get("who", "Eve")


def publish(desk, words: str, msgid: str = LABEL, language: str = "en") -> int:
    return desk.store.publish(
        Changes(texts={(language, msgid): words}), origin="desk", note=f"note of {words}"
    )


def body(page) -> str:
    """Returns what stands in the table or the sections, without the form that filters."""
    return page.text.partition("</form>\n")[2].partition("<table>")[2] or page.text


def acts_written() -> set[str]:
    """Returns each act that any module of ours writes into the history, read from the code."""
    return {act for path in sorted((ROOT / "bot").rglob("*.py")) for act in _acts_of(path)}


def _acts_of(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "history.write":
            act = next((one.value for one in node.keywords if one.arg == "act"), None)
            yield from _strings(act or node.args[3], tree)


def _strings(act: ast.expr, tree: ast.Module) -> Iterator[str]:
    """Yields what an expression may be; a name may be whatever is given to it in the module."""
    if isinstance(act, ast.Constant):
        if act.value is not None:
            yield act.value
    elif isinstance(act, ast.IfExp):
        yield from _strings(act.body, tree)
        yield from _strings(act.orelse, tree)
    elif isinstance(act, ast.Name):
        given = list(_given(act.id, tree))
        assert given, f"no test can see what {act.id} is"
        for one in given:
            yield from _strings(one, tree)
    else:
        raise AssertionError(f"no test can see what {ast.unparse(act)} is")


def _given(name: str, tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Name) and target.id == name:
                yield node.value
            elif isinstance(target, ast.Tuple):
                named = [getattr(one, "id", None) for one in target.elts]
                if name in named:
                    assert isinstance(node.value, ast.Tuple)
                    yield node.value.elts[named.index(name)]


# --- the history


def test_every_act_that_is_written_has_words() -> None:
    """Whatever a module writes into the history, the page names it and no bare word is left."""
    written = acts_written()
    with Flask(__name__).app_context():
        words = acts_in_words()

    assert {"saved", "published", "switched on", "locked out", "failed to confirm"} <= written
    assert written == set(words)


def test_the_history_says_who_when_what_old_new_and_why(desk, eve) -> None:
    """Each of the six is on the page, the moment in UK time."""
    write(desk, old="Old words here", new="New words here", why="The law changed")

    page = eve.get("/history").text

    for shown in ("Eve", "saved", "en sharing.risk.short", "The law changed"):
        assert shown in page
    assert "<del>" in page
    assert "<ins>" in page
    assert "Old words here" in page
    assert "New words here" in page
    assert "26 November 2026, 10:0" in page


def test_the_newest_stands_first(desk, eve) -> None:
    """Whoever looks wants to know what happened last."""
    write(desk, what="the first")
    write(desk, what="the second")

    page = body(eve.get("/history"))

    assert page.index("the second") < page.index("the first")


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("who=Eve", "by Eve", "by Pat"),
        ("act=approved", "by Pat", "by Eve"),
        ("what=RISK.short", "by Eve", "by Pat"),
        ("what=service.", "by Pat", "by Eve"),
        ("who=Pat&act=approved&what=bawso", "by Pat", "by Eve"),
    ],
)
def test_the_history_can_be_filtered(desk, eve, query, shown, hidden) -> None:
    """By person, by act, by a part of the name, and by all of them together."""
    write(desk, why="by Eve")
    write(desk, who="Pat", act="approved", what="service.bawso", why="by Pat")

    page = body(eve.get(f"/history?{query}"))

    assert shown in page
    assert hidden not in page


@pytest.mark.parametrize("what", ["%", "_", "' OR 1=1 --", "\\"])
def test_a_filter_is_words_and_no_pattern(desk, eve, what) -> None:
    """What has a meaning in SQL has none here."""
    write(desk)

    answer = eve.get("/history", query_string={"what": what})

    assert answer.status_code == 200
    assert "Nothing fits." in answer.text


def test_the_history_comes_in_pages(desk, eve) -> None:
    """Fifty on each, and the filter stays."""
    write(desk, PAGE + 1)

    first = eve.get("/history?who=Eve&act=saved")
    second = eve.get("/history?who=Eve&act=saved&page=2")

    assert body(first).count("<tr>") == PAGE + 1
    assert body(second).count("<tr>") == 2
    assert "Page 1 of 2" in first.text
    assert 'href="/history?who=Eve&amp;what=&amp;act=saved&amp;page=2"' in first.text
    assert eve.get("/history?page=99").status_code == 200
    assert eve.get("/history?page=-1").status_code == 200
    assert eve.get("/history?page=x").status_code == 200


@pytest.mark.parametrize("field", ["who", "act", "what", "old", "new", "why"])
def test_whatever_was_typed_is_shown_and_never_run(desk, eve, field) -> None:
    """The history shows what people wrote, whatever they wrote."""
    write(desk, **{"old": "a", "new": "b", field: ATTACK})

    page = eve.get("/history", query_string={"what": "" if field == "what" else "sharing"})

    assert ATTACK not in page.text
    assert "&lt;script&gt;" in page.text
    assert ATTACK not in eve.get("/history", query_string={"what": ATTACK}).text


def test_a_whole_history_says_so(desk, eve) -> None:
    """Nobody has touched it."""
    write(desk, 3)

    assert "The history is whole" in eve.get("/history").text


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE history SET new = 'others' WHERE id = (SELECT max(id) FROM history)",
        "DELETE FROM history WHERE id = (SELECT max(id) - 1 FROM history)",
        "UPDATE history SET who = 'Pat' WHERE id = (SELECT max(id) FROM history)",
    ],
)
def test_a_changed_history_is_seen_and_says_what_to_do(desk, eve, change) -> None:
    """Whoever opens the page learns which row, and whom to tell."""
    write(desk, 3)
    with desk.store.database.connect(write=True) as connection:
        connection.execute(text(change))
    [row] = history.broken(desk.store.database)

    page = eve.get("/history").text

    assert "The history is not whole" in page
    assert f"do not follow from those before them: {row}." in page
    assert "Publish nothing" in page
    assert "The history is whole" not in page


def test_who_signed_in_is_shown_to_administrators_alone(desk, eve, ada) -> None:
    """When a colleague came in, and what she may, is nobody else's business."""
    assert "signed in" in ada.get("/history").text
    assert "took up an invitation" in ada.get("/history").text

    for query in ("", "?act=signed+in", "?who=Ada"):
        page = eve.get(f"/history{query}").text
        assert "signed in" not in page.replace("Who signed in,", "")
        assert "took up an invitation" not in page
    assert "shown to administrators" in eve.get("/history").text


@pytest.mark.parametrize("role", ["editor", "publisher", "approver", "translator", "tester"])
def test_everybody_reads_the_history(desk, role) -> None:
    """What is done is no secret among those who do it."""
    desk.person("Sam", [role], ["cy"])

    sam = desk.as_("Sam")

    assert sam.get("/history").status_code == 200
    assert sam.get("/revisions").status_code == 200
    assert sam.get("/revisions/1").status_code == 200


@pytest.mark.parametrize("place", ["/history", "/revisions", "/revisions/1"])
def test_nobody_comes_in_without_an_account(desk, place) -> None:
    """Whoever is not signed in is sent to sign in."""
    answer = desk.client.get(place)

    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


def test_an_empty_history_says_what_will_stand_there(desk, eve) -> None:
    """A new desk has no past but its accounts, which an editor is not shown."""
    page = eve.get("/history").text

    assert "Nothing has been done yet." in page
    assert "<table>" not in page


# --- revisions


def test_revisions_are_listed_the_newest_first(desk, eve) -> None:
    """Number, moment, where it came from and what it is."""
    number = publish(desk, "Other words")

    page = eve.get("/revisions").text

    assert page.index(f"/revisions/{number}") < page.index('/revisions/1"')
    assert "note of Other words" in page
    assert "it came with the project" in page
    assert "the desk" in page


def test_a_revision_shows_what_it_changed_and_nothing_else(desk, eve) -> None:
    """Word by word, against what stood before it and not against what stands now."""
    old = desk.store.load().text("en", LABEL)
    number = publish(desk, f"{old} Tomorrow")
    publish(desk, "Third words")

    page = eve.get(f"/revisions/{number}").text

    assert LABEL in page
    assert "Tomorrow</ins>" in page
    assert "<del>" not in page
    assert "Third words" not in page
    assert SHORT not in page


def test_a_changed_record_shows_its_field(desk, eve) -> None:
    """Of a service the number that changed, a field a line."""
    record = desk.store.read().records["services"]["bawso"]
    number = desk.store.publish(
        Changes(records={("services", "bawso"): {**record, "review_by": "2031-01-01"}}),
        origin="desk",
        note="test",
    )

    page = eve.get(f"/revisions/{number}").text

    assert "services/bawso" in page
    assert "&#34;2031-01-01&#34;</ins>" in page
    assert f"&#34;{record['review_by']}&#34;</del>" in page


def test_the_first_revision_comes_in_pages(eve) -> None:
    """Some thousand rows are not one page."""
    page = eve.get("/revisions/1").text

    assert page.count("<section") == 20
    assert "Page 1 of" in page
    assert eve.get("/revisions/1?page=2").text != page


@pytest.mark.parametrize("number", ["0", "99", "99999999999999999999", "x", "-1"])
def test_a_revision_that_is_not_there_is_said(eve, number) -> None:
    """A wrong number is no page."""
    assert eve.get(f"/revisions/{number}").status_code == 404


# --- bringing back


def back(client, number: int, **values: object):
    form = {"subject": "sharing.risk", "back_to": number, "why": "It was right", **values}
    return client.post(f"/revisions/{number}", data=form)


@pytest.mark.parametrize("is_before", [True, False])
def test_what_stood_comes_back_as_a_draft_for_two(desk, eve, is_before) -> None:
    """With a revision or before it; live only when a second person has agreed."""
    old = desk.store.load().text("en", LABEL)
    number = publish(desk, "Second words")
    publish(desk, "Third words")

    answer = back(eve, number, back_to=number - is_before)

    [draft] = desk.drafts.all("open")
    assert answer.status_code == 303
    assert answer.location == f"/drafts/{draft.id}"
    assert draft.subject == "sharing.risk"
    assert draft.why == "It was right"
    expected = old if is_before else "Second words"
    assert draft.value("en", LABEL) == expected
    assert desk.store.load().text("en", LABEL) == "Third words"
    pat = desk.person("Pat", ["publisher"], ["en"])
    desk.drafts.approve(pat, draft.id, "en")
    desk.drafts.publish(pat, draft.id)
    assert desk.store.load().text("en", LABEL) == expected


def test_a_service_comes_back_too(desk, eve) -> None:
    """Its record and its texts."""
    record = desk.store.read().records["services"]["bawso"]
    number = desk.store.publish(
        Changes(records={("services", "bawso"): {**record, "free": not record["free"]}}),
        origin="desk",
        note="test",
    )

    assert back(eve, number, subject="service.bawso", back_to=number - 1).status_code == 303
    [draft] = desk.drafts.all("open")
    assert draft.value("records", "services/bawso") == record


def test_the_page_offers_what_can_be_brought_back(desk, eve) -> None:
    """Not what stands now, and not a fact or an order, which are no subject."""
    number = publish(desk, "Second words")

    newest = eve.get(f"/revisions/{number}").text
    assert "As it stood before this revision" in newest
    assert "As it stood with this revision" not in newest
    publish(desk, "Third words")
    assert "As it stood with this revision" in eve.get(f"/revisions/{number}").text


def test_what_stands_now_needs_no_bringing_back(desk, eve) -> None:
    """No empty draft is made."""
    number = publish(desk, "Second words")

    page = back(eve, number)

    assert "It stands like this now." in page.text
    assert desk.drafts.all("open") == []


def test_a_reason_is_asked_for(desk, eve) -> None:
    """The form comes again, with the sentence."""
    number = publish(desk, "Second words")

    page = back(eve, number, back_to=number - 1, why="  ")

    assert page.status_code == 400
    assert "Say why, in a few words." in page.text
    assert desk.drafts.all("open") == []


@pytest.mark.parametrize(
    "values",
    [
        {"subject": "no.such"},
        {"subject": ""},
        {"subject": "service.none"},
        {"back_to": 0},
        {"back_to": 99},
        {"back_to": "x"},
    ],
)
def test_a_form_written_by_hand_brings_nothing_back(desk, eve, values) -> None:
    """Only what stood, and only with this revision or before it."""
    number = publish(desk, "Second words")
    publish(desk, "Third words")

    assert back(eve, number, **values).status_code == 404
    assert desk.drafts.all("open") == []


@pytest.mark.parametrize("role", ["publisher", "approver", "translator", "administrator", "tester"])
def test_only_an_editor_brings_back(desk, role) -> None:
    """The page does not offer it to others, and the address refuses."""
    desk.person("Sam", [role], ["en", "cy"])
    sam = desk.as_("Sam")
    number = publish(desk, "Second words")

    assert "Bring this back" not in sam.get(f"/revisions/{number}").text
    assert back(sam, number, back_to=number - 1).status_code == 403
    assert desk.drafts.all("open") == []


def test_a_published_text_is_shown_and_never_run(desk, eve) -> None:
    """Texts, notes and reasons are words on these pages."""
    desk.store.publish(Changes(texts={("en", LABEL): ATTACK}), origin="desk", note=ATTACK)
    number = desk.store.latest_revision()

    pages = [eve.get("/revisions"), eve.get(f"/revisions/{number}")]
    pages.append(back(eve, number, why=ATTACK))

    for page in pages:
        assert ATTACK not in page.text
        assert "&lt;script&gt;" in page.text


def test_the_form_needs_a_token(desk, eve) -> None:
    """Another site cannot bring anything back in an editor's name."""
    number = publish(desk, "Second words")
    desk.app.config["WTF_CSRF_ENABLED"] = True

    assert back(eve, number, back_to=number - 1).status_code == 400
    assert desk.drafts.all("open") == []
    assert 'name="csrf_token"' in eve.get(f"/revisions/{number}").text.partition("<main")[2]
