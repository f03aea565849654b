"""Services at the desk: numbers, the calls that confirm them, and hiding a wrong one at once."""

from __future__ import annotations

import pytest
from flask import Flask

from bot.content.rows import Changes
from bot.desk import numbers
from bot.desk.service_form import fields_of, seal
from bot.editing.draft import OPEN, WAITING
from tests.desk.forms import words

BAWSO = "bawso"
NUMBER = "0800 731 8147"
ROLES = {
    "editor": [],
    "publisher": ["en", "es", "cy", "pt"],
    "translator": ["cy"],
    "approver": ["cy"],
    "tester": [],
    "administrator": [],
}
CALL = {"called_on": "2026-11-25", "spoke_to": "Ms Rees", "said": "The number and the hours"}

SEARCHES = [
    ("q=BAWSO", "bawso", "lawrs"),
    ("q=0800 731", "bawso", "lawrs"),
    ("q=lawrs.org", "lawrs", "bawso"),
    ("nation=scotland", "scotland-helpline", "live-fear-free"),
    ("show=away", "bawso", "live-fear-free"),
    ("show=unrung", "bawso", "nobody"),
]
HALF_CALLS = [
    ({"called_on": "2026-11-27"}, "still to come"),
    ({"called_on": "yesterday"}, "on which day you rang"),
    ({"called_on": ""}, "on which day you rang"),
    ({"spoke_to": " "}, "whom you spoke to"),
    ({"said": ""}, "whom you spoke to"),
    ({"said": "x" * 2001}, "At most 2000 letters"),
    ({"read_back": ""}, "not the number above"),
    ({"read_back": "0800 731 8174"}, "not the number above"),
    ({"review_by": "2026-11-20"}, "must lie ahead"),
    ({"review_by": "2029-01-01"}, "must lie ahead"),
    ({"review_by": "soon"}, "by which day"),
]
NO_NUMBERS = [
    "+44 800 731 8147",
    "0800-731-8147",
    "(0800) 731 8147",
    "0800 731 814a",
    "٠٨٠٠ ٧٣١ ٨١٤٧",
    "08",
    "12",
    "0800",
    "00447700900123",
    "0800 731 8147 999",
    "1234567",
    "08088010100",
    "0800 121 700",
    "<script>alert(1)</script>",
    "'; DROP TABLE records; --",
]
UNFIT = [
    ("phone", "+44 800 731 8147"),
    ("phone", "0800 121 700"),
    ("phone", "<script>alert(1)</script>"),
    ("sms", "0800-731-8147"),
    ("url", "javascript:alert(1)"),
    ("url", "http://bawso.org.uk"),
    ("url", "https://bawso.org.uk@evil.example"),
    ("url", "https://[bawso"),
    ("url", "https://bawso.org.uk/a b"),
    ("email", "nobody"),
    ("email", "a@b@example.org"),
    ("email", '"><script>alert(1)@example.org'),
    ("publish", "Z"),
    ("publish", ""),
    ("nations", []),
    ("nations", ["atlantis"]),
]


def form(desk, service_id=BAWSO, **changes):
    """Returns what the form of a service sends when these fields are filled otherwise."""
    page = desk_form(desk, service_id)
    filled = {name: value for name, value in page.items() if value is not False}
    return {**filled, **changes}


def desk_form(desk, service_id):
    record = desk.store.read().records["services"][service_id]
    drafts = [one for one in desk.drafts.all(OPEN, WAITING) if one.subject == subject(service_id)]
    entry = drafts[0].entry("records", f"services/{service_id}") if drafts else None
    fields = fields_of(entry.value if entry else record)
    return {**fields, "version": entry.version if entry else 0, "seal": seal(record)}


def subject(service_id):
    return f"service.{service_id}"


def draft_of(desk, service_id=BAWSO):
    return next(
        (one for one in desk.drafts.all(OPEN, WAITING) if one.subject == subject(service_id)), None
    )


def send(client, data, service_id=BAWSO):
    return client.post(f"/services/{service_id}", data=data)


# --- the list


def test_the_list_says_of_each_number_whether_it_is_shown_and_why_not(desk, eve) -> None:
    """A, B and C are told apart in words."""
    page = words(eve.get("/services"))
    assert "50 of 50 services." in page
    assert "0808 80 10 800" in page
    assert "one source alone has it, and nobody has rung yet" in page
    assert "No number is known" in page
    assert "Overdue</span>" not in page


