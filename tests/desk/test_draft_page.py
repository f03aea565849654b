"""The page of a draft: kinds, approval by another, what the checks stop, and publishing."""

from __future__ import annotations

import re

import pytest

from bot.content.freshness import standing
from bot.languages import LANGUAGES
from tests.desk.forms import ANSWER, everybody, form_of, main_of, write

SHORT = f"{ANSWER}.short"
OTHERS = [language for language in LANGUAGES if language != "en"]


def sound(desk, language="en"):
    """Returns a sound change of a text: a sentence that the checks have passed, said last."""
    first, second, third = re.split(r"(?<=[.]) ", desk.store.load().text(language, SHORT))
    return f"{third} {first} {second}"


def changed(desk, language="en"):
    """Returns a text with one word less or another, which no check minds."""
    words = {
        "en": ("and decide after that", "and decide later"),
        "es": ("y decidir después", "y decidir más tarde"),
        "cy": ("a phenderfynu wedyn", "a phenderfynu'n hwyrach"),
        "pt": ("decidir depois", "decidir mais tarde"),
    }[language]
    return desk.store.load().text(language, SHORT).replace(*words)


def approve(client, part, number=1, **more):
    """Opens the page, and approves a part as it is shown there."""
    page = client.get(f"/drafts/{number}").text
    seen = re.search(rf'value="{part}">\s*<input type="hidden" name="digest" value="(\w+)"', page)
    data = {"part": part, "digest": seen[1] if seen else "", **more}
    return client.post(f"/drafts/{number}/approve", data=data)


def test_wording_goes_live_with_two_people(desk):
    """Written by one, approved and published by another: live, and the translations stay up."""
    everybody(desk)
    eve, pat = desk.as_("Eve"), desk.as_("Pat")
    text = changed(desk)
    write(eve, text_short=text, kind="wording", why="Shorter")
    assert "English: somebody who did not write it must approve it." in main_of(
        eve.get("/drafts/1").text
    )
    assert eve.post("/drafts/1/hand-over").status_code == 303
    assert "Handed over. Now somebody else must read" in main_of(eve.get("/drafts/1").text)
    assert approve(pat, "en").status_code == 303
    assert "Nothing: a publisher can publish it." in main_of(pat.get("/drafts/1").text)
    assert "Ready to be published (1)" in main_of(pat.get("/").text)
    assert pat.post("/drafts/1/publish").status_code == 303
    assert "It is live within two seconds." in main_of(pat.get("/drafts/1").text)
    content = desk.store.load()
    assert content.text("en", SHORT) == text
    answer = content.answers[ANSWER]
    assert not any(standing(content, answer, tag, desk.now().date()).is_withheld for tag in OTHERS)


def test_improved_waits_for_all_languages(desk):
    """The page names each translation that is missing; the old texts stay up meanwhile."""
    everybody(desk)
    eve = desk.as_("Eve")
    write(eve, text_short=changed(desk), kind="improved", why="Clearer")
    page = eve.get("/drafts/1").text
    for language in OTHERS:
        assert f'href="/answers/{ANSWER}/{language}"' in page
    assert main_of(page).count("must be brought in step with the English") == 3
    content = desk.store.load()
    assert not content.is_switched_off(content.answers[ANSWER])


def test_dangerous_asks_once_more_and_takes_away_at_once(desk):
    """The first press explains and saves nothing; the second takes all four languages away."""
    everybody(desk)
    eve = desk.as_("Eve")
    text = changed(desk)
    asked = write(eve, text_short=text, kind="dangerous", why="The law has changed")
    assert asked.status_code == 200
    assert "taken away now, in all four languages at once" in main_of(asked.text)
    assert text in main_of(asked.text)
    assert desk.drafts.all("open", "waiting") == []
    # A key pressed in a field sends the form, and takes nothing away.
    assert write(eve, page=asked.text, kind="dangerous", why="The law").status_code == 200
    sent = write(eve, page=asked.text, kind="dangerous", why="The law has changed", sure="yes")
    assert sent.status_code == 303
    content = desk.store.load()
    answer, today = content.answers[ANSWER], desk.now().date()
    assert all(standing(content, answer, tag, today).is_withheld for tag in LANGUAGES)
    assert "Switched off now, in all four languages:" in main_of(eve.get("/drafts/1").text)


