"""Many texts at once, and many drafts: as each would be alone, and no slower for being many."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from bot.content.never import WRONG_NUMBERS
from bot.editing import history
from bot.errors import ConflictError, ContentError

SHORT = "money.debt.short"
MANY = {f"money.debt.{part}": f"new {part}" for part in ("label", "short", "more")}


def test_many_texts_are_saved_as_each_would_be_alone(desk) -> None:
    """Text by text or all at once, draft, versions and history come out the same."""
    alone, at_once = (desk.drafts.open(desk["Tomos"], name) for name in ("alone", "at once"))
    for draft_id in (alone, at_once):
        desk.drafts.save_text(desk["Tomos"], draft_id, "cy", SHORT, "  was  ")
        desk.drafts.submit(desk["Tomos"], draft_id)
    before = len(desk.deeds())
    each = {
        msgid: desk.drafts.save_text(desk["Tomos"], alone, "cy", msgid, text, msgid == SHORT)
        for msgid, text in MANY.items()
    }
    middle = len(desk.deeds())
    assert desk.drafts.save_texts(desk["Tomos"], at_once, "cy", MANY, {SHORT: 1}) == each

    one, other = desk.drafts.get(alone), desk.drafts.get(at_once)
    assert one.entries == other.entries
    assert (one.state, one.writers) == (other.state, other.writers)
    told = [(deed.who, deed.act, deed.what, deed.old, deed.new) for deed in desk.deeds()[before:]]
    assert told[: middle - before] == told[middle - before :]
    assert history.broken(desk.store.database) == []
    # The same once more is nothing new, whatever was seen, and tells nothing.
    assert desk.drafts.save_texts(desk["Tomos"], at_once, "cy", MANY, {}) == each
    assert len(desk.deeds()) == before + len(told)


@pytest.mark.parametrize(
    ("spoilt", "error"),
    [
        ("a\0b", "a character that cannot be stored"),
        (next(iter(WRONG_NUMBERS)), f"cy {SHORT}: .*wrong number"),
        ("theirs is other", "conflict"),
    ],
)
def test_of_many_texts_all_are_saved_or_none(desk, spoilt, error) -> None:
    """One that is refused keeps back the rest, and the refusal is that of the one."""
    draft_id = desk.write({("cy", SHORT): "un Mair"}, by="Olwen")
    seen = {SHORT: 0 if error == "conflict" else 1}
    before = desk.tables()
    with pytest.raises((ContentError, ConflictError), match=error):
        desk.drafts.save_texts(desk["Tomos"], draft_id, "cy", {**MANY, SHORT: spoilt}, seen)
    assert desk.tables() == before


def test_many_texts_are_of_a_language_of_theirs_and_of_an_open_draft(desk) -> None:
    """Who may not save one may not save many, nor into a draft that is closed."""
    draft_id = desk.drafts.open(desk["Tomos"], "import.cy")
    with desk.refuses("may_not"):
        desk.drafts.save_texts(desk["Tomos"], draft_id, "es", MANY, {})
    with desk.refuses("may_not"):
        desk.drafts.save_texts(desk["Paul"], draft_id, "cy", MANY, {})
    desk.drafts.drop(desk["Tomos"], draft_id)
    with desk.refuses("draft_closed"):
        desk.drafts.save_texts(desk["Tomos"], draft_id, "cy", MANY, {})


def test_many_dangerous_texts_take_each_of_their_answers_away(desk) -> None:
    """Saved at once into a dangerous draft, every answer goes, and lifelines stay."""
    draft_id = desk.write({("en", SHORT): "new"}, kind="dangerous")
    names = ("money.debt", "money.tax", "safety.plan", "money.now")
    texts = {f"{name}.label": "new" for name in names}
    desk.drafts.save_texts(desk["Efa"], draft_id, "en", texts, {})
    gone = {"answer.money.debt", "answer.money.tax", "answer.safety.plan"}
    assert desk.store.load().switches == gone


def test_a_list_holds_drafts_as_each_is_alone(desk) -> None:
    """Read together, no draft has anything of another: texts, agreements, calls, writers."""
    row = desk.store.read().records["services"]["refuge"]
    for subject, by, phone in (("a.a", "Olwen", "0808 157 0001"), ("b.b", "Efa", "0808 157 0002")):
        draft_id = desk.write({("en", SHORT): subject}, subject=subject, kind="wording", by=by)
        changed = {**row, "phone": phone}
        desk.drafts.save_record(desk[by], draft_id, "services", "refuge", changed)
        desk.drafts.approve(desk["Petra" if by == "Efa" else "Paul"], draft_id, "en")
    desk.drafts.confirm_call(desk["Efa"], draft_id, "refuge", "2026-11-26", "Nia", "right")
    ids = [*(desk.drafts.open(desk["Efa"], f"c.{n}") for n in range(10)), draft_id - 1, draft_id]

    found = {draft.id: draft for draft in desk.drafts.all("open", "waiting")}
    assert found == {draft_id: desk.drafts.get(draft_id) for draft_id in ids}
    assert [found[one].rung for one in (draft_id - 1, draft_id)] == [set(), {"refuge"}]
    assert found[draft_id].writers == {(part, desk["Efa"].id) for part in ("en", "records")}


def test_a_list_costs_the_same_however_many_drafts_are_in_it(desk) -> None:
    """What drafts have in common is read once, not for each."""
    engine = desk.store.database._engine
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    costs = []
    for subject in ("a.a", "b.b", "c.c"):
        desk.write({("en", SHORT): subject}, subject=subject)
        asked.clear()
        desk.drafts.all("open")
        costs.append(len(asked))
    assert costs[0] == costs[1] == costs[2] > 1
