"""Who works at the desk, as administrators see it."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from functools import partial

import pytest
from argon2 import PasswordHasher

from bot.desk.parts import COOKIE
from bot.editing.person import ADMINISTRATOR, APPROVER, EDITOR, ROLES, TRANSLATOR

NEW = {"name": "Nia", "roles": ["approver"], "languages": ["cy"], "reads": "cy"}
PAGES = [
    ("get", "/accounts"),
    ("get", "/accounts/new"),
    ("post", "/accounts/new"),
    ("get", "/accounts/invitation"),
    ("get", "/accounts/{id}"),
    ("post", "/accounts/{id}"),
    ("get", "/accounts/{id}/invite-again"),
    ("post", "/accounts/{id}/invite-again"),
]


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Makes passwords quick to check: real ones, made cheap."""
    cheap = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("bot.editing.people.PasswordHasher", cheap)


@pytest.fixture
def ada(desk):
    """A browser of an administrator."""
    desk.person("Ada", [ADMINISTRATOR])
    return desk.as_("Ada")


def _link(page):
    return html.unescape(re.search(r'<input id="link" value="([^"]+)"', page.text)[1])


def _named(desk, name):
    return next(one for one in desk.people.all() if one.name == name)


def _row(page, name):
    return re.search(rf"<tr>\s*<th[^>]*><a[^>]*>{name}</a>.*?</tr>", page.text, re.S)[0]


# --- inviting


def test_an_invitation_is_made_and_its_link_leads_in(desk, ada):
    """The link works, and the account has what was ticked."""
    answer = ada.post("/accounts/new", data=NEW)
    assert answer.status_code == 303
    page = ada.get(answer.location)
    assert "Valid for 7 days" in page.text
    nia = _named(desk, "Nia")
    assert (nia.roles, nia.languages, nia.reads) == ({APPROVER}, {"cy"}, "cy")
    link = _link(page)
    assert link.startswith("http://127.0.0.1:5006/invitation/")
    assert desk.people.invited(link.rsplit("/", 1)[1]) == nia
    assert desk.client.get(link).status_code == 200


def test_a_link_is_shown_once(desk, ada):
    """Whoever opens the page later, or goes back to it, gets no link."""
    ada.post("/accounts/new", data=NEW)
    assert _link(ada.get("/accounts/invitation"))
    answer = ada.get("/accounts/invitation")
    assert (answer.status_code, answer.location) == (303, "/accounts")
    assert "shown only once" in ada.get("/accounts").text


