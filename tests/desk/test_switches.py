"""The law has changed: one person takes away, at once and in four languages; two bring back."""

from __future__ import annotations

import pytest

from bot.content.freshness import SWITCHED_OFF, standing
from bot.content.rows import Changes
from bot.editing.draft import OPEN, WAITING
from bot.languages import LANGUAGES
from tests.desk.forms import ROLES, words

WHY = {"why": "The Act came into force"}

NO_SWITCHES = [
    "answer.safety.danger",
    "answer.services.find",
    "answer.bot.interim",
    "topic.services",
    "topic.safety",
    "topic.bot",
    "topic.nothing",
    "answer.nothing",
    "everything",
    "chat.x",
]


def off(desk, topic=None):
    """Returns the answers that are withheld in all languages because staff switched them off."""
    content, today = desk.store.load(), desk.now().date()
    found = set()
    for answer in content.answers.values():
        stands = [standing(content, answer, language, today) for language in LANGUAGES]
        is_off = [one.is_withheld and one.warning == SWITCHED_OFF for one in stands]
        assert all(is_off) or not any(is_off), answer.id
        if all(is_off) and topic in (None, answer.topic):
            found.add(answer.id)
    return found


def test_before_anything_happens_the_page_says_what_will(desk, eve) -> None:
    """How many answers, the text in each language, and that emergencies stay; nothing is done."""
    page = words(eve.get("/switches/topic.sharing"))
    content = desk.store.load()
    assert "Answers that give way, each in 4 languages, at once: 11." in page
    assert "Answers that stay as they are: 77. Emergency answers, services and safety" in page
    for language in LANGUAGES:
        text = content.text(language, "bot.interim.sharing").replace("'", "&#39;")
        assert f'<p class="text" lang="{language}">{text}</p>' in page
    assert content.switches == frozenset()


def test_a_topic_without_a_text_of_its_own_has_the_general_one(desk, eve) -> None:
    """What is said instead is what the chat says."""
    page = words(eve.get("/switches/topic.living"))
    assert desk.store.load().text("pt", "bot.interim.short").replace("'", "&#39;") in page


def test_the_switch_takes_a_topic_away_in_four_languages_at_once(desk, eve) -> None:
    """One form by one person, and every answer of the topic gives way, no other."""
    answer = eve.post("/switches/topic.sharing", data=WHY)
    assert answer.status_code == 303
    content = desk.store.load()
    assert off(desk) == {one.id for one in content.answers.values() if one.topic == "sharing"}


def test_the_whole_chat_leaves_lifelines_services_and_safety(desk, eve) -> None:
    """The off switch of the chat never takes an emergency answer away."""
    eve.post("/switches/chat", data=WHY)
    answers = desk.store.load().answers.values()
    stays = {one.id for one in answers if one.topic in ("bot", "services", "safety")}
    assert off(desk) == {one.id for one in answers} - stays
    assert not {one.id for one in answers if one.risk == "lifeline"} & off(desk)


def test_afterwards_the_page_lists_what_is_to_do(desk, eve) -> None:
    """Each answer in each language is to be rewritten or retranslated, and tested."""
    page = words(eve.post("/switches/topic.sharing", data=WHY, follow_redirects=True))
    assert "Switched off by Eve, 26 November 2026" in page
    assert WHY["why"] in page
    assert page.count(">Rewrite<") == 11
    assert page.count(">Retranslate<") == 33
    assert page.count("then test") == 44
    assert 'href="/answers/sharing.risk/cy"' in page


def test_what_has_been_published_since_is_marked(desk, eve, pat) -> None:
    """The list gets shorter as the work is done."""
    eve.post("/switches/topic.sharing", data=WHY)
    person = desk.person("Eve")
    draft_id = desk.drafts.open(person, "sharing.risk", "new law")
    live = desk.store.load().text("en", "sharing.risk.short")
    desk.drafts.save_text(person, draft_id, "en", "sharing.risk.short", f"{live} Ask first.")
    desk.drafts.set_kind(person, draft_id, "wording", "new law")
    desk.drafts.approve(pat, draft_id, "en")
    assert words(eve.get("/switches/topic.sharing")).count("Published since") == 0
    desk.drafts.publish(pat, draft_id)
    page = words(eve.get("/switches/topic.sharing"))
    assert page.count("Published since") == 1
    assert page.count(">Rewrite<") == 10


def test_what_is_off_stands_in_the_list_with_who_when_and_why(desk, eve) -> None:
    """Everybody sees what is off, and the reason runs no script."""
    assert "Nothing is off." in words(eve.get("/switches"))
    why = "<script>alert(1)</script> & more"
    eve.post("/switches/answer.sharing.risk", data={"why": why})
    for path in ("/switches", "/switches/answer.sharing.risk"):
        page = words(eve.get(path))
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page
        assert "Eve" in page
        assert "26 November 2026" in page
    assert off(desk) == {"sharing.risk"}


