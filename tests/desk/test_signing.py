"""Coming in and going out, with real passwords and real codes."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from io import BytesIO

import pyotp
import pytest
from cryptography.fernet import Fernet
from flask import request
from werkzeug.middleware.proxy_fix import ProxyFix

from bot.desk.parts import COOKIE
from bot.desk.signing import own_path
from bot.desk.tries import MOST_OF_ADDRESS, RUSH
from bot.editing.people import ADMINISTRATOR, EDITOR, People
from bot.editing.seal import Seal
from bot.editing.signing_in import LONGEST_SESSION
from bot.errors import EditingError

PASSWORD = "a sentence nobody guesses"  # noqa: S105 - of the tests alone
WRONG = {"password": "another sentence altogether", "code": "000000"}
FOREIGN = [
    "//evil.example",
    "https://evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "evil.example",
    "",
]


class _Marking:
    """Phrases whose translation is the sentence itself, marked with its language."""

    def gettext(self, language):
        return lambda text: f"[{language}] {text}"


def _sign_in(client, desk, name="Eve", password=PASSWORD, code=None, **fields):
    form = {"name": name, "password": password, "code": code or desk.code(name), **fields}
    return client.post("/sign-in", data=form)


def _cookies(answer):
    """Returns what an answer sets: name to the whole header."""
    return {one.split("=", 1)[0]: one for one in answer.headers.getlist("Set-Cookie")}


def _hidden(page):
    """Returns the hidden fields of the form that is the page's own, in their order."""
    main = page.text.split('<main id="main">')[1]
    inputs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', main)
    return [(html.unescape(name), html.unescape(value)) for name, value in inputs]


def _invite(desk, name="Nia", roles=(EDITOR,)):
    return desk.people.invite(desk.person("Ada", [ADMINISTRATOR]), name, list(roles), [])


def _secret(page):
    return "".join(re.search(r'<code class="secret">([^<]+)</code>', page.text)[1].split())


def _code(desk, secret):
    return pyotp.TOTP(secret).at(int(desk.now().timestamp()))


@pytest.fixture
def eve(desk):
    """An editor with an account, who is not signed in."""
    return desk.person("Eve", [EDITOR])


# --- taking up an invitation


def test_an_invited_person_signs_up_and_in(desk):
    """From the link to the first page with nothing but what the pages show."""
    client, address = desk.client, f"/invitation/{_invite(desk)}"
    page = client.get(address)
    assert "Nia" in page.text
    secret = _secret(page)
    form = {"password": PASSWORD, "password_again": PASSWORD}
    done = client.post(address, data={**form, "code": _code(desk, secret)})
    codes = re.findall(r"<li><code>([0-9a-f]{16})</code></li>", done.text)
    assert (done.status_code, len(codes)) == (200, 8)
    desk.wait(seconds=31)
    assert _sign_in(client, desk, "Nia", code=_code(desk, secret)).location == "/"
    assert _sign_in(desk.client, desk, "Nia", code=codes[0]).status_code == 303
    assert _sign_in(desk.client, desk, "Nia", code=codes[0]).status_code == 400


def test_the_picture_holds_the_secret_and_no_inline_style(desk):
    """The policy allows no style in the page, and the picture needs none."""
    page = desk.client.get(f"/invitation/{_invite(desk)}")
    picture = re.search(r"<svg.*?</svg>", page.text, re.S)[0]
    assert 'class="qr"' in picture
    assert "style" not in page.text.replace("stylesheet", "")
    assert f"secret={_secret(page)}" in html.unescape(page.text)


def test_loading_the_page_again_keeps_the_secret(desk):
    """A picture that was scanned stays the right one."""
    client, address = desk.client, f"/invitation/{_invite(desk)}"
    assert _secret(client.get(address)) == _secret(client.get(address))


def test_two_invitations_in_one_browser_share_no_secret(desk):
    """Each account has a secret of its own; the picture of the other is not taken for it."""
    client = desk.client
    first, second = (f"/invitation/{_invite(desk, name)}" for name in ("Nia", "Non"))
    old = _secret(client.get(first))
    assert _secret(client.get(second)) != old
    form = {"password": PASSWORD, "password_again": PASSWORD, "code": _code(desk, old)}
    answer = client.post(first, data=form)
    assert (answer.status_code, answer.location) == (303, first)
    assert "Scan it again" in client.get(first).text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"password": "short", "password_again": "short"}, "at least 12 characters"),
        ({"password_again": "another sentence altogether"}, "not the same"),
        ({"code": "000000"}, "code is wrong"),
        ({"code": "é"}, "code is wrong"),
    ],
)
def test_what_is_wrong_is_said_and_the_secret_stays(desk, changed, said):
    """Whoever mistypes need not scan again, and no password comes back in the page."""
    client, address = desk.client, f"/invitation/{_invite(desk)}"
    secret = _secret(client.get(address))
    form = {"password": PASSWORD, "password_again": PASSWORD, "code": _code(desk, secret)}
    page = client.post(address, data={**form, **changed})
    assert page.status_code == 400
    assert said in page.text
    assert _secret(page) == secret
    assert PASSWORD not in page.text


