"""The history: every act is in it, with old and new, and a quiet change of it shows."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from bot.editing import history

SHORT = "money.debt.short"


def last(desk, acts: int = 1) -> list[tuple[str, ...]]:
    """Returns the newest deeds, the oldest of them first, as who, act, what, old, new, why."""
    return [(one.who, one.act, one.what, one.old, one.new, one.why) for one in desk.deeds()[-acts:]]


def test_each_act_on_a_draft_is_told_with_old_and_new(desk) -> None:
    """From the first word to what stands published: who, what, and why."""
    before = len(desk.deeds())
    draft_id = desk.write({("en", SHORT): "one"})
    desk.write({("en", SHORT): "two"})
    desk.drafts.set_kind(desk["Efa"], draft_id, "improved", "clearer")
    desk.drafts.set_kind(desk["Petra"], draft_id, "wording", "the same")
    desk.drafts.submit(desk["Efa"], draft_id)
    desk.drafts.approve(desk["Petra"], draft_id, "en")
    desk.drafts.publish(desk["Petra"], draft_id)

    saved, was = f"draft {draft_id}", "money.debt short en"
    assert last(desk, len(desk.deeds()) - before) == [
        ("Efa", "opened", "money.debt", None, None, "because"),
        ("Efa", "saved", f"en {SHORT}", None, "one", saved),
        ("Efa", "saved", f"en {SHORT}", "one", "two", saved),
        ("Efa", "said the kind", "money.debt", None, "improved", "clearer"),
        ("Petra", "said the kind", "money.debt", "improved", "wording", "the same"),
        ("Efa", "handed over", "money.debt", None, None, ""),
        ("Petra", "approved", "money.debt", None, "en", ""),
        (
            *("Petra", "published", f"en {SHORT}", was, "two"),
            "the same (by Efa, approved by Petra)",
        ),
    ]
    assert history.broken(desk.store.database) == []


def test_a_draft_given_up_is_told(desk) -> None:
    """Who gave it up is in the history."""
    draft_id = desk.write({("en", SHORT): "one"})
    desk.drafts.drop(desk["Petra"], draft_id)
    assert last(desk) == [("Petra", "dropped", "money.debt", None, None, "")]


def test_records_and_calls_are_told_with_old_and_new(desk) -> None:
    """A row in full before and after, and what was confirmed by whom on which day."""
    old = desk.store.read().records["services"]["refuge"]
    new = {**old, "phone": "0808 157 0999"}
    draft_id = desk.drafts.open(desk["Efa"], "service.refuge", "moved")
    desk.drafts.save_record(desk["Efa"], draft_id, "services", "refuge", new)
    desk.drafts.confirm_call(desk["Efa"], draft_id, "refuge", "2026-11-25", "Nia", "no answer")
    desk.drafts.confirm_call(desk["Eben"], draft_id, "refuge", "2026-11-26", "Nia", "it is right")
    desk.approve(draft_id)
    desk.drafts.publish(desk["Petra"], draft_id)

    *_, saved, first, second, _approved, published = desk.deeds()
    assert (saved.old, json.loads(saved.new or "")) == (None, new)
    assert (first.who, first.act, first.what) == ("Efa", "rang", "service.refuge")
    assert (first.old, first.new, first.why) == (None, "no answer", "2026-11-25: Nia")
    assert (second.who, second.old, second.new) == ("Eben", "no answer", "it is right")
    assert (json.loads(published.old or ""), json.loads(published.new or "")) == (old, new)
    assert published.what == "records services/refuge"


def test_taking_away_and_bringing_back_are_told(desk) -> None:
    """What one person took away, and what the new set of a dangerous change brought back."""
    desk.takedowns.switch_off(desk["Efa"], "chat", "all is wrong")
    assert last(desk) == [("Efa", "switched off", "chat", "on", "off", "all is wrong")]
    desk.takedowns.hide_number(desk["Efa"], "refuge", "a stranger's")
    deed = desk.deeds()[-1]
    assert (deed.act, deed.what, deed.why) == ("hid the number", "service.refuge", "a stranger's")
    assert json.loads(deed.old or "")["publish"] == "A"
    assert json.loads(deed.new or "")["publish"] == "C"

    texts = {(language, SHORT): "new" for language in ("en", "es", "cy", "pt")}
    draft_id = desk.write(texts, kind="dangerous")
    assert last(desk)[0][:3] == ("Efa", "switched off", "answer.money.debt")
    desk.approve(draft_id)
    desk.drafts.publish(desk["Petra"], draft_id)
    assert ("Petra", "switched on", "answer.money.debt", "off", "on", "because") in last(desk, 5)


def test_a_switch_that_is_lifted_is_told(desk) -> None:
    """Why it was off, and who agreed that it is not any more."""
    desk.takedowns.switch_off(desk["Efa"], "chat", "all is wrong")
    draft_id = desk.takedowns.lift(desk["Efa"], "chat", "all is well")
    desk.approve(draft_id)
    desk.drafts.publish(desk["Petra"], draft_id)

    deed = desk.deeds()[-1]
    assert (deed.act, deed.what, deed.new) == ("published", "records switches/chat", None)
    assert json.loads(deed.old or "") == {"why": "all is wrong"}
    assert deed.why == "all is well (by Efa, approved by Petra)"


def test_going_back_is_told_text_by_text(desk) -> None:
    """The old words that somebody put into a draft are in the history as if they typed them."""
    then = desk.store.latest_revision()
    desk.change({("en", SHORT): "worse"})
    draft_id = desk.drafts.take_back(desk["Efa"], "money.debt", then, "it was better")

    assert last(desk, 2) == [
        ("Efa", "opened", "money.debt", None, None, "it was better"),
        ("Efa", "saved", f"en {SHORT}", None, "money.debt short en", f"draft {draft_id}"),
    ]


def test_each_change_of_an_account_is_told(desk) -> None:
    """Who was let in, with which rights, by whom; and who came, or tried to."""
    before = len(desk.deeds())
    ada = desk["Ada"]
    desk.people.invite(ada, "Nia", ["translator"], ["cy"])
    desk.people.change(ada, desk["Nia"].id, ["editor", "approver"], ["pt"], is_active=False)
    desk.people.invite_again(ada, desk["Efa"].id)
    desk.sign_in("Petra")
    for name in ("Petra", "my password, in the wrong field"):
        with pytest.raises(Exception, match="wrong"):
            desk.people.sign_in(name, "x", "y")
    desk.people.confirm(desk["Petra"], "x")

    assert last(desk, len(desk.deeds()) - before) == [
        ("Ada", "invited", "Nia", None, "translator, cy", ""),
        ("Ada", "changed account", "Nia", "translator, cy", "approver, editor, pt (closed)", ""),
        ("Ada", "invited again", "Efa", None, None, ""),
        ("Petra", "signed in", "desk", None, None, ""),
        ("Petra", "failed to sign in", "desk", None, None, ""),
        ("somebody unknown", "failed to sign in", "desk", None, None, ""),
        ("Petra", "failed to confirm", "desk", None, None, ""),
    ]


def test_a_locked_account_is_told(desk) -> None:
    """Somebody who knocks at a locked door is seen to."""
    for _ in range(6):
        with pytest.raises(Exception, match=r"wrong|locked"):
            desk.people.sign_in("Petra", "x", "y")
    assert [deed.act for deed in desk.deeds()[-2:]] == ["failed to sign in", "locked out"]


def test_moments_are_told_in_utc_to_the_second(desk) -> None:
    """A row says when, and of which zone."""
    desk.takedowns.switch_off(desk["Efa"], "chat", "why")
    moment = datetime.fromisoformat(desk.deeds()[-1].at)
    assert moment == desk.clock.moment
    assert moment.utcoffset() is not None


def test_the_history_is_read_newest_first_and_of_one_thing(desk) -> None:
    """A page shows the last deeds, or those on one text."""
    desk.change({("en", SHORT): "one", ("cy", SHORT): "un"})
    desk.change({("en", SHORT): "two"})
    found = history.read(desk.store.database, what=f"en {SHORT}")

    assert [(one.act, one.new) for one in found] == [
        *(("published", "two"), ("saved", "two")),
        *(("published", "one"), ("saved", "one")),
    ]
    newest = history.read(desk.store.database, most=3)
    assert [one.id for one in newest] == sorted((one.id for one in desk.deeds()), reverse=True)[:3]


# --- a quiet change


@pytest.mark.parametrize("column", ["at", "who", "act", "what", "old", "new", "why", "digest"])
def test_a_changed_row_is_found(desk, column) -> None:
    """Whatever of a row is changed behind the program's back, that row shows it."""
    desk.change({("en", SHORT): "one"})
    ids = [deed.id for deed in desk.deeds()]
    target = ids[-3]
    desk.run(
        f"UPDATE history SET {column} = 'x' WHERE id = :id",  # noqa: S608 - a column of our own
        id=target,
    )

    found = history.broken(desk.store.database)
    assert target in found
    assert set(found) <= {target, ids[-2]}


