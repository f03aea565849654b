"""Signing in: nothing is learnt by trying, nothing is used twice, and sessions end."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.editing.people import People
from bot.editing.tries import FREE_FAILURES, LONGEST_LOCK, MOST_NAMES, NamedTries
from bot.errors import EditingError

UTC = timezone.utc
WRONG = "another sentence entirely"


def outcome(desk, name: str = "Efa", password: str | None = None, code: str | None = None) -> str:
    """Returns `in`, or all that the error tells."""
    try:
        desk.people.sign_in(
            name,
            desk.password if password is None else password,
            desk.fresh_code("Efa") if code is None else code,
        )
    except EditingError as error:
        return str(error)
    return "in"


# --- what is wrong


@pytest.mark.parametrize("name", ["Efa", "efa", "EFA", "  efa  "])
def test_a_name_is_compared_without_case_and_space(desk, name) -> None:
    """Whoever types their name in capitals gets in."""
    assert outcome(desk, name) == "in"


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"name": "Nobody"}, id="a name nobody has"),
        pytest.param({"name": ""}, id="no name"),
        pytest.param({"name": "E" * 10_000}, id="a long name"),
        pytest.param({"name": "E\0fa"}, id="a name with a character of nothing"),
        pytest.param({"name": "' OR 1=1 --"}, id="a name that speaks SQL"),
        pytest.param({"name": "%"}, id="a name that stands for all"),
        pytest.param({"password": WRONG}, id="another password"),
        pytest.param({"password": ""}, id="no password"),
        pytest.param({"password": "A SENTENCE NOBODY GUESSES"}, id="a password in capitals"),
        pytest.param({"password": "\ud800"}, id="half a character"),
        pytest.param({"code": "000000"}, id="another code"),
        pytest.param({"code": ""}, id="no code"),
        pytest.param({"code": "é"}, id="a code that is no ASCII"),
        pytest.param({"code": "a\0b"}, id="a code with a character of nothing"),
        pytest.param({"code": "x" * 10_000}, id="a long code"),
        pytest.param({"name": "Former"}, id="a closed account"),
        pytest.param({"name": "Nia"}, id="an invitation not taken up"),
    ],
)
def test_whatever_is_wrong_the_error_is_the_same(desk, wrong) -> None:
    """From what comes back nobody learns which of the three was wrong, or who works here."""
    desk.people.invite(desk["Ada"], "Nia", ["editor"], [])
    if wrong.get("name") == "Former":
        wrong = {**wrong, "code": desk.fresh_code("Former")}

    assert outcome(desk, **wrong) == "wrong"
    assert outcome(desk) == "in"


def test_another_ones_code_opens_nothing(desk) -> None:
    """Codes and recovery codes are of one account."""
    assert outcome(desk, "Efa", code=desk.fresh_code("Ada")) == "wrong"
    assert outcome(desk, "Efa", code=desk.accounts["Ada"].recovery_codes[0]) == "wrong"


# --- the lock


def fail(desk, times: int) -> list[str]:
    return [outcome(desk, password=WRONG) for _ in range(times)]


def test_five_wrong_tries_lock_and_the_right_ones_wait(desk) -> None:
    """Locked, not even the right password gets in; after a minute it does."""
    assert FREE_FAILURES == 5
    assert set(fail(desk, 4)) == {"wrong"}
    assert outcome(desk, password=WRONG) == "wrong"

    desk.clock.forward(seconds=59)
    code = desk.clock.code(desk.accounts["Efa"].secret)
    assert outcome(desk, code=code) == "locked"
    desk.clock.forward(seconds=1)
    code = desk.clock.code(desk.accounts["Efa"].secret)
    assert outcome(desk, code=code) == "in"


def test_a_wrong_code_counts_like_a_wrong_password(desk) -> None:
    """Codes cannot be tried through by somebody who knows the password."""
    for _ in range(5):
        assert outcome(desk, code="000000") == "wrong"
    assert outcome(desk, code="000000") == "locked"


def test_each_lock_is_longer_up_to_an_hour(desk) -> None:
    """One minute, two, four … and never longer than an hour."""
    fail(desk, 4)
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        assert outcome(desk, password=WRONG, code="x") == "wrong"
        desk.clock.forward(minutes=minutes, seconds=-1)
        assert outcome(desk, code="x") == "locked"
        desk.clock.forward(seconds=1)
    assert timedelta(hours=1) == LONGEST_LOCK
    assert outcome(desk) == "in"


def test_tries_during_a_lock_do_not_lengthen_it(desk) -> None:
    """Somebody who knocks on cannot keep the owner out for ever."""
    fail(desk, 4)
    assert outcome(desk, password=WRONG, code="x") == "wrong"
    for _ in range(50):
        assert outcome(desk, password=WRONG, code="x") == "locked"
    desk.clock.forward(minutes=1)
    assert outcome(desk) == "in"


def test_a_right_sign_in_forgets_the_wrong_ones(desk) -> None:
    """Four slips today and four tomorrow lock nobody out."""
    for _ in range(3):
        assert set(fail(desk, 4)) == {"wrong"}
        assert outcome(desk) == "in"


def test_a_lock_is_of_one_account(desk) -> None:
    """While one account waits the others get in."""
    fail(desk, 5)
    assert outcome(desk, "Ada", code=desk.fresh_code("Ada")) == "in"


# --- whether somebody has a name

NAMES = ["Efa", "efa ", "Nobody", "Former", "Nia", "E\0fa", ""]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_nobody_has_is_locked_like_one_that_somebody_has(desk, name) -> None:
    """Try by try, and as time goes by, the same is told of every name."""
    desk.people.invite(desk["Ada"], "Nia", ["editor"], [])
    told = []
    for minutes in (0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 5, 0):
        desk.clock.forward(minutes=minutes)
        told.append(outcome(desk, name, password=WRONG, code="x"))

    wrong, locked = "wrong", "locked"
    assert told == [
        *([wrong] * 5),
        *(locked, locked, wrong, locked, locked, wrong, locked, wrong, locked),
    ]


@pytest.mark.parametrize("is_locked", [False, True])
@pytest.mark.parametrize("name", ["Nobody", "Former", "Nia", ""])
def test_the_same_work_is_done_for_every_name(desk, monkeypatch, name, is_locked) -> None:
    """One password is compared, and the same is asked of the database: no time tells a name."""
    desk.people.invite(desk["Ada"], "Nia", ["editor"], [])
    door, done = desk.people._door, []
    compare = door._hasher.verify

    def verify(hashed: str, password: str) -> bool:
        done.append(hashed.split("$")[1:4])
        return bool(compare(hashed, password))

    def note(_connection, _cursor, statement, *_rest) -> None:
        done.append(statement)

    for one in ("Efa", name):
        for _ in range(5 if is_locked else 0):
            outcome(desk, one, password=WRONG, code="x")
    monkeypatch.setattr(door, "_hasher", type("Noted", (), {"verify": staticmethod(verify)}))
    event.listen(Engine, "before_cursor_execute", note)
    try:
        work = []
        for one in ("Efa", name):
            done.clear()
            outcome(desk, one, password=WRONG, code="x")
            work.append(list(done))
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    assert work[0] == work[1]
    assert len(work[0]) > 5


def test_an_account_unlocked_behind_the_memory_lets_in(desk) -> None:
    """What is remembered of a name decides what is told, never whether the right ones come in."""
    code = desk.fresh_code("Efa")
    for _ in range(5):
        outcome(desk, code="x")
    desk.run("UPDATE people SET failures = 0, locked_until = NULL WHERE name = 'Efa'")
    assert outcome(desk, code="x") == "locked"
    assert outcome(desk, code=code) == "in"
    assert outcome(desk, password=WRONG) == "wrong"


def test_after_a_new_start_a_lock_holds_and_tells_nothing(desk) -> None:
    """The database keeps somebody out, and what is told is what is told of anybody."""
    fail(desk, 5)
    again = People(desk.store.database, desk.clock)
    for name in ("Efa", "Nobody"):
        code = desk.clock.code(desk.accounts["Efa"].secret)
        with pytest.raises(EditingError, match="wrong"):
            again.sign_in(name, desk.password, code)


def test_names_are_remembered_by_digest_and_not_without_end() -> None:
    """A password in the wrong field is not kept, and a flood of names fills no memory."""
    tries, now = NamedTries(), datetime(2026, 11, 26, tzinfo=UTC)
    for number in range(MOST_NAMES + 5):
        tries.fail(f"my password {number}", now)

    assert len(tries._names) == MOST_NAMES
    assert "my password" not in repr(tries._names)
    other = NamedTries()
    other.fail("my password 9999", now)
    assert not set(other._names) & set(tries._names)


# --- codes


@pytest.mark.parametrize(
    ("seconds", "expected"), [(-60, "wrong"), (-30, "in"), (30, "in"), (60, "wrong")]
)
def test_a_clock_that_differs_by_half_a_minute_does_no_harm(desk, seconds, expected) -> None:
    """The code before and the one to come are good, no others."""
    desk.clock.forward(hours=1)
    code = desk.clock.code(desk.accounts["Efa"].secret, seconds=seconds)
    assert outcome(desk, code=code) == expected


def test_a_code_is_used_once(desk) -> None:
    """A code that was read over a shoulder opens nothing, nor does one from before it."""
    code = desk.fresh_code("Efa")
    earlier = desk.clock.code(desk.accounts["Efa"].secret, seconds=-30)

    assert outcome(desk, code=code) == "in"
    assert outcome(desk, code=code) == "wrong"
    assert outcome(desk, code=earlier) == "wrong"


def test_a_code_may_be_typed_with_spaces(desk) -> None:
    """Apps show codes in two halves."""
    code = desk.fresh_code("Efa")
    assert outcome(desk, code=f" {code[:3]} {code[3:]} ") == "in"


def test_each_recovery_code_is_used_once(desk) -> None:
    """Eight times without the phone, and no code twice; case and spaces do not matter."""
    for code in desk.accounts["Efa"].recovery_codes:
        assert outcome(desk, code=f"{code[:5].upper()} {code[5:]}") == "in"
        assert outcome(desk, code=code) == "wrong"


def test_a_recovery_code_is_not_used_up_by_a_wrong_password(desk) -> None:
    """Somebody who only has the list of codes cannot spoil it."""
    code = desk.accounts["Efa"].recovery_codes[0]
    assert outcome(desk, password=WRONG, code=code) == "wrong"
    assert outcome(desk, code=code) == "in"


@pytest.mark.parametrize("hour", [0, 1])
def test_codes_are_good_in_the_hour_that_comes_twice(desk, monkeypatch, hour) -> None:
    """On the night summer time ends, a machine that shows British time lets people in."""
    monkeypatch.setenv("TZ", "Europe/London")
    time.tzset()
    try:
        desk.clock.moment = datetime(2027, 10, 31, hour, 30, tzinfo=UTC)
        assert outcome(desk) == "in"
    finally:
        monkeypatch.undo()
        time.tzset()


# --- sessions


def test_a_session_ends_after_half_an_hour_of_nothing(desk) -> None:
    """Used every half hour it lives; a second longer and it is gone for good."""
    token = desk.sign_in("Efa")
    for _ in range(3):
        desk.clock.forward(minutes=30)
        assert desk.people.session(token) == desk["Efa"]

    desk.clock.forward(minutes=30, seconds=1)
    assert desk.people.session(token) is None
    desk.clock.forward(minutes=-30)
    assert desk.people.session(token) is None


def test_a_session_ends_after_ten_hours_of_work(desk) -> None:
    """However busy somebody is, they prove themselves once a day."""
    token = desk.sign_in("Efa")
    for _ in range(20):
        desk.clock.forward(minutes=30)
        assert desk.people.session(token)
    desk.clock.forward(seconds=1)
    assert desk.people.session(token) is None


def test_signing_out_ends_this_session_and_no_other(desk) -> None:
    """Somebody who signs out at the office stays signed in at home."""
    office, home = desk.sign_in("Efa"), desk.sign_in("Efa")
    desk.people.sign_out(office)

    assert desk.people.session(office) is None
    assert desk.people.session(home)
    desk.people.sign_out(office)


def test_closing_an_account_ends_its_sessions(desk) -> None:
    """Who is shut out at noon does nothing at one minute past."""
    token = desk.sign_in("Efa")
    desk.people.change(desk["Ada"], desk["Efa"].id, ["editor"], [], is_active=False)

    assert desk.people.session(token) is None
    assert outcome(desk) == "wrong"


@pytest.mark.parametrize("token", ["", "nonsense", "é", "x" * 10_000, "' OR 1=1 --", "%", "a\0b"])
def test_what_is_no_session_is_nobody(desk, token) -> None:
    """Whatever else stands in the cookie is nobody's."""
    desk.sign_in("Efa")
    assert desk.people.session(token) is None


