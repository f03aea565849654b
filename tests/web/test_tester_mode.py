"""The chat as it is started for testers: on their own machine alone, and else not a byte of it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from bot.conversation.rendering import Renderer
from bot.errors import SettingsError
from bot.i18n import Phrases
from bot.languages import LANGUAGES
from bot.settings import LOOPBACK, ROOT, PageSettings, Settings
from bot.web.headers import headers
from bot.web.pages import Pages
from bot.web.server import create_app

SCRIPT = '<script src="/static/tester.js" defer></script>\n'
PARTNER = "https://www.example.org"
PLAIN = Settings(page=PageSettings(partners=(PARTNER,)))
TESTING = replace(PLAIN, is_for_testers=True)

in_every_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.mark.parametrize("variables", [{}, {"ASSISTANT_TESTER": ""}, {"ASSISTANT_TESTER": "  "}])
def test_it_is_off_unless_somebody_asks_for_it(variables) -> None:
    """No variable, or an empty one: the chat is as women have it."""
    assert Settings.from_environment(variables) == Settings()
    assert Settings().is_for_testers is False


@pytest.mark.parametrize("host", LOOPBACK)
@pytest.mark.parametrize("environment", ["trial", "test"])
def test_it_is_on_for_a_tester_on_her_own_machine(host, environment) -> None:
    """On a loopback address, while the chat is no service, and nothing else changes by it."""
    variables = {"ASSISTANT_HOST": host, "ASSISTANT_ENV": environment}
    settings = Settings.from_environment({**variables, "ASSISTANT_TESTER": "1"})
    assert settings == replace(Settings.from_environment(variables), is_for_testers=True)


@pytest.mark.parametrize(
    "variables",
    [
        {"ASSISTANT_HOST": "0.0.0.0"},  # noqa: S104
        {"ASSISTANT_HOST": "::"},
        {"ASSISTANT_HOST": "192.0.2.1"},
        {"ASSISTANT_HOST": "127.0.0.1.example.org"},
        {"ASSISTANT_ENV": "service"},
        {"ASSISTANT_ENV": "service", "ASSISTANT_HOST": "localhost"},
        {"ASSISTANT_PUBLIC_URL": "https://chat.example.org"},
    ],
)
def test_it_is_refused_where_a_woman_could_meet_it(variables) -> None:
    """On an address that others reach, behind a public one, or as a service."""
    assert Settings.from_environment(variables).is_for_testers is False
    with pytest.raises(SettingsError, match="ASSISTANT_TESTER is for testers"):
        Settings.from_environment({**variables, "ASSISTANT_TESTER": "1"})


@pytest.mark.parametrize("value", ["0", "yes", "true", "2"])
def test_a_value_that_says_neither_is_refused(value) -> None:
    """Whoever meant to turn it off must not find it on, nor the other way about."""
    with pytest.raises(SettingsError, match="ASSISTANT_TESTER must be 1"):
        Settings.from_environment({"ASSISTANT_TESTER": value})


def test_the_start_stops_with_a_sentence() -> None:
    """The command ends at once, with one line that names the variable."""
    mine = {name: value for name, value in os.environ.items() if "ASSISTANT_" not in name}
    stopped = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        cwd=ROOT,
        env=mine | {"ASSISTANT_TESTER": "1", "ASSISTANT_HOST": "0.0.0.0"},  # noqa: S104
        capture_output=True,
        text=True,
        check=False,
    )
    assert stopped.returncode == 1
    assert stopped.stderr.startswith("ASSISTANT_TESTER is for testers on their own machine")
    assert len(stopped.stderr.splitlines()) == 1


@in_every_language
def test_the_page_of_women_is_the_same_to_the_byte(phrases: Phrases, content, clock, language):
    """One line more in this mode; without that line both are the same, and nothing tells of it."""
    message = Renderer(content, phrases, language, clock).message("nrm.what")
    shown = {"state": "SEALED", "messages": [message], "wrote": "a", "draft": "b", "error": "c"}
    plain = Pages(phrases, PLAIN).page(language, **shown).encode()
    testing = Pages(phrases, TESTING).page(language, **shown).encode()
    assert testing.count(SCRIPT.encode()) == 1
    assert testing.replace(SCRIPT.encode(), b"") == plain
    assert b"tester" not in plain


@in_every_language
def test_nothing_of_it_is_in_a_frame_or_on_a_page_to_read(phrases: Phrases, language) -> None:
    """Neither on a partner's page, nor in the desk's look at a draft, nor beside what is kept."""
    pages = Pages(phrases, TESTING)
    for page in (
        pages.page(language, partner=PARTNER),
        pages.page(language, preview="TOKEN"),
        pages.privacy(language, []),
    ):
        assert "tester" not in page


def test_the_script_is_there_for_testers_alone(phrases: Phrases) -> None:
    """Without the mode its address leads nowhere; every other address is the same."""

    def paths(settings: Settings) -> set[str]:
        app = create_app(lambda: pytest.fail("no turn is due"), phrases, settings)
        return {route.path for route in app.router.routes}

    assert paths(TESTING) - paths(PLAIN) == {"static/tester.js"}
    assert paths(PLAIN) <= paths(TESTING)


def test_what_a_page_may_do_does_not_change() -> None:
    """The security policy and every other header are those of the chat that women have."""
    variables = {"ASSISTANT_PARTNERS": PARTNER}
    plain = Settings.from_environment(variables)
    testing = Settings.from_environment({**variables, "ASSISTANT_TESTER": "1"})
    assert headers(testing.page) == headers(plain.page)
    assert "'unsafe" not in headers(testing.page)["Content-Security-Policy"]
