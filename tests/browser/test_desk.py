"""The walk a new editor takes, at a real desk beside a real chat, up to the answer that she reads.

One walk, told in tests that follow each other: what one leaves, the next goes on from.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from bot.languages import LANGUAGES
from bot.settings import ROOT
from tests.browser import pictures
from tests.browser.axe import violations
from tests.conftest import NOW, free_port, running_chat

PASSWORD = "a sentence that nobody guesses"  # noqa: S105 - of this test alone
#: So long is waited at most; how long it took is printed.
LIVE_SECONDS = 20.0

#: Shorter than what ships, with the words that this answer must keep.
NEW = (
    "The police may pass your details to the Home Office. It does not always happen, and nobody"
    " can promise that it will not."
)
WORSE = f"{NEW} You are safe."


@dataclass
class Desk:
    """A running desk, the chat beside it, and who works there."""

    url: str
    chat: str
    folder: Path
    browser: Browser
    pages: dict[str, Page] = field(default_factory=dict)
    contexts: list[BrowserContext] = field(default_factory=list)
    #: What the chat said before anybody changed anything, by language.
    shipped: dict[str, str] = field(default_factory=dict)

    def says(self, language: str, choose: str = "sharing.risk") -> dict[str, Any]:
        """Returns what the chat says to a tap, in a language."""
        body = json.dumps({"choose": choose, "lang": language}).encode()
        request = urllib.request.Request(
            f"{self.chat}/webhooks/web/turn", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            message: dict[str, Any] = json.load(answer)["messages"][-1]
        return message

    def wait_until(self, is_so: Any) -> float:
        """Waits until the chat says so, and returns how long it took; fails after a while."""
        began = time.monotonic()
        while not is_so():
            assert time.monotonic() - began < LIVE_SECONDS, "it is not live"
            time.sleep(0.1)
        return time.monotonic() - began

    def newcomer(self, name: str, address: str) -> Page:
        """Takes an invitation up, with a phone that shows real codes, and signs in."""
        context = self.browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        context.set_default_timeout(20_000)
        self.contexts.append(context)
        page = context.new_page()
        page.goto(address)
        secret = page.locator("code.secret").inner_text().replace(" ", "")
        page.fill("#password", PASSWORD)
        page.fill("#password_again", PASSWORD)
        codes = pyotp.TOTP(secret)
        page.fill("#code", codes.now())
        self.look(page, "invitation")
        page.click("main form button")
        recovery = re.findall(r"\b[0-9a-f]{16}\b", page.inner_text("main"))
        assert len(recovery) == 8
        page.goto(f"{self.url}/sign-in")
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        # The code that was just used is not good twice; a recovery code is, once.
        page.fill("#code", recovery[0])
        page.click("main form button")
        assert page.locator("header .out").inner_text().startswith(name)
        self.pages[name] = page
        return page

    def look(self, page: Page, name: str) -> None:
        """Finds nothing that axe finds, nothing cut off on a phone, and keeps pictures."""
        # A press ends when the next page begins: what has no style yet is smaller than it will be.
        page.wait_for_load_state("load")
        assert violations(page) == [], name
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            pictures.keep(page, f"desk, {name} · {width}")

    def write(self, name: str, language: str, text: str, kind: str = "", why: str = "") -> Page:
        """Writes the short text of the answer on risk, and saves."""
        page = self.pages[name]
        page.goto(f"{self.url}/answers/sharing.risk/{language}")
        page.fill("#text-short", text)
        if kind:
            page.check(f"input[name=kind][value={kind}]")
            page.fill("#why", why)
        page.click("text=Save in the draft")
        return page

    def open_draft(self, name: str) -> Page:
        """Opens the page of the draft on risk."""
        page = self.pages[name]
        page.goto(f"{self.url}/answers/sharing.risk/en")
        page.click("text=The page of the draft")
        return page

    def press(self, page: Page, words: str) -> None:
        """Presses the button with these words."""
        page.locator("main button:not(.unseen)", has_text=words).first.click()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Desk]:
    """A chat and a desk on one database, each in its own process, as `make run` has them."""
    folder = tmp_path_factory.mktemp("desk")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    more = {"ASSISTANT_DESK_PORT": str(port), "ASSISTANT_DESK_URL": url}
    with running_chat(folder, NOW, more=more) as chat:
        environment = {
            "PATH": "/usr/bin:/bin",
            "ASSISTANT_DATABASE_URL": f"sqlite:///{folder / 'content.db'}",
            "ASSISTANT_ENV": "test",
            "ASSISTANT_CHAT_PORT": chat.url.rpartition(":")[2],
            **more,
        }
        with (folder / "desk.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot", "desk"], cwd=ROOT, env=environment, stderr=log
            )
        started = Desk(url, chat.url, folder, browser)
        try:
            started.wait_until(lambda: _is_up(url))
            _people(started, environment)
            yield started
        finally:
            for context in started.contexts:
                context.close()
            process.terminate()
            process.wait(30)


def _is_up(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=2):
            return True
    except OSError:
        return False


def _people(desk: Desk, environment: dict[str, str]) -> None:
    """The first administrator by the command, the others by their invitations."""
    printed = subprocess.run(
        [sys.executable, "-m", "bot", "administrator", "Ada"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    ada = desk.newcomer("Ada", str(re.findall(r"http\S+", printed)[0]))
    for name, role, languages in (
        ("Eve", "editor", ()),
        ("Pat", "publisher", LANGUAGES),
        ("Tomos", "translator", ("es", "cy", "pt")),
    ):
        ada.goto(f"{desk.url}/accounts/new")
        ada.fill("#name", name)
        ada.check(f"#role-{role}")
        for language in languages:
            ada.check(f"#language-{language}")
        desk.press(ada, "Make the invitation")
        shown = ada.inner_text("main") + str(
            ada.locator("main input").evaluate_all("all => all.map(one => one.value).join(' ')")
        )
        desk.newcomer(name, str(re.findall(rf"{desk.url}/invitation/[\w-]+", shown)[0]))


def test_a_newcomer_sees_what_to_do_first(desk: Desk) -> None:
    """The first page, the list of answers, the guide: nothing that axe finds, nothing cut off."""
    eve = desk.pages["Eve"]
    for path in ("", "answers", "guide", "services", "switches", "due", "launch", "translators"):
        eve.goto(f"{desk.url}/{path}")
        assert eve.locator("h1").count() == 1
        desk.look(eve, path or "start")
    eve.goto(f"{desk.url}/history")
    desk.look(eve, "history")


def test_a_promise_is_refused_in_plain_words(desk: Desk) -> None:
    """ "You are safe" is found as soon as it is saved, and nothing of it is live."""
    page = desk.write("Eve", "en", WORSE, "wording", "Shorter")
    assert page.locator("#found-short").count() == 1
    desk.look(page, "a rule is broken")
    assert "You are safe" not in desk.says("en")["text"]


def test_wording_is_live_in_english_alone(desk: Desk) -> None:
    """Written, handed over, refused to its author, approved by another, published, read."""
    before = {language: desk.says(language)["text"] for language in LANGUAGES}
    desk.shipped.update(before)
    desk.write("Eve", "en", NEW, "wording", "Shorter")
    page = desk.open_draft("Eve")
    desk.press(page, "Hand over for approval")
    assert page.locator("main button", has_text="Approve").count() == 0
    assert "You wrote this, so another person must approve it." in page.inner_text("main")
    page = desk.open_draft("Pat")
    desk.look(page, "draft to approve")
    desk.press(page, "Approve")
    desk.press(page, "Publish now")
    seconds = desk.wait_until(lambda: desk.says("en")["text"] == NEW)
    print(f"live after {seconds:.1f} s")  # noqa: T201
    for language in ("es", "cy", "pt"):
        assert desk.says(language)["text"] == before[language]


def test_the_draft_is_previewed_in_the_real_chat_by_nobody_else(desk: Desk) -> None:
    """In four frames, each in its language; the chat itself still says what is published."""
    newer = NEW.replace("can promise that", "can promise you that")
    desk.write("Eve", "en", newer, "improved", "Hedge")
    page = desk.open_draft("Eve")
    page.locator("a[href$='/preview']").click()
    for index, language in enumerate(LANGUAGES):
        frame = page.frame_locator("iframe").nth(index)
        frame.locator("[data-answer='sharing.risk']").wait_for()
        assert frame.locator("html").get_attribute("lang") == language
    shown = page.frame_locator("iframe").nth(0).locator("[data-answer='sharing.risk']")
    assert newer in shown.inner_text()
    pictures.keep(page, "desk, preview · 1280")
    assert desk.says("en")["text"] == NEW


def test_an_improved_answer_waits_for_all_four_languages(desk: Desk) -> None:
    """The old set stays up until each language is written and approved; then all change at once."""
    page = desk.open_draft("Eve")
    desk.press(page, "Hand over for approval")
    page = desk.open_draft("Pat")
    assert page.locator("main button", has_text="Publish now").count() == 0
    old = {language: desk.says(language)["text"] for language in ("es", "cy", "pt")}
    # Two spaces for the first one: another text, in which the checks find nothing new.
    new = {language: text.replace(" ", "  ", 1) for language, text in old.items()}
    for language, text in new.items():
        desk.write("Tomos", language, text)
    page = desk.open_draft("Tomos")
    if page.locator("main button", has_text="Hand over for approval").count():
        desk.press(page, "Hand over for approval")
    page = desk.open_draft("Pat")
    for _language in LANGUAGES:
        for box in page.locator("input[name=right]").all():
            box.check()
        desk.press(page, "Approve")
    assert desk.says("cy")["text"] == old["cy"]
    desk.press(page, "Publish now")
    desk.wait_until(lambda: desk.says("cy")["text"] == new["cy"])
    for language in ("es", "pt"):
        assert desk.says(language)["text"] == new[language]


def test_a_dangerous_change_takes_the_answer_away_at_once(desk: Desk) -> None:
    """In four languages the interim text stands there; giving up does not bring the old back."""
    page = desk.write(
        "Eve", "en", NEW.replace("The police", "Police"), "dangerous", "The law has changed"
    )
    page.check("input[name=sure]")
    page.locator("main div.wrong button.wrong").click()
    desk.wait_until(lambda: all(desk.says(language)["interim"] for language in LANGUAGES))
    page = desk.open_draft("Eve")
    page.locator("summary", has_text="ive").last.click()
    desk.press(page, "Give it up")
    assert desk.says("en")["interim"]


def test_bringing_an_answer_back_needs_two(desk: Desk) -> None:
    """The editor asks, the publisher agrees, and the answer stands in all four languages again."""
    eve = desk.pages["Eve"]
    eve.goto(f"{desk.url}/switches/answer.sharing.risk")
    eve.fill("main form[action$='lift'] textarea", "A lawyer has looked at it")
    desk.press(eve, "Ask to bring it back")
    _agree(desk)
    desk.wait_until(lambda: not any(desk.says(language)["interim"] for language in LANGUAGES))


def test_the_law_changed_switch_covers_a_topic(desk: Desk) -> None:
    """One person, one reason: every answer of the topic gives way, and emergencies stay."""
    pat = desk.pages["Pat"]
    pat.goto(f"{desk.url}/switches/topic.nrm")
    desk.look(pat, "law changed")
    pat.fill("#why", "A new Act")
    desk.press(pat, "Switch it off now")
    for answer in ("nrm.what", "nrm.data"):
        desk.wait_until(lambda answer=answer: desk.says("cy", answer)["interim"])
    assert not desk.says("cy", "safety.danger")["interim"]
    eve = desk.pages["Eve"]
    eve.goto(f"{desk.url}/switches/topic.nrm")
    eve.fill("main form[action$='lift'] textarea", "The texts are new")
    desk.press(eve, "Ask to bring it back")
    assert desk.says("cy", "nrm.what")["interim"]
    _agree(desk)
    desk.wait_until(lambda: not desk.says("cy", "nrm.what")["interim"])


def test_going_back_to_an_old_text_is_a_new_draft(desk: Desk) -> None:
    """From the list of revisions: what stood before comes back as a draft, and is live again."""
    eve = desk.pages["Eve"]
    eve.goto(f"{desk.url}/revisions")
    desk.look(eve, "revisions")
    eve.goto(f"{desk.url}/revisions/2")
    desk.look(eve, "revision")
    eve.locator("main details summary", has_text="Bring this back").first.click()
    eve.locator("main details input[name=why]").first.fill("The old text was better")
    desk.press(eve, "As it stood before this revision")
    desk.look(eve, "going back")
    desk.press(eve, "Hand over for approval")
    assert desk.says("en")["text"] != desk.shipped["en"]
    _agree(desk)
    desk.wait_until(lambda: desk.says("en")["text"] == desk.shipped["en"])
    assert {language: desk.says(language)["text"] for language in LANGUAGES} == desk.shipped


def test_a_file_for_translators_goes_out_and_comes_back(desk: Desk) -> None:
    """Unchanged it changes nothing; damaged it is refused with its line; edited it is a draft."""
    tomos = desk.pages["Tomos"]
    tomos.goto(f"{desk.url}/translators")
    with tomos.expect_download() as download:
        tomos.locator("a[href$='/cy.po'][download]").first.click()
    path = desk.folder / "texts.po"
    download.value.save_as(path)
    written = path.read_text(encoding="utf-8")
    label = re.search(r'msgid "nrm.what.label"\nmsgstr "(.+)"', written)
    assert label
    files = {
        "damaged": (written + '\nmsgid "a\n', "line"),
        "unchanged": (written, "nothing"),
        "edited": (written.replace(label[0], label[0].replace(label[1], f"{label[1]}?")), "1"),
    }
    for name, (text, words) in files.items():
        file = desk.folder / f"{name}.po"
        file.write_text(text, encoding="utf-8")
        tomos.goto(f"{desk.url}/translators/cy")
        tomos.set_input_files("#file", file)
        desk.press(tomos, "See what it would change")
        assert words in tomos.inner_text("main").casefold(), name
        desk.look(tomos, f"file {name}")


def test_a_changed_number_needs_a_call_and_a_second_person(desk: Desk) -> None:
    """Without a call it is refused; hidden by one it is gone; rung and agreed to it is back."""
    eve = desk.pages["Eve"]
    eve.goto(f"{desk.url}/services/live-fear-free")
    desk.look(eve, "service")
    eve.fill("#phone", "0808 80 10 801")
    desk.press(eve, "Save the draft")
    assert eve.locator("main .wrong, main [aria-invalid=true]").count() >= 1
    eve.goto(f"{desk.url}/services/live-fear-free")
    eve.fill("#hide-why", "A caller says that it is wrong")
    desk.press(eve, "This number is wrong: hide it now")
    reference = "services.live-fear-free"
    desk.wait_until(lambda: desk.says("en", reference)["services"][0]["phone"] is None)
    number = "0808 80 10 802"
    eve.goto(f"{desk.url}/services/live-fear-free")
    eve.fill("#phone", number)
    eve.check("input[name=publish][value=A]")
    today = date.today().isoformat()
    for name, text in (
        ("called_on", today),
        ("spoke_to", "Nia, on the helpline"),
        ("said", "The number, day and night, Welsh and English"),
        ("read_back", number),
        ("read_back_sms", eve.input_value("#sms")),
    ):
        eve.fill(f"#{name}", text)
    eve.locator("main form button", has_text="Save the draft").last.click()
    desk.look(eve, "a call recorded")
    assert desk.says("cy", reference)["services"][0]["phone"] is None
    _agree(desk)
    desk.wait_until(lambda: desk.says("cy", reference)["services"][0]["phone"] == number)
    assert desk.says("cy", reference)["services"][0]["checked_on"] == today


def test_nobody_comes_in_without_an_account(desk: Desk) -> None:
    """Every page leads to the sign-in page, and nothing of the desk is told."""
    context = desk.browser.new_context()
    desk.contexts.append(context)
    page = context.new_page()
    for path in ("", "answers", "history", "accounts", "drafts/1"):
        page.goto(f"{desk.url}/{path}")
        assert "/sign-in" in page.url
    desk.look(page, "sign-in")


def _agree(desk: Desk) -> None:
    """Lets the publisher approve and publish what waits for them."""
    pat = desk.pages["Pat"]
    pat.goto(f"{desk.url}/")
    pat.locator("main a[href*='/drafts/']").first.click()
    while pat.locator("main button", has_text="Approve").count():
        for box in pat.locator("input[name=right]").all():
            box.check()
        desk.press(pat, "Approve")
    desk.press(pat, "Publish now")