def test_dangerous_comes_back_whole(desk):
    """All four languages are approved and published together, and the answer is back."""
    everybody(desk)
    desk.person("Paula", ["publisher"], LANGUAGES)
    eve, pat, tomos = desk.as_("Eve"), desk.as_("Pat"), desk.as_("Tomos")
    write(eve, text_short=changed(desk), kind="dangerous", why="The law", sure="yes")
    for language in OTHERS:
        write(tomos, language, text_short=changed(desk, language))
    tomos.post("/drafts/1/hand-over")
    for language in LANGUAGES:
        assert approve(pat, language, right="yes").status_code == 303
    assert pat.post("/drafts/1/publish").status_code == 303
    content = desk.store.load()
    assert not content.is_switched_off(content.answers[ANSWER])
    assert {tag: content.text(tag, SHORT) for tag in LANGUAGES} == {
        tag: desk.drafts.get(1).value(tag, SHORT) for tag in LANGUAGES
    }


def test_lifeline_stays_when_its_change_is_dangerous(desk):
    """The page says that an answer for people in danger is not taken away, and it is not."""
    desk.person("Eve", ["editor"])
    eve = desk.as_("Eve")
    fields = {"owner": "safety.danger", "text_label": "Danger now", "kind": "dangerous", "why": "x"}
    asked = write(eve, **fields)
    assert "so it stays, with the old text" in main_of(asked.text)
    write(eve, **fields, sure="yes")
    content = desk.store.load()
    assert not standing(content, content.answers["safety.danger"], "en", desk.now().date()).warning


# --- four eyes


def test_own_work_has_no_button_and_is_refused(desk):
    """Who wrote a part cannot approve it, by the page or past it."""
    desk.person("Eve", ["editor", "publisher"], LANGUAGES)
    eve = desk.as_("Eve")
    write(eve, text_short=changed(desk), kind="wording", why="x")
    eve.post("/drafts/1/hand-over")
    page = eve.get("/drafts/1").text
    assert "You wrote this, so another person must approve it." in main_of(page)
    assert 'action="/drafts/1/approve"' not in page
    digest = desk.drafts.get(1).digest("en")
    sent = eve.post("/drafts/1/approve", data={"part": "en", "digest": digest})
    assert sent.status_code == 400
    assert "You wrote this" in main_of(sent.text)
    assert eve.post("/drafts/1/publish").status_code == 409
    assert desk.drafts.get(1).approvals == ()


def test_unapproved_draft_is_not_published(desk):
    """The button is not there, and pressing it all the same changes nothing."""
    everybody(desk)
    pat = desk.as_("Pat")
    write(desk.as_("Eve"), text_short=changed(desk), kind="wording", why="x")
    before = desk.store.latest_revision()
    assert 'action="/drafts/1/publish"' not in pat.get("/drafts/1").text
    sent = pat.post("/drafts/1/publish")
    assert sent.status_code == 409
    assert "Something is still missing" in main_of(sent.text)
    assert desk.store.latest_revision() == before


def test_text_changed_under_the_approver_is_not_approved(desk):
    """An approval is of what was shown; what came since must be read."""
    everybody(desk)
    eve, pat = desk.as_("Eve"), desk.as_("Pat")
    write(eve, text_short=changed(desk), kind="wording", why="x")
    eve.post("/drafts/1/hand-over")
    old = desk.drafts.get(1).digest("en")
    write(eve, text_label="Can the police tell them?")
    eve.post("/drafts/1/hand-over")
    sent = pat.post("/drafts/1/approve", data={"part": "en", "digest": old, "right": "yes"})
    assert sent.status_code == 409
    assert "Somebody has changed this part since you opened it." in main_of(sent.text)
    assert desk.drafts.get(1).approvals == ()


def test_draft_that_is_still_written_is_not_approved(desk):
    """Nobody approves half a text: it is handed over first."""
    everybody(desk)
    pat = desk.as_("Pat")
    write(desk.as_("Eve"), text_short=changed(desk), kind="wording", why="x")
    assert approve(pat, "en").status_code == 400
    assert "still being written" in main_of(pat.get("/drafts/1").text)
    assert desk.drafts.get(1).approvals == ()


