"""The first page, the list of answers, the guide, and the page where a text is written."""

from __future__ import annotations

import pytest

from bot.languages import LANGUAGES
from tests.desk.forms import ANSWER, everybody, form_of, main_of, write

SHORT = f"{ANSWER}.short"
SOUND = (
    "The police may pass your details to the Home Office. It does not always happen, and nobody can"
    " promise that it will not. You can speak to a specialist service first."
)


def short_of(desk, language="en", number=1):
    """Returns what a draft would have stand."""
    return desk.drafts.get(number).value(language, SHORT)


# --- beginning


def test_newcomer_is_shown_the_three_steps(desk):
    """Who has nothing to do reads how a text is changed, and finds the guide."""
    eve = (desk.person("Eve", ["editor"]), desk.as_("Eve"))[1]
    said = main_of(eve.get("/").text)
    assert "Nothing waits for you" in said
    assert "Nobody approves their own work" in said
    assert 'href="/guide"' in eve.get("/").text


def test_start_says_what_waits_for_whom(desk):
    """The writer sees what their draft lacks, the approver what they can approve."""
    everybody(desk)
    eve, pat = desk.as_("Eve"), desk.as_("Pat")
    write(eve, text_short=SOUND, kind="wording", why="Shorter")
    assert "Not handed over yet." in main_of(eve.get("/").text)
    assert "Others are working on" in main_of(pat.get("/").text)
    eve.post("/drafts/1/hand-over")
    assert "You can approve (1)" in main_of(pat.get("/").text)
    assert "You can approve" not in main_of(eve.get("/").text)


def test_guide_has_all_headings(desk):
    """A new editor finds how it is done on one page."""
    desk.person("Tess", ["tester"])
    said = main_of(desk.as_("Tess").get("/guide").text)
    for heading in (
        "How an answer is built",
        "How to write for a frightened reader",
        "The three kinds of change",
        "What the checks refuse",
        "Who approves",
        "Taking something away",
        "When the law changes",
    ):
        assert heading in said


def test_list_is_filtered_by_its_address(desk):
    """Words, topic, language and state come from the address, and what is unknown is no limit."""
    desk.person("Eve", ["editor"])
    eve = desk.as_("Eve")
    everything = main_of(eve.get("/answers?state=nothing&language=xx").text)
    assert ANSWER in everything
    assert "services.find" in everything
    few = main_of(eve.get("/answers?q=POLICIA+avisar&topic=sharing&language=es").text)
    assert ANSWER in few
    assert "services.find" not in few
    nothing = eve.get('/answers?q="><script>alert(1)</script>').text
    assert "Nothing is found" in nothing
    assert "<script>alert" not in nothing


# --- reading


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_shows_texts_facts_and_sources(desk, language):
    """Beside a text stand the English, and what both rest on."""
    desk.person("Tess", ["tester"])
    page = desk.as_("Tess").get(f"/answers/{ANSWER}/{language}").text
    content = desk.store.load()
    said = main_of(page)
    for tag in {"en", language}:
        assert content.text(tag, SHORT) in said
    for name in content.answers[ANSWER].facts:
        assert " ".join(content.facts[name].says.split()) in said
    assert 'href="https://' in page
    # Who may not write sees no field.
    assert "<textarea" not in page


@pytest.mark.parametrize("address", ["nothing.here/en", f"{ANSWER}/fr", "service.nobody/en"])
def test_what_is_not_there_has_no_page(desk, address):
    """An answer or a language that is not there is not found."""
    desk.person("Eve", ["editor"])
    assert desk.as_("Eve").get(f"/answers/{address}").status_code == 404


@pytest.mark.parametrize(
    ("roles", "languages", "may"),
    [
        (["editor"], [], {"en"}),
        (["translator"], ["cy"], {"cy"}),
        (["publisher"], list(LANGUAGES), set()),
        (["approver"], ["cy"], set()),
        (["administrator"], [], set()),
        (["tester"], [], set()),
    ],
)
def test_who_may_not_write_cannot_by_address(desk, roles, languages, may):
    """A direct request is refused like a button that is not there."""
    desk.person("Someone", roles, languages)
    client = desk.as_("Someone")
    for language in LANGUAGES:
        page = client.get(f"/answers/{ANSWER}/{language}").text
        assert ("<textarea" in page) == (language in may)
        sent = {"text-short": "Changed.", "was-short": "", "kind": "wording", "why": "x"}
        answer = client.post(f"/answers/{ANSWER}/{language}", data=sent)
        assert (answer.status_code == 403) == (language not in may)
    assert desk.drafts.all("open", "waiting") == []


