"""Calls: a number changes when somebody has rung about that very number, and not otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from bot.content.database import MIGRATIONS

CALL = ("refuge", "2026-11-26", "Nia", "it is right")
OTHERS = [
    {"phone": "0808 157 0777"},
    {"phone": None},
    {"sms": "07700 900777"},
    {"sms": None},
    {"publish": "A"},
    {"checked_on": "2026-11-26"},
]


def needs(desk, draft_id: int, what: str) -> set[tuple[str, str]]:
    found = desk.drafts.needs(desk.drafts.get(draft_id))
    return {(need.part, need.name) for need in found if need.what == what}


def save(desk, draft_id: int, by: str = "Efa", **changes: Any) -> None:
    """Saves changes of the service over what the draft has of it, or over what is live."""
    entry = desk.drafts.get(draft_id).entry("records", "services/refuge")
    data = entry.value if entry else desk.store.read().records["services"]["refuge"]
    seen = entry.version if entry else 0
    desk.drafts.save_record(desk[by], draft_id, "services", "refuge", {**data, **changes}, seen)


def rung(desk) -> int:
    """Returns a draft of another number, which somebody has rung about."""
    draft_id = desk.drafts.open(desk["Efa"], "service.refuge")
    save(desk, draft_id, phone="0808 157 0999", publish="B", checked_on="2026-11-25")
    desk.drafts.confirm_call(desk["Efa"], draft_id, *CALL)
    assert desk.drafts.get(draft_id).rung == {"refuge"}
    assert needs(desk, draft_id, "call") == set()
    return draft_id


def is_refused(desk, draft_id: int) -> None:
    """Whoever agrees to the draft, it is not published before somebody has rung."""
    desk.approve(draft_id)
    assert desk.drafts.get(draft_id).rung == set()
    assert needs(desk, draft_id, "call") == {("records", "refuge")}
    with desk.refuses("needs"):
        desk.drafts.publish(desk["Petra"], draft_id)


@pytest.mark.parametrize(
    ("change", "is_rung"),
    [
        ({"phone": "0808 157 0999"}, True),
        ({"phone": None}, True),
        ({"sms": "07700 900999"}, True),
        ({"publish": "B"}, True),
        ({"checked_on": "2026-11-26"}, True),
        ({"owner": "another", "url": "https://example.org", "free": True}, False),
    ],
)
def test_nobody_changes_a_number_without_having_rung(desk, change, is_rung) -> None:
    """A number, its mark or its date needs a call in this draft; anything else does not."""
    data = {**desk.store.read().records["services"]["refuge"], **change}
    draft_id = desk.drafts.open(desk["Efa"], "service.refuge")
    desk.drafts.save_record(desk["Efa"], draft_id, "services", "refuge", data)
    desk.approve(draft_id)
    assert needs(desk, draft_id, "call") == ({("records", "refuge")} if is_rung else set())
    if is_rung:
        with desk.refuses("needs"):
            desk.drafts.publish(desk["Petra"], draft_id)
        # A call for another service is none for this one.
        desk.drafts.confirm_call(desk["Efa"], draft_id, "x", "2026-11-26", "Nia", "right")
        with desk.refuses("needs"):
            desk.drafts.publish(desk["Petra"], draft_id)
        desk.drafts.confirm_call(desk["Efa"], draft_id, "refuge", "2026-11-26", "Nia", "right")

    desk.drafts.publish(desk["Petra"], draft_id)
    assert desk.store.read().records["services"]["refuge"] == data


def test_a_call_is_of_one_draft(desk) -> None:
    """Last month's call is no proof for this month's change."""
    data = desk.store.read().records["services"]["refuge"]
    for number, is_rung in (("0808 157 0001", True), ("0808 157 0002", False)):
        draft_id = desk.drafts.open(desk["Efa"], "service.refuge")
        changed = {**data, "phone": number}
        desk.drafts.save_record(desk["Efa"], draft_id, "services", "refuge", changed)
        desk.approve(draft_id)
        if is_rung:
            desk.drafts.confirm_call(desk["Efa"], draft_id, "refuge", "2026-11-26", "Nia", "yes")
            desk.drafts.publish(desk["Petra"], draft_id)
    assert needs(desk, draft_id, "call") == {("records", "refuge")}


def test_a_new_service_is_rung_and_one_that_goes_is_not(desk) -> None:
    """A row that appears brings a number; one that is taken away shows none."""
    data = desk.store.read().records["services"]["refuge"]
    draft_id = desk.drafts.open(desk["Efa"], "service.new")
    desk.drafts.save_record(desk["Efa"], draft_id, "services", "new", data)
    desk.drafts.save_record(desk["Efa"], draft_id, "services", "refuge", None)
    assert needs(desk, draft_id, "call") == {("records", "new")}


@pytest.mark.parametrize(
    "wrong",
    [
        *({"spoke_to": ""}, {"spoke_to": " "}, {"said": ""}, {"said": "\n"}, {"called_on": ""}),
        *({"called_on": "yesterday"}, {"called_on": "2026-11-31"}, {"called_on": "2027-11-26"}),
        {"called_on": "2026-11-26" * 5},
    ],
)
def test_a_call_is_of_a_day_with_somebody_about_something(desk, wrong) -> None:
    """A call without a day, in the future, with nobody or about nothing is none."""
    draft_id = desk.drafts.open(desk["Efa"], "service.refuge")
    call = {"called_on": "2026-11-26", "spoke_to": "Nia", "said": "it is right", **wrong}
    with desk.refuses("call_empty"):
        desk.drafts.confirm_call(desk["Efa"], draft_id, "refuge", **call)


# --- what a call was about


@pytest.mark.parametrize("by", ["Efa", "Eben"])
@pytest.mark.parametrize("change", OTHERS, ids=str)
def test_a_call_is_of_the_number_that_was_confirmed(desk, change, by) -> None:
    """Rung about one number, changed to another: whoever did it, somebody rings again."""
    draft_id = rung(desk)
    save(desk, draft_id, by, **change)
    is_refused(desk, draft_id)

    desk.drafts.confirm_call(desk["Eben"], draft_id, *CALL)
    desk.drafts.publish(desk["Petra"], draft_id)
    live = desk.store.read().records["services"]["refuge"]
    assert change.items() <= live.items()


def test_the_number_that_was_confirmed_stays_so_when_it_comes_back(desk) -> None:
    """Mistyped and mended, it is the number that was read out: nobody needs to ring again."""
    draft_id = rung(desk)
    save(desk, draft_id, phone="0808 157 0998")
    is_refused(desk, draft_id)
    save(desk, draft_id, phone="0808 157 0999")
    desk.approve(draft_id)
    assert desk.drafts.publish(desk["Petra"], draft_id)


def test_what_nobody_asks_on_the_phone_may_change_after_a_call(desk) -> None:
    """Another web address or owner leaves the call as good as it was."""
    draft_id = rung(desk)
    save(desk, draft_id, "Eben", url="https://example.org", owner="another", free=True)
    assert desk.drafts.get(draft_id).rung == {"refuge"}
    desk.approve(draft_id)
    assert desk.drafts.publish(desk["Petra"], draft_id)


def test_a_call_from_before_the_number_was_saved_counts_for_nothing(desk) -> None:
    """Nobody knows which number was confirmed when there was none in the draft."""
    draft_id = desk.drafts.open(desk["Efa"], "service.refuge")
    desk.drafts.confirm_call(desk["Efa"], draft_id, *CALL)
    save(desk, draft_id, phone="0808 157 0999")
    is_refused(desk, draft_id)


def test_a_later_call_takes_the_place_of_the_earlier(desk) -> None:
    """Rung about the first, then about the second: the first needs a call again."""
    draft_id = rung(desk)
    save(desk, draft_id, phone="0808 157 0998")
    desk.drafts.confirm_call(desk["Efa"], draft_id, *CALL)
    save(desk, draft_id, phone="0808 157 0999")
    is_refused(desk, draft_id)


def test_a_call_from_before_a_number_was_hidden_does_not_bring_it_back(desk) -> None:
    """Whoever hid it knew more than the call: saved again and agreed to, somebody rings first."""
    draft_id = rung(desk)
    desk.takedowns.hide_number(desk["Paul"], "refuge", "it rings at a stranger's")
    save(desk, draft_id)
    is_refused(desk, draft_id)

    desk.drafts.confirm_call(desk["Efa"], draft_id, *CALL)
    desk.drafts.publish(desk["Petra"], draft_id)
    assert desk.store.read().records["services"]["refuge"]["phone"] == "0808 157 0999"


def test_what_else_is_published_meanwhile_leaves_a_call_as_it_is(desk) -> None:
    """Texts, switches and other things of the row are no reason to ring again."""
    draft_id = rung(desk)
    desk.change({("en", "money.tax.short"): "other"})
    other = desk.drafts.open(desk["Eben"], "service.other")
    save(desk, other, "Eben", owner="another")
    desk.approve(other)
    desk.drafts.publish(desk["Petra"], other)
    save(desk, draft_id)
    desk.approve(draft_id)
    assert desk.drafts.publish(desk["Petra"], draft_id)


def test_a_published_draft_tells_its_calls_for_ever(desk) -> None:
    """What was rung about then is still told when the service has another number."""
    draft_id = rung(desk)
    desk.approve(draft_id)
    desk.drafts.publish(desk["Petra"], draft_id)
    desk.takedowns.hide_number(desk["Efa"], "refuge", "moved again")

    assert desk.drafts.get(draft_id).rung == {"refuge"}
    assert desk.drafts.all("published")[0].rung == {"refuge"}


def test_calls_of_earlier_versions_stay_and_count_for_nothing(desk) -> None:
    """Back to the tables of before and forward again: each call is there, of no number."""
    draft_id = rung(desk)
    before = desk.tables()
    engine = create_engine(desk.url, future=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    for act, revision in ((command.downgrade, "0003"), (command.upgrade, "head")):
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            act(config, revision)
    engine.dispose()

    after = desk.tables()
    [call] = before["confirmations"]
    assert after["confirmations"] == [(*call[:-1], None)]
    assert [after[name] for name in ("drafts", "draft_entries", "history")] == [
        before[name] for name in ("drafts", "draft_entries", "history")
    ]
    is_refused(desk, draft_id)
    desk.drafts.confirm_call(desk["Efa"], draft_id, *CALL)
    assert desk.drafts.publish(desk["Petra"], draft_id)