# --- the gate


@pytest.fixture
def promised(desk):
    """A draft that promises her something, handed over."""
    everybody(desk)
    eve = desk.person("Eve")
    number = desk.drafts.open(eve, ANSWER, "x")
    desk.drafts.save_text(eve, number, "en", SHORT, "You are safe. A lawyer can tell you more.")
    desk.drafts.set_kind(eve, number, "wording", "x")
    desk.drafts.submit(eve, number)
    return number


def test_gate_stops_an_approval(desk, promised):
    """What the checks find is shown, there is no button, and a direct request is refused."""
    pat = desk.as_("Pat")
    page = pat.get("/drafts/1").text
    assert "It says “you are safe”. Nobody may promise that" in main_of(page)
    assert 'action="/drafts/1/approve"' not in page
    digest = desk.drafts.get(1).digest("en")
    sent = pat.post("/drafts/1/approve", data={"part": "en", "digest": digest, "right": "yes"})
    assert sent.status_code == 400
    assert "The checks find something in this part" in main_of(sent.text)
    assert desk.drafts.get(1).approvals == ()


def test_gate_stops_a_publication_past_the_approval(desk, promised):
    """Approved past the page, it is still not published."""
    desk.drafts.approve(desk.person("Pat"), promised, "en")
    pat = desk.as_("Pat")
    before = desk.store.latest_revision()
    assert 'action="/drafts/1/publish"' not in pat.get("/drafts/1").text
    sent = pat.post("/drafts/1/publish")
    assert sent.status_code == 400
    assert "The checks find something, so it cannot be published" in main_of(sent.text)
    assert desk.store.latest_revision() == before


def test_approver_says_that_an_unknown_word_is_right(desk):
    """A word that no dictionary has is published when the approver says that it is right."""
    everybody(desk)
    eve, pat = desk.as_("Eve"), desk.as_("Pat")
    text = changed(desk).replace("later", "xyzzyq")
    write(eve, text_short=text, kind="wording", why="x")
    eve.post("/drafts/1/hand-over")
    assert "“xyzzyq” is in no dictionary" in main_of(pat.get("/drafts/1").text)
    assert approve(pat, "en").status_code == 400
    assert approve(pat, "en", right="yes").status_code == 303
    assert pat.post("/drafts/1/publish").status_code == 303


# --- rights


ACTS = ("hand-over", "approve", "publish", "drop")


@pytest.mark.parametrize(
    ("roles", "languages", "refused"),
    [
        (["tester"], [], ACTS),
        (["administrator"], [], ACTS),
        (["approver"], ["cy"], ACTS),
        (["translator"], ["en", "cy"], ("approve", "publish", "drop")),
        (["editor"], [], ("approve", "publish", "drop")),
        (["publisher"], ["cy"], ("approve",)),
    ],
)
def test_who_may_not_act_cannot_by_address(desk, roles, languages, refused):
    """Each act is refused to each role that has no right to it."""
    eve = desk.person("Eve", ["editor"])
    desk.person("Someone", roles, languages)
    someone = desk.as_("Someone")
    number = desk.drafts.open(eve, ANSWER, "x")
    desk.drafts.save_text(eve, number, "en", SHORT, changed(desk))
    desk.drafts.set_kind(eve, number, "wording", "x")
    for act in ACTS:
        sent = someone.post(f"/drafts/{number}/{act}", data={"part": "en"})
        assert (sent.status_code == 403) == (act in refused), act


def test_acts_are_no_pages(desk):
    """Nothing happens by following a link, and a draft that is not there has no page."""
    desk.person("Pat", ["publisher"], LANGUAGES)
    pat = desk.as_("Pat")
    for act in ACTS:
        assert pat.get(f"/drafts/1/{act}").status_code == 405
    assert pat.get("/drafts/1").status_code == 404
    assert pat.post("/drafts/1/publish").status_code == 404


# --- its end


