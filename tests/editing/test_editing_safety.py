"""Who may do what; what is typed to do harm does none; and nothing secret lies in the clear."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from bot.content.database import MIGRATIONS
from bot.editing import history
from bot.editing.people import ADMINISTRATOR, new_totp_secret
from bot.errors import AssistantError, EditingError
from bot.languages import LANGUAGES

SHORT = "money.debt.short"
NUMBERS = count(1)

#: Former has every right too, and a closed account.
WITH_EVERY_RIGHT = {"Olwen", "Owain"}


def new(desk, **texts: str) -> int:
    """Returns a draft of its own that Eben wrote, and Tomos where it is Welsh."""
    draft_id = desk.drafts.open(desk["Eben"], f"subject {next(NUMBERS)}")
    for language, words in {"en": "new", **texts}.items():
        writer = desk["Tomos" if language == "cy" else "Eben"]
        desk.drafts.save_text(writer, draft_id, language, SHORT, words)
    return draft_id


def with_record(desk) -> int:
    draft_id = new(desk)
    data = {**desk.store.read().records["answers"]["money.tax"], "owner": "another"}
    desk.drafts.save_record(desk["Eben"], draft_id, "answers", "money.tax", data)
    return draft_id


def agreed(desk) -> int:
    draft_id = new(desk)
    desk.drafts.set_kind(desk["Eben"], draft_id, "wording", "why")
    desk.drafts.approve(desk["Petra"], draft_id, "en")
    return draft_id


def off(desk) -> str:
    switch = "topic.money"
    desk.takedowns.switch_off(desk["Eben"], switch, "why")
    return switch


Act = Callable[[Any, Any], Callable[[], Any]]


def _opening(desk, by) -> Callable[[], Any]:
    return lambda: desk.drafts.open(by, f"subject {next(NUMBERS)}")


def _writing(language: str) -> Act:
    def prepare(desk, by) -> Callable[[], Any]:
        draft_id = desk.drafts.open(desk["Eben"], f"subject {next(NUMBERS)}")
        return lambda: desk.drafts.save_text(by, draft_id, language, SHORT, "x")

    return prepare


def _recording(desk, by) -> Callable[[], Any]:
    draft_id = new(desk)
    data = desk.store.read().records["answers"]["money.tax"]
    return lambda: desk.drafts.save_record(by, draft_id, "answers", "money.tax", data)


def _on(make: Callable[[Any], Any], act: Callable[[Any, Any, Any], Any]) -> Act:
    def prepare(desk, by) -> Callable[[], Any]:
        thing = make(desk)
        return lambda: act(desk, by, thing)

    return prepare


def _change(desk, by, _thing) -> None:
    desk.people.change(by, desk["Teresa"].id, ["translator"], ["es", "pt"], is_active=True)


CALL = ("refuge", "2026-11-26", "Nia", "it is right")

#: Each act: who may, and how it is tried. Everybody else is refused.
ACTS: dict[str, tuple[set[str], Act]] = {
    "open a draft": ({"Efa", "Eben", "Tomos", "Teresa", "Petra", "Paul"}, _opening),
    "write English": ({"Efa", "Eben"}, _writing("en")),
    "write Welsh": ({"Tomos"}, _writing("cy")),
    "write Spanish": ({"Teresa"}, _writing("es")),
    "write a language that is none": (set(), _writing("fr")),
    "write a record": ({"Efa", "Eben"}, _recording),
    "say the kind": (
        {"Efa", "Eben", "Petra", "Paul"},
        _on(new, lambda desk, by, it: desk.drafts.set_kind(by, it, "wording", "why")),
    ),
    "say that it is dangerous": (
        {"Efa", "Eben", "Petra", "Paul"},
        _on(new, lambda desk, by, it: desk.drafts.set_kind(by, it, "dangerous", "why")),
    ),
    "record a call": (
        {"Efa", "Eben"},
        _on(new, lambda desk, by, it: desk.drafts.confirm_call(by, it, *CALL)),
    ),
    "hand over": (
        {"Efa", "Eben", "Tomos", "Teresa", "Petra", "Paul"},
        _on(new, lambda desk, by, it: desk.drafts.submit(by, it)),
    ),
    "agree to English": (
        {"Petra", "Paul"},
        _on(new, lambda desk, by, it: desk.drafts.approve(by, it, "en")),
    ),
    "agree to Welsh": (
        {"Petra", "Ana"},
        _on(
            lambda desk: new(desk, cy="newydd"),
            lambda desk, by, it: desk.drafts.approve(by, it, "cy"),
        ),
    ),
    "agree to a record": (
        {"Petra", "Paul"},
        _on(with_record, lambda desk, by, it: desk.drafts.approve(by, it, "records")),
    ),
    "agree to a part that is not there": (
        set(),
        _on(new, lambda desk, by, it: desk.drafts.approve(by, it, "pt")),
    ),
    "publish": (
        {"Petra", "Paul"},
        _on(agreed, lambda desk, by, it: desk.drafts.publish(by, it)),
    ),
    "give up another's draft": (
        {"Petra", "Paul", "Eben"},
        _on(new, lambda desk, by, it: desk.drafts.drop(by, it)),
    ),
    "go back": (
        {"Efa", "Eben"},
        _on(lambda desk: 1, lambda desk, by, it: desk.drafts.take_back(by, "money.debt", it, "x")),
    ),
    "switch off": (
        {"Efa", "Eben", "Petra", "Paul"},
        _on(lambda desk: "chat", lambda desk, by, it: desk.takedowns.switch_off(by, it, "why")),
    ),
    "hide a number": (
        {"Efa", "Eben", "Petra", "Paul"},
        _on(lambda desk: "refuge", lambda desk, by, it: desk.takedowns.hide_number(by, it, "why")),
    ),
    "lift a switch": (
        {"Efa", "Eben"},
        _on(off, lambda desk, by, it: desk.takedowns.lift(by, it, "why")),
    ),
    "invite": (
        {"Ada"},
        _on(
            lambda desk: f"Somebody {next(NUMBERS)}",
            lambda desk, by, it: desk.people.invite(by, it, ["editor"], []),
        ),
    ),
    "invite again": (
        {"Ada"},
        _on(
            lambda desk: desk["Teresa"].id,
            lambda desk, by, it: desk.people.invite_again(by, it),
        ),
    ),
    "change rights": ({"Ada"}, _on(lambda desk: None, _change)),
}


@pytest.mark.parametrize("act", ACTS)
def test_each_role_may_do_what_is_its_own_and_nothing_else(desk, act) -> None:
    """For each act, those who may are let, and everybody else is refused with nothing changed."""
    may, prepare = ACTS[act]
    # Where anybody may, so may those who have every right.
    may = may | WITH_EVERY_RIGHT if may else may
    for name in desk.names:
        attempt = prepare(desk, desk[name])
        if name in may:
            attempt()
            continue
        with desk.refuses("may_not"):
            attempt()


def test_who_opened_a_draft_may_give_it_up_while_they_have_an_account(desk) -> None:
    """A translator gives up what they began, and not when they have left."""
    for is_active in (True, False):
        draft_id = desk.drafts.open(desk["Tomos"], f"subject {next(NUMBERS)}")
        desk.people.change(
            desk["Ada"], desk["Tomos"].id, ["translator"], ["cy"], is_active=is_active
        )
        if is_active:
            desk.drafts.drop(desk["Tomos"], draft_id)
        else:
            with desk.refuses("may_not"):
                desk.drafts.drop(desk["Tomos"], draft_id)


# --- what is typed to do harm

HARMFUL = {
    "SQL": "'; DROP TABLE texts; -- \" OR 1=1 /*",
    "HTML": '<script>alert("x")</script><img src=x onerror=alert(1)>&amp;&lt;',
    "a character of nothing": "a\0b",
    "faces": "\U0001f600 \U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f3f4\U000e0067\U000e007f",
    "ten thousand letters": "ŵ" * 10_000,
    "percents": "%s %d %(name)s %% :name ? $1",
    "braces": "{0} {name} {{}} {% raw %} {{ 7*7 }} ${7*7}",
    "backslashes": "\\ \\n \\x00 \\u0000 \\'",
    "right to left": "\u202etxet\u202c \u05d0",
    "JSON": '{"a": [null, "\\u0000"]}',
    "a path": "../../etc/passwd",
    "half a character": "a\ud800b",
}


def tried(act: Callable[[], Any]) -> bool:
    """Says whether an act was done; when it was refused, it was by an error of ours."""
    try:
        act()
    except AssistantError:
        return False
    return True


@pytest.mark.parametrize("words", HARMFUL.values(), ids=HARMFUL)
def test_a_harmful_text_comes_back_as_it_was_typed_or_is_refused(desk, words) -> None:
    """Saved, agreed to, published and read back, it is what was typed; or it is nowhere."""
    refused = "\0" in words or "\ud800" in words
    draft_id = desk.drafts.open(desk["Efa"], "money.debt", "why")
    before = desk.tables()
    assert tried(lambda: desk.write({("en", SHORT): words})) is not refused
    if refused:
        assert desk.tables() == before
        return
    assert desk.drafts.get(draft_id).value("en", SHORT) == words
    assert any(deed.act == "saved" and deed.new == words for deed in desk.deeds())

    desk.drafts.set_kind(desk["Efa"], draft_id, "wording", words)
    desk.approve(draft_id)
    desk.drafts.publish(desk["Petra"], draft_id)
    assert desk.said("en", SHORT) == words
    assert desk.drafts.get(draft_id).why == words
    assert history.broken(desk.store.database) == []


@pytest.mark.parametrize("words", HARMFUL.values(), ids=HARMFUL)
def test_harmful_words_in_any_other_field_are_kept_as_typed_or_refused(desk, words) -> None:
    """Names, subjects, reasons, calls and records: kept as they are, or an error of ours."""
    service = desk.store.read().records["services"]["refuge"]
    draft_id = desk.drafts.open(desk["Efa"], "service.refuge")
    ada, efa = desk["Ada"], desk["Efa"]
    owner = {**service, "owner": words}
    acts: tuple[tuple[Callable[[], Any], Callable[[], Any]], ...] = (
        (
            lambda: desk.people.invite(ada, words, ["editor"], []),
            lambda: desk[" ".join(words.split())].name,
        ),
        (
            lambda: desk.drafts.open(efa, words),
            lambda: desk.drafts.all("open")[0].subject,
        ),
        (
            lambda: desk.drafts.open(efa, f"subject {next(NUMBERS)}", words),
            lambda: desk.drafts.all("open")[0].why,
        ),
        (
            lambda: desk.drafts.confirm_call(efa, draft_id, "refuge", "2026-11-26", words, words),
            lambda: desk.deeds()[-1].new,
        ),
        (
            lambda: desk.drafts.save_record(efa, draft_id, "services", "refuge", owner),
            lambda: desk.drafts.get(draft_id).value("records", "services/refuge")["owner"],
        ),
        (
            lambda: desk.takedowns.switch_off(efa, "chat", words),
            lambda: desk.store.read().records["switches"]["chat"]["why"],
        ),
        (
            lambda: desk.drafts.save_text(efa, draft_id, "en", words, "x"),
            lambda: next(e.name for e in desk.drafts.get(draft_id).entries if e.value == "x"),
        ),
        (lambda: desk.takedowns.switch_off(efa, words, "why"), lambda: None),
        (lambda: desk.takedowns.hide_number(efa, words, "why"), lambda: None),
        (lambda: desk.drafts.set_kind(efa, draft_id, words, "why"), lambda: None),
        (lambda: desk.drafts.approve(desk["Petra"], draft_id, words), lambda: None),
    )
    for act, kept in acts:
        before = desk.tables()
        if tried(act):
            assert kept() == words
        else:
            assert desk.tables() == before
    assert history.broken(desk.store.database) == []
    assert desk.store.load().texts


# --- secrets


def test_no_secret_lies_in_any_table_in_the_clear(desk) -> None:
    """Passwords, tokens and codes are digests alone; the second factor's secret is sealed."""
    invitation = desk.people.invite(desk["Ada"], "Nia", ["editor"], [])
    secret, typed = new_totp_secret(), "my password, in the wrong field"
    code = desk.clock.code(secret)
    recovery = desk.people.take_up(invitation, "another long sentence", secret, code)
    desk.clock.forward(minutes=1)
    used = desk.clock.code(secret)
    session = desk.people.sign_in("Nia", "another long sentence", used)
    open_invitation = desk.people.invite(desk["Ada"], "Mair", ["editor"], [])
    for name, password, given in ((typed, typed, typed), ("Nia", typed, typed)):
        with pytest.raises(EditingError):
            desk.people.sign_in(name, password, given)

    tables = desk.tables()
    dump = repr(tables)
    for hidden in (
        *(invitation, open_invitation, session, *recovery, desk.password, typed),
        *("another long sentence", *desk.accounts["Ada"].recovery_codes),
    ):
        assert hidden not in dump
    assert secret not in dump
    assert all(used not in repr(row) for row in tables["history"])
    assert repr(tables["people"]).count("$argon2id$") == len(desk.names) + 1