# --- once more, before something that weighs


def test_a_fresh_code_confirms_once(desk) -> None:
    """A code that has been used confirms nothing, one of the list confirms once."""
    code, spare = desk.fresh_code("Efa"), desk.accounts["Efa"].recovery_codes[0]
    assert [desk.people.confirm(desk["Efa"], code) for _ in range(2)] == [True, False]
    assert [desk.people.confirm(desk["Efa"], spare) for _ in range(2)] == [True, False]
    assert not desk.people.confirm(desk["Efa"], "é")


def test_codes_cannot_be_tried_through_by_confirming(desk) -> None:
    """Whoever sits down at an open session has five tries, like anybody."""
    for _ in range(5):
        assert not desk.people.confirm(desk["Efa"], "000000")
    assert not desk.people.confirm(desk["Efa"], desk.clock.code(desk.accounts["Efa"].secret))
    assert outcome(desk, code="x") == "locked"


def test_a_password_changed_while_it_was_compared_opens_nothing(desk, monkeypatch) -> None:
    """An account that is invited again in that very moment is not entered by what it was."""
    door = desk.people._door
    compare = door._hasher.verify

    def slowly(hashed: str, password: str) -> bool:
        People(desk.store.database, desk.clock).invite_again(desk["Ada"], desk["Efa"].id)
        return bool(compare(hashed, password))

    code = desk.fresh_code("Efa")
    monkeypatch.setattr(door, "_hasher", type("Slow", (), {"verify": staticmethod(slowly)}))
    assert outcome(desk, code=code) == "wrong"
