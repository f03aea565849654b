"""Nothing is published that one person alone has seen, by whatever way they try; going back too."""

from __future__ import annotations

import pytest

from bot.content.rows import Changes
from bot.errors import ConflictError
from bot.languages import LANGUAGES

SHORT = "money.debt.short"
OLD = "money.debt short"


def test_nobody_agrees_to_what_they_wrote(desk) -> None:
    """Somebody with every right writes, and is refused as approver, in any language."""
    texts = {(language, SHORT): "mine" for language in LANGUAGES}
    draft_id = desk.write(texts, kind="wording", by="Olwen")
    data = {**desk.store.read().records["answers"]["money.debt"], "owner": "me"}
    desk.drafts.save_record(desk["Olwen"], draft_id, "answers", "money.debt", data)

    for part in (*LANGUAGES, "records"):
        with desk.refuses("own_work"):
            desk.drafts.approve(desk["Olwen"], draft_id, part)
    with desk.refuses("needs"):
        desk.drafts.publish(desk["Olwen"], draft_id)


def test_a_second_person_is_enough_and_the_author_may_press_the_button(desk) -> None:
    """Two people have seen it: which of them publishes does not matter."""
    draft_id = desk.write({("en", SHORT): "ours"}, kind="wording", by="Olwen")
    desk.drafts.approve(desk["Owain"], draft_id, "en")
    desk.drafts.publish(desk["Olwen"], draft_id)

    assert desk.said("en", SHORT) == "ours"


@pytest.mark.parametrize("missing", [*LANGUAGES, "records"])
def test_every_part_is_agreed_to(desk, missing) -> None:
    """One language that nobody else has read holds back the whole."""
    texts = {(language, SHORT): "mine" for language in LANGUAGES}
    draft_id = desk.write(texts, kind="wording", by="Olwen")
    data = {**desk.store.read().records["answers"]["money.debt"], "owner": "me"}
    desk.drafts.save_record(desk["Olwen"], draft_id, "answers", "money.debt", data)
    for part in {*LANGUAGES, "records"} - {missing}:
        desk.drafts.approve(desk["Owain"], draft_id, part)
    assert [(need.what, need.part) for need in desk.drafts.needs(desk.drafts.get(draft_id))] == [
        ("approval", missing)
    ]

    with desk.refuses("needs"):
        desk.drafts.publish(desk["Olwen"], draft_id)


def test_agreeing_to_anothers_translation_is_no_agreement_to_ones_own_text(desk) -> None:
    """Who wrote the English may agree to a Welsh they did not write; the English still waits."""
    draft_id = desk.write({("en", SHORT): "mine"}, kind="wording", by="Olwen")
    desk.write({("cy", SHORT): "ei un hi"}, by="Owain")
    desk.drafts.approve(desk["Olwen"], draft_id, "cy")

    with desk.refuses("own_work"):
        desk.drafts.approve(desk["Olwen"], draft_id, "en")
    with desk.refuses("needs"):
        desk.drafts.publish(desk["Olwen"], draft_id)
    desk.drafts.approve(desk["Owain"], draft_id, "en")
    desk.drafts.publish(desk["Olwen"], draft_id)


def test_of_two_who_wrote_in_a_part_neither_agrees_to_it(desk) -> None:
    """Each wrote another text of the language: a third has to read them."""
    draft_id = desk.write({("en", SHORT): "mine"}, kind="wording", by="Olwen")
    desk.write({("en", "money.debt.label"): "his"}, by="Owain")
    for name in ("Olwen", "Owain"):
        with desk.refuses("own_work"):
            desk.drafts.approve(desk[name], draft_id, "en")

    desk.drafts.approve(desk["Paul"], draft_id, "en")
    desk.drafts.publish(desk["Olwen"], draft_id)


def test_a_comma_by_another_makes_it_no_less_ones_own(desk) -> None:
    """Who wrote the text cannot agree to it because somebody has mended a comma since."""
    draft_id = desk.write({("en", SHORT): "mine all mine"}, kind="wording", by="Olwen")
    desk.write({("en", SHORT): "mine, all mine"}, by="Owain")
    for name in ("Olwen", "Owain"):
        with desk.refuses("own_work"):
            desk.drafts.approve(desk[name], draft_id, "en")
    assert desk.drafts.get(draft_id).authors("en") == {desk["Olwen"].id, desk["Owain"].id}


