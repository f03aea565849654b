"""Testers read situations and add them by a form; nothing they typed is lost."""

from __future__ import annotations

import html
import re

import pytest

from bot.desk.tests_form import MOST_STEPS
from bot.desk.tests_run import DeskTests
from bot.testing.adding import SituationFolder
from tests.desk.forms import main_of
from tests.desk.testers import (
    ATTACK,
    OLD,
    add,
    deeds,
    fields_of,
    form_with,
    problem_at,
    says,
)


def test_situations_are_listed_and_found(tess, place) -> None:
    """By topic, with their steps; by a word of any language; what is not well formed is said."""
    (place.situations.path / "nrm.yml").write_text(
        OLD.replace("She greets", ATTACK).replace("hello", "what is the nrm"), encoding="utf-8"
    )
    (place.situations.path / "wales.yml").write_text("- nothing: x", encoding="utf-8")

    page = tess.get("/tests/situations")

    shown = main_of(page.text)
    assert "She greets steps: 1" in shown
    assert "2 of 2" in shown
    assert "wales.yml, line 1" in shown
    assert "<script>alert" not in page.text
    assert "1 of 2" in main_of(tess.get("/tests/situations?q=WHAT+IS").text)
    assert "She greets" in tess.get("/tests/situations?q=helo&topic=bot").text
    assert "Nothing is found." in tess.get("/tests/situations?q=nowhere").text


def test_a_situation_is_shown_in_four_languages_side_by_side(tess) -> None:
    """What she says in each, and what must come."""
    key = re.search(r'href="/tests/situations/([0-9a-f]+)"', tess.get("/tests/situations").text)[1]
    page = tess.get(f"/tests/situations/{key}")
    for language, text in (("en", "hello"), ("es", "hola"), ("cy", "helo"), ("pt", "ola")):
        assert f'<td class="reading" lang="{language}">{text}</td>' in page.text
    assert "bot.greet" in main_of(page.text)
    assert "bot.yml, line 1" in main_of(page.text)
    assert tess.get("/tests/situations/0123456789abcdef").status_code == 404


def test_a_situation_is_added_and_noted(desk, tess, place) -> None:
    """It stands in its file, in the list and in the history, and its own page opens."""
    steps = [
        says(**{"say-cy": "un\r\n\r\ndau", "offer-1": "bot.what", "offer-3": "bot.human"}),
        {"act": "she taps", "button": "services.find?nation=wales", "answer": "services.find"},
        {"act": "she goes back to step", "back": "1"},
        {"act": "she starts again"},
        {"act": "she picks language", "picked": "cy", "answer": "bot.greet", "tongue": "cy"},
        {"act": "she sends nothing", "answer": "bot.unsure", "warn": "yes"},
    ]

    answer = add(tess, form_with(steps, name="She asks: & more?", about=ATTACK))

    assert answer.status_code == 303
    content = desk.store.load()
    _greets, one = place.situations.read(content)[0]
    assert (one.name, one.topic, len(one.steps)) == ("She asks: & more?", "bot", 6)
    assert one.steps[0].expected["cy"].says == ("un", "dau")
    assert one.steps[0].expected["en"].says == ()
    assert one.steps[0].expected["en"].offers == ("bot.what", "bot.human")
    assert one.steps[4].expected["en"].language == "cy"
    assert one.steps[5].expected["pt"].may_alarm
    page = tess.get(answer.location).text
    assert "<script>alert" not in page
    assert "She asks: &amp; more?" in page
    [deed] = deeds(desk, "added a situation")
    assert (deed.who, deed.what) == ("Tess", "bot: She asks: & more?")
    desk.person("Eve", ["editor"])
    assert "added a situation to the tests" in desk.as_("Eve").get("/history").text


def test_a_step_more_or_less_loses_nothing(tess, place) -> None:
    """All that was typed stands there again, as it was; nothing is saved by it."""
    first = says(**{"say-en": f"one & two\r\n{ATTACK}", "offer-2": "half", "warn": "yes"})
    name = 'A "name" & <b>'
    sent = form_with([first, says(answer="bot.what")], name=name, about="why")

    page = add(tess, sent, "add")

    assert page.status_code == 200
    # The words of a phrase stand in lines of their own; what she says is one line.
    assert fields_of(page) == {**sent, "count": "3"}
    assert "<script>alert" not in page.text
    fewer = add(tess, {**fields_of(page), "answer-3": "bot.human"}, "drop-1")
    left = fields_of(fewer)
    assert (left["name"], left["about"], left["count"]) == (name, "why", "2")
    assert (left["answer-1"], left["answer-2"]) == ("bot.what", "bot.human")
    assert "say-en-1" not in left
    assert (place.situations.path / "bot.yml").read_text(encoding="utf-8") == OLD


def test_no_more_steps_than_fit(tess) -> None:
    """The last one has no button for another, and a number that is none does no harm."""
    full = add(tess, form_with([says()] * MOST_STEPS), "add")
    assert fields_of(full)["count"] == str(MOST_STEPS)
    assert 'value="add"' not in full.text
    assert add(tess, form_with([says()], count="9999"), "drop-77").status_code == 200
    assert add(tess, form_with([says()], count="x"), "drop-x").status_code == 200
    only = add(tess, form_with([says()]), "drop-1")
    assert fields_of(only)["answer-1"] == "bot.greet"


