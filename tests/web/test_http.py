"""The running chat, spoken to over HTTP as a browser or any other client does."""

from __future__ import annotations

import contextlib
import html
import http.client
import json
import re
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from cryptography.fernet import Fernet

from bot.content.card import READERS
from bot.conversation.sealed_state import MAX_TOKEN_CHARACTERS, ConversationState, Sealer
from bot.languages import LANGUAGES
from bot.settings import PageSettings
from bot.web.headers import headers

TURN = "/webhooks/web/turn"
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SECONDS = 60

MESSAGE_FIELDS = {
    "answer", "lang", "text", "more", "interim", "buttons", "services", "trial", "card",
    "sources", "checked_on", "as_of", "dated",
}  # fmt: skip
SERVICE_FIELDS = {
    "id", "name", "phone", "tel", "sms", "email", "url", "about", "languages", "hours", "open_now",
    "until", "notes", "why", "checked_on", "dated",
}  # fmt: skip
DANGER = {
    "en": "he is hitting me",
    "es": "me está pegando",
    "cy": "mae o'n fy nharo i rwan",
    "pt": "ele está me batendo agora",
}

in_every_language = pytest.mark.parametrize("language", LANGUAGES)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Client:
    """Speaks HTTP to the chat; follows no redirect."""

    host: str
    port: int

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=SECONDS)
        try:
            data = body.encode() if isinstance(body, str) else body
            connection.request(method, path, data, headers or {})
            came = connection.getresponse()
            found = {name.lower(): value for name, value in came.getheaders()}
            return Answer(came.status, found, came.read().decode())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers=headers)

    def turn(self, accept_language: str | None = None, **fields: Any) -> Answer:
        headers = JSON | ({"Accept-Language": accept_language} if accept_language else {})
        return self.ask("POST", TURN, json.dumps(fields), headers)

    def form(self, accept_language: str | None = None, **fields: str) -> Answer:
        headers = FORM | ({"Accept-Language": accept_language} if accept_language else {})
        return self.ask("POST", "/chat", urlencode(fields), headers)

    def raw(self, data: bytes) -> bytes:
        with socket.create_connection((self.host, self.port), timeout=SECONDS) as connection:
            # Refused before it was all sent: the answer may be there all the same.
            with contextlib.suppress(OSError):
                connection.sendall(data)
            received = b""
            with contextlib.suppress(OSError):
                while part := connection.recv(65536):
                    received += part
                    if b"</html>" in received or received.endswith(b"}}"):
                        break
            return received


@pytest.fixture
def client(chat) -> Client:
    address = urlsplit(chat.url)
    return Client(str(address.hostname), int(address.port or 0))


def state_in(page: str) -> str:
    found = re.search(r'name="state" value="([^"]*)"', page)
    assert found
    return found[1]


def answers_in(page: str) -> list[str]:
    return re.findall(r'data-answer="([^"]*)"', page)


# The contract


@in_every_language
def test_a_turn_has_the_form_of_the_contract(client: Client, language: str) -> None:
    """Every field is there with its type, in the language that was asked for."""
    answer = client.turn(choose="services.live-fear-free", lang=language)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert set(answer.json) == {"lang", "state", "messages"}
    assert answer.json["lang"] == language
    assert 0 < len(answer.json["state"]) <= MAX_TOKEN_CHARACTERS
    (message,) = answer.json["messages"]
    assert set(message) == MESSAGE_FIELDS
    assert message["lang"] == language
    assert (message["more"], message["interim"], message["card"]) == (True, False, None)
    assert message["checked_on"] is None
    assert all(set(button) == {"title", "choose"} for button in message["buttons"])
    (service,) = message["services"]
    assert set(service) == SERVICE_FIELDS
    assert (service["phone"], service["tel"]) == ("0808 80 10 800", "tel:08088010800")
    assert service["checked_on"] is None
    assert service["open_now"] is True
    assert {"title", "url", "date"} <= set(message["sources"][0])


