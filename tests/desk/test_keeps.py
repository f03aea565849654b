"""The words that a short text must keep: shown, changed by an editor, and held by the checks."""

from __future__ import annotations

import pytest

from bot.content.shipped import KEEPS
from bot.desk.service_form import seal
from bot.editing.draft import OPEN, RECORDS, WAITING
from bot.languages import LANGUAGES
from tests.desk.forms import main_of

ANSWER = "sharing.risk"
PAGE = f"/answers/{ANSWER}/keeps"


def filled(desk, **changes):
    """Returns what the form sends when these languages are filled otherwise."""
    live = desk.store.read().records[KEEPS][ANSWER]
    lines = {language: "\n".join(live.get(language, [])) for language in LANGUAGES}
    return {**lines, "version": 0, "seal": seal(live), "why": "The lawyer says so", **changes}


def draft_of(desk):
    return next((d for d in desk.drafts.all(OPEN, WAITING) if d.subject == ANSWER), None)


def test_they_are_shown_beside_the_text_in_four_languages(desk, eve) -> None:
    """Each phrase that ships stands on the page, and the page is led to from the answer's."""
    page = eve.get(PAGE).text
    for phrases in desk.store.read().records[KEEPS][ANSWER].values():
        assert all(phrase in main_of(page) for phrase in phrases)
    assert PAGE in eve.get(f"/answers/{ANSWER}/en").text


def test_changed_words_wait_for_a_second_person(desk, eve, pat) -> None:
    """They go into the draft of the answer; once it is published they stand."""
    eve.post(PAGE, data=filled(desk, en="nobody can promise"))
    draft = draft_of(desk)
    assert desk.store.read().records[KEEPS][ANSWER]["en"] != ["nobody can promise"]
    desk.drafts.submit(desk.person("Eve"), draft.id)
    desk.drafts.approve(desk.person("Pat"), draft.id, RECORDS)
    desk.drafts.publish(desk.person("Pat"), draft.id)
    assert desk.store.load().keeps[ANSWER]["en"] == ("nobody can promise",)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_the_text_does_not_say_are_refused(desk, eve, language) -> None:
    """The field says so, what was typed stays, and nothing is saved."""
    answer = eve.post(PAGE, data=filled(desk, **{language: "<b>the moon</b>"}))
    assert answer.status_code == 400
    assert "does not say this: <b>the moon</b>" in main_of(answer.text)
    assert "<b>the moon" not in answer.text
    assert draft_of(desk) is None


def test_a_text_that_loses_them_is_stopped(desk, eve) -> None:
    """Saved in a draft, it shows what is lost; nobody can publish it so."""
    text = (
        desk.store.load().text("en", f"{ANSWER}.short").replace("nobody can promise", "who knows")
    )
    draft_id = desk.drafts.open(desk.person("Eve"), ANSWER, "Shorter")
    desk.drafts.set_kind(desk.person("Eve"), draft_id, "wording", "Shorter")
    desk.drafts.save_text(desk.person("Eve"), draft_id, "en", f"{ANSWER}.short", text)
    assert "nobody can promise" in main_of(eve.get(f"/answers/{ANSWER}/en").text)
    assert "must keep" in main_of(eve.get(f"/drafts/{draft_id}").text)


def test_only_an_editor_changes_them(desk, pat) -> None:
    """A publisher who posts all the same is refused."""
    client = desk.as_("Pat")
    assert client.post(PAGE, data=filled(desk, en="nobody can promise")).status_code == 403


def test_a_form_from_before_is_shown_what_stands_now(desk, eve) -> None:
    """Published meanwhile: the typed words stay, and both are shown."""
    answer = eve.post(PAGE, data=filled(desk, en="nobody can promise", seal="old"))
    assert answer.status_code == 409
    assert "What stands there now" in main_of(answer.text)
