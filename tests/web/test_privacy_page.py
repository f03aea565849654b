"""What the running service says that it holds, and "forget now", by real requests."""

from __future__ import annotations

import html
import json
import re
from dataclasses import fields
from urllib.parse import urlsplit

import pytest

from bot.conversation.sealed_state import ConversationState
from bot.i18n import Phrases
from bot.languages import LANGUAGES
from bot.settings import STATE_LIMITS
from bot.web.privacy import forgotten
from tests.web.talking import DANGER, NRM, Talk, Text, in_every_language, said
from tests.web.test_http import FORM, Client, state_in

CONTENT = {"alembic_version", "revisions", "records", "texts"}
#: Of staff and what they change; nothing of a conversation has a place there.
EDITING = {
    *("people", "recovery_codes", "invitations", "sessions"),
    *("drafts", "draft_entries", "approvals", "confirmations", "history", "previews"),
}


@pytest.fixture(scope="module")
def client(chat) -> Client:
    address = urlsplit(chat.url)
    return Client(str(address.hostname), int(address.port or 0))


def test_the_json_says_what_runs(client: Client) -> None:
    """It is read from the process: the store, the keys, the limits, the log, the tables."""
    held = json.loads(client.get("/privacy.json").body)
    talk = held["conversation"]
    assert held["messages"]["kept"] is False
    assert (talk["tracker_store"], talk["event_broker"]) == ("SealedTrackerStore", None)
    assert talk["keys"] == "made at start, in memory"
    assert talk["holds"] == sorted(field.name for field in fields(ConversationState))
    assert talk["most_turns"] == STATE_LIMITS.turns
    assert held["log"] == {
        "level": "WARNING",
        "words_left_out": True,
        "requests": False,
        "addresses": False,
    }
    assert set(held["database"]["tables"]) == CONTENT | EDITING
    assert held["memory"] == {
        "core_dump_bytes": 0,
        "wiped_when_freed": True,
        "turns_counted_for_seconds": 60.0,
    }


@in_every_language
def test_the_page_says_it_in_plain_words(client: Client, phrases: Phrases, language: str) -> None:
    """In her language, with the numbers of the running service and a way back."""
    page = html.unescape(client.get(f"/privacy?lang={language}").body)
    _ = phrases.gettext(language)
    assert f'<html lang="{language}"' in page
    assert f"<h1>{_('What is kept, and what is not')}</h1>" in page
    ends = next(line for line in page.splitlines() if str(STATE_LIMITS.lifetime_minutes) in line)
    numbers = [STATE_LIMITS.idle_minutes, STATE_LIMITS.lifetime_minutes, STATE_LIMITS.turns]
    assert [int(number) for number in re.findall(r"\d+", ends)] == numbers
    assert f'href="/chat?lang={language}"' in page
    assert "{" not in page
    for other in LANGUAGES:
        assert f'href="/privacy?lang={other}"' in page


@in_every_language
def test_every_sentence_is_in_her_language(client: Client, phrases: Phrases, language: str) -> None:
    """No sentence of the English page is on another language's."""
    items = [
        set(re.findall(r"<li>(.*?)</li>", client.get(f"/privacy?lang={tag}").body))
        for tag in ("en", language)
    ]
    assert len(items[0]) == len(items[1]) >= 12
    assert language == "en" or not items[0] & items[1]


@in_every_language
def test_the_page_of_the_chat_leads_there_and_can_forget(client: Client, language: str) -> None:
    """Without JavaScript too: a link and a button, at the top of the page."""
    page = client.get(f"/chat?lang={language}").body
    assert f'href="/privacy?lang={language}"' in page
    assert 'action="/forget"' in page


@in_every_language
def test_forgetting_opens_the_chat_anew(client: Client, phrases: Phrases, language: str) -> None:
    """The old state is on no form any more, the browser is told to clear, a line confirms it."""
    before = state_in(client.form(message=NRM[language], page_lang=language).body)
    answer = client.ask(
        "POST",
        "/forget",
        f"page_lang={language}&state={before}",
        FORM,
    )
    assert answer.status == 200
    assert forgotten(phrases, language) in html.unescape(answer.body)
    assert before not in answer.body
    assert NRM[language] not in html.unescape(answer.body)
    assert '"storage"' in answer.headers["clear-site-data"]
    assert f'<html lang="{language}"' in answer.body


@in_every_language
async def test_she_is_told_once_that_details_are_not_needed(
    talk: Talk, text: Text, language: str
) -> None:
    """Kindly, below the answer, at the first detail of a conversation and at no other."""
    await talk.turn(lang=language)
    told = text(language, "bot.privacy.details")
    for message, expected in (
        (f"{NRM[language]} 07700 900123", [told]),
        (f"{NRM[language]} ana@example.com", []),
    ):
        reply = await talk.say(message)
        assert said(reply.messages)[0]["answer"] == "nrm.what"
        assert [one["text"] for one in reply.messages if one["text"] == told] == expected
        assert "900123" not in reply.wrote
        assert "example" not in reply.wrote


@in_every_language
async def test_danger_is_answered_first_with_a_detail_in_it(
    talk: Talk, text: Text, language: str
) -> None:
    """Masking takes nothing from the words of danger, and its line stands below."""
    await talk.turn(lang=language)
    reply = await talk.say(f"{DANGER[language]}, 12 Oak Road CF10 1AA, 07700 900123")
    assert reply.messages[0]["text"] == text(language, "safety.danger.short")
    assert reply.messages[-1]["text"] == text(language, "bot.privacy.details")


async def test_what_a_client_makes_up_does_not_come_into_the_state(talk: Talk) -> None:
    """Only what a button of ours can hold is remembered of a choice."""
    await talk.tap("services.find?nation=herownword&need=refuge&word=more")
    assert talk.opened.last == "services.find?need=refuge"
    assert talk.opened.nation is None
