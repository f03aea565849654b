"""What is due: the list, the weeks ahead, "checked, still true", and the checks before launch."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.content.freshness import due
from bot.content.rows import Changes
from bot.desk import reviews
from bot.desk.launch import to_ring
from bot.desk.names import Names
from bot.editing.draft import OPEN, WAITING
from tests.desk.forms import words

TODAY = date(2026, 11, 26)
ROLES = ("publisher", "translator", "approver", "tester", "administrator")


def change(desk, kind, record_id, **data):
    """Publishes a record with other data."""
    known = desk.store.read().records[kind][record_id]
    changes = Changes(records={(kind, record_id): {**known, **data}})
    desk.store.publish(changes, origin="desk", note="test")


# --- the day of the next review


def test_what_was_checked_on_one_day_is_due_on_many(desk) -> None:
    """Days are spread over two weeks, always the same for an id, and never later than the risk."""
    ids = list(desk.store.load().answers)
    for is_high_risk, limit in ((True, 90), (False, 180)):
        days = [reviews.next_review(one, TODAY, is_high_risk=is_high_risk) for one in ids]
        ahead = {(day - TODAY).days for day in days}
        assert ahead <= set(range(limit - 14, limit + 1))
        assert len(ahead) > 10
        assert max(days.count(day) for day in days) <= len(ids) / 5
        assert days == [reviews.next_review(one, TODAY, is_high_risk=is_high_risk) for one in ids]


# --- the list


def test_nothing_due_says_so_and_shows_what_comes(eve) -> None:
    """An empty list is good news, and the weeks ahead are below."""
    page = words(eve.get("/due"))
    assert "Nothing is due today" in page
    assert "21 December 2026" in page
    assert "<td>50</td>" in page


def test_every_thing_that_is_due_is_there_once_with_a_reason(desk) -> None:
    """What freshness finds is on the page, each with why, in words for a person."""
    change(desk, "facts", "F2", as_of="2026-11-25")
    text = desk.store.load().text("en", "sharing.risk.more")
    changes = Changes(texts={("en", "sharing.risk.more"): f"{text} And more."})
    desk.store.publish(changes, origin="desk", note="test")
    text = desk.store.load().text("en", "service.bawso.about")
    changes = Changes(texts={("en", "service.bawso.about"): f"{text} And more."})
    desk.store.publish(changes, origin="desk", note="test")
    content = desk.store.load()
    late = date(2027, 12, 1)
    with desk.app.test_request_context():
        found = reviews.waiting(content, Names(content, "en"), late)
    names = [one.what for one in found]
    assert len(names) == len(set(names)) == len(content.answers) + len(content.services)
    assert {one.what for one in due(content, late)} <= {*names, "service.bawso.about"}
    assert all(one.reasons for one in found)
    assert [one.rank for one in found] == sorted(one.rank for one in found)
    says = [one.says for row in found if row.what == "sharing.risk" for one in row.reasons]
    assert says[0] == "It was due to be checked by 22 February 2027."
    assert any("F2" in one for one in says)
    assert sum("The English is newer" in one for one in says) == 3


def test_overdue_stands_under_its_owner(desk, eve) -> None:
    """Owners see their own, and filters keep what they say."""
    change(desk, "answers", "sharing.risk", review_by="2026-11-01")
    change(desk, "answers", "safety.danger", review_by="2026-11-01")
    change(desk, "services", "lawrs", review_by="2026-11-01")
    page = words(eve.get("/due"))
    assert "3 of 3 things that are due." in page
    for owner in ("rights", "safety", "directory"):
        assert f"Owner: {owner} (1)" in page
    assert "It was due to be checked by 1 November 2026." in page
    assert 'href="/due/sharing.risk"' in page
    assert 'href="/services/lawrs"' in page
    assert "1 of 3 things" in words(eve.get("/due?owner=rights"))
    assert "2 of 3 things" in words(eve.get("/due?kind=answers"))
    assert "Nothing is due here." in words(eve.get("/due?owner=rights&kind=services"))


def test_a_text_of_a_service_that_is_out_of_step_is_due_with_it(desk, eve) -> None:
    """A translation behind its English leads to the service, by name."""
    text = desk.store.load().text("en", "service.bawso.about")
    changes = Changes(texts={("en", "service.bawso.about"): f"{text} And more."})
    desk.store.publish(changes, origin="desk", note="test")
    page = words(eve.get("/due"))
    assert "1 of 1 things" in page
    assert "The English is newer than the text in Cymraeg." in page


# --- checked, still true


def test_checked_still_true_goes_through_a_second_person(desk, eve, pat) -> None:
    """It opens a draft of the record with today's date; once published, it is no longer due."""
    change(desk, "answers", "sharing.risk", review_by="2026-11-01")
    page = words(eve.get("/due/sharing.risk"))
    assert "F133" in page
    answer = eve.post("/due/sharing.risk", data={"source": "LAWRS", "note": "By phone"})
    (draft,) = desk.drafts.all(WAITING)
    assert answer.location == f"/drafts/{draft.id}"
    assert draft.subject == "sharing.risk"
    assert "LAWRS" in draft.why
    assert "By phone" in draft.why
    assert desk.store.load().answers["sharing.risk"].checked_on is None
    with pytest.raises(Exception, match="may_not"):
        desk.drafts.approve(desk.person("Eve"), draft.id, "records")
    desk.drafts.approve(pat, draft.id, "records")
    desk.drafts.publish(pat, draft.id)
    checked = desk.store.load().answers["sharing.risk"]
    assert checked.checked_on == TODAY
    assert timedelta(76) <= checked.review_by - TODAY <= timedelta(90)
    assert "Nothing is due today" in words(eve.get("/due"))