def test_the_secret_is_never_taken_from_the_form(desk):
    """Nobody can make somebody take a secret that they know."""
    client, address = desk.client, f"/invitation/{_invite(desk)}"
    client.get(address)
    known = pyotp.random_base32()
    form = {"password": PASSWORD, "password_again": PASSWORD, "code": _code(desk, known)}
    page = client.post(address, data={**form, "secret": known, "totp_secret": known})
    assert page.status_code == 400


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_invitation_ends(desk, method):
    """After 7 days, or when there never was one, the page says to ask for another."""
    token = _invite(desk)
    assert desk.client.get(f"/invitation/{token}").status_code == 200
    desk.wait(days=7, seconds=1)
    for address in (f"/invitation/{token}", "/invitation/nonsense"):
        page = getattr(desk.client, method)(address)
        assert page.status_code == 400
        assert "This invitation has ended" in page.text


# --- signing in


def test_only_all_three_let_in(desk, eve):
    """Whatever is wrong, the sentence is the same and no cookie is given."""
    said = set()
    for wrong in (
        {"name": "Nobody", "code": "123456"},
        {"password": "another sentence altogether"},
        {"code": "000000"},
        {"code": "٣"},
    ):
        page = _sign_in(desk.client, desk, **wrong)
        assert page.status_code == 400
        assert COOKIE not in _cookies(page)
        said.add(re.search(r'role="alert">([^<]+)', page.text)[1])
    assert said == {"Name, password or code is wrong."}
    assert _sign_in(desk.client, desk).status_code == 303


def test_a_code_with_a_gap_is_taken(desk, eve):
    """Authenticators show a code as 123 456, and that is how people copy it."""
    code = desk.code("Eve")
    assert _sign_in(desk.client, desk, code=f"{code[:3]} {code[3:]}").status_code == 303


def test_a_wrong_try_keeps_the_name_alone(desk, eve):
    """Neither password nor code comes back in a page."""
    page = _sign_in(desk.client, desk, **WRONG)
    assert 'value="Eve"' in page.text
    assert "another sentence" not in page.text
    assert "000000" not in page.text


def test_brute_force_locks_the_account_for_a_while(desk, eve):
    """After five wrong tries even the right three do not let in, until a minute has passed."""
    for _ in range(5):
        assert _sign_in(desk.client, desk, **WRONG).status_code == 400
    page = _sign_in(desk.client, desk)
    assert page.status_code == 429
    assert "Too many tries. Wait some minutes" in page.text
    desk.wait(minutes=2)
    assert _sign_in(desk.client, desk).status_code == 303


def test_a_password_cannot_be_tried_without_being_counted(desk, eve):
    """A code of strange letters is a wrong try like any other, whether the password is right."""
    for password in (PASSWORD, "wrong", PASSWORD, "wrong", PASSWORD):
        assert _sign_in(desk.client, desk, password=password, code="é").status_code == 400
    assert _sign_in(desk.client, desk).status_code == 429


def test_a_name_that_nobody_has_is_told_the_same(desk, eve):
    """Known or not, six wrong tries end in the same page, but for the name that was typed."""
    pages = []
    for name in ("Eve", "Una"):
        answers = [_sign_in(desk.client, desk, name, **WRONG) for _ in range(6)]
        # Each page has a token of its own.
        texts = [re.sub(r'(csrf_token" value=)"[^"]*"', "", one.text) for one in answers]
        pages.append(
            [(one.status_code, text.replace(f'"{name}"', "")) for one, text in zip(answers, texts)]
        )
    assert pages[0] == pages[1]
    assert [status for status, _ in pages[0]] == [400] * 5 + [429]


