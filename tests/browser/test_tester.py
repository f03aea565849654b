"""Testers talk to the chat, and take the conversation away as a situation that can be played."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.content.values import Content
from bot.errors import SituationError
from bot.testing.doors import FormDoor, JsonDoor
from bot.testing.playing import play
from bot.testing.situation import PICKS, SAYS, TAPS, Situation
from bot.testing.situation_files import read_situations
from tests.browser.conftest import Visit
from tests.browser.test_accessibility import check
from tests.browser.test_walk import DANGER, QUESTIONS
from tests.conftest import NOW, RunningChat, running_chat

BAR = "Testing: copy this conversation as a story test"
NAME = 'She asks: "who is told", and then more'
#: How a language is written in what is left to be filled in.
TODO = re.compile(r"^( +\w\w: )# TODO: (English|Spanish|Welsh|Portuguese)$", re.MULTILINE)


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningChat]:
    """The service as a tester starts it."""
    folder = tmp_path_factory.mktemp("tester")
    with running_chat(folder, NOW, more={"ASSISTANT_TESTER": "1"}) as running:
        yield running


def open_dialog(visitor: Visit, name: str = NAME) -> str:
    """Opens the dialog, names the situation, and returns what it holds."""
    visitor.page.get_by_role("button", name=BAR).click()
    visitor.page.get_by_label("Name: what happens").fill(name)
    return text_of(visitor)


def text_of(visitor: Visit) -> str:
    return visitor.page.get_by_label("Story test: fill in").input_value()


def read(text: str, folder: Path, content: Content) -> Situation:
    """Returns the one situation of a text, read as a file is."""
    path = folder / "copied.yml"
    path.write_text(text, encoding="utf-8")
    (situation,) = read_situations([path], content)
    return situation


def filled(text: str) -> str:
    """Fills the empty columns as somebody who knows the languages would."""
    text, count = re.subn(r"(in language:\n.*\n)((?: {8}.*\n){3})", _all_in_spanish, text)
    assert count <= 1
    return TODO.sub(r'\1"\2"', text)


def _all_in_spanish(found: re.Match[str]) -> str:
    return found[1] + TODO.sub(r"\1es", found[2])


def test_a_conversation_is_copied_and_read(visit, content: Content, tmp_path: Path) -> None:
    """Said twice and tapped once: what is copied lacks three columns, and then is a situation."""
    visitor = visit("en", width=1280)
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=visitor.url)
    visitor.open()
    visitor.say(QUESTIONS["en"])
    visitor.tap("sharing.risk?part=more")
    danger = visitor.say(DANGER["en"])
    services = danger[0].article.locator("[data-service]").all()
    open_dialog(visitor)
    visitor.page.get_by_role("button", name="Copy", exact=True).click()
    visitor.page.get_by_text("Copied.").wait_for()
    text = visitor.page.evaluate("navigator.clipboard.readText()")
    assert text == text_of(visitor)

    with pytest.raises(SituationError) as refused:
        read(text, tmp_path, content)
    assert [one.partition(": ")[2].partition(".")[0] for one in refused.value.problems] == [
        f"`{SAYS}` lacks {language}" for _ in range(2) for language in ("es", "cy", "pt")
    ]

    situation = read(filled(text), tmp_path, content)
    assert (situation.name, situation.about) == (NAME, "")
    assert [(step.act, step.does["en"]) for step in situation.steps] == [
        (SAYS, QUESTIONS["en"]),
        (TAPS, "sharing.risk?part=more"),
        (SAYS, DANGER["en"]),
    ]
    expected = [step.expected["en"] for step in situation.steps]
    assert [one.answers[0] for one in expected] == ["sharing.risk", "sharing.risk", danger[0].id]
    assert {one.language for one in expected} == {"en"}
    assert set(expected[2].shows) == {one.get_attribute("data-service") for one in services}
    assert expected[2].shows


def test_what_was_copied_is_green_when_it_is_played(
    visit, chat, content: Content, tmp_path: Path
) -> None:
    """The same chat gives the same answers again, through both doors."""
    visitor = visit("es", width=1280)
    visitor.open()
    visitor.say(QUESTIONS["es"])
    visitor.tap("sharing.risk?part=more")
    visitor.say(DANGER["es"])
    situation = read(filled(open_dialog(visitor)), tmp_path, content)
    for door in (JsonDoor(chat.url), FormDoor(chat.url)):
        run = play(situation, "es", door, content)
        assert [one.failures for one in run.played] == [(), (), ()]


def test_a_language_picked_first_is_the_column(visit, content: Content, tmp_path: Path) -> None:
    """Her phone may be set to English: the talk in Welsh stands in the Welsh column."""
    visitor = visit("en", width=1280)
    visitor.open()
    visitor.pick("cy")
    visitor.say(QUESTIONS["cy"])
    text = open_dialog(visitor)
    assert "in language" not in text
    (step,) = read(filled(text), tmp_path, content).steps
    assert step.does["cy"] == QUESTIONS["cy"]
    assert step.does["en"] == "English"


def test_a_language_picked_later_is_a_step(visit, content: Content, tmp_path: Path) -> None:
    """It stands where it was picked; from there on the language of the answers is written down."""
    visitor = visit("en", width=1280)
    visitor.open()
    visitor.tap("sharing.risk")
    visitor.pick("es")
    visitor.tap("services.find")
    text = open_dialog(visitor).replace(
        '        en: "es"\n        es: # TODO: Spanish\n        cy: # TODO: Welsh\n'
        "        pt: # TODO: Portuguese",
        "        {en: es, es: es, cy: es, pt: es}",
    )
    tapped, picked, after = read(filled(text), tmp_path, content).steps
    assert tapped.expected["en"].language == "en"
    assert (picked.act, picked.does["en"], picked.expected["en"].language) == (PICKS, "es", "es")
    assert (after.does["en"], after.expected["en"].language) == ("services.find", "es")


@pytest.mark.parametrize(
    "hers",
    [
        'he said: "no" # and \\ then',
        "- first\nsecond: line",
        "yes",
        "'tis 999 {a} [b] & *c !d %e @f",
        "sí, mañana… 😟 \u2028 end",
    ],
)
def test_her_words_come_back_as_they_were(
    visit, content: Content, tmp_path: Path, hers: str
) -> None:
    """Signs that mean something in YAML, two lines, and what is no letter are still her words."""
    visitor = visit("en", width=1280)
    visitor.open()
    visitor.say(hers)
    (step,) = read(filled(open_dialog(visitor, hers)), tmp_path, content).steps
    assert step.does["en"] == hers


def test_where_the_clipboard_is_closed_the_text_is_marked(visit) -> None:
    """The tester copies it by hand then, and is told how."""
    visitor = visit("en", width=1280)
    visitor.page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined})"
    )
    visitor.open()
    visitor.tap("sharing.risk")
    text = open_dialog(visitor)
    visitor.page.get_by_role("button", name="Copy", exact=True).click()
    visitor.page.get_by_text("The text is marked").wait_for()
    marked = visitor.page.evaluate(
        "(area => area.value.slice(area.selectionStart, area.selectionEnd))(document.activeElement)"
    )
    assert marked == text


def test_nothing_is_sent_and_nothing_is_stored(visit) -> None:
    """A turn is still one request; opening, naming and copying are none; no place holds a word."""
    visitor = visit("en", width=1280)
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=visitor.url)
    visitor.open()
    visitor.requests.clear()
    visitor.say(QUESTIONS["en"])
    open_dialog(visitor)
    visitor.page.get_by_role("button", name="Copy", exact=True).click()
    visitor.page.get_by_text("Copied.").wait_for()
    assert visitor.requests == [f"{visitor.url}/chat"]
    assert visitor.context.cookies() == []
    kept = "[localStorage.length, sessionStorage.length, document.cookie, location.hash]"
    assert visitor.page.evaluate(kept) == [0, 0, "", ""]


def test_a_turn_that_failed_is_no_step(visit) -> None:
    """What could not be sent, and what was refused, is not in the situation; once sent, it is."""
    visitor = visit("en", width=1280)
    visitor.open()
    visitor.page.route("**/chat", lambda route: route.fulfill(status=200, body="<p>elsewhere</p>"))
    visitor.page.fill("#message", QUESTIONS["en"])
    visitor.send()
    visitor.page.locator("#retry").wait_for()
    visitor.page.unroute("**/chat")
    visitor.page.click("#retry")
    visitor.page.locator("[data-answer='sharing.risk']").wait_for()
    assert open_dialog(visitor).count("she says") == 1


def test_what_was_filled_in_stays_until_the_talk_goes_on(visit) -> None:
    """Closing the dialog loses nothing; a new answer makes the text anew."""
    visitor = visit("en", width=1280)
    visitor.open()
    visitor.tap("sharing.risk")
    open_dialog(visitor)
    area = visitor.page.get_by_label("Story test: fill in")
    area.fill(f"{text_of(visitor)}# mine\n")
    visitor.page.keyboard.press("Escape")
    assert not area.is_visible()
    assert "# mine" in open_dialog(visitor, "Another name")
    assert '- situation: "Another name"' in text_of(visitor)
    visitor.page.keyboard.press("Escape")
    visitor.tap("services.find")
    text = open_dialog(visitor)
    assert "# mine" not in text
    assert text.count("she taps") == 2


def test_before_anything_is_said_it_says_so(visit) -> None:
    """An empty conversation is no situation."""
    visitor = visit("en", width=1280)
    visitor.open()
    open_dialog(visitor)
    assert visitor.page.get_by_text("Nothing was said or tapped yet.").is_visible()


def test_the_way_out_and_the_veil_come_before_the_bar(visit) -> None:
    """With the dialog open the exit can be pressed; the veil hides it; forgetting empties it."""
    visitor = visit("en", width=1280)
    visitor.open()
    visitor.tap("sharing.risk")
    open_dialog(visitor)
    visitor.page.locator("a.exit").click(trial=True)
    visitor.page.evaluate("document.body.classList.add('veiled')")
    assert not visitor.page.get_by_label("Story test: fill in").is_visible()
    visitor.page.evaluate("document.body.classList.remove('veiled')")
    with visitor.page.expect_navigation():
        visitor.page.click(".forget button")
    assert "she taps" not in open_dialog(visitor)


@pytest.mark.parametrize("width", [320, 1280])
def test_the_dialog_is_accessible(visit, width: int) -> None:
    """Nothing that axe finds, targets large enough, nothing cut off."""
    visitor = visit("cy", width=width)
    visitor.open()
    check(visitor, "tester, closed")
    visitor.tap("sharing.risk")
    open_dialog(visitor)
    check(visitor, "tester, open")