def test_dropped_draft_leaves_all_as_it_was(desk):
    """Giving up changes nothing that is live, and is the opener's or a publisher's act."""
    desk.person("Eve", ["editor"])
    eve = desk.as_("Eve")
    write(eve, text_short=changed(desk), kind="wording", why="x")
    before = desk.store.latest_revision()
    assert eve.post("/drafts/1/drop").status_code == 303
    page = eve.get("/drafts/1").text
    assert "Given up. What is live has not changed." in main_of(page)
    assert '<form method="post" action="/drafts' not in page
    assert desk.store.latest_revision() == before
    assert eve.post("/drafts/1/hand-over").status_code == 400


def test_dropped_dangerous_draft_says_what_is_still_off(desk):
    """Who gives a dangerous change up is told that the answer does not come back by itself."""
    desk.person("Eve", ["editor"])
    eve = desk.as_("Eve")
    write(eve, text_short=changed(desk), kind="dangerous", why="x", sure="yes")
    eve.post("/drafts/1/drop")
    assert "it is still off" in main_of(eve.get("/drafts/1").text)


def test_overtaken_draft_can_be_saved_again(desk):
    """Two drafts of one text: the second is told of the first, and goes on over it."""
    everybody(desk)
    eve, pat = desk.person("Eve"), desk.person("Pat")
    tomos = desk.person("Tomos")
    for subject in (ANSWER, "import.cy"):
        number = desk.drafts.open(tomos, subject, "x")
        text = changed(desk, "cy") if subject == ANSWER else sound(desk, "cy")
        desk.drafts.save_text(tomos, number, "cy", SHORT, text)
        desk.drafts.submit(tomos, number)
        desk.drafts.approve(pat, number, "cy")
    desk.drafts.publish(pat, 2)
    client = desk.as_("Pat")
    sent = client.post("/drafts/1/publish")
    assert sent.status_code == 409
    assert f'href="/answers/{ANSWER}/cy?again=1"' in sent.text
    writer = desk.as_("Tomos")
    page = writer.get(f"/answers/{ANSWER}/cy?again=1").text
    write(writer, "cy", page=page, keep_short="yes")
    desk.drafts.submit(eve, 1)
    assert approve(client, "cy", right="yes").status_code == 303
    assert client.post("/drafts/1/publish").status_code == 303


def test_call_is_shown_to_whoever_approves_a_number(desk):
    """The second person reads who was rung, when, and what was confirmed."""
    everybody(desk)
    eve = desk.person("Eve")
    record = desk.store.read().records["services"]["bawso"]
    number = desk.drafts.open(eve, "service.bawso", "Rung")
    new = {**record, "checked_on": "2026-11-26"}
    desk.drafts.save_record(eve, number, "services", "bawso", new)
    pat = desk.as_("Pat")
    assert "Somebody must ring" in main_of(pat.get(f"/drafts/{number}").text)
    desk.drafts.confirm_call(eve, number, "bawso", "2026-11-26", "Mair", "<b>The number is right")
    page = pat.get(f"/drafts/{number}").text
    said = main_of(page)
    assert "Rung by Eve. 2026-11-26: Mair" in said
    assert "&lt;b&gt;The number is right" in page
    assert "bawso: checked_on" in said


def test_imported_text_is_mended_where_it_is(desk):
    """A text of an import is opened in that draft, and what is typed goes into it."""
    everybody(desk)
    tomos = desk.person("Tomos")
    number = desk.drafts.open(tomos, "import.cy", "x")
    desk.drafts.save_text(tomos, number, "cy", SHORT, changed(desk, "cy"))
    desk.drafts.save_text(tomos, number, "cy", "sharing.consent.short", "Dych chi'n ddiogel.")
    writer = desk.as_("Tomos")
    page = writer.get(f"/drafts/{number}").text
    assert "Translations into Cymraeg" in main_of(page)
    address = f"/answers/{ANSWER}/cy?draft={number}"
    assert f'href="{address}"' in page
    opened = writer.get(address).text
    assert "sharing.consent" not in main_of(opened)
    fields = {**form_of(opened), "text-short": sound(desk, "cy")}
    sent = writer.post(address, data=fields)
    assert (sent.status_code, sent.headers["Location"]) == (303, address)
    assert desk.drafts.get(number).value("cy", SHORT) == sound(desk, "cy")
