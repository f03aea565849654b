"""Taking away is one person's act, and immediate; bringing back needs two."""

from __future__ import annotations

from datetime import date

import pytest

from bot.content.freshness import SWITCHED_OFF, standing
from bot.content.rows import Changes
from bot.languages import LANGUAGES

TODAY = date(2026, 11, 26)


def withheld(desk) -> set[str]:
    """Returns the answers that give way to the interim text in every language."""
    content = desk.store.load()
    return {
        name
        for name, answer in content.answers.items()
        if all(
            standing(content, answer, language, TODAY).warning == SWITCHED_OFF
            for language in LANGUAGES
        )
    }


@pytest.mark.parametrize(
    ("switch", "expected"),
    [
        ("answer.money.debt", {"money.debt"}),
        ("answer.safety.plan", {"safety.plan"}),
        ("topic.money", {"money.debt", "money.tax"}),
        ("chat", {"money.debt", "money.tax"}),
    ],
)
@pytest.mark.parametrize("name", ["Efa", "Petra"])
def test_one_person_switches_off_and_it_holds_at_once(desk, name, switch, expected) -> None:
    """An answer, a topic or the chat gives way in all languages, by one person, but no lifeline."""
    before = desk.store.latest_revision()
    revision = desk.takedowns.switch_off(desk[name], switch, "the law has changed")

    assert revision == desk.store.latest_revision() == before + 1
    assert withheld(desk) == expected


@pytest.mark.parametrize(
    "switch",
    [
        *("answer.money.now", "answer.safety.call", "topic.safety", "answer.nothing", "topic.x"),
        *("", "answer", "answer.", "topic.", "Chat", "chat.", "answer.money", "service.refuge"),
        "x'; DROP TABLE records; --",
    ],
)
def test_lifelines_and_what_is_not_there_are_never_switched_off(desk, switch) -> None:
    """A lifeline, a topic that is always on, and a name that nothing has are refused."""
    with desk.refuses("no_switch"):
        desk.takedowns.switch_off(desk["Efa"], switch, "why")
    assert withheld(desk) == set()


@pytest.mark.parametrize("why", ["", " ", "\n\t"])
def test_taking_away_needs_a_reason(desk, why) -> None:
    """Nothing is taken away without a word of why."""
    with desk.refuses("why_empty"):
        desk.takedowns.switch_off(desk["Efa"], "chat", why)
    with desk.refuses("why_empty"):
        desk.takedowns.hide_number(desk["Efa"], "refuge", why)


def test_one_person_hides_a_number_and_it_holds_at_once(desk) -> None:
    """No number of the service is shown any more; everything else of it stays."""
    before = desk.store.load().services["refuge"]
    assert before.shown_phone
    assert before.shown_sms
    desk.takedowns.hide_number(desk["Petra"], "refuge", "it rings at a stranger's")

    after = desk.store.load().services["refuge"]
    assert (after.shown_phone, after.shown_sms) == (None, None)
    assert (after.phone, after.url, after.owner) == (before.phone, before.url, before.owner)


def test_a_service_that_is_not_there_has_no_number_to_hide(desk) -> None:
    """A name that nothing has is refused."""
    with desk.refuses("no_service"):
        desk.takedowns.hide_number(desk["Efa"], "nobody's", "why")


@pytest.mark.parametrize("name", ["Efa", "Petra", "Olwen"])
@pytest.mark.parametrize(
    ("service_id", "numbers"),
    [
        ("police-999", {"phone": "0808 157 0123"}),
        ("nhs-111", {"phone": None, "sms": None}),
        ("samaritans", {"phone": "116 123"}),
        ("refuge", {"phone": "999"}),
        ("refuge", {"phone": "1 1 2"}),
        ("refuge", {"sms": "111"}),
    ],
)
def test_emergency_lines_are_never_hidden(desk, name, service_id, numbers) -> None:
    """Whoever asks, and however: 999, 111, 112 and what every list of services ends with stay."""
    data = {**desk.store.read().records["services"]["refuge"], **numbers}
    texts = {("en", f"service.{service_id}.{part}"): "text" for part in ("label", "short")}
    records = {("services", service_id): data}
    desk.store.publish(Changes(records=records, texts=texts), origin="desk", note="test")
    before = desk.tables()

    with desk.refuses("emergency_number"):
        desk.takedowns.hide_number(desk[name], service_id, "why")
    assert desk.tables() == before


def test_a_number_that_only_begins_like_999_can_be_hidden(desk) -> None:
    """The rule is about whole numbers."""
    data = {**desk.store.read().records["services"]["refuge"], "phone": "0999 111 112"}
    changes = Changes(records={("services", "refuge"): data})
    desk.store.publish(changes, origin="desk", note="test")
    desk.takedowns.hide_number(desk["Efa"], "refuge", "why")

    assert desk.store.load().services["refuge"].shown_phone is None


