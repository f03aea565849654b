"""What the first page weighs, for an old phone on a poor connection."""

from __future__ import annotations

import time

import pytest

from bot.languages import LANGUAGES
from tests.browser.test_walk import QUESTIONS

MOST_BYTES, MOST_SCRIPT_BYTES = 20 * 1024, 8 * 1024


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_is_light(visit, language: str) -> None:
    """HTML, styles and script together, as they are sent; no font, no picture but the icon."""
    visitor = visit(language)
    sizes: dict[str, int] = {}
    visitor.page.on("response", lambda answer: sizes.update({answer.url: len(answer.body())}))
    visitor.open()
    visitor.page.wait_for_load_state("networkidle")
    names = {url.removeprefix(visitor.url) for url in sizes}
    assert names <= {"/", "/static/style.css", "/static/chat.js", "/static/icon.svg"}
    assert sum(sizes.values()) <= MOST_BYTES, sizes
    assert sizes[f"{visitor.url}/static/chat.js"] <= MOST_SCRIPT_BYTES


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