def test_an_address_that_tries_too_often_is_shut_out_alone(desk, eve):
    """A colleague elsewhere signs in meanwhile; five minutes later all is as before."""
    for number in range(MOST_OF_ADDRESS):
        assert _sign_in(desk.client, desk, f"Nobody {number}", **WRONG).status_code == 400
    page = _sign_in(desk.client, desk)
    assert page.status_code == 429
    assert "Too many tries" in page.text
    elsewhere = desk.client
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert _sign_in(elsewhere, desk).status_code == 303
    desk.wait(minutes=5)
    assert _sign_in(desk.client, desk).status_code == 303


def _rush(desk):
    """Has many addresses try all at once."""
    for number in range(RUSH):
        desk.app.extensions["desk_tries"].add(desk.now(), f"198.51.100.{number}", None)


def test_in_a_rush_everybody_waits_a_moment_and_gets_in(desk, eve):
    """Whoever floods the desk keeps nobody out: who comes back after five seconds is let in."""
    _rush(desk)
    client, code = desk.client, desk.code("Eve")
    page = _sign_in(client, desk, code=code)
    assert page.status_code == 429
    assert "You have done nothing wrong. Wait a few seconds" in page.text
    desk.wait(seconds=4)
    assert _sign_in(client, desk, code=code).status_code == 429
    desk.wait(seconds=1)
    _rush_goes_on(desk)
    assert _sign_in(client, desk, code=code).status_code == 303


def _rush_goes_on(desk):
    for number in range(RUSH):
        with pytest.raises(EditingError, match="rush"):
            desk.app.extensions["desk_tries"].add(desk.now(), f"203.0.113.{number}", None)


def test_waiting_once_is_good_for_one_try(desk, eve):
    """A browser that sends the cookie of before again waits again, and none can be made up."""
    _rush(desk)
    client = desk.client
    _sign_in(client, desk, **WRONG)
    cookie = client.get_cookie("desk_form").value
    desk.wait(seconds=5)
    assert _sign_in(client, desk, **WRONG).status_code == 400
    again, made_up = desk.client, desk.client
    again.set_cookie("desk_form", cookie)
    made_up.set_cookie("desk_form", f"{cookie[:-4]}AAAA")
    for browser in (again, made_up):
        assert _sign_in(browser, desk, **WRONG).status_code == 429


def test_behind_a_proxy_its_address_shuts_nobody_out(desk, eve):
    """With TLS every request has the proxy's address, which is everybody's."""
    desk.app.extensions["desk"] = replace(desk.app.extensions["desk"], is_secure=True)
    forged = {"X-Forwarded-For": "192.0.2.7"}
    for number in range(MOST_OF_ADDRESS):
        form = {"name": f"Nobody {number}", **WRONG}
        assert desk.client.post("/sign-in", data=form, headers=forged).status_code == 400
    assert _sign_in(desk.client, desk).status_code == 303


def test_a_proxy_that_is_believed_tells_whose_address_it_is(desk, eve):
    """Where the application was told to believe a proxy, each address is counted by itself."""
    desk.app.extensions["desk"] = replace(desk.app.extensions["desk"], is_secure=True)
    desk.app.wsgi_app = ProxyFix(desk.app.wsgi_app, x_for=1)
    statuses = []
    for address in (*["192.0.2.7"] * (MOST_OF_ADDRESS + 1), "192.0.2.8"):
        form = {"name": f"Nobody {len(statuses)}", **WRONG}
        headers = {"X-Forwarded-For": f"10.0.0.{len(statuses)}, {address}"}
        statuses.append(desk.client.post("/sign-in", data=form, headers=headers).status_code)
    assert statuses == [400] * MOST_OF_ADDRESS + [429, 400]


def test_a_second_factor_that_no_key_opens_is_explained(desk, eve):
    """With the right password it is said what to do, and a code on paper still lets in."""
    desk.app.extensions["desk"] = replace(
        desk.app.extensions["desk"],
        people=People(desk.store.database, desk.now, Seal((Fernet.generate_key().decode(),))),
    )
    page = _sign_in(desk.client, desk)
    assert page.status_code == 400
    assert "ask an administrator to invite you again" in page.text.split("<form")[1]
    assert "wrong" in _sign_in(desk.client, desk, **WRONG).text


def test_fields_help_whoever_fills_them(desk):
    """Password managers and phones know what each field is."""
    page = desk.client.get("/sign-in").text
    for value in ("username", "current-password", "one-time-code"):
        assert f'autocomplete="{value}"' in page
    page = desk.client.get(f"/invitation/{_invite(desk)}").text
    assert page.count('autocomplete="new-password"') == 2
    assert 'inputmode="numeric" autocomplete="one-time-code"' in page
    assert "At least 12 characters" in page