@pytest.mark.parametrize("place", [0, 1, -2])
def test_a_removed_row_is_found(desk, place) -> None:
    """The row after one that is gone does not follow from what stands before it."""
    ids = [deed.id for deed in desk.deeds()]
    desk.run("DELETE FROM history WHERE id = :id", id=ids[place])
    assert history.broken(desk.store.database) == [ids[place + 1]]


def test_reordered_rows_are_found(desk) -> None:
    """Two deeds that changed places did not happen so."""
    *_, one, other, _after = [deed.id for deed in desk.deeds()]
    for old, new in ((one, -1), (other, one), (-1, other)):
        desk.run("UPDATE history SET id = :new WHERE id = :old", old=old, new=new)
    assert {one, other} <= set(history.broken(desk.store.database))


def test_a_row_slipped_in_is_found(desk) -> None:
    """A deed that nobody did does not follow, however its digest was made."""
    ids = [deed.id for deed in desk.deeds()]
    desk.run("UPDATE history SET id = id + 1000 WHERE id = :id", id=ids[-1])
    desk.run(
        "INSERT INTO history (id, at, who, act, what, why, digest) SELECT :id, at, who, act, what,"
        " why, digest FROM history WHERE id = :before",
        id=ids[-1],
        before=ids[-2],
    )
    assert history.broken(desk.store.database)


def test_words_moved_from_one_column_to_the_next_are_found(desk) -> None:
    """The digest covers each column by itself, not only their letters in a row."""
    desk.change({("en", SHORT): "one"})
    target = desk.deeds()[-1]
    desk.run(
        "UPDATE history SET old = NULL, new = :new WHERE id = :id",
        new=f"{target.old}{target.new}",
        id=target.id,
    )
    assert history.broken(desk.store.database) == [target.id]


def test_a_history_that_nobody_touched_is_whole(desk) -> None:
    """After any number of acts, refused ones among them, nothing is broken."""
    desk.change({("en", SHORT): "one\n'é'\U0001f600", ("cy", SHORT): None})
    with desk.refuses("may_not"):
        desk.takedowns.switch_off(desk["Tess"], "chat", "why")
    desk.takedowns.switch_off(desk["Efa"], "topic.money", "%s {why} \\ \"'")
    assert history.broken(desk.store.database) == []
    assert len(desk.deeds()) > 20
