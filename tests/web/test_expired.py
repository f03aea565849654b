"""An answer past its review, through the running chat: by JSON, and on the page by a form."""

from __future__ import annotations

import html
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from bot.content.values import INTERIM, Content
from bot.i18n import long_date
from bot.languages import LANGUAGES
from tests.conftest import running_chat
from tests.web.talking import RISK, said
from tests.web.test_http import Client, answers_in, state_in

#: After every review of the law that ships: the chat is started on this day.
LATE = "2027-09-01T10:00"

in_every_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def late(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Speaks to a chat whose clock shows a day long after the reviews."""
    with running_chat(tmp_path_factory.mktemp("late"), LATE) as running:
        address = urlsplit(running.url)
        yield Client(str(address.hostname), int(address.port or 0))


@in_every_language
def test_an_expired_answer_gives_the_interim_text_as_json(
    late: Client, content: Content, language: str
) -> None:
    """Tapped or typed, at once or by "more": what may have changed is not said."""
    interim = content.answers[INTERIM]
    tapped = late.turn(choose="sharing.risk", lang=language).json
    typed = late.turn(message=RISK[language], lang=language).json
    more = late.turn(choose="bot.more", state=tapped["state"]).json
    part = late.turn(choose="sharing.risk?part=more", lang=language).json
    for reply in (tapped, typed, more, part):
        (message,) = said(reply["messages"])
        assert (message["answer"], message["lang"]) == ("sharing.risk", language)
        assert message["text"] == content.text(language, f"{INTERIM}.sharing")
        assert (message["interim"], message["more"]) == (True, False)
        assert [button["choose"] for button in message["buttons"]] == list(interim.next)
        assert [service["id"] for service in message["services"]] == list(interim.services)
        assert message["sources"] == []


@in_every_language
def test_an_expired_answer_gives_the_interim_text_on_the_page(
    late: Client, content: Content, language: str
) -> None:
    """Without a line of JavaScript too: the interim text, people to ask, and no button for more."""
    state = state_in(late.get(f"/chat?lang={language}").body)
    page = late.form(state=state, choose="sharing.risk", page_lang=language)
    shown = html.unescape(page.body)
    assert page.status == 200
    assert answers_in(page.body) == ["sharing.risk"]
    assert content.text(language, f"{INTERIM}.sharing") in shown
    assert content.text(language, "sharing.risk.short").split("\n")[0] not in shown
    assert 'class="more"' not in page.body
    assert 'href="tel:08088010800"' in page.body
    due = long_date(content.answers["sharing.risk"].review_by, language)
    assert due in shown


@in_every_language
def test_the_emergency_answer_never_expires(late: Client, content: Content, language: str) -> None:
    """On the same day danger is answered as ever, with the date of what it rests on."""
    (message,) = late.turn(choose="safety.danger", lang=language).json["messages"]
    assert message["interim"] is False
    assert message["text"] == content.text(language, "safety.danger.short")
    assert message["services"][0]["tel"] == "tel:999"
    assert long_date(content.answers["safety.danger"].as_of, language) in message["dated"]


@in_every_language
def test_before_its_review_is_due_the_answer_is_itself(
    chat, content: Content, language: str
) -> None:
    """The same request on the day of the other tests gives the answer: the clock alone decides."""
    address = urlsplit(chat.url)
    client = Client(str(address.hostname), int(address.port or 0))
    (message,) = client.turn(choose="sharing.risk", lang=language).json["messages"]
    assert message["interim"] is False
    assert message["text"] == content.text(language, "sharing.risk.short")
