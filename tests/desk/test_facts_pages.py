"""Facts at the desk: found, changed and added by one person, published by two."""

from __future__ import annotations

import html
import re

import pytest

from bot.content.rows import Changes
from bot.content.shipped import read_shipped
from bot.desk.fact_form import fields_of, take
from bot.desk.service_form import seal
from bot.editing.draft import OPEN, RECORDS, WAITING
from bot.errors import EditingError
from tests.desk.forms import ROLES, main_of, words

FACT = "F20"
ANSWER = "sharing.risk"
READ = {"read": "yes", "why": "The law has changed"}
SOURCE = {
    "source_title": "Immigration Act 2026",
    "publisher": "legislation.gov.uk",
    "url": "https://www.legislation.gov.uk/ukpga/2026/1",
    "source_date": "2026-11",
}
NEW = {"says": "The police must ask first.", "confidence": "V", "as_of": "2026-11"}
UNFIT = [
    ("says", ""),
    ("says", "x" * 1001),
    ("confidence", "Z"),
    ("as_of", "last year"),
    ("as_of", "2026-13"),
    ("as_of", "2026-02-30"),
    ("as_of", "2026-12"),
    ("why", " "),
    ("sources", []),
    ("sources", ["nobody"]),
    ("source_title", ""),
    ("publisher", ""),
    ("source_date", "soon"),
    ("url", ""),
    ("url", "javascript:alert(1)"),
    ("url", "http://example.org"),
    ("url", "https://example.org@evil.example"),
    ("url", "https://a b.example"),
    ("url", "https://www.accountabilityindex.uk/committees/3/recommendation/1593/"),
]


def form(desk, fact_id=FACT, **changes):
    """Returns what the form of a fact sends when these fields are filled otherwise."""
    live = desk.store.read().records["facts"].get(fact_id)
    draft = draft_of(desk, f"fact.{fact_id}")
    entry = draft.entry(RECORDS, f"facts/{fact_id}") if draft else None
    remembered = {"version": entry.version if entry else 0, "seal": seal(live)}
    filled = fields_of(entry.value if entry else live)
    return {**filled, **remembered, "why": "The law has changed", **changes}


def draft_of(desk, subject):
    return next((one for one in desk.drafts.all(OPEN, WAITING) if one.subject == subject), None)


def send(client, data, fact_id=FACT):
    return client.post(f"/facts/{fact_id}", data=data)


def publish(desk, pat, draft):
    if draft.state == OPEN:
        desk.drafts.submit(desk.person("Eve"), draft.id)
    desk.drafts.approve(pat, draft.id, RECORDS)
    desk.drafts.publish(pat, draft.id)


def ground(desk, **changes):
    """Returns what the form of an answer's facts sends."""
    live = desk.store.read().records["answers"][ANSWER]
    draft = draft_of(desk, ANSWER)
    entry = draft.entry(RECORDS, f"answers/{ANSWER}") if draft else None
    record = entry.value if entry else live
    filled = {"facts": record["facts"], "as_of": record["as_of"]}
    return {**filled, "version": entry.version if entry else 0, "seal": seal(live), **changes}


def resting(desk, fact_id=FACT):
    return {one.id for one in desk.store.load().answers.values() if fact_id in one.facts}


# --- the list


def test_the_list_finds_words_ids_and_marks(desk, eve) -> None:
    """A word, an id, a mark and a rank keep what they say, and facts that carry nothing."""
    used = {name for one in desk.store.load().answers.values() for name in one.facts}
    facts = desk.store.load().facts
    assert f"{len(facts)} of {len(facts)} facts." in words(eve.get("/facts"))
    assert ids(eve, "q=f3") == ["F3"]
    assert ids(eve, "q=firewall+workable") == ["F2"]
    assert "F1" in ids(eve, "q=theyworkforyou")
    for mark in ("G", "S"):
        wanted = {one.id for one in facts.values() if one.confidence == mark}
        assert set(ids(eve, f"mark={mark}")) == wanted
    rank = {one.id for one in facts.values() if one.check == 2}
    assert set(ids(eve, "rank=2")) == rank
    assert set(ids(eve, "unused=yes")) == set(facts) - used