# --- the tables


def step(desk, act: Callable[[Config, str], None], revision: str) -> None:
    """Takes the migrations forward or back."""
    engine = create_engine(desk.url, future=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        act(config, revision)
    engine.dispose()


def test_the_tables_of_editing_go_and_come_back_and_content_stays(desk) -> None:
    """Back to the version before editing and forward again: what was published is all there."""
    desk.sign_in("Efa")
    desk.people.invite(desk["Ada"], "Nia", ["editor"], [])
    desk.change({(language, SHORT): "new" for language in LANGUAGES}, "dangerous")
    waiting = desk.write({("en", SHORT): "newer"})
    desk.approve(waiting)
    desk.drafts.confirm_call(desk["Efa"], waiting, *CALL)
    desk.run(
        "INSERT INTO previews (digest, draft_id, ends_at) VALUES ('x', :id, '2026-11-27 00:00:00')",
        id=waiting,
    )
    before = desk.store.load()
    content = {"revisions", "records", "texts", "alembic_version"}
    assert all(rows for rows in desk.tables().values())

    step(desk, command.downgrade, "0002")
    assert set(desk.tables()) == content
    assert desk.store.load() == before

    step(desk, command.upgrade, "head")
    assert {name for name, rows in desk.tables().items() if rows} == content
    assert desk.store.load() == before
    token, secret = desk.people.add_first("Siân"), new_totp_secret()
    desk.people.take_up(token, desk.password, secret, desk.clock.code(secret))
    assert desk["Siân"].may(ADMINISTRATOR)