def test_why_must_be_said(desk, eve) -> None:
    """Nothing is switched without a reason."""
    answer = eve.post("/switches/topic.sharing", data={"why": "  "})
    assert answer.status_code == 400
    assert "Say why" in words(answer)
    assert off(desk) == set()


def test_what_always_stays_cannot_be_switched(desk, eve) -> None:
    """Lifelines, services and safety have no switch, and the page says so."""
    lists = words(eve.get("/switches"))
    for switch in NO_SWITCHES:
        assert eve.get(f"/switches/{switch}").status_code == 400
        answer = eve.post(f"/switches/{switch}", data=WHY)
        assert answer.status_code == 400
        assert "emergency answers always stay" in words(answer)
        assert f'href="/switches/{switch}"' not in lists
    assert desk.store.load().switches == frozenset()


def test_switching_twice_changes_nothing(desk, eve) -> None:
    """Who comes second is told; the first reason stands."""
    eve.post("/switches/topic.nrm", data=WHY)
    revision = desk.store.latest_revision()
    page = words(eve.post("/switches/topic.nrm", data={"why": "Me too"}, follow_redirects=True))
    assert "This is off already." in page
    assert WHY["why"] in page
    assert desk.store.latest_revision() == revision


def test_lifting_waits_for_a_second_person(desk, eve, pat) -> None:
    """It stays off until another has approved and published."""
    eve.post("/switches/topic.sharing", data=WHY)
    empty = eve.post("/switches/topic.sharing/lift", data={"why": ""})
    assert (empty.status_code, desk.drafts.all(OPEN, WAITING)) == (400, [])
    answer = eve.post("/switches/topic.sharing/lift", data={"why": "All is rewritten"})
    (draft,) = desk.drafts.all(WAITING)
    assert answer.location == f"/drafts/{draft.id}"
    assert len(off(desk)) == 11
    assert "waits for a second person" in words(eve.get("/switches/topic.sharing"))
    with pytest.raises(Exception, match="may_not"):
        desk.drafts.approve(desk.person("Eve"), draft.id, "records")
    desk.drafts.approve(pat, draft.id, "records")
    desk.drafts.publish(pat, draft.id)
    assert off(desk) == set()


def test_what_is_on_cannot_be_lifted(desk, eve) -> None:
    """No draft is made of nothing."""
    assert eve.post("/switches/topic.sharing/lift", data=WHY).status_code == 400
    assert desk.drafts.all(OPEN, WAITING) == []


def test_a_switch_set_elsewhere_is_shown_too(desk, eve) -> None:
    """Off is off, even where the history knows nobody who did it."""
    changes = Changes(records={("switches", "topic.nrm"): {"why": "by hand"}})
    desk.store.publish(changes, origin="desk", note="test")
    assert "not known" in words(eve.get("/switches"))
    assert "by hand" in words(eve.get("/switches/topic.nrm"))


@pytest.mark.parametrize("role", ROLES)
def test_who_may_do_what_by_direct_address(desk, role) -> None:
    """Editors and publishers switch off, editors ask to lift; everybody sees what is off."""
    desk.person("One", [role], ROLES[role])
    client = desk.as_("One")
    may_switch, may_lift = role in ("editor", "publisher"), role == "editor"
    page = words(client.get("/switches"))
    assert ("Switch the whole chat off" in page) == may_switch
    assert client.get("/switches/topic.nrm").status_code == (200 if may_switch else 403)
    for switch in ("topic.nrm", "answer.sharing.risk", "chat"):
        answer = client.post(f"/switches/{switch}", data=WHY)
        assert answer.status_code == (303 if may_switch else 403)
    assert bool(off(desk)) == may_switch
    changes = Changes(records={("switches", "topic.status"): {"why": "x"}})
    desk.store.publish(changes, origin="desk", note="test")
    page = words(client.get("/switches/topic.status"))
    assert ("Ask to bring it back" in page) == may_lift
    assert client.post("/switches/topic.status", data=WHY).status_code == (
        303 if may_switch else 403
    )
    lifted = client.post("/switches/topic.status/lift", data=WHY)
    assert lifted.status_code == (303 if may_lift else 403)
    assert (len(desk.drafts.all(WAITING)) == 1) == may_lift


def test_nobody_switches_without_an_account(desk) -> None:
    """Whoever is not signed in is asked to sign in, and nothing changes."""
    assert desk.client.get("/switches").location.startswith("/sign-in")
    assert desk.client.get("/switches/chat").location.startswith("/sign-in")
    desk.client.post("/switches/chat", data=WHY)
    assert off(desk) == set()


def test_the_form_needs_its_token(desk, eve) -> None:
    """A page of somebody else cannot send it."""
    desk.app.config["WTF_CSRF_ENABLED"] = True
    assert eve.post("/switches/chat", data=WHY).status_code == 400
    assert 'name="csrf_token"' in words(eve.get("/switches/chat"))
    assert off(desk) == set()