def test_the_list_has_each_fact_once_over_its_pages(desk, eve) -> None:
    """Nobody misses a fact, and a page that is not there is the nearest."""
    found = [name for page in range(1, 6) for name in ids(eve, f"page={page}")]
    assert sorted(found) == sorted(desk.store.load().facts)
    assert ids(eve, "page=99") == ids(eve, "page=5")
    assert found[:3] == ["F1", "F2", "F3"]


def test_an_empty_list_says_what_to_do(eve) -> None:
    """Nobody stands before a blank page; what was searched runs no script."""
    page = words(eve.get("/facts?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"))
    assert "Take away a word or a filter" in page
    assert "<script>alert" not in page


def ids(client, query):
    page = client.get(f"/facts?{query}").text
    return re.findall(r'<th scope="row"><a class="tap" href="/facts/([^"]+)"', page)


# --- the page of a fact


def test_a_fact_shows_what_it_rests_on_and_what_rests_on_it(desk, eve) -> None:
    """Its text, its sources with addresses, and a link to each answer."""
    page = words(eve.get(f"/facts/{FACT}"))
    content = desk.store.load()
    assert html.escape(content.facts[FACT].says.split(",")[0], quote=False) in page
    for name in content.facts[FACT].sources:
        assert f'href="{html.escape(content.sources[name].url)}"' in page
    for answer in resting(desk):
        assert f'href="/answers/{answer}/en"' in page
    assert "not looked at since" not in page


def test_a_fact_not_to_be_published_says_so(desk, eve) -> None:
    """No answer may rest on it, and the page tells."""
    hidden = [one.id for one in desk.store.load().facts.values() if not one.publish]
    assert hidden
    assert "no answer may rest on it" in main_of(eve.get(f"/facts/{hidden[0]}").text)
    assert "no answer may rest on it" not in main_of(eve.get(f"/facts/{FACT}").text)


def test_each_fact_has_a_form_that_changes_nothing_by_itself(desk, eve) -> None:
    """Sent as it came it opens no draft; all that ship fit the form."""
    stored = desk.store.read().records
    for record in stored["facts"].values():
        sent = take(fields_of(record), record, stored["sources"], desk.now().date(), has_why=True)
        assert (sent.record, sent.source, sent.problems) == (record, None, {})
    # One without a source, one that is not to be published, one of general knowledge.
    bare = next(name for name, one in stored["facts"].items() if not one["sources"])
    hidden = next(name for name, one in stored["facts"].items() if one.get("publish") is False)
    for fact_id in (bare, hidden, "F3g"):
        assert send(eve, form(desk, fact_id), fact_id).location == f"/facts/{fact_id}"
    assert desk.drafts.all(OPEN, WAITING) == []


# --- changing it


def test_a_changed_fact_is_live_when_two_agree_and_marks_its_answers(desk, eve, pat) -> None:
    """One writes, another publishes; then each answer on it is to be looked at."""
    answer = send(eve, form(desk, says="The law is now otherwise.", as_of="2026-11"))
    assert (answer.status_code, answer.location) == (303, f"/facts/{FACT}#draft")
    before = main_of(eve.get(f"/facts/{FACT}").text)
    assert "When it is published, these answers must be looked at" in before
    assert "Hand over for approval" in before
    draft = draft_of(desk, f"fact.{FACT}")
    assert (draft.state, draft.why) == (OPEN, "The law has changed")
    assert desk.store.load().facts[FACT].says != "The law is now otherwise."
    desk.drafts.submit(desk.person("Eve"), draft.id)
    with pytest.raises(EditingError):
        desk.drafts.publish(desk.person("Eve"), draft.id)
    publish(desk, pat, desk.drafts.get(draft.id))
    content = desk.store.load()
    assert (content.facts[FACT].says, content.facts[FACT].as_of) == (
        "The law is now otherwise.",
        "2026-11",
    )
    assert set(content.fact_changes) == resting(desk)
    page = main_of(eve.get(f"/facts/{FACT}").text)
    assert page.count("not looked at since the fact changed") == len(resting(desk))
    assert "Pat: published" in page
    assert "Eve: saved" in page