def test_overdue_lifelines_stand_first(desk, eve) -> None:
    """What most women are sent to is looked at before the rest."""
    early = {**desk.store.read().records["services"]["galop"], "review_by": "2026-11-01"}
    late = {**desk.store.read().records["services"]["lawrs"], "review_by": "2026-11-25"}
    _publish(desk, {("services", "galop"): early, ("services", "lawrs"): late})
    page = words(eve.get("/services"))
    links = [piece.split('"')[0] for piece in page.split('href="/services/')[1:]]
    assert links[:2] == ["lawrs", "galop"]
    assert page.count("Overdue</span>") == 2


def test_search_and_filters(eve) -> None:
    """A name, a number or an address is found; filters keep what they say."""
    for query, there, away in SEARCHES:
        page = words(eve.get(f"/services?{query}"))
        assert f'href="/services/{there}"' in page, query
        assert f'href="/services/{away}"' not in page, query


def test_an_empty_list_says_what_to_do(eve) -> None:
    """Nobody stands before a blank page."""
    for query in ("q=nothing like this", "show=overdue"):
        assert "Take away a word or a filter." in words(eve.get(f"/services?{query}"))


def test_what_was_searched_is_escaped(eve) -> None:
    """A search runs no script."""
    page = words(eve.get("/services?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"))
    assert "<script>alert" not in page


def test_the_list_speaks_the_language_of_its_reader(desk, eve) -> None:
    """Names of nations come in Welsh for whoever reads the desk in Welsh."""
    with eve.session_transaction() as session:
        session["language"] = "cy"
    assert "Lloegr" in words(eve.get("/services"))


# --- a call


def test_a_call_and_a_second_person_bring_a_number_up(desk, eve, pat) -> None:
    """The number of one source is shown after a call that another has agreed to."""
    answer = send(eve, form(desk, **CALL, read_back="08007318147"))
    draft = draft_of(desk)
    assert answer.status_code == 303
    assert answer.location == f"/drafts/{draft.id}"
    assert draft.state == WAITING
    assert draft.value("records", "services/bawso")["checked_on"] == "2026-11-25"
    assert desk.store.load().services[BAWSO].shown_phone is None
    desk.drafts.approve(pat, draft.id, "records")
    desk.drafts.publish(pat, draft.id)
    service = desk.store.load().services[BAWSO]
    assert service.shown_phone == NUMBER
    assert service.review_by.isoformat() > "2027-02-01"
    assert "Ms Rees" in words(eve.get("/services/bawso"))


def test_who_rang_cannot_agree(desk, eve) -> None:
    """Nobody brings a number up alone, whatever their roles."""
    desk.person("Both", ["editor", "publisher"], ["en"])
    send(desk.as_("Both"), form(desk, **CALL, read_back=NUMBER))
    both, draft = desk.person("Both"), draft_of(desk)
    with pytest.raises(Exception, match="own_work"):
        desk.drafts.approve(both, draft.id, "records")


def test_half_a_call_is_refused_and_nothing_typed_is_lost(desk, eve) -> None:
    """The form comes back with what was typed, and says what is missing; nothing is saved."""
    for changes, says in HALF_CALLS:
        sent = {**CALL, "read_back": NUMBER, "email": "kept@example.org", **changes}
        answer = send(eve, form(desk, **sent))
        assert answer.status_code == 400, changes
        assert says in words(answer), changes
        assert "kept@example.org" in words(answer)
    assert draft_of(desk) is None


def test_what_does_not_fit_a_field_is_refused(desk, eve) -> None:
    """An address that could run a script, or a number or choice that is none, is not saved."""
    for field, value in UNFIT:
        sent = form(desk, **{**CALL, "read_back": NUMBER, field: value})
        answer = send(eve, sent)
        assert answer.status_code == 400, (field, value)
        assert f'id="{field}-wrong"' in words(answer), (field, value)
        assert "<script>alert" not in words(answer)
    assert draft_of(desk) is None


@pytest.mark.parametrize("number", NO_NUMBERS)
def test_what_is_no_number_is_refused(number) -> None:
    """Signs, foreign forms, wrong lengths and numbers known to be wrong may not stand."""
    with Flask(__name__).app_context():
        assert numbers.problem_of(number)


@pytest.mark.parametrize("number", ["999", "101", "116 123", "0800 1111", "85258", "020 7008 0151"])
def test_numbers_of_the_uk_are_taken(number) -> None:
    """Short ones and long ones, in groups."""
    assert numbers.problem_of(number) is None


def test_the_numbers_that_ship_are_numbers(desk) -> None:
    """The rule refuses none that is in use."""
    services = desk.store.load().services.values()
    used = [one for service in services for one in (service.phone, service.sms) if one]
    assert len(used) > 30
    assert [one for one in used if numbers.problem_of(one)] == []


