"""Accounts: who makes them, what an invitation is good for, and who must stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from bot.content.store import ContentStore
from bot.editing.people import (
    ADMINISTRATOR,
    INVITATION,
    LEAST_PASSWORD_CHARACTERS,
    People,
)
from bot.editing.second_factor import RECOVERY_CODES, new_totp_secret, totp_address

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # noqa: S105 - of the tests alone


def take_up(desk, token: str, **values: str) -> list[str]:
    plain = {"password": desk.password, "totp_secret": SECRET, "code": desk.clock.code(SECRET)}
    return desk.people.take_up(token, **{**plain, **values})


def invited(desk, name: str = "Nia") -> str:
    return desk.people.invite(desk["Ada"], name, ["editor"], [])


def empty(desk) -> People:
    """Returns the accounts of a desk that nobody has come to yet."""
    for table in ("recovery_codes", "people"):
        desk.run(f"DELETE FROM {table}")  # noqa: S608 - tables of our own
    return desk.people


# --- the first administrator


def test_the_first_administrator_comes_by_a_command(desk) -> None:
    """On an empty desk the command invites somebody, who then administers."""
    people = empty(desk)
    take_up(desk, people.add_first("Siân"))

    (first,) = people.all()
    assert (first.name, first.may(ADMINISTRATOR), first.has_password) == ("Siân", True, True)
    with desk.refuses("has_administrator"):
        people.add_first("Another")


def test_the_command_may_be_given_again_until_it_is_taken_up(desk) -> None:
    """A token that got lost is replaced by another; the lost one is worth nothing then."""
    people = empty(desk)
    lost, token = people.add_first("Siân"), people.add_first("Siân")

    assert people.invited(lost) is None
    assert people.invited(token).name == "Siân"
    assert len(people.all()) == 1


def test_the_command_makes_an_administrator_of_whoever_is_there(desk) -> None:
    """When nobody is left to administer, an account of the name becomes one, whatever it was."""
    desk.run("UPDATE people SET is_active = false WHERE name IN ('Ada', 'Olwen', 'Owain')")
    session = desk.sign_in("Tess")
    token = desk.people.add_first("Tess")

    assert desk.people.session(session) is None
    take_up(desk, token)
    assert desk["Tess"].may(ADMINISTRATOR)
    assert desk["Tess"].may("tester")


def test_a_name_with_spaces_can_be_signed_in_with(desk) -> None:
    """A first administrator whose name was typed with many spaces gets in by it all the same."""
    people = empty(desk)
    take_up(desk, people.add_first("  Siân   ap  Rhys "))
    desk.clock.forward(minutes=1)

    assert people.all()[0].name == "Siân ap Rhys"
    assert people.sign_in("Siân ap Rhys", desk.password, desk.clock.code(SECRET))


# --- invitations


def test_an_invitation_makes_an_account_with_its_rights(desk) -> None:
    """Whoever is invited has the roles and languages they were given, and no password yet."""
    token = desk.people.invite(desk["Ada"], "Nia", ["translator", "approver"], ["cy", "pt"], "cy")
    nia = desk["Nia"]

    assert (nia.roles, nia.languages) == ({"translator", "approver"}, {"cy", "pt"})
    assert (nia.reads, nia.is_active, nia.has_password) == ("cy", True, False)
    assert desk.people.invited(token) == nia


def test_taking_up_gives_codes_and_lets_in(desk) -> None:
    """With a password and a second factor come recovery codes, each another, and they get in."""
    codes = take_up(desk, invited(desk))

    assert len(set(codes)) == RECOVERY_CODES
    desk.clock.forward(minutes=1)
    token = desk.people.sign_in("Nia", desk.password, desk.clock.code(SECRET))
    assert desk.people.session(token) == desk["Nia"]


def test_an_invitation_ends_after_seven_days(desk) -> None:
    """On the last moment of its seven days it is good, a second later it is not."""
    token = invited(desk)
    assert timedelta(days=7) == INVITATION
    desk.clock.forward(days=7)
    assert desk.people.invited(token)

    desk.clock.forward(seconds=1)
    assert desk.people.invited(token) is None
    with desk.refuses("invitation_ended"):
        take_up(desk, token)


def test_an_invitation_is_used_once(desk) -> None:
    """Whoever finds a used one can do nothing with it."""
    token = invited(desk)
    take_up(desk, token)

    assert desk.people.invited(token) is None
    with desk.refuses("invitation_ended"):
        take_up(desk, token)


@pytest.mark.parametrize("token", ["", "nonsense", "é", "x" * 10_000, "' OR 1=1 --", "a\0b"])
def test_what_is_no_invitation_is_refused(desk, token) -> None:
    """Whatever else is given for a token opens nothing."""
    invited(desk)
    assert desk.people.invited(token) is None
    with desk.refuses("invitation_ended"):
        take_up(desk, token)


def test_a_short_password_is_refused_and_the_invitation_stays_good(desk) -> None:
    """Eleven characters are too few, twelve are enough."""
    token = invited(desk)
    with desk.refuses("password_short"):
        take_up(desk, token, password="x" * (LEAST_PASSWORD_CHARACTERS - 1))

    assert take_up(desk, token, password="x" * LEAST_PASSWORD_CHARACTERS)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"code": "000000"}, id="another code"),
        pytest.param({"code": ""}, id="no code"),
        pytest.param({"code": "１２３４５６"}, id="digits of another script"),
        pytest.param({"totp_secret": ""}, id="no secret"),
        pytest.param({"totp_secret": "not a secret"}, id="no base 32"),
        pytest.param({"totp_secret": "é" * 32}, id="no ASCII"),
        pytest.param({"totp_secret": SECRET * 3}, id="longer than can be kept"),
    ],
)
def test_a_second_factor_that_does_not_work_is_refused(desk, wrong) -> None:
    """Nobody signs up with a factor that would lock them out."""
    token = invited(desk)
    secret = wrong.get("totp_secret", SECRET)
    if secret == SECRET * 3:
        wrong = {**wrong, "code": desk.clock.code(secret)}
    with desk.refuses("code_wrong"):
        take_up(desk, token, **wrong)


def test_the_code_of_signing_up_opens_nothing_later(desk) -> None:
    """A code seen over a shoulder while somebody signs up is used already."""
    take_up(desk, invited(desk))
    with pytest.raises(Exception, match="wrong"):
        desk.people.sign_in("Nia", desk.password, desk.clock.code(SECRET))


@pytest.mark.parametrize(
    "name",
    ["", "   ", "x" * 61, "ß" * 31, "a\0b", "Ada\u202eadA", "Ada\u200b", "a\x07"],
)
def test_a_name_that_is_none_is_refused(desk, name) -> None:
    """A name has 1 to 60 characters that can be seen, however its case is compared."""
    with desk.refuses("name_wrong"):
        invited(desk, name)


@pytest.mark.parametrize(
    "name", ["Ada", "ADA", " ada ", "Siân Parry", "SIÂN  PARRY", "Sia\u0302n Parry"]
)
def test_a_name_belongs_to_one_person(desk, name) -> None:
    """Case, spaces, and how a device puts an accent together make no other name."""
    invited(desk, "Siân Parry")
    with desk.refuses("name_taken"):
        invited(desk, name)


@pytest.mark.parametrize(
    ("roles", "languages", "reads", "code"),
    [
        (["king"], [], "en", "role_wrong"),
        (["editor"], ["fr"], "en", "role_wrong"),
        (["editor"], [], "es", "role_wrong"),
        (["translator"], [], "en", "language_missing"),
        (["publisher"], [], "en", "language_missing"),
        (["approver", "editor"], [], "en", "language_missing"),
    ],
)
def test_rights_that_are_none_are_refused(desk, roles, languages, reads, code) -> None:
    """There are six roles and four languages, the desk speaks two, and some roles need one."""
    with desk.refuses(code):
        desk.people.invite(desk["Ada"], "Nia", roles, languages, reads)


def test_whoever_is_invited_again_proves_themselves_anew(desk) -> None:
    """Password, codes and sessions of before are worth nothing; the rights are the same."""
    session = desk.sign_in("Efa")
    before = desk["Efa"]
    token = desk.people.invite_again(desk["Ada"], before.id)

    assert desk.people.session(session) is None
    assert not desk["Efa"].has_password
    for code in (desk.fresh_code("Efa"), desk.accounts["Efa"].recovery_codes[0]):
        with pytest.raises(Exception, match="wrong"):
            desk.people.sign_in("Efa", desk.password, code)
    take_up(desk, token)
    assert desk["Efa"] == before


def test_nobody_who_is_not_there_is_invited_again_or_changed(desk) -> None:
    """An account that is not there is an error of ours."""
    with desk.refuses("nobody"):
        desk.people.invite_again(desk["Ada"], 10_000)
    with desk.refuses("nobody"):
        desk.people.change(desk["Ada"], 10_000, ["editor"], [], is_active=True)


# --- rights


def test_changed_rights_hold(desk) -> None:
    """What somebody may is what was last said of them, and they sign in anew."""
    session = desk.sign_in("Efa")
    desk.people.change(desk["Ada"], desk["Efa"].id, ["publisher"], ["en"], is_active=True)

    assert desk.people.session(session) is None
    assert (desk["Efa"].may("editor"), desk["Efa"].may_approve("en")) == (False, True)
    assert desk.people.session(desk.sign_in("Efa"))


def test_a_closed_account_may_nothing(desk) -> None:
    """Who has left keeps a name in the history, and no right."""
    former = desk["Former"]
    assert not former.may(*former.roles)
    assert not any(former.may_edit(tag) or former.may_approve(tag) for tag in former.languages)


@pytest.mark.parametrize(
    ("roles", "is_active"), [((ADMINISTRATOR,), False), (("tester",), True), ((), False)]
)
def test_the_last_administrator_stays(desk, roles, is_active) -> None:
    """Neither by their own hand nor another's is nobody left who administers."""
    ada = desk["Ada"]
    for name in ("Olwen", "Owain"):
        desk.people.change(ada, desk[name].id, ["editor"], [], is_active=True)
    # Invited, but not here yet: nobody who could administer.
    desk.people.invite(ada, "Nia", [ADMINISTRATOR], [])

    with desk.refuses("last_administrator"):
        desk.people.change(ada, ada.id, roles, [], is_active=is_active)
    desk.people.change(ada, ada.id, [ADMINISTRATOR, "editor"], [], is_active=True)