@in_every_language
def test_the_conversation_goes_along_in_the_state(client: Client, language: str) -> None:
    """Opening, an answer, "more" and another language, each turn from the last one's state."""
    opened = client.turn(accept_language=language).json
    assert (opened["lang"], opened["messages"][0]["answer"]) == (language, "bot.greet")
    given = client.turn(choose="nrm.what", state=opened["state"]).json
    assert (given["lang"], given["messages"][0]["answer"]) == (language, "nrm.what")
    more = client.turn(choose="bot.more", state=given["state"]).json
    assert more["messages"][0]["text"] != given["messages"][0]["text"]
    other = "en" if language != "en" else "cy"
    again = client.turn(lang=other, state=given["state"]).json
    assert (again["lang"], again["messages"][0]["answer"]) == (other, "nrm.what")


@in_every_language
def test_danger_is_the_first_message(client: Client, language: str) -> None:
    """Over HTTP too the emergency answer comes before everything else."""
    messages = client.turn(message=DANGER[language], lang=language).json["messages"]
    assert messages[0]["answer"] == "safety.danger"
    assert messages[0]["services"][0]["tel"] == "tel:999"


def test_a_sender_that_a_client_names_has_no_effect(client: Client) -> None:
    """Two clients with one name share nothing; the state alone is a conversation."""
    client.turn(choose="services.find?nation=wales", sender="same", sender_id="same")
    messages = client.turn(choose="services.find", sender="same", sender_id="same").json["messages"]
    assert "nation=" in messages[0]["buttons"][0]["choose"]


def test_letters_come_as_they_are_written(client: Client) -> None:
    """The JSON is UTF-8 and holds ŵ, ç and ñ themselves."""
    assert "\\u00" not in client.turn(lang="cy").body
    assert "ŵ" in "".join(
        client.turn(choose=name, lang="cy").body for name in ("bot.greet", "nrm.what", "bot.what")
    )


# What is refused


BAD = [
    ("not_json", 400, b"", JSON),
    ("not_json", 400, b"{", JSON),
    ("not_json", 400, b"\xff\xfe\x00", JSON),
    ("not_json", 400, b"[" * 10_000, JSON),
    ("not_an_object", 400, b"[]", JSON),
    ("not_an_object", 400, b'"hello"', JSON),
    ("wrong_type", 400, b'{"message": 1}', JSON),
    ("wrong_type", 400, b'{"message": ["hello"]}', JSON),
    ("wrong_type", 400, b'{"choose": {}}', JSON),
    ("wrong_type", 400, b'{"state": false}', JSON),
    ("wrong_type", 400, b'{"lang": 0}', JSON),
    ("message_and_choose", 400, b'{"message": "hi", "choose": "nrm.what"}', JSON),
    ("unknown_answer", 400, b'{"choose": "gone.answer"}', JSON),
    ("unknown_answer", 400, b'{"choose": "bot.trouble"}', JSON),
    ("unknown_answer", 400, b'{"choose": "bot.interim"}', JSON),
    ("unknown_answer", 400, b'{"choose": "/restart"}', JSON),
    ("unknown_language", 400, b'{"lang": "fr"}', JSON),
    ("too_long", 413, json.dumps({"message": "a" * 501}).encode(), JSON),
    ("too_long", 413, json.dumps({"message": "a" * 100_000}).encode(), JSON),
    ("not_json", 415, b'{"message": "hello"}', FORM),
    ("not_json", 415, b'{"message": "hello"}', {"Content-Type": "text/plain"}),
    ("not_json", 415, b'{"message": "hello"}', {}),
]


@in_every_language
@pytest.mark.parametrize(
    ("code", "status", "body", "headers"), BAD, ids=[f"{i}-{bad[0]}" for i, bad in enumerate(BAD)]
)
def test_bad_input_is_refused_kindly(
    client: Client, language: str, code: str, status: int, body: bytes, headers: dict[str, str]
) -> None:
    """Each has its status and code, and a sentence in her language with an emergency number."""
    answer = client.ask("POST", TURN, body, headers | {"Accept-Language": language})
    assert answer.status == status
    assert set(answer.json) == {"error"}
    assert answer.json["error"]["code"] == code
    assert "999" in answer.json["error"]["message"]
    ending = {"en": "call 999", "es": "llama", "cy": "ffoniwch 999", "pt": "ligue"}[language]
    assert ending in answer.json["error"]["message"]


@in_every_language
def test_an_error_is_in_the_language_of_the_request(client: Client, language: str) -> None:
    """The language she picked counts more than her browser's, in an error too."""
    browser = "en" if language != "en" else "cy"
    refused = client.turn(accept_language=browser, message="a" * 501, lang=language)
    same = client.turn(accept_language=language, message="a" * 501)
    assert refused.json["error"] == same.json["error"]