def test_a_number_changes_only_with_a_call(desk, eve) -> None:
    """Nobody changes a number, or that it is shown, from a web page alone."""
    for changes in ({"phone": "0800 731 8148"}, {"publish": "A"}, {"sms": "07700 900123"}):
        answer = send(eve, form(desk, **changes))
        assert answer.status_code == 400, changes
        assert "Ring first" in words(answer)
    assert draft_of(desk) is None


def test_a_call_for_one_number_does_not_carry_another(desk, eve) -> None:
    """Whoever changes the number of a draft that has its call must ring again."""
    send(eve, form(desk, **CALL, read_back=NUMBER))
    answer = send(eve, form(desk, phone="0800 731 8148"))
    assert answer.status_code == 400
    assert "Ring first" in words(answer)
    assert draft_of(desk).value("records", "services/bawso")["phone"] == NUMBER


def test_plain_fields_change_without_a_call(desk, eve, pat) -> None:
    """Another web address needs a second person, and no call."""
    sent = form(desk, url="https://www.bawso.org.uk", languages=["cy", "en"], free="")
    assert send(eve, sent).status_code == 303
    draft = draft_of(desk)
    desk.drafts.approve(pat, draft.id, "records")
    desk.drafts.publish(pat, draft.id)
    service = desk.store.load().services[BAWSO]
    assert (service.url, service.free) == ("https://www.bawso.org.uk", None)
    assert service.languages == ("en", "cy")
    assert service.checked_on is None


def test_without_a_call_the_next_one_is_not_put_off(desk, eve) -> None:
    """A date alone says that nothing is due; so it can only come sooner."""
    later = send(eve, form(desk, review_by="2027-06-01"))
    assert "Only a call puts the next one off" in words(later)
    assert send(eve, form(desk, review_by="2026-12-01")).status_code == 303


def test_a_form_sent_as_it_came_saves_nothing(desk, eve) -> None:
    """No draft is opened for no change."""
    # With hours, with no number, with a number for texts alone, with everything.
    for service_id in ("southall-black-sisters", "lawrs", "shout", "live-fear-free"):
        answer = send(eve, form(desk, service_id), service_id)
        assert answer.location == f"/services/{service_id}"
    assert desk.drafts.all(OPEN, WAITING) == []
    assert "Nothing has changed" in words(eve.get("/services"))


def test_the_form_shows_the_record(desk, eve) -> None:
    """Every field of the record can be read and is filled with what stands there."""
    page = words(eve.get("/services/live-fear-free"))
    for value in ("0808 80 10 800", "07860 077333", "gwybodaeth@", "2026-12-22"):
        assert value in page
    assert 'name="nations" value="wales" checked' in page
    assert 'name="publish" value="A" checked' in page
    assert 'name="hours" value="always" checked' in page
    assert 'name="hours_publish" value="A" checked' in page
    assert "Open 24 hours, every day" in page


def test_two_editors_see_each_other(desk, eve) -> None:
    """Who saves second is shown both texts, and loses nothing; a second try stands."""
    mine = form(desk, email="mine@example.org")
    send(eve, form(desk, email="theirs@example.org"))
    answer = send(eve, mine)
    assert answer.status_code == 409
    assert "theirs@example.org" in words(answer)
    assert "mine@example.org" in words(answer)
    again = {**mine, "version": draft_of(desk).entry("records", "services/bawso").version}
    assert send(eve, again).status_code == 303
    assert draft_of(desk).value("records", "services/bawso")["email"] == "mine@example.org"


def test_what_was_hidden_meanwhile_is_seen_first(desk, eve, pat) -> None:
    """A form from before a number was hidden does not quietly bring it back."""
    sent = form(desk, "live-fear-free", email="new@example.org")
    desk.takedowns.hide_number(pat, "live-fear-free", "It rings at a stranger's")
    answer = send(eve, {**sent, **CALL, "read_back": sent["phone"]}, "live-fear-free")
    assert answer.status_code in (400, 409)
    assert draft_of(desk, "live-fear-free") is None


def test_what_was_said_on_the_phone_is_escaped(desk, eve) -> None:
    """Notes run no script on the page that shows them."""
    hostile = {**CALL, "said": "<img src=x onerror=alert(1)>", "spoke_to": "<b>Bob</b>"}
    assert send(eve, form(desk, **hostile, read_back=NUMBER)).status_code == 303
    page = words(eve.get("/services/bawso"))
    assert "&lt;img src=x" in page
    assert "<img src=x" not in page
    assert "<b>Bob" not in page


# --- hiding