def test_an_approval_is_of_what_stood_there(desk) -> None:
    """Agreed to, then edited, then published: it has to be agreed to again."""
    draft_id = desk.write({("en", SHORT): "harmless"}, kind="wording", by="Olwen")
    desk.drafts.approve(desk["Petra"], draft_id, "en")
    desk.write({("en", SHORT): "harmful"}, by="Olwen")
    with desk.refuses("needs"):
        desk.drafts.publish(desk["Olwen"], draft_id)

    desk.drafts.approve(desk["Petra"], draft_id, "en")
    desk.write({("en", "money.debt.label"): "one more"}, by="Olwen")
    with desk.refuses("needs"):
        desk.drafts.publish(desk["Olwen"], draft_id)


def test_an_approver_who_edits_cannot_publish_their_edit(desk) -> None:
    """Agreeing to another's text and then saving one's own in its place is no agreement."""
    draft_id = desk.write({("en", SHORT): "hers"}, kind="wording")
    desk.drafts.approve(desk["Olwen"], draft_id, "en")
    desk.write({("en", SHORT): "mine"}, by="Olwen")
    with desk.refuses("needs"):
        desk.drafts.publish(desk["Olwen"], draft_id)
    # Back to the very words that were agreed to: by the same hand, it is still theirs.
    desk.write({("en", SHORT): "hers"}, by="Olwen")
    with desk.refuses("needs"):
        desk.drafts.publish(desk["Olwen"], draft_id)


def test_an_approval_is_of_the_kind_of_change_too(desk) -> None:
    """Agreed to as dangerous, then called wording, the old translations would stand: not so."""
    texts = {(language, SHORT): "new" for language in LANGUAGES}
    draft_id = desk.write(texts, kind="dangerous")
    desk.approve(draft_id)
    desk.drafts.set_kind(desk["Petra"], draft_id, "wording", "easier")

    with desk.refuses("needs"):
        desk.drafts.publish(desk["Petra"], draft_id)


def test_an_approval_is_of_one_draft(desk) -> None:
    """The same words in another draft are another thing to agree to."""
    first = desk.write({("en", SHORT): "mine"}, kind="wording", by="Olwen")
    desk.drafts.approve(desk["Petra"], first, "en")
    second = desk.write({("en", SHORT): "mine"}, subject="other", kind="wording", by="Olwen")

    with desk.refuses("own_work"):
        desk.drafts.approve(desk["Olwen"], second, "en")
    with desk.refuses("needs"):
        desk.drafts.publish(desk["Olwen"], second)


def test_two_drafts_of_one_text_do_not_go_behind_each_other(desk) -> None:
    """The one that was agreed to first cannot bring back, after the second, what that mended."""
    first = desk.write({("en", SHORT): "bad"}, kind="wording", by="Olwen")
    second = desk.write({("en", SHORT): "good"}, subject="other", kind="wording")
    desk.approve(first)
    desk.approve(second)
    desk.drafts.publish(desk["Petra"], second)

    with desk.refuses("overtaken"):
        desk.drafts.publish(desk["Olwen"], first)
    assert desk.said("en", SHORT) == "good"


def test_nobody_agrees_to_what_they_were_not_shown(desk) -> None:
    """Saved between the page and the button, another text is not agreed to unseen."""
    draft_id = desk.write({("en", SHORT): "harmless"}, kind="wording", by="Olwen")
    shown = desk.drafts.get(draft_id).digest("en")
    desk.write({("en", SHORT): "harmful"}, by="Olwen")
    before = desk.tables()

    with pytest.raises(ConflictError) as conflict:
        desk.drafts.approve(desk["Petra"], draft_id, "en", shown)
    assert (conflict.value.theirs, conflict.value.who) == ("harmful", "Olwen")
    assert desk.tables() == before
    desk.drafts.approve(desk["Petra"], draft_id, "en", desk.drafts.get(draft_id).digest("en"))
    desk.drafts.publish(desk["Petra"], draft_id)


def test_an_approval_written_into_the_database_by_its_author_is_not_enough(desk) -> None:
    """Whatever page or tool put it there: publishing looks at who agreed."""
    draft_id = desk.write({("en", SHORT): "mine"}, kind="wording", by="Olwen")
    desk.drafts.approve(desk["Petra"], draft_id, "en")
    desk.run("UPDATE approvals SET person_id = :id", id=desk["Olwen"].id)

    with desk.refuses("needs"):
        desk.drafts.publish(desk["Olwen"], draft_id)


def test_rights_that_ended_agree_to_nothing_more(desk) -> None:
    """Whoever is no publisher any more cannot agree, nor publish what they agreed to before."""
    draft_id = desk.write({("en", SHORT): "new"}, kind="wording")
    desk.drafts.approve(desk["Petra"], draft_id, "en")
    desk.people.change(desk["Ada"], desk["Petra"].id, ["tester"], [], is_active=True)

    with desk.refuses("may_not"):
        desk.drafts.publish(desk["Petra"], draft_id)
    with desk.refuses("may_not"):
        desk.drafts.approve(desk["Petra"], draft_id, "en")