def test_two_megabytes_are_refused_without_being_read(client: Client) -> None:
    """A huge body is stopped by its size, and the next turn is answered as ever."""
    body = b'{"message": "' + b"a" * 2_000_000 + b'"}'
    head = f"POST {TURN} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    answer = client.raw(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    assert answer == b"" or b" 413 " in answer.splitlines()[0]
    assert client.turn(message="hello").status == 200


def test_the_size_alone_is_enough_to_refuse(client: Client) -> None:
    """The length that a client announces is believed before anything is sent."""
    head = f"POST {TURN} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    answer = client.raw(f"{head}Content-Length: 2000000\r\n\r\n".encode() + b"{" * 70_000)
    assert b" 413 " in answer.splitlines()[0]
    assert b"999" in answer


def test_a_body_in_pieces_is_bound_too(client: Client) -> None:
    """A chunked body without an announced length stops at the same size."""
    head = f"POST {TURN} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    pieces = b"".join(b"2000\r\n" + b"a" * 8192 + b"\r\n" for _ in range(40)) + b"0\r\n\r\n"
    answer = client.raw(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + pieces)
    assert answer == b"" or b" 413 " in answer.splitlines()[0]
    assert client.turn(message="hello").status == 200


@pytest.mark.parametrize(
    "data",
    [b"HELLO\r\n\r\n", b"\x00\x01\x02\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET\r\n\r\n"],
)
def test_what_is_no_http_is_refused_and_harms_nothing(client: Client, data: bytes) -> None:
    """No trace of the program comes back, and the next turn is answered as ever."""
    answer = client.raw(data)
    assert b"Traceback" not in answer
    assert b"Sanic" not in answer
    assert client.turn(message="hello").status == 200


STRANGE = [
    "he\x00llo \x07\x1b[31m",
    "\u202eمساعدة",
    "मुझे मदद चाहिए",
    "😀😀😀",
    "/safety_danger",
    '/services_find{"nation":"wales"}',
    "\ud800",
    "   ",
    "",
    "<script>alert(1)</script>",
    "'; DROP TABLE texts; --",
    "a" * 500,
]


@pytest.mark.parametrize("message", STRANGE, ids=range(len(STRANGE)))
@in_every_language
def test_whatever_is_typed_is_answered(client: Client, language: str, message: str) -> None:
    """Control characters, other alphabets, commands and markup get an answer, in her language."""
    answer = client.turn(message=message, lang=language)
    assert answer.status == 200
    assert answer.json["messages"]
    assert answer.json["lang"] == language


@in_every_language
@pytest.mark.parametrize(
    "state",
    [
        "x",
        "é\x00",
        "a" * 10_000,
        Sealer((Fernet.generate_key().decode(),)).seal(ConversationState(nation="wales")),
    ],
    ids=["short", "odd", "long", "foreign"],
)
def test_a_state_that_is_not_ours_begins_afresh(client: Client, language: str, state: str) -> None:
    """A foreign, broken or endless state is answered with a kind sentence, never an error."""
    answer = client.turn(choose="nrm.what", state=state, lang=language)
    assert answer.status == 200
    assert [m["answer"] for m in answer.json["messages"]] == ["bot.fresh-start", "nrm.what"]


def test_an_altered_state_begins_afresh(client: Client) -> None:
    """One changed character, and nothing of the conversation is believed."""
    state = client.turn(choose="nrm.what").json["state"]
    altered = state[:50] + ("A" if state[50] != "A" else "B") + state[51:]
    answer = client.turn(choose="bot.more", state=altered)
    assert answer.json["messages"][0]["answer"] == "bot.fresh-start"


# The page without JavaScript


@in_every_language
def test_the_page_opens_in_a_language(client: Client, language: str) -> None:
    """By its address, or by what the browser asks for."""
    for page in (
        client.get(f"/chat?lang={language}"),
        client.get("/", **{"Accept-Language": language}),
    ):
        assert page.status == 200
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert f'<html lang="{language}">' in page.body
        assert answers_in(page.body) == ["bot.greet"]


@in_every_language
def test_the_whole_talk_works_by_forms(client: Client, language: str) -> None:
    """Typing, tapping, "more" and another language, without a line of JavaScript."""
    page = client.get(f"/chat?lang={language}")
    page = client.form(state=state_in(page.body), message=DANGER[language])
    assert answers_in(page.body) == ["safety.danger"]
    page = client.form(state=state_in(page.body), choose="safety.danger?now=no")
    page = client.form(state=state_in(page.body), choose="nrm.what")
    assert answers_in(page.body) == ["nrm.what"]
    page = client.form(state=state_in(page.body), choose="nrm.what?part=more", message="half")
    assert answers_in(page.body) == ["nrm.what"]
    other = "en" if language != "en" else "cy"
    page = client.form(state=state_in(page.body), lang=other)
    assert f'<html lang="{other}">' in page.body
    assert answers_in(page.body) == ["nrm.what"]


@in_every_language
def test_a_form_that_is_refused_keeps_her_words(client: Client, language: str) -> None:
    """Too long a message stands in the field again, with a sentence and 999 above it."""
    state = state_in(client.get(f"/chat?lang={language}").body)
    words = "half of it & more " * 40
    page = client.form(message=words, state=state, page_lang=language)
    assert page.status == 413
    assert f'<html lang="{language}">' in page.body
    assert words.strip().replace("&", "&amp;") in page.body
    assert state_in(page.body) == state
    assert 'role="alert"' in page.body


def test_what_she_typed_is_shown_as_text(client: Client) -> None:
    """Markup in her message is not run when the page shows it again."""
    page = client.form(message="<script>alert(1)</script>")
    assert "<script>alert" not in page.body
    assert "&lt;script&gt;alert(1)" in page.body


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 200),
        ({"message": ""}, 200),
        ({"lang": "fr"}, 400),
        ({"choose": "gone.answer"}, 400),
        ({"choose": "NOT A REFERENCE"}, 400),
        ({"state": "broken", "message": "hello"}, 200),
    ],
)
def test_a_form_is_answered_with_a_page_whatever_it_holds(
    client: Client, fields: dict[str, str], status: int
) -> None:
    """A broken form shows a page with a way on, never a bare error."""
    page = client.form(**fields)
    assert page.status == status
    assert "</html>" in page.body
    assert 'href="tel:999"' in page.body