def test_what_does_not_fit_is_refused_and_nothing_typed_is_lost(desk, eve) -> None:
    """Each mistake is told beside its field; the form comes back as it was sent."""
    for field, value in UNFIT:
        sent = {"claimed_by": "Kept & safe", "confidence": "V", **NEW}
        if field in SOURCE:
            sent.update(SOURCE)
        else:
            sent.update(sources=["senedd-2022"])
        answer = eve.post("/facts/new", data={**sent, "why": "New", field: value})
        assert answer.status_code == 400, (field, value)
        assert f'id="{field}-wrong"' in answer.text, (field, value)
        assert 'value="Kept &amp; safe"' in answer.text, (field, value)
    assert desk.drafts.all(OPEN, WAITING) == []


def test_a_wrong_number_is_refused(desk, eve) -> None:
    """What may never be said stands in no fact either."""
    answer = send(eve, form(desk, says="Ring 0808 80 10 800. Or ring 0800 121 700."))
    assert answer.status_code == 400
    assert "0800121700" in words(answer)


def test_a_search_loses_nothing_and_saves_nothing(desk, eve) -> None:
    """Sources are found within the form, ticked ones stay, and what was typed stays."""
    sent = form(desk, says="Typed just now.", q="senedd", do="search", **SOURCE)
    page = words(send(eve, sent))
    assert "Typed just now." in page
    assert 'name="sources" value="senedd-2022"' in page
    assert f'value="{SOURCE["url"]}"' in page
    for name in desk.store.load().facts[FACT].sources:
        assert f'name="sources" value="{name}" checked' in page
    none = words(send(eve, {**sent, "q": "nothing like this"}))
    assert "add the page below" in none
    assert desk.drafts.all(OPEN, WAITING) == []


def test_a_new_source_comes_with_its_fact(desk, eve, pat) -> None:
    """It is saved in the draft of the fact, can be taken out again, and is published with it."""
    send(eve, form(desk, says="The law is now otherwise.", **SOURCE))
    draft = draft_of(desk, f"fact.{FACT}")
    name = "desk-f20-1"
    assert draft.value(RECORDS, f"sources/{name}")["url"] == SOURCE["url"]
    assert f'value="{name}" checked' in words(eve.get(f"/facts/{FACT}"))
    without = [one for one in form(desk)["sources"] if one != name]
    again = {**SOURCE, "source_title": "Immigration Act 2026, section 1"}
    refused = send(eve, form(desk, sources=without, **again))
    assert 'id="url-wrong"' in words(refused)
    send(eve, form(desk, sources=without))
    send(eve, form(desk, **again))
    publish(desk, pat, draft_of(desk, f"fact.{FACT}"))
    content = desk.store.load()
    assert name not in content.sources
    assert content.facts[FACT].sources[-1] == "desk-f20-2"
    assert content.sources["desk-f20-2"].title == again["source_title"]


def test_two_editors_see_each_other(desk, eve) -> None:
    """Who saves second is shown both texts, and loses nothing; a second try stands."""
    mine = form(desk, says="My words.")
    send(eve, form(desk, says="Their words."))
    answer = send(eve, mine)
    assert answer.status_code == 409
    assert "Their words." in words(answer)
    assert "My words." in words(answer)
    assert send(eve, form(desk, says="My words.")).status_code == 303
    draft = draft_of(desk, f"fact.{FACT}")
    assert draft.value(RECORDS, f"facts/{FACT}")["says"] == "My words."


def test_what_was_published_meanwhile_is_seen_first(desk, eve) -> None:
    """A form from before a fact changed does not quietly undo the change."""
    mine = form(desk, as_of="2026")
    record = {**desk.store.read().records["facts"][FACT], "says": "It came with an update."}
    desk.store.publish(Changes(records={("facts", FACT): record}), origin="desk", note="test")
    answer = send(eve, mine)
    assert answer.status_code == 409
    assert "It came with an update." in words(answer)
    assert desk.drafts.all(OPEN, WAITING) == []


def test_what_the_answers_do_not_carry_is_told_before_it_is_handed_over(desk, eve) -> None:
    """A fact that becomes somebody's claim: its answers must say whose, and the page says which."""
    send(eve, form(desk, claimed_by="Somebody Unheard Of"))
    page = main_of(eve.get(f"/facts/{FACT}").text)
    assert "Somebody Unheard Of" in page[page.index("The checks find") :]
    assert "Hand over for approval" not in page


# --- a new fact


