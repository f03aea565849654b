"""A real browser on the running chat, as a woman's phone has it, with and without JavaScript."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from tests.browser import pictures
from tests.browser.neutral_site import NeutralSite, serve_neutral_site

#: What a browser of each language asks for.
LOCALES = {"en": "en-GB", "es": "es-CO", "cy": "cy-GB", "pt": "pt-BR"}

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

PICTURED_WIDTHS = (360, 1280)

#: All that the first page loads.
FILES = {
    "/",
    "/static/style.css",
    "/static/leave.js",
    "/static/chat.js",
    "/static/icon.svg",
}

ARTICLES = "#log > article"


@dataclass(frozen=True)
class Answer:
    """One message of a reply, as the page shows it."""

    id: str
    lang: str
    article: Locator

    @property
    def text(self) -> str:
        """Its words, without regard to how they are broken into blocks."""
        return plain(self.article.inner_text())


@dataclass
class Visit:
    """One woman's visit: a browser with nothing in it, and the page."""

    context: BrowserContext
    page: Page
    url: str
    has_script: bool
    language: str
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def strangers(self) -> list[str]:
        """Every request that went to another origin."""
        return [url for url in self.requests if not url.startswith((f"{self.url}/", "data:"))]

    def open(self) -> list[Answer]:
        """Opens the page."""
        self.page.goto(f"{self.url}/")
        return self._answers(0)

    def say(self, text: str) -> list[Answer]:
        """Types and sends: by Enter with JavaScript, by the button without. Gives the reply."""
        self.page.fill("#message", text)
        return self._turn(self.send)

    def tap(self, reference: str) -> list[Answer]:
        """Taps the newest button that sends `reference`, and gives the reply."""
        return self._turn(self.page.locator(f'button[value="{reference}"]').last.click)

    def pick(self, language: str) -> list[Answer]:
        """Picks a language by hand, and gives the reply."""
        return self._turn(self.page.locator(f'.languages button[value="{language}"]').click)

    def send(self) -> None:
        """Sends what stands in the text field."""
        if self.has_script:
            self.page.press("#message", "Enter")
        else:
            self.page.click("#ask .send")

    def picture(self, name: str) -> None:
        """Keeps a picture of the page, on a phone and on a desk."""
        width = self.page.viewport_size["width"]
        if width in PICTURED_WIDTHS:
            door = "" if self.has_script else ", no script"
            pictures.keep(self.page, f"{name} · {width}{door} · {self.language}")

    def _turn(self, act: Callable[[], None]) -> list[Answer]:
        before = self.page.locator(ARTICLES).count() if self.has_script else 0
        arrival: AbstractContextManager[Any] = (
            self.page.expect_response(f"{self.url}/chat")
            if self.has_script
            else self.page.expect_navigation()
        )
        with arrival:
            act()
        self.page.locator(ARTICLES).nth(before).wait_for()
        return self._answers(before)

    def _answers(self, before: int) -> list[Answer]:
        articles = self.page.locator(ARTICLES).all()[before:]
        shown = [(article, article.get_attribute("data-answer")) for article in articles]
        return [
            Answer(str(answer_id), str(article.get_attribute("lang")), article)
            for article, answer_id in shown
            if answer_id
        ]


def plain(text: str) -> str:
    """Returns a text as one line, without the marks of its list items."""
    return " ".join(text.replace("\n- ", "\n").removeprefix("- ").split())


@pytest.fixture(scope="session")
def neutral_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NeutralSite]:
    """A page of our own that stands in for the sites the exit leads to."""
    with serve_neutral_site(tmp_path_factory.mktemp("neutral")) as site:
        yield site


@pytest.fixture(scope="session")
def browser(neutral_site: NeutralSite) -> Iterator[Browser]:
    """The system's Chromium, without a window, and without a way to anything but this machine."""
    executable = shutil.which("chromium")
    if executable is None:
        pytest.fail("There is no browser to test with. run: apt-get install chromium")
    with sync_playwright() as playwright:
        names = f"--host-resolver-rules={neutral_site.rules}"
        browser = playwright.chromium.launch(executable_path=executable, args=[*ARGUMENTS, names])
        yield browser
        browser.close()
    pictures.write_gallery()


@pytest.fixture
def visit(chat: Any, browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Begins visits. When one ends, nothing went to a stranger and nothing went wrong unseen."""
    visits: list[Visit] = []

    def begin(language: str = "en", *, has_script: bool = True, width: int = 360) -> Visit:
        context = browser.new_context(
            locale=LOCALES[language],
            java_script_enabled=has_script,
            # The neutral site's stand-in has a certificate that nobody signed.
            ignore_https_errors=True,
            viewport={"width": width, "height": 740},
            # Else every tap waits until the page has come to rest.
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        begun = Visit(context, context.new_page(), chat.url, has_script, language)
        begun.page.on("request", lambda request: begun.requests.append(request.url))
        begun.page.on("pageerror", lambda error: begun.errors.append(str(error)))
        begun.page.on(
            "console",
            lambda line: begun.errors.append(line.text) if line.type == "error" else None,
        )
        visits.append(begun)
        return begun

    yield begin
    for begun in visits:
        begun.context.close()
    for begun in visits:
        assert begun.strangers == []
        assert begun.errors == []