# --- cookies


@pytest.mark.parametrize("is_secure", [False, True])
def test_the_cookie_is_out_of_reach(desk, eve, is_secure):
    """No script reads it, no other site sends it, and where there is TLS nothing else does."""
    desk.app.extensions["desk"] = replace(desk.app.extensions["desk"], is_secure=is_secure)
    answer = _sign_in(desk.client, desk)
    flags = {one.strip() for one in _cookies(answer)[COOKIE].split(";")[1:]}
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= flags
    assert ("Secure" in flags) is is_secure
    assert not any(one.startswith(("Expires", "Max-Age")) for one in flags)


def test_a_cookie_from_before_is_not_the_one_after(desk, eve):
    """Whoever plants a session in a browser has none afterwards."""
    client = desk.client
    client.set_cookie(COOKIE, "planted")
    with client.session_transaction() as session:
        session["planted"] = "yes"
    assert _sign_in(client, desk).status_code == 303
    assert client.get_cookie(COOKIE).value != "planted"
    with client.session_transaction() as session:
        assert "planted" not in session
    assert desk.people.session("planted") is None


def test_signing_in_afresh_ends_the_session_before(desk, eve):
    """The old token is worth nothing."""
    client = desk.as_("Eve")
    old = client.get_cookie(COOKIE).value
    assert desk.people.session(old)
    _sign_in(client, desk)
    assert desk.people.session(old) is None
    assert desk.people.session(client.get_cookie(COOKIE).value) == eve


def test_signing_out_ends_the_session(desk, eve):
    """Both cookies go, and the token is worth nothing to whoever kept it."""
    client = desk.as_("Eve")
    token = client.get_cookie(COOKIE).value
    client.post("/language", data={"language": "cy"})
    answer = client.post("/sign-out")
    assert answer.status_code == 303
    assert client.get_cookie(COOKIE) is None
    assert client.get_cookie("desk_form") is None
    assert desk.people.session(token) is None
    assert "You are signed out." in client.get(answer.location).text


# --- forgery


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/language", "/invitation/x"])
@pytest.mark.parametrize("token", [None, "nonsense"])
def test_a_form_of_another_site_is_refused(desk, eve, path, token):
    """Every form needs the token of this browser."""
    client = desk.as_("Eve")
    desk.app.config["WTF_CSRF_ENABLED"] = True
    cookie = client.get_cookie(COOKIE).value
    answer = client.post(path, data={"language": "cy"} | ({"csrf_token": token} if token else {}))
    assert answer.status_code == 400
    assert "open for too long" in answer.text
    assert client.get_cookie(COOKIE).value == cookie
    assert desk.people.session(cookie) == eve


def test_the_token_of_another_browser_is_refused(desk, eve):
    """A token that somebody got for themselves does not fit anybody else."""
    desk.app.config["WTF_CSRF_ENABLED"] = True
    foreign = dict(_hidden(desk.client.get("/sign-in")))["csrf_token"]
    client = desk.client
    own = dict(_hidden(client.get("/sign-in")))["csrf_token"]
    assert _sign_in(client, desk, csrf_token=foreign).status_code == 400
    assert _sign_in(client, desk, csrf_token=own).status_code == 303


# --- going back to where they were


@pytest.mark.parametrize("address", FOREIGN)
def test_no_address_of_another_site_is_followed(desk, eve, address):
    """Signing in, being signed in, and choosing a language lead to paths of the desk alone."""
    client = desk.client
    assert _sign_in(client, desk, next=address).location == "/"
    again = client.get("/sign-in", query_string={"next": address})
    assert (again.status_code, again.location) == (302, "/")
    assert client.post("/language", data={"back": address}).location == "/"
    page = _sign_in(desk.client, desk, next=address, again="yes")
    assert '<form method="post" action="/">' in page.text.split("<h1>")[1]


@pytest.mark.parametrize(
    "address", ["/", "/answers", "/answers/sharing.risk?part=cy&x=a+b", "/a/ŵ"]
)
def test_a_path_of_our_own_is_followed(desk, eve, address):
    """Whoever came by a link gets to what it names."""
    assert own_path(address) == address
    page = desk.client.get("/sign-in", query_string={"next": address})
    assert dict(_hidden(page))["next"] == address


# --- a session that ended while somebody typed