def test_a_form_of_another_type_is_answered_with_a_page(client: Client) -> None:
    """JSON, or several parts, sent to the page's address opens the page."""
    for kind, body in (
        ("application/json", b'{"message": "hello"}'),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n"),
        ("multipart/form-data", b"--x"),
        ("application/x-www-form-urlencoded", b"message=%ff%fe&state=%00"),
    ):
        page = client.ask("POST", "/chat", body, {"Content-Type": kind})
        assert page.status in (200, 400)
        assert "</html>" in page.body


@in_every_language
def test_the_page_shows_a_number_or_the_website(client: Client, language: str) -> None:
    """A confirmed number can be tapped; where there is none, the website stands in its place."""
    page = client.form(choose="services.find?nation=wales&need=refuge&speak=any", lang=language)
    assert 'href="tel:08088010800"' in page.body
    assert 'href="https://bawso.org.uk"' in page.body
    assert "0800 731 8147" not in page.body
    assert "08007318147" not in page.body
    for number in ("tel:999", "tel:111", "tel:116123"):
        assert f'href="{number}"' in page.body


@in_every_language
def test_the_page_shows_hours_notes_and_why_each_service_is_shown(
    client: Client, language: str
) -> None:
    """What the contract says of a service stands on the page, by a form and without a script."""
    choose = "services.find?nation=wales&need=talk&speak=cy"
    (message,) = client.turn(choose=choose, lang=language).json["messages"]
    page = html.unescape(client.form(choose=choose, lang=language).body)
    assert answers_in(page) == ["services.find"]
    for service in message["services"]:
        lines = [service["hours"], service["until"], service["why"], *service["notes"]]
        assert all(line in page for line in lines if line), service["id"]
    shown = {service["id"]: service for service in message["services"]}
    assert all(shown["live-fear-free"][name] for name in ("hours", "until", "why", "notes"))
    # Open on a Thursday morning, by the clock of the tests.
    assert shown["karma-nirvana"]["open_now"] is True
    assert "17:00" in shown["karma-nirvana"]["until"]
    assert shown["live-fear-free"]["name"] in message["text"]


