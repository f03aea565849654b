"""What the first page weighs, for an old phone on a poor connection."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Request

from bot.languages import LANGUAGES
from bot.web.embed import LOADER
from bot.web.static_files import STATIC
from tests.browser.conftest import FILES
from tests.browser.test_walk import QUESTIONS

MOST_BYTES, MOST_SCRIPT_BYTES = 20 * 1024, 8 * 1024


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_is_light(visit, language: str) -> None:
    """HTML, styles and script together, as they are sent; no font, no picture but the icon."""
    visitor = visit(language)
    loaded: list[Request] = []
    visitor.page.on("requestfinished", lambda one: loaded.append(one))
    visitor.open()
    visitor.page.wait_for_load_state("networkidle")
    sizes = {one.url: one.sizes()["responseBodySize"] for one in loaded}
    names = {url.removeprefix(visitor.url) for url in sizes}
    assert names <= FILES
    assert sum(sizes.values()) <= MOST_BYTES, sizes
    scripts = [size for url, size in sizes.items() if url.endswith(".js")]
    assert len(scripts) == 2
    assert 0 < sum(scripts) <= MOST_SCRIPT_BYTES
    print(f"{language}: {sum(sizes.values())} bytes, script {sum(scripts)}")  # noqa: T201


def test_an_old_browser_can_read_the_scripts() -> None:
    """They are written in the JavaScript of 2015 and before: no newer word or sign is in them."""
    newer = re.compile(r"=>|`|\b(let|const|class|async|await|import)\b|\?\.|\?\?|\.\.\.")
    for path in (*STATIC.glob("*.js"), LOADER):
        code = re.sub(r"//.*|\"[^\"\n]*\"", "", path.read_text(encoding="utf-8"))
        assert newer.findall(code) == [], path.name


def test_a_turn_is_one_request(visit) -> None:
    """Typed or tapped: one request goes out, and nothing is loaded again."""
    visitor = visit("en")
    visitor.open()
    visitor.requests.clear()
    visitor.say(QUESTIONS["en"])
    assert visitor.requests == [f"{visitor.url}/chat"]
    visitor.tap("sharing.risk?part=more")
    assert visitor.requests == [f"{visitor.url}/chat"] * 2


def test_it_can_be_used_on_a_poor_connection(visit) -> None:
    """At 400 kbit/s and 400 ms the text field is there in seconds; the figure is in the log."""
    visitor = visit("en")
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 400,
            "downloadThroughput": 400 * 1024 / 8,
            "uploadThroughput": 400 * 1024 / 8,
        },
    )
    began = time.monotonic()
    visitor.open()
    visitor.page.locator("#message").wait_for()
    print(f"usable after {time.monotonic() - began:.1f} s")  # noqa: T201
    assert visitor.page.locator("#message").is_visible()