@pytest.mark.parametrize("role", ["editor", "publisher"])
def test_one_person_hides_a_number_at_once(desk, role) -> None:
    """A wrong number is gone with one form, and the page says what stands in its place."""
    desk.person("One", [role], ROLES[role])
    client = desk.as_("One")
    answer = client.post("/services/live-fear-free/hide", data={"why": "It rings at <b>a shop</b>"})
    assert answer.status_code == 303
    service = desk.store.load().services["live-fear-free"]
    assert service.shown_phone is None
    assert service.shown_sms is None
    page = words(client.get("/services/live-fear-free"))
    assert "The next confirmed service takes its place:" in page
    assert "It rings at &lt;b&gt;a shop" in page
    assert "hide it now" not in page


def test_bringing_back_needs_a_call_and_two_people(desk, eve, pat) -> None:
    """What one hid at once comes back only by a call and a second person."""
    sent = form(desk, "live-fear-free")
    eve.post("/services/live-fear-free/hide", data={"why": "Wrong"})
    back = {"publish": "A", "phone": sent["phone"]}
    refused = send(eve, form(desk, "live-fear-free", **back), "live-fear-free")
    assert "Ring first" in words(refused)
    read = {"read_back": sent["phone"], "read_back_sms": sent["sms"]}
    sent = form(desk, "live-fear-free", **back, **CALL, **read)
    assert send(eve, sent, "live-fear-free").status_code == 303
    draft = draft_of(desk, "live-fear-free")
    assert desk.store.load().services["live-fear-free"].shown_phone is None
    desk.drafts.approve(pat, draft.id, "records")
    desk.drafts.publish(pat, draft.id)
    assert desk.store.load().services["live-fear-free"].shown_phone == "0808 80 10 800"


def test_a_call_from_before_it_was_hidden_does_not_count(desk, eve, pat) -> None:
    """Hidden after the call: somebody must ring again."""
    lff = "live-fear-free"
    read = {"read_back": "0808 80 10 800", "read_back_sms": "07860 077333"}
    send(eve, form(desk, lff, **CALL, **read), lff)
    desk.takedowns.hide_number(pat, lff, "It has changed")
    answer = send(eve, form(desk, lff, email="new@example.org"), lff)
    assert answer.status_code == 400
    assert "Ring first" in words(answer)


def test_why_must_be_said(desk, eve) -> None:
    """The history knows why a number went."""
    answer = eve.post("/services/bawso/hide", data={"why": " "})
    lff = eve.post("/services/live-fear-free/hide", data={"why": " "})
    assert (answer.status_code, lff.status_code) == (400, 400)
    assert "Say why" in words(lff)
    assert desk.store.load().services["live-fear-free"].shown_phone


def test_emergency_lines_are_not_hidden(desk, eve) -> None:
    """Nobody takes 999 away."""
    before = desk.store.latest_revision()
    for service_id in ("police-999", "nhs-111", "silent-solution", "emergency-sms"):
        answer = eve.post(f"/services/{service_id}/hide", data={"why": "No"})
        assert answer.status_code == 400
        assert "hide it now" not in words(eve.get(f"/services/{service_id}"))
    assert desk.store.latest_revision() == before


# --- rights


@pytest.mark.parametrize("role", ROLES)
def test_who_may_do_what_by_direct_address(desk, role) -> None:
    """Everybody reads; editors change; editors and publishers hide. The rest get 403."""
    desk.person("One", [role], ROLES[role])
    client, before = desk.as_("One"), desk.store.latest_revision()
    for path in ("/services", "/services/live-fear-free", "/due", "/launch"):
        assert client.get(path).status_code == 200
    page = words(client.get("/services/live-fear-free"))
    may_edit, may_hide = role == "editor", role in ("editor", "publisher")
    assert ("Save the draft" in page) == may_edit
    assert ("hide it now" in page) == may_hide
    changed = send(client, form(desk, email="new@example.org"))
    assert changed.status_code == (303 if may_edit else 403)
    assert (draft_of(desk) is not None) == may_edit
    hidden = client.post("/services/live-fear-free/hide", data={"why": "Wrong"})
    assert hidden.status_code == (303 if may_hide else 403)
    assert (desk.store.latest_revision() > before) == may_hide


def test_nobody_comes_in_without_an_account(desk) -> None:
    """Each page asks who is there."""
    for path in ("/services", "/services/bawso", "/due", "/due/sharing.risk", "/launch"):
        answer = desk.client.get(path)
        assert answer.status_code == 302
        assert answer.location.startswith("/sign-in")


def test_what_is_not_there_is_not_found(eve) -> None:
    """An unknown id is a page that says so."""
    for path in ("/services/nobody", "/due/nothing"):
        assert eve.get(path).status_code == 404
        assert eve.post(path, data={}).status_code == 404


def _publish(desk, records):
    desk.store.publish(Changes(records=records), origin="desk", note="test")