# --- saving


def test_saved_text_is_in_a_draft_and_not_live(desk):
    """Saving opens the draft of the answer, keeps what changed alone, and makes nothing live."""
    desk.person("Eve", ["editor"])
    eve = desk.as_("Eve")
    before = desk.store.latest_revision()
    answer = write(eve, text_short=SOUND, kind="wording", why="Shorter")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/answers/{ANSWER}/en")
    draft = desk.drafts.get(1)
    assert (draft.subject, draft.kind, draft.why) == (ANSWER, "wording", "Shorter")
    assert [entry.name for entry in draft.entries] == [SHORT]
    assert desk.store.latest_revision() == before
    page = main_of(eve.get(f"/answers/{ANSWER}/en").text)
    assert "Saved in the draft. Nothing is live yet" in page
    assert "taken away: talk end of what was taken away. added: speak" in page


def test_second_save_goes_into_the_same_draft(desk):
    """A draft goes on; there is one for an answer."""
    desk.person("Eve", ["editor"])
    eve = desk.as_("Eve")
    write(eve, text_short=SOUND, kind="wording", why="Shorter")
    write(eve, text_short=f"{SOUND} Please.")
    assert short_of(desk) == f"{SOUND} Please."
    assert [one.id for one in desk.drafts.all("open")] == [1]


def test_untouched_page_saves_nothing(desk):
    """Sending a page as it came opens no draft and says so."""
    desk.person("Eve", ["editor"])
    eve = desk.as_("Eve")
    answer = eve.post(f"/answers/{ANSWER}/en", data=form_of(eve.get(f"/answers/{ANSWER}/en").text))
    assert answer.status_code == 303
    assert "Nothing has changed" in eve.get("/").text
    assert desk.drafts.all("open", "waiting") == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"why": "Shorter"}, "Say what kind of change it is."),
        ({"kind": "wording", "why": " "}, "Say why, in a few words."),
        ({"kind": "none of these", "why": "Shorter"}, "Say what kind of change it is."),
    ],
)
def test_english_needs_a_kind_and_a_reason(desk, fields, said):
    """Without them nothing is saved, and what was typed is still in the field."""
    desk.person("Eve", ["editor"])
    answer = write(desk.as_("Eve"), text_short="Typed with care.", **fields)
    assert answer.status_code == 400
    assert said in main_of(answer.text)
    assert "Typed with care." in form_of(answer.text)["text-short"]
    assert desk.drafts.all("open", "waiting") == []


def test_wrong_number_is_refused_and_the_text_kept(desk):
    """What may never be stored is told at its field; what was typed is not lost."""
    desk.person("Eve", ["editor"])
    typed = "Ring 0808 801 0100."
    answer = write(desk.as_("Eve"), text_short=typed, kind="wording", why="x")
    assert answer.status_code == 400
    assert "08088010100 is a wrong number that goes round" in main_of(answer.text)
    assert form_of(answer.text)["text-short"] == typed
    assert desk.drafts.all("open", "waiting") == []


def test_what_the_checks_find_is_shown_at_the_field(desk):
    """After saving, the field itself says what is wrong, and the text is saved all the same."""
    desk.person("Tomos", ["translator"], ["cy"])
    tomos = desk.as_("Tomos")
    live = desk.store.load().text("cy", SHORT)
    assert write(tomos, "cy", text_short=live.replace("Gall yr", "Mae'r")).status_code == 303
    page = tomos.get(f"/answers/{ANSWER}/cy").text
    field = page[page.index('id="found-short"') : page.index('id="text-short"')]
    assert "says it without “may”" in field
    assert 'aria-describedby="hint-short found-short" aria-invalid="true"' in page


# --- two at once