def test_a_new_fact_gets_an_id_that_nothing_shipped_can_have(desk, eve, pat) -> None:
    """D and a number, given once: not again after it was given up."""
    answer = eve.post("/facts/new", data={**NEW, **SOURCE, "why": "A new Act"})
    assert answer.location == "/facts/D1#draft"
    assert "D1" in main_of(eve.get("/facts").text)
    assert "No answer rests on it yet" in main_of(eve.get("/facts/D1").text)
    desk.drafts.drop(pat, draft_of(desk, "fact.D1").id)
    assert eve.get("/facts/D1").status_code == 404
    second = eve.post("/facts/new", data={**NEW, **SOURCE, "why": "A new Act"})
    assert second.location == "/facts/D2#draft"
    publish(desk, pat, draft_of(desk, "fact.D2"))
    fact = desk.store.load().facts["D2"]
    assert (fact.says, fact.sources, fact.publish) == (NEW["says"], ("desk-d2-1",), True)
    third = eve.post("/facts/new", data={**NEW, "sources": ["senedd-2022"], "why": "More"})
    assert third.location == "/facts/D3#draft"


def test_no_shipped_id_is_one_of_the_desk() -> None:
    """An update would take the place of what staff wrote."""
    content = read_shipped()
    assert [name for name in content.facts if name.startswith("D")] == []
    assert [name for name in content.sources if name.startswith("desk-")] == []


def test_what_is_typed_is_escaped(desk, eve) -> None:
    """No field of a fact runs a script: not in the form, the page, the draft or the list."""
    bad = "<script>alert(1)</script>"
    source = {**SOURCE, "source_title": bad, "publisher": bad}
    sent = {**NEW, **source, "says": bad, "claimed_by": bad, "why": bad}
    wrong = eve.post("/facts/new", data={**sent, "as_of": bad, "url": bad, "source_date": bad})
    assert wrong.status_code == 400
    assert eve.post("/facts/new", data=sent).status_code == 303
    draft = draft_of(desk, "fact.D1")
    for path in ("/facts/D1", f"/drafts/{draft.id}", "/facts", "/history"):
        assert "<script>alert" not in eve.get(path).text, path
    assert "<script>alert" not in wrong.text
    assert "&lt;script&gt;" in eve.get("/facts/D1").text


# --- what an answer rests on


def test_an_answer_is_rested_on_other_facts(desk, eve, pat) -> None:
    """In the draft of the answer, agreed to by another; those that stay keep their places."""
    facts = [name for name in ground(desk)["facts"] if name != FACT]
    chosen = ["F1", *reversed(facts)]
    answer = eve.post(f"/answers/{ANSWER}/facts", data=ground(desk, facts=chosen, **READ))
    draft = draft_of(desk, ANSWER)
    assert answer.location == f"/drafts/{draft.id}"
    assert draft.state == WAITING
    publish(desk, pat, draft)
    assert desk.store.load().answers[ANSWER].facts == (*facts, "F1")


def test_looked_at_again_takes_the_mark_away(desk, eve, pat) -> None:
    """The record is published again as it stands, and its facts count as looked at."""
    send(eve, form(desk, says="The law is now otherwise."))
    publish(desk, pat, draft_of(desk, f"fact.{FACT}"))
    assert "have changed: F20" in main_of(eve.get(f"/answers/{ANSWER}/facts").text)
    sent = ground(desk, **READ, as_of="2026-11-26")
    assert eve.post(f"/answers/{ANSWER}/facts", data=sent).status_code == 303
    publish(desk, pat, draft_of(desk, ANSWER))
    content = desk.store.load()
    assert ANSWER not in content.fact_changes
    assert set(content.fact_changes) == resting(desk) - {ANSWER}
    assert content.answers[ANSWER].as_of.isoformat() == "2026-11-26"
    page = main_of(eve.get(f"/facts/{FACT}").text)
    assert page.count("not looked at since the fact changed") == len(resting(desk)) - 1