def test_low_risk_is_looked_at_twice_a_year(desk, eve) -> None:
    """The law comes round sooner than the rest."""
    eve.post("/due/services.lawrs", data={"source": "LAWRS"})
    (draft,) = desk.drafts.all(WAITING)
    day = draft.value("records", "answers/services.lawrs")["review_by"]
    assert timedelta(166) <= date.fromisoformat(day) - TODAY <= timedelta(180)


def test_who_confirmed_it_must_be_said(desk, eve) -> None:
    """Nothing counts as checked by nobody, and the note is not lost."""
    answer = eve.post("/due/sharing.risk", data={"source": " ", "note": "<script>x</script>"})
    assert answer.status_code == 400
    assert "Say who or what confirmed it" in words(answer)
    assert "&lt;script&gt;x" in words(answer)
    assert "<script>x" not in words(answer)
    assert desk.drafts.all(OPEN, WAITING) == []


def test_what_somebody_is_changing_is_not_still_true(desk, eve) -> None:
    """A draft in work is finished first, so that neither hides the other."""
    draft_id = desk.drafts.open(desk.person("Eve"), "sharing.risk", "a change")
    answer = eve.post("/due/sharing.risk", data={"source": "LAWRS"})
    assert answer.status_code == 409
    assert f'href="/drafts/{draft_id}"' in words(answer)
    assert desk.drafts.get(draft_id).entries == ()


@pytest.mark.parametrize("role", ROLES)
def test_only_editors_say_that_it_is_true(desk, role) -> None:
    """The rest may read the list, and get 403 by direct address."""
    desk.person("One", [role], ["cy"] if role != "tester" else [])
    client = desk.as_("One")
    assert 'href="/due/' not in words(client.get("/due"))
    assert client.get("/due/sharing.risk").status_code == 403
    assert client.post("/due/sharing.risk", data={"source": "Me"}).status_code == 403
    assert desk.drafts.all(OPEN, WAITING) == []


# --- before launch


def test_the_list_before_launch_begins_at_nothing(desk, eve) -> None:
    """All lifelines and unsure services are there, and every fact that an answer rests on."""
    page = words(eve.get("/launch"))
    assert '<progress value="0" max="' in page
    assert "0 of " in page
    content = desk.store.load()
    for service in to_ring(content):
        assert f'href="/services/{service.id}"' in page
    ids = {one.id for one in to_ring(content)}
    assert {"live-fear-free", "bawso", "lawrs", "modern-slavery-helpline"} < ids
    assert {"refuge-helpline", "southall-black-sisters"} < ids
    assert "police-999" not in ids
    assert 'href="/due/sharing.risk"' in page
    facts = [one for one in content.facts.values() if one.check is not None]
    used = [f for f in facts if any(f.id in a.facts for a in content.answers.values())]
    assert len(used) > 50
    assert all(f'<th scope="row">{fact.id}</th>' in page for fact in used)


def test_what_is_confirmed_counts(desk, eve) -> None:
    """A service rung, and a fact whose answers are all checked, move the bar."""
    total = words(eve.get("/launch")).split('max="')[1].split('"')[0]
    change(desk, "services", "lawrs", checked_on="2026-11-25")
    content = desk.store.load()
    fact = next(
        one
        for one in content.facts.values()
        if one.check and sum(one.id in a.facts for a in content.answers.values()) == 1
    )
    answer = next(one.id for one in content.answers.values() if fact.id in one.facts)
    only = [name for name in content.answers[answer].facts if name == fact.id]
    assert f'<progress value="1" max="{total}"' in words(eve.get("/launch"))
    change(desk, "answers", answer, checked_on="2026-11-25", facts=only)
    page = words(eve.get("/launch"))
    assert '<progress value="2" max="' in page
    change(desk, "facts", fact.id, as_of="2026-11")
    assert '<progress value="1" max="' in words(eve.get("/launch"))