def test_a_link_leads_to_where_staff_reach_the_desk(desk, ada):
    """Behind a proxy it is the address of the settings, and not the host that was asked."""
    url = "https://desk.example.org"
    desk.app.extensions["desk"] = replace(desk.app.extensions["desk"], desk_url=url)
    ada.post("/accounts/new", data=NEW)
    link = _link(ada.get("/accounts/invitation"))
    assert link.startswith(f"{url}/invitation/")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": " "}, "A name has 1 to 60 letters."),
        ({"name": "x" * 61}, "A name has 1 to 60 letters."),
        ({"name": "ADA"}, "There is an account of this name already."),
        ({"languages": []}, "need a language"),
        ({"roles": ["king"]}, "no such role"),
        ({"languages": ["xx"]}, "no such role or language"),
        ({"reads": "es"}, "no such role or language"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(desk, ada, changed, said):
    """The form comes back as it was, and nobody is invited."""
    form = {**NEW, **changed}
    page = ada.post("/accounts/new", data=form)
    assert page.status_code == 400
    assert said in page.text
    assert f'name="name" value="{form["name"]}"' in page.text
    ticked = set(re.findall(r'value="(\w+)"[^>]* checked>', page.text))
    shown = {*form["roles"], *form["languages"], form["reads"]} - {"king", "xx", "es"}
    assert ticked == shown
    assert [one.name for one in desk.people.all()] == ["Ada"]


def test_every_role_is_explained(desk, ada):
    """Who ticks a role reads what it may do, and how a guest is invited."""
    page = ada.get("/accounts/new").text
    lines = dict(re.findall(r'<p class="hint" id="line-(\w+)">([^<]+)</p>', page))
    assert set(lines) == set(ROLES)
    assert len(set(lines.values())) == len(ROLES)
    assert "tick Approver and that one language" in page


# --- the table


def test_the_table_says_who_may_what_and_whether_they_can_sign_in(desk, ada):
    """Invited, active and closed, in words."""
    ada.post("/accounts/new", data=NEW)
    eve = desk.person("Eve", [EDITOR])
    tomos = desk.person("Tomos", [TRANSLATOR], ["cy", "es"])
    desk.people.change(_named(desk, "Ada"), eve.id, [EDITOR], [], is_active=False)
    page = ada.get("/accounts")
    for name, words in {
        "Nia": ("Approver", '<span lang="cy">Cymraeg</span>', "Invited"),
        "Eve": ("Editor", "Closed"),
        tomos.name: ("Translator", '<span lang="es">Español</span>, <span lang="cy">', "Active"),
    }.items():
        row = _row(page, name)
        assert all(word in row for word in words)


def test_whoever_is_alone_reads_what_to_do_first(desk, ada):
    """The first administrator is told that it takes more people, until there are more."""
    assert "So far there is only your account" in ada.get("/accounts").text
    ada.post("/accounts/new", data=NEW)
    assert "So far there is only your account" not in ada.get("/accounts").text


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_a_name_is_text_on_every_page(desk, ada, name):
    """What stands in a name is shown, never run."""
    pages = [ada.get(ada.post("/accounts/new", data={**NEW, "name": name}).location)]
    person = _named(desk, name)
    addresses = ["/accounts", f"/accounts/{person.id}", f"/accounts/{person.id}/invite-again"]
    pages += [ada.get(address) for address in addresses]
    changed = ada.post(f"/accounts/{person.id}", data={"roles": EDITOR}, follow_redirects=True)
    for page in [*pages, changed, ada.post("/accounts/new", data={**NEW, "name": name})]:
        assert "<script" not in page.text
        assert "<img" not in page.text
        assert str(html.escape(name)[:6]) in page.text.replace("&#34;", "&quot;")


# --- changing


def test_rights_change_and_sessions_end(desk, ada):
    """What is ticked is what they may from now on, and nobody stays signed in with the old."""
    desk.person("Eve", [EDITOR])
    client = desk.as_("Eve")
    eve = _named(desk, "Eve")
    assert re.findall(r'value="(\w+)"[^>]* checked>', ada.get(f"/accounts/{eve.id}").text) == [
        EDITOR
    ]
    form = {"roles": [TRANSLATOR, TRANSLATOR], "languages": ["pt"]}
    answer = ada.post(f"/accounts/{eve.id}", data=form)
    assert (answer.status_code, answer.location) == (303, "/accounts")
    assert "The account of Eve is changed." in ada.get("/accounts").text
    eve = _named(desk, "Eve")
    assert (eve.roles, eve.languages, eve.is_active) == ({TRANSLATOR}, {"pt"}, True)
    assert desk.people.session(client.get_cookie(COOKIE).value) is None


def test_an_account_is_closed_and_opened(desk, ada):
    """Whoever left cannot sign in; whoever comes back can."""
    desk.person("Eve", [EDITOR])
    eve = _named(desk, "Eve")
    ada.post(f"/accounts/{eve.id}", data={"roles": EDITOR, "closed": "yes"})
    assert not _named(desk, "Eve").is_active
    page = ada.get(f"/accounts/{eve.id}").text
    assert re.search(r'id="closed"[^>]* checked>', page)
    assert "/invite-again" not in page
    ada.post(f"/accounts/{eve.id}", data={"roles": EDITOR})
    assert _named(desk, "Eve").is_active
    assert desk.as_("Eve").get("/accounts").status_code == 403


def test_the_last_administrator_stays(desk, ada):
    """Nobody can shut everybody out, and the form says why."""
    own = _named(desk, "Ada")
    for form in ({"roles": EDITOR}, {"roles": ADMINISTRATOR, "closed": "yes"}):
        page = ada.post(f"/accounts/{own.id}", data=form)
        assert page.status_code == 400
        assert "Somebody must remain" in page.text
    assert _named(desk, "Ada").may(ADMINISTRATOR)


def test_an_account_that_is_not_there(desk, ada):
    """Says so, on each page and by each method."""
    for path in ("/accounts/999", "/accounts/999/invite-again"):
        assert ada.get(path).status_code == 404
        assert ada.post(path).status_code == 404


# --- inviting again


def test_a_lost_phone_is_made_good(desk, ada):
    """Opening the page changes nothing; sending it ends the old way in and shows a new one."""
    desk.person("Eve", [EDITOR])
    client = desk.as_("Eve")
    eve = _named(desk, "Eve")
    address = f"/accounts/{eve.id}/invite-again"
    assert "signed out everywhere" in ada.get(address).text
    assert _named(desk, "Eve").has_password
    page = ada.get(ada.post(address).location)
    assert desk.people.invited(_link(page).rsplit("/", 1)[1]).id == eve.id
    assert not _named(desk, "Eve").has_password
    assert desk.people.session(client.get_cookie(COOKIE).value) is None


def test_nobody_shuts_themselves_out(desk, ada):
    """Their session would end before they saw the link."""
    own = _named(desk, "Ada")
    assert "/invite-again" not in ada.get(f"/accounts/{own.id}").text
    page = ada.post(f"/accounts/{own.id}/invite-again")
    assert page.status_code == 400
    assert "Ask another administrator" in page.text
    assert _named(desk, "Ada").has_password


def test_a_closed_account_is_not_invited(desk, ada):
    """The link would let nobody in."""
    eve = desk.person("Eve", [EDITOR])
    ada.post(f"/accounts/{eve.id}", data={"roles": EDITOR, "closed": "yes"})
    page = ada.post(f"/accounts/{eve.id}/invite-again")
    assert page.status_code == 400
    assert "Open it again first" in page.text
    assert _named(desk, "Eve").has_password


# --- who may not


@pytest.mark.parametrize("role", [role for role in ROLES if role != ADMINISTRATOR])
def test_nobody_else_gets_in_by_the_address(desk, role):
    """Every page of accounts is shut for every other role, and nothing changes."""
    someone = desk.person("Sam", [role], ["cy"])
    client = desk.as_("Sam")
    before = desk.people.all()
    form = {**NEW, "roles": list(ROLES)}
    for method, path in PAGES:
        for person in (someone, _named(desk, "Ada")):
            data = form if method == "post" else None
            answer = getattr(client, method)(path.format(id=person.id), data=data)
            assert answer.status_code == 403
    assert desk.people.all() == before
    assert 'href="/accounts"' not in client.get("/accounts").text


@pytest.mark.parametrize(("method", "path"), PAGES)
def test_nobody_gets_in_without_an_account(desk, method, path):
    """They are asked to sign in, and nothing changes."""
    ada = desk.person("Ada", [ADMINISTRATOR])
    answer = getattr(desk.client, method)(path.format(id=ada.id))
    if method == "get":
        assert answer.status_code == 302
        assert answer.location.startswith("/sign-in?next=")
    else:
        assert answer.status_code == 403
        assert "<h1>Sign in</h1>" in answer.text
    assert desk.people.all() == [ada]


@pytest.mark.parametrize(("method", "path"), [one for one in PAGES if one[0] == "post"])
def test_a_form_of_another_site_is_refused(desk, ada, method, path):
    """An administrator's browser cannot be made to invite anybody."""
    eve = desk.person("Eve", [EDITOR])
    desk.app.config["WTF_CSRF_ENABLED"] = True
    before = desk.people.all()
    for token in ({}, {"csrf_token": "nonsense"}):
        assert ada.post(path.format(id=eve.id), data=NEW | token).status_code == 400
    assert desk.people.all() == before


def test_the_forms_carry_their_token(desk, ada):
    """What a page shows is what a page takes."""
    desk.app.config["WTF_CSRF_ENABLED"] = True
    page = ada.get("/accounts/new").text.split('<main id="main">')[1]
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    assert ada.post("/accounts/new", data={**NEW, "csrf_token": token}).status_code == 303


def test_the_pages_speak_welsh_when_it_is_chosen(desk, ada):
    """Every sentence of theirs goes through the catalogue."""

    class Marking:
        def gettext(self, language):
            return lambda text: f"[{language}] {text}"

    desk.app.extensions["desk"] = replace(desk.app.extensions["desk"], phrases=Marking())
    eve = desk.person("Eve", [EDITOR])
    ada.post("/language", data={"language": "cy"})
    made = ada.post("/accounts/new", data=NEW).location
    paths = [made, "/accounts", "/accounts/new", f"/accounts/{eve.id}"]
    for path in [*paths, f"/accounts/{eve.id}/invite-again"]:
        page = ada.get(path).text
        assert '<html lang="cy">' in page
        main = page.split('<main id="main">')[1].split("</main>")[0]
        known = {"English", "Cymraeg", "Español", "Português", "Ada", "Eve", "Nia"}
        for text in re.findall(r">\s*([^<>]*\w[^<>]*?)\s*<", main):
            assert text in known or text.startswith("[cy] ")