def test_conflict_shows_both_and_lets_mine_be_saved(desk):
    """Who saves second sees both texts, loses neither, and can save theirs on top."""
    desk.person("Eve", ["editor"])
    desk.person("Ed", ["editor"])
    eve, ed = desk.as_("Eve"), desk.as_("Ed")
    opened = ed.get(f"/answers/{ANSWER}/en").text
    write(eve, text_short="Eve wrote this.", kind="wording", why="x")
    answer = write(ed, page=opened, text_short="Ed wrote that.", kind="wording", why="x")
    assert answer.status_code == 409
    said = main_of(answer.text)
    assert "The text of Eve: Eve wrote this." in said
    assert form_of(answer.text)["text-short"] == "Ed wrote that."
    assert short_of(desk) == "Eve wrote this."
    again = write(ed, page=answer.text, kind="wording", why="x")
    assert again.status_code == 303
    assert short_of(desk) == "Ed wrote that."


def test_others_work_on_other_texts_is_left_alone(desk):
    """An old page changes the text that was typed, not those that others have changed since."""
    desk.person("Eve", ["editor"])
    desk.person("Ed", ["editor"])
    eve, ed = desk.as_("Eve"), desk.as_("Ed")
    opened = ed.get(f"/answers/{ANSWER}/en").text
    write(eve, text_short="Eve wrote this.", kind="wording", why="x")
    sent = write(ed, page=opened, text_label="Ed's label", kind="wording", why="x")
    assert sent.status_code == 303
    assert short_of(desk) == "Eve wrote this."
    assert desk.drafts.get(1).value("en", f"{ANSWER}.label") == "Ed's label"


def test_text_published_meanwhile_is_not_overwritten(desk):
    """What has gone live since the page was opened is a conflict too."""
    everybody(desk)
    eve, pat = desk.as_("Eve"), desk.person("Pat")
    opened = eve.get(f"/answers/{ANSWER}/en").text
    write(eve, text_short=SOUND, kind="wording", why="x")
    desk.drafts.approve(pat, 1, "en")
    desk.drafts.publish(pat, 1)
    answer = write(eve, page=opened, text_short="From an old page.", kind="wording", why="x")
    assert answer.status_code == 409
    assert SOUND in main_of(answer.text)
    assert desk.drafts.all("open", "waiting") == []


# --- what is not a change


def test_translation_can_be_confirmed_as_it_is(desk):
    """Who finds that a translation still says the same says so, and it is in the draft."""
    everybody(desk)
    write(desk.as_("Eve"), text_short=SOUND, kind="improved", why="Clearer")
    tomos = desk.as_("Tomos")
    page = tomos.get(f"/answers/{ANSWER}/cy").text
    assert "new in this draft" in main_of(page)
    assert 'name="keep-short"' in page
    assert 'name="keep-label"' not in page
    write(tomos, "cy", keep_short="yes")
    assert short_of(desk, "cy") == desk.store.load().text("cy", SHORT)


def test_text_of_a_service_is_written_like_an_answer(desk):
    """The words about a service are edited here, and its number is not."""
    desk.person("Eve", ["editor"])
    eve = desk.as_("Eve")
    write(eve, owner="service.bawso", text_about="It helps in Wales.", kind="wording", why="x")
    draft = desk.drafts.get(1)
    assert draft.subject == "service.bawso"
    assert draft.value("en", "service.bawso.about") == "It helps in Wales."


# --- what is typed is text

EVIL = "\"><script>alert('x')</script>{{ 7*7 }}<img src=x onerror=alert(1)>"


def test_what_is_typed_is_shown_as_text_on_every_page(desk):
    """Nothing that anybody types becomes part of a page."""
    everybody(desk)
    eve = desk.as_("Eve")
    fields = {f"text_{part}": f"{EVIL} {part}" for part in ("label", "short", "more")}
    write(eve, kind="wording", why=EVIL, **fields)
    everywhere = ["/", "/answers", "/drafts/1"]
    everywhere += [f"/answers/{ANSWER}/{language}" for language in LANGUAGES]
    for name in ("Eve", "Pat", "Tomos"):
        client = desk.as_(name)
        for address in everywhere:
            page = client.get(address).text
            assert "<script" not in page
            assert "<img" not in page
            assert "49<" not in page
    assert "&lt;script&gt;" in eve.get("/drafts/1").text