def test_of_two_administrators_who_shut_out_each_other_one_stays(desk) -> None:
    """Both pages were loaded when both had the right: the second finds that it is gone."""
    ada, olwen = desk["Ada"], desk["Olwen"]
    desk.people.change(ada, desk["Owain"].id, ["tester"], [], is_active=True)
    desk.people.change(olwen, ada.id, ["tester"], [], is_active=True)

    with desk.refuses("last_administrator"):
        desk.people.change(ada, olwen.id, ["tester"], [], is_active=True)


def test_an_administrator_alone_who_lost_everything_comes_back_by_the_command(desk) -> None:
    """Inviting oneself again and losing the token is no end: the machine's owner helps."""
    for name in ("Olwen", "Owain"):
        desk.people.change(desk["Ada"], desk[name].id, ["editor"], [], is_active=True)
    desk.people.invite_again(desk["Ada"], desk["Ada"].id)

    take_up(desk, desk.people.add_first("Ada"))
    assert desk["Ada"].may(ADMINISTRATOR)
    assert desk["Ada"].has_password


def test_a_new_secret_is_what_an_authenticator_reads() -> None:
    """Two secrets differ, and the address for the picture names the account and the secret."""
    one, other = new_totp_secret(), new_totp_secret()
    assert one != other
    assert totp_address(one, "Siân").startswith("otpauth://totp/Rights%20desk:Si%C3%A2n?")
    assert one in totp_address(one, "Siân")


def test_a_database_that_is_away_is_an_error_of_ours(tmp_path) -> None:
    """Without tables nobody gets in, by an error that says so."""
    store = ContentStore(f"sqlite:///{tmp_path / 'content.db'}")
    with pytest.raises(Exception, match="OperationalError") as away:
        People(store.database).sign_in("Ada", "x", "y")
    assert type(away.value).__name__ == "ContentUnavailableError"
    store.close()


def test_passwords_are_kept_as_argon2id_that_is_slow_to_try() -> None:
    """What the code takes by itself is what RFC 9106 recommends, or more."""
    parameters = extract_parameters(PasswordHasher().hash("x"))
    assert (parameters.type, parameters.memory_cost) == (
        RFC_9106_LOW_MEMORY.type,
        RFC_9106_LOW_MEMORY.memory_cost,
    )
    assert parameters.time_cost >= RFC_9106_LOW_MEMORY.time_cost