@pytest.mark.parametrize("switch", ["answer.money.debt", "topic.money", "chat"])
def test_bringing_back_needs_two(desk, switch) -> None:
    """Whoever lifts a switch cannot agree to it; with a second person it is gone."""
    desk.takedowns.switch_off(desk["Olwen"], switch, "why")
    gone = withheld(desk)
    draft_id = desk.takedowns.lift(desk["Olwen"], switch, "it is good again")

    assert withheld(desk) == gone
    with desk.refuses("own_work"):
        desk.drafts.approve(desk["Olwen"], draft_id, "records")
    with desk.refuses("needs"):
        desk.drafts.publish(desk["Olwen"], draft_id)
    desk.drafts.approve(desk["Petra"], draft_id, "records")
    desk.drafts.publish(desk["Olwen"], draft_id)
    assert withheld(desk) == set()


def test_lifting_twice_is_one_draft(desk) -> None:
    """Two people who lift the same switch find themselves in one draft."""
    desk.takedowns.switch_off(desk["Efa"], "chat", "why")
    first = desk.takedowns.lift(desk["Efa"], "chat", "why")

    assert desk.takedowns.lift(desk["Eben"], "chat", "why") == first


def test_a_publisher_who_may_not_lift_leaves_no_draft_behind(desk) -> None:
    """Lifting is an editor's; refused, it has not even begun."""
    desk.takedowns.switch_off(desk["Petra"], "chat", "why")
    with desk.refuses("may_not"):
        desk.takedowns.lift(desk["Petra"], "chat", "why")


def test_a_switch_thrown_after_a_lift_was_agreed_to_stays(desk) -> None:
    """Somebody who switches off again overtakes the draft that would lift it."""
    desk.takedowns.switch_off(desk["Efa"], "chat", "why")
    draft_id = desk.takedowns.lift(desk["Efa"], "chat", "why")
    desk.drafts.approve(desk["Petra"], draft_id, "records")
    desk.takedowns.switch_off(desk["Eben"], "chat", "there is more")

    with desk.refuses("overtaken"):
        desk.drafts.publish(desk["Petra"], draft_id)
    # The same again, now that it is known: somebody has to agree anew.
    desk.takedowns.lift(desk["Efa"], "chat", "why")
    with desk.refuses("needs"):
        desk.drafts.publish(desk["Petra"], draft_id)


def test_a_hidden_number_comes_back_by_a_call_and_two_people(desk) -> None:
    """To show it again somebody rings, and a second person agrees."""
    shown = desk.store.read().records["services"]["refuge"]
    desk.takedowns.hide_number(desk["Olwen"], "refuge", "why")
    draft_id = desk.drafts.open(desk["Olwen"], "service.refuge")
    again = {**shown, "checked_on": "2026-11-26"}
    desk.drafts.save_record(desk["Olwen"], draft_id, "services", "refuge", again)
    desk.drafts.approve(desk["Petra"], draft_id, "records")
    with desk.refuses("needs"):
        desk.drafts.publish(desk["Olwen"], draft_id)

    desk.drafts.confirm_call(
        desk["Olwen"], draft_id, "refuge", "2026-11-26", "Nia", "the number is right"
    )
    desk.drafts.publish(desk["Olwen"], draft_id)
    assert desk.store.load().services["refuge"].shown_phone == shown["phone"]


def test_a_number_hidden_after_a_change_was_agreed_to_stays_hidden(desk) -> None:
    """A draft from before overtakes nothing, even when it is saved again as it was."""
    shown = desk.store.read().records["services"]["refuge"]
    draft_id = desk.drafts.open(desk["Olwen"], "service.refuge")
    owner = {**shown, "owner": "somebody"}
    desk.drafts.save_record(desk["Olwen"], draft_id, "services", "refuge", owner)
    desk.drafts.approve(desk["Petra"], draft_id, "records")
    desk.takedowns.hide_number(desk["Efa"], "refuge", "why")

    with desk.refuses("needs"):
        desk.drafts.publish(desk["Olwen"], draft_id)
    desk.drafts.confirm_call(desk["Olwen"], draft_id, "refuge", "2026-11-26", "Nia", "right")
    with desk.refuses("overtaken"):
        desk.drafts.publish(desk["Olwen"], draft_id)
    desk.drafts.save_record(desk["Olwen"], draft_id, "services", "refuge", owner, 1)
    with desk.refuses("needs"):
        desk.drafts.publish(desk["Olwen"], draft_id)
    assert desk.store.load().services["refuge"].shown_phone is None
