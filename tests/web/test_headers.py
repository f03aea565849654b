from __future__ import annotations

from bot.settings import PageSettings
from bot.web.headers import headers


def test_nobody_may_frame_the_page_unless_a_service_says_so() -> None:
    """Without partners no site at all; with partners these and no other."""
    assert headers(PageSettings())["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    partners = ("https://a.example.org", "https://b.example.org")
    policy = headers(PageSettings(partners=partners))["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors https://a.example.org https://b.example.org")


def test_nothing_in_a_page_runs_that_we_did_not_send() -> None:
    """No script or style in the markup, none of another site."""
    policy = headers(PageSettings())["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_browser_stays_with_tls_where_there_is_tls() -> None:
    """Told only where people come by https: else the page could not be reached again."""
    name = "Strict-Transport-Security"
    assert name not in headers(PageSettings())
    assert name not in headers(PageSettings(public_url="http://localhost:5005"))
    assert headers(PageSettings(public_url="https://chat.example.org"))[name].startswith("max-age=")