def _late(desk, path="/typed?part=cy", **form):
    """Returns a browser whose session has ended, and what it is shown for a form."""

    @desk.app.post("/typed")
    def typed():
        return {"form": list(request.form.items(multi=True)), "part": request.args.get("part")}

    client = desk.as_("Eve")
    desk.wait(seconds=LONGEST_SESSION.total_seconds() + 1)
    return client, client.post(path, **form)


def _forward(page):
    """Returns the hidden fields of a page, to send them on."""
    form = {}
    for name, value in _hidden(page):
        form.setdefault(name, []).append(value)
    return form


def test_nothing_typed_is_lost_when_the_session_ends(desk, eve):
    """The same fields reach the same path after signing in, past a wrong try, with a new token."""
    typed = {
        "body": ["Line one\r\n\r\n- <b>“two”</b> & ŵ"],
        "name": ["not of signing in"],
        "next": ["/field"],
        "pick": ["a", "b"],
    }
    client, page = _late(desk, data=typed | {"csrf_token": "old"})
    assert page.status_code == 403
    assert "What you typed is kept" in page.text
    desk.app.config["WTF_CSRF_ENABLED"] = True
    wrong = client.post("/sign-in", data=_forward(page) | {"name": "Eve", **WRONG})
    assert wrong.status_code == 400
    back = _sign_in(client, desk, **_forward(wrong))
    assert back.status_code == 200
    assert "You are back" in back.text
    assert '<form method="post" action="/typed?part=cy">' in back.text
    assert desk.people.session(client.get_cookie(COOKIE).value) == eve
    (token,) = _forward(back).pop("csrf_token")
    arrived = client.post("/typed?part=cy", data=_forward(back)).get_json()
    expected = [[name, value] for name, values in typed.items() for value in values]
    assert sorted(arrived["form"]) == sorted([*expected, ["csrf_token", token]])
    assert arrived["part"] == "cy"


def test_a_button_alone_comes_back_too(desk, eve):
    """A form without a field, such as a publishing, is not sent by itself but can be."""
    client, page = _late(desk)
    back = _sign_in(client, desk, **_forward(page))
    assert "You are back" in back.text
    assert 'action="/typed?part=cy"' in back.text


def test_a_file_is_asked_for_again(desk, eve):
    """A page cannot hold a file: the field is there, and the rest of the form is kept."""
    form = {"why": "from the agency", "catalogue": (BytesIO(b"msgid"), "cy.po")}
    client, page = _late(desk, data=form)
    back = _sign_in(client, desk, **_forward(page))
    assert 'enctype="multipart/form-data"' in back.text
    assert 'name="catalogue" type="file"' in back.text
    assert ("why", "from the agency") in _hidden(back)


def test_signing_out_late_asks_for_nothing(desk, eve):
    """Whoever wanted to go is not asked to come back for it."""
    _, answer = _late(desk, "/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")


# --- languages


def test_the_pages_speak_the_chosen_language(desk, eve):
    """Welsh stays chosen through signing in, and every sentence goes through the catalogue."""
    desk.app.extensions["desk"] = replace(desk.app.extensions["desk"], phrases=_Marking())
    client = desk.client
    answer = client.post("/language", data={"language": "cy", "back": "/sign-in?next=/answers"})
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/answers")
    for page in (client.get("/sign-in"), client.get(f"/invitation/{_invite(desk)}")):
        assert '<html lang="cy">' in page.text
        main = page.text.split('<main id="main">')[1].split("</main>")[0]
        main = re.sub(r"<svg.*?</svg>|<code.*?</code>", "", main, flags=re.S)
        for text in re.findall(r">\s*([^<>]*\w[^<>]*?)\s*<", main):
            assert text.startswith("[cy] ")
    assert "[cy] Name, password or code is wrong." in _sign_in(client, desk, code="000000").text
    _sign_in(client, desk)
    with client.session_transaction() as session:
        assert session["language"] == "cy"


def test_a_language_that_the_desk_does_not_speak_changes_nothing(desk):
    """Neither an error nor a page without words."""
    client = desk.client
    assert client.post("/language", data={"language": "xx", "back": "/sign-in"}).status_code == 303
    assert '<html lang="en">' in client.get("/sign-in").text


def test_a_name_is_text(desk):
    """What stands in a name is shown, never run."""
    token = _invite(desk, "<script>alert(1)</script>")
    page = desk.client.get(f"/invitation/{token}").text
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    page = _sign_in(desk.client, desk, '"><script>', code="1", next='/"><script>')
    assert "<script" not in page.text