def test_the_enter_key_takes_nothing_away(tess) -> None:
    """The first button of the form, which that key presses, is the one that saves."""
    page = add(tess, form_with([says(), says()]), "add").text
    form = page.partition('action="/tests/situations/new"')[2]
    assert re.search(r"<button[^>]*>", form)[0].count('value="save"') == 1


@pytest.mark.parametrize(
    ("step", "name", "said"),
    [
        ({"act": ""}, "act-1", "Choose what she does."),
        ({"act": "she dances"}, "act-1", "Choose what she does."),
        ({"text-cy": " "}, "text-cy-1", "Write what she says."),
        ({"text-pt": "a" * 501}, "text-pt-1", "longer than 500 letters"),
        ({"answer": ""}, "answer-1", "Write which answer must come."),
        ({"answer": "bot.gret"}, "answer-1", "'bot.gret' is not an answer that there is."),
        ({"answer": "bot.greet, bot.x"}, "answer-1", "'bot.x' is not an answer"),
        ({"button": "bot.what"}, "button-1", "does not go with what she does"),
        ({"offer-2": "bot.x"}, "offer-2-1", "'bot.x' is not an answer"),
        ({"offer-3": "No button!"}, "offer-3-1", "is no button"),
        ({"show-2": "nowhere"}, "show-2-1", "'nowhere' is not a service"),
        ({"tongue": "fr"}, "tongue-1", "'fr' is not a language"),
        ({"act": "she taps"}, "button-1", "Say which button she taps."),
        ({"act": "she taps"}, "text-en-1", "does not go with what she does"),
        ({"act": "she starts again"}, "answer-1", "Nothing is answered in this step."),
        ({"name": ""}, "name", "Write in a sentence"),
        ({"name": "She greets"}, "name", "There is a situation of this name."),
        ({"name": "a" * 111}, "name", "At most 110 letters."),
        ({"topic": "../bot"}, "topic", "Choose a topic."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    desk, tess, place, step, name, said
) -> None:
    """In plain words, with a way from the list on top; nothing is written or noted."""
    own = {key: value for key, value in step.items() if key in ("name", "topic")}
    sent = form_with([says(**{key: value for key, value in step.items() if key not in own})], **own)

    page = add(tess, sent)

    assert page.status_code == 400
    assert said in problem_at(page, name)
    assert f'href="#{name}"' in page.text
    assert f'id="{name}"' in page.text
    # A list offers only what there is.
    lists = ("act-1", "tongue-1", "topic")
    kept = {key: value for key, value in sent.items() if value.strip() and key not in lists}
    assert kept.items() <= fields_of(page).items()
    assert (place.situations.path / "bot.yml").read_text(encoding="utf-8") == OLD
    assert deeds(desk, "added a situation") == []


def test_only_silence_is_no_test(tess) -> None:
    """Something must be answered, or the test could never fail."""
    page = add(tess, form_with([{"act": "she starts again"}]))
    assert "Nothing is answered here" in problem_at(page, "act-1")


def test_she_goes_back_only_to_a_step_above(tess) -> None:
    """The reader of the files says so, at the field."""
    page = add(tess, form_with([says(), {"act": "she goes back to step", "back": "2"}]))
    assert "she cannot go back to step '2'" in problem_at(page, "back-2")


def test_a_file_that_was_wrong_before_is_not_blamed_on_whoever_adds(tess, place) -> None:
    """What is wrong with it stands on top, with its line."""
    (place.situations.path / "bot.yml").write_text(OLD.replace("answer", "anser"), encoding="utf-8")
    page = add(tess, form_with([says()]))
    assert page.status_code == 400
    assert "bot.yml, line " in main_of(page.text)
    assert "-wrong" not in page.text.partition("<form method")[2].partition("<main")[2]


def test_where_nothing_can_be_written_the_text_is_given_instead(
    desk, tess, place, tmp_path
) -> None:
    """Said before anybody types, and what was typed can be sent to somebody who can add it."""
    desk.app.extensions["testing"] = DeskTests(place.runs, SituationFolder(tmp_path / "away"))
    assert "Nothing can be saved on this server" in main_of(tess.get("/tests/situations/new").text)

    page = add(tess, form_with([says()]))

    assert page.status_code == 409
    assert "- situation: She asks" in html.unescape(page.text)
    assert fields_of(page)["text-en-1"] == "en words"
    assert deeds(desk, "added a situation") == []


def test_ids_can_be_chosen_by_their_english_names(desk, tess) -> None:
    """A list of answers and one of services, without a script."""
    page = html.unescape(tess.get("/tests/situations/new").text)
    label = desk.store.load().text("en", "sharing.risk.label")
    assert f'<option value="sharing.risk" label="{label}">' in page
    assert '<option value="refuge-helpline" label="' in page
    assert 'list="answers"' in page