@in_every_language
@pytest.mark.parametrize("to", READERS)
def test_the_page_shows_a_card_to_hold_up(client: Client, language: str, to: str) -> None:
    """The same lines as in the contract, each in the reader's language and in hers."""
    choose = f"services.card?speak={language}&to={to}"
    (message,) = client.turn(choose=choose, lang=language).json["messages"]
    page = html.unescape(client.form(choose=choose, lang=language).body)
    card = message["card"]
    assert (card["to"], 'class="card"' in page) == (to, True)
    for line in (card["say"], *card["lines"]):
        assert f'<strong lang="{to}">{line["text"]}</strong>' in page
        assert (line["own"] is None) is (language == to)
        assert line["own"] is None or f"<span>{line['own']}</span>" in page


@in_every_language
def test_the_exit_leads_to_an_ordinary_page_and_clears_what_is_kept(
    client: Client, language: str
) -> None:
    """Leaving tells the browser to forget, and the next site nothing."""
    answer = client.get(f"/exit?lang={language}")
    assert answer.status == 303
    assert answer.headers["location"].startswith("https://www.bbc.co.uk/")
    assert '"cache"' in answer.headers["clear-site-data"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.body == ""


# Around the talk


@pytest.mark.parametrize(
    "path", ["/", "/chat", "/health", "/exit", "/static/chat.js", "/traces", "/privacy", "/nowhere"]
)
def test_every_answer_has_the_protecting_headers(client: Client, path: str) -> None:
    """Nothing is stored, framed, told to other sites or run from elsewhere."""
    sent = client.get(path).headers
    for name, value in headers(PageSettings()).items():
        assert sent[name.lower()] == value, name
    assert "set-cookie" not in sent
    assert "server" not in sent
    assert "sanic" not in str(sent).lower()


def test_errors_and_turns_have_the_protecting_headers(client: Client) -> None:
    """The JSON of a turn, and of a refusal, is not stored either."""
    for answer in (client.turn(message="hello"), client.turn(message=1), client.form(lang="fr")):
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers


def test_the_policy_allows_nothing_inline_and_nothing_foreign(client: Client) -> None:
    """The page's own files only: a message that became markup could run nothing."""
    policy = client.get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy


def test_health_says_ok_and_nothing_else(client: Client) -> None:
    """Who watches the service learns that it is up, and no more."""
    answer = client.get("/health")
    assert (answer.status, answer.body) == (200, "ok")


@pytest.mark.parametrize(
    "path",
    [
        "/version",
        "/status",
        "/domain",
        "/conversations/x/tracker",
        "/conversations/x/tracker/events",
        "/model",
        "/model/parse",
        "/webhooks/rest/webhook",
        "/webhooks/rest",
        "/webhooks/web/",
        "/webhooks/web/webhook",
        "/webhooks/callback/webhook",
        "/socket.io/",
        "/docs",
        "/docs/openapi.json",
        "/static/",
        "/static/../settings.py",
        "/static/%2e%2e/channel.py",
        "/admin",
        "/.env",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_else_answers(client: Client, method: str, path: str) -> None:
    """Rasa's own routes and every other address are not there."""
    answer = client.ask(method, path, b"{}" if method == "POST" else None, JSON)
    assert answer.status in (404, 405)
    assert "999" in answer.body
    assert "rasa" not in answer.body.lower()


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_a_turn_is_taken_by_post_alone(client: Client, method: str) -> None:
    """No other method does anything: a message never stands in an address or a log of them."""
    answer = client.ask(method, f"{TURN}?message=hello", None, JSON)
    assert answer.status in (404, 405)
    assert "messages" not in answer.body


@in_every_language
def test_a_page_that_is_not_there_is_in_her_language(client: Client, language: str) -> None:
    """A mistyped address shows the page with its emergency number, in her language."""
    answer = client.get("/nowhere", **{"Accept-Language": language})
    assert answer.status == 404
    assert f'<html lang="{language}">' in answer.body
    assert 'href="tel:999"' in answer.body


def test_the_pages_own_files_are_there_and_small(client: Client) -> None:
    """Page, style, script and icon together stay below what a slow phone loads at once."""
    total = 0
    for path in ("/", "/static/style.css", "/static/chat.js", "/static/icon.svg"):
        answer = client.get(path)
        assert answer.status == 200
        total += len(answer.body.encode())
    assert total <= 20 * 1024