def test_nobody_says_it_is_right_by_mistake(desk, eve) -> None:
    """Unread, without a reason, or on a fact that may not be used: refused beside the field."""
    hidden = next(one.id for one in desk.store.load().facts.values() if not one.publish)
    for field, changes in (
        ("read", {"why": "New"}),
        ("why", {"read": "yes"}),
        ("facts", {**READ, "facts": ["F1", hidden]}),
        ("facts", {**READ, "facts": ["D9"]}),
        ("as_of", {**READ, "as_of": "2026-11-27"}),
        ("as_of", {**READ, "as_of": "today"}),
    ):
        answer = eve.post(f"/answers/{ANSWER}/facts", data=ground(desk, **changes))
        assert answer.status_code == 400, changes
        assert f'id="{field}-wrong"' in answer.text, changes
    same = eve.post(f"/answers/{ANSWER}/facts", data=ground(desk, **READ))
    assert same.location == f"/answers/{ANSWER}/facts"
    assert desk.drafts.all(OPEN, WAITING) == []


def test_facts_are_found_within_the_form(desk, eve) -> None:
    """What was ticked stays ticked; what may not be used has no box."""
    hidden = next(one.id for one in desk.store.load().facts.values() if not one.publish)
    sent = ground(desk, facts=["F2"], do="search", why="Kept", q="f1")
    page = words(eve.post(f"/answers/{ANSWER}/facts", data=sent))
    assert 'name="facts" value="F1" aria' in page
    assert 'name="facts" value="F2" checked' in page
    assert 'name="facts" value="F3" aria' in page
    assert 'value="Kept"' in page
    page = words(eve.post(f"/answers/{ANSWER}/facts", data={**sent, "q": hidden}))
    assert f'name="facts" value="{hidden}"' not in page
    assert "no answer may rest on it" in page


def test_texts_of_others_are_not_handed_over_with_it(desk, eve) -> None:
    """A draft in which somebody writes stays theirs; two who choose see each other."""
    eve_is, before = desk.person("Eve"), ground(desk, facts=["F1"], **READ)
    draft_id = desk.drafts.open(eve_is, ANSWER, "Texts")
    desk.drafts.save_text(eve_is, draft_id, "en", f"{ANSWER}.short", "Not ready")
    eve.post(f"/answers/{ANSWER}/facts", data=ground(desk, facts=["F2"], read="yes"))
    assert desk.drafts.get(draft_id).state == OPEN
    conflict = eve.post(f"/answers/{ANSWER}/facts", data=before)
    assert conflict.status_code == 409
    assert "F2;" in main_of(conflict.text)
    assert "F1;" in main_of(conflict.text)


# --- rights and ways


@pytest.mark.parametrize("role", ROLES)
def test_who_may_do_what_by_direct_address(desk, role) -> None:
    """Everybody reads, editors change. The rest get 403, be it for a search."""
    desk.person("One", [role], ROLES[role])
    client, may = desk.as_("One"), role == "editor"
    for path in ("/facts", f"/facts/{FACT}", f"/answers/{ANSWER}/facts"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert ("Save the draft" in answer.text) == (may and path != "/facts")
    assert client.get("/facts/new").status_code == (200 if may else 403)
    posts = {
        f"/facts/{FACT}": form(desk, says="Mine."),
        "/facts/new": {**NEW, **SOURCE, "why": "New"},
        f"/answers/{ANSWER}/facts": ground(desk, facts=["F1"], **READ),
    }
    for path, data in posts.items():
        assert client.post(path, data=data).status_code == (303 if may else 403), path
        assert client.post(path, data={"do": "search"}).status_code == (200 if may else 403), path
    assert len(desk.drafts.all(OPEN, WAITING)) == (3 if may else 0)


def test_nobody_comes_in_without_an_account_and_unknown_is_not_found(desk, eve) -> None:
    """Each page asks who is there; an id that is none is a page that says so."""
    for path in ("/facts", f"/facts/{FACT}", "/facts/new", f"/answers/{ANSWER}/facts"):
        assert desk.client.get(path).location.startswith("/sign-in")
    for path in ("/facts/F999", "/facts/D1", "/answers/nothing.here/facts"):
        assert eve.get(path).status_code == 404
        assert eve.post(path, data={}).status_code == 404


def test_the_texts_of_an_answer_lead_to_its_facts(eve) -> None:
    """From the page where it is written to each fact beside it, and to the choice of others."""
    page = eve.get(f"/answers/{ANSWER}/en").text
    assert f'href="/facts/{FACT}"' in page
    assert f'href="/answers/{ANSWER}/facts"' in page
    assert 'href="/facts"' in page[: page.index("<main")]