# --- going back


def test_going_back_gives_the_old_words_by_two_people(desk) -> None:
    """A revision of before is brought back as a new one, which somebody else agrees to."""
    then = desk.store.latest_revision()
    desk.change({(language, SHORT): "worse" for language in LANGUAGES}, "improved")
    draft_id = desk.drafts.take_back(desk["Olwen"], "money.debt", then, "it was better")

    assert desk.said("en", SHORT) == "worse"
    for part in LANGUAGES:
        with desk.refuses("own_work"):
            desk.drafts.approve(desk["Olwen"], draft_id, part)
    with desk.refuses("needs"):
        desk.drafts.publish(desk["Olwen"], draft_id)
    desk.approve(draft_id)
    revision = desk.drafts.publish(desk["Olwen"], draft_id)

    assert revision == desk.store.latest_revision() > then + 1
    assert {tag: desk.said(tag, SHORT) for tag in LANGUAGES} == {
        tag: f"{OLD} {tag}" for tag in LANGUAGES
    }
    assert desk.store.load().stale == {}


def test_going_back_is_of_one_subject(desk) -> None:
    """What else has changed since stays as it is; a text of later days goes."""
    then = desk.store.latest_revision()
    desk.change(
        {("en", SHORT): "worse", ("en", "money.debt.more"): "added", ("en", "money.tax.short"): "x"}
    )
    draft = desk.drafts.get(desk.drafts.take_back(desk["Efa"], "money.debt", then, "why"))

    assert {(e.part, e.name): e.value for e in draft.entries} == {
        ("en", SHORT): f"{OLD} en",
        ("en", "money.debt.more"): None,
    }


def test_going_back_takes_the_record_along_and_a_number_needs_a_call(desk) -> None:
    """The row of a service as it was has a number that nobody has rung today."""
    then = desk.store.latest_revision()
    desk.takedowns.hide_number(desk["Efa"], "refuge", "why")
    draft_id = desk.drafts.take_back(desk["Efa"], "service.refuge", then, "it was right")
    desk.approve(draft_id)
    with desk.refuses("needs"):
        desk.drafts.publish(desk["Petra"], draft_id)

    desk.drafts.confirm_call(desk["Efa"], draft_id, "refuge", "2026-11-26", "Nia", "right")
    desk.drafts.publish(desk["Petra"], draft_id)
    assert desk.store.load().services["refuge"].shown_phone == "0808 157 0123"


def test_going_back_does_not_bring_back_what_was_switched_off(desk) -> None:
    """The words of before come back; a switch thrown since then stays."""
    then = desk.store.latest_revision()
    desk.change({("en", SHORT): "worse"})
    desk.takedowns.switch_off(desk["Efa"], "answer.money.debt", "why")
    draft_id = desk.drafts.take_back(desk["Efa"], "money.debt", then, "why")
    desk.approve(draft_id)
    desk.drafts.publish(desk["Petra"], draft_id)

    assert desk.store.load().switches == {"answer.money.debt"}


def test_going_back_is_overtaken_like_any_other(desk) -> None:
    """Somebody's change after the draft was opened is not written over unseen."""
    then = desk.store.latest_revision()
    desk.change({("en", SHORT): "worse"})
    draft_id = desk.drafts.take_back(desk["Efa"], "money.debt", then, "why")
    desk.approve(draft_id)
    desk.change({("en", SHORT): "mended"})

    with desk.refuses("overtaken"):
        desk.drafts.publish(desk["Petra"], draft_id)


def test_going_back_does_not_make_an_old_translation_look_new(desk) -> None:
    """A Welsh out of step with its English even then has to be made anew, and waits for that."""
    desk.store.publish(
        Changes(texts={("en", SHORT): "changed"}, kinds={SHORT: "dangerous"}),
        origin="desk",
        note="",
    )
    then = desk.store.latest_revision()
    assert desk.store.load().stale[("cy", SHORT)] == "dangerous"
    desk.change({(language, SHORT): "all new" for language in LANGUAGES}, "improved")
    draft_id = desk.drafts.take_back(desk["Efa"], "money.debt", then, "why")

    draft = desk.drafts.get(draft_id)
    assert {(entry.part, entry.value) for entry in draft.entries} == {("en", "changed")}
    desk.approve(draft_id)
    with desk.refuses("needs"):
        desk.drafts.publish(desk["Petra"], draft_id)
