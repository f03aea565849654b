"""Drafts: what is saved, what is still needed, and what stands once they are published."""

from __future__ import annotations

from datetime import date

import pytest

from bot.content.freshness import SWITCHED_OFF, Standing, standing
from bot.content.never import WRONG_NUMBERS
from bot.editing.draft import Need
from bot.errors import ConflictError, ContentError
from bot.languages import LANGUAGES

TODAY = date(2026, 11, 26)
SHORT = "money.debt.short"
FOUR = {(language, SHORT): f"new {language}" for language in LANGUAGES}


def stands(desk, language: str, name: str = "money.debt") -> Standing:
    content = desk.store.load()
    return standing(content, content.answers[name], language, TODAY)


def needs(desk, draft_id: int, what: str) -> set[tuple[str, str]]:
    found = desk.drafts.needs(desk.drafts.get(draft_id))
    return {(need.part, need.name) for need in found if need.what == what}


# --- opening, saving


def test_a_subject_has_one_open_draft(desk) -> None:
    """Whoever opens the subject finds the draft; once it is closed they get a new one."""
    first = desk.drafts.open(desk["Efa"], "money.debt", "because")
    assert desk.drafts.open(desk["Tomos"], "money.debt") == first
    desk.drafts.drop(desk["Efa"], first)

    assert desk.drafts.open(desk["Tomos"], "money.debt") != first
    assert desk.drafts.get(first).state == "dropped"


def test_drafts_are_listed_by_state_the_newest_first(desk) -> None:
    """Each list holds the drafts of its states and no others."""
    ids = [desk.drafts.open(desk["Efa"], subject) for subject in ("a.a", "b.b", "c.c")]
    desk.drafts.drop(desk["Efa"], ids[1])

    assert [draft.id for draft in desk.drafts.all("open", "waiting")] == [ids[2], ids[0]]
    assert [draft.id for draft in desk.drafts.all("dropped")] == [ids[1]]
    assert desk.drafts.all("published") == []


def test_nothing_of_a_draft_is_live_until_it_is_published(desk) -> None:
    """What is saved, handed over and agreed to is still nobody's answer; published, it is."""
    draft_id = desk.write(FOUR, kind="wording")
    desk.drafts.submit(desk["Efa"], draft_id)
    desk.approve(draft_id)
    assert desk.said("en", SHORT) == f"{SHORT.replace('.short', ' short')} en"

    revision = desk.drafts.publish(desk["Petra"], draft_id)
    assert {language: desk.said(language, SHORT) for language in LANGUAGES} == {
        language: f"new {language}" for language in LANGUAGES
    }
    draft = desk.drafts.get(draft_id)
    assert (draft.state, draft.revision_id) == ("published", revision)
    assert desk.store.latest_revision() == revision


def test_the_content_of_a_draft_is_what_would_stand(desk) -> None:
    """A preview has the texts and records of the draft, and everything else as it is."""
    draft_id = desk.write({("en", SHORT): "new", ("cy", "money.tax.more"): None})
    data = {**desk.store.read().records["answers"]["money.tax"], "owner": "another"}
    desk.drafts.save_record(desk["Efa"], draft_id, "answers", "money.tax", data)
    live, would = desk.store.load(), desk.drafts.content(desk.drafts.get(draft_id))

    assert would.text("en", SHORT) == "new"
    assert not would.has_text("cy", "money.tax.more")
    assert would.answers["money.tax"].owner == "another"
    assert would.answers["money.debt"] == live.answers["money.debt"]
    assert len(would.texts) == len(live.texts) - 1


def test_a_draft_that_is_not_there_is_an_error_of_ours(desk) -> None:
    """Whatever is asked of a number that no draft has is refused."""
    with desk.refuses("no_draft"):
        desk.drafts.get(10_000)
    with desk.refuses("no_draft"):
        desk.drafts.save_text(desk["Efa"], 10_000, "en", SHORT, "x")
    with desk.refuses("no_draft"):
        desk.drafts.publish(desk["Petra"], 10_000)


@pytest.mark.parametrize("end", ["published", "dropped"])
def test_a_closed_draft_stays_as_it_is(desk, end) -> None:
    """Published or dropped, nothing can be done to it any more."""
    draft_id = desk.write({("en", SHORT): "new"}, kind="wording")
    desk.approve(draft_id)
    if end == "published":
        desk.drafts.publish(desk["Petra"], draft_id)
    else:
        desk.drafts.drop(desk["Petra"], draft_id)

    drafts, efa, petra = desk.drafts, desk["Efa"], desk["Petra"]
    for act in (
        lambda: drafts.save_text(efa, draft_id, "en", SHORT, "newer", 1),
        lambda: drafts.save_record(efa, draft_id, "answers", "money.tax", None),
        lambda: drafts.set_kind(efa, draft_id, "dangerous", "why"),
        lambda: drafts.confirm_call(efa, draft_id, "refuge", "2026-11-26", "Nia", "right"),
        lambda: drafts.submit(efa, draft_id),
        lambda: drafts.approve(petra, draft_id, "en"),
        lambda: drafts.publish(petra, draft_id),
        lambda: drafts.drop(petra, draft_id),
    ):
        with desk.refuses("draft_closed"):
            act()


def test_each_save_is_a_version_and_says_who(desk) -> None:
    """A version counts up; what is there already is no new one."""
    draft_id = desk.drafts.open(desk["Efa"], "money.debt")
    assert desk.drafts.save_text(desk["Efa"], draft_id, "en", SHORT, "one") == 1
    assert desk.drafts.save_text(desk["Eben"], draft_id, "en", SHORT, "two", 1) == 2
    assert desk.drafts.save_text(desk["Efa"], draft_id, "en", SHORT, "two", 0) == 2

    entry = desk.drafts.get(draft_id).entry("en", SHORT)
    assert (entry.value, entry.author, entry.version) == ("two", "Eben", 2)


@pytest.mark.parametrize("seen", [0, 1, 3])
def test_what_somebody_else_saved_meanwhile_is_shown_and_not_lost(desk, seen) -> None:
    """Saving over a version that was not seen is refused, with the text that stands there."""
    draft_id = desk.drafts.open(desk["Efa"], "money.debt")
    desk.drafts.save_text(desk["Efa"], draft_id, "en", SHORT, "one")
    desk.drafts.save_text(desk["Eben"], draft_id, "en", SHORT, "Eben's", 1)
    before = desk.tables()

    with pytest.raises(ConflictError) as conflict:
        desk.drafts.save_text(desk["Efa"], draft_id, "en", SHORT, "Efa's", seen)
    assert (conflict.value.theirs, conflict.value.version, conflict.value.who) == (
        "Eben's",
        2,
        "Eben",
    )
    assert desk.tables() == before
    assert desk.drafts.save_text(desk["Efa"], draft_id, "en", SHORT, "Efa's", 2) == 3


def test_a_conflict_of_records_shows_the_record(desk) -> None:
    """Of a record too, what stands there is shown, in a form that can be read."""
    data = desk.store.read().records["answers"]["money.tax"]
    draft_id = desk.drafts.open(desk["Efa"], "money.tax")
    desk.drafts.save_record(desk["Eben"], draft_id, "answers", "money.tax", {**data, "owner": "E"})

    with pytest.raises(ConflictError, match="conflict") as conflict:
        desk.drafts.save_record(desk["Efa"], draft_id, "answers", "money.tax", data)
    assert '"owner": "E"' in conflict.value.theirs


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  a\r\nb  \n\n c \n", "a\nb\n\n c"),
        ("- one\n- two", "- one\n- two"),
        ("", None),
        (" \n\t ", None),
        (None, None),
    ],
)
def test_space_at_the_ends_is_no_part_of_a_text(desk, typed, kept) -> None:
    """Lines are kept, space at their ends is not, and nothing but space takes the text away."""
    draft_id = desk.write({("en", SHORT): "something"})
    desk.drafts.save_text(desk["Efa"], draft_id, "en", SHORT, typed, 1)
    assert desk.drafts.get(draft_id).value("en", SHORT) == kept


def test_a_text_that_is_taken_away_is_gone_when_published(desk) -> None:
    """A translation can be withdrawn, by two people."""
    desk.change({("cy", "money.tax.more"): None})
    assert desk.said("cy", "money.tax.more") is None
    assert desk.said("en", "money.tax.more") == "more"


@pytest.mark.parametrize("number", sorted(WRONG_NUMBERS)[:3])
def test_a_wrong_number_is_refused_when_it_is_saved(desk, number) -> None:
    """Nobody has to wait for an approver to learn of it, and it is not even in a draft."""
    draft_id = desk.drafts.open(desk["Efa"], "money.debt")
    before = desk.tables()
    with pytest.raises(ContentError, match=number):
        desk.drafts.save_text(desk["Efa"], draft_id, "en", SHORT, f"Ring {number}.")
    service = {**desk.store.read().records["services"]["refuge"], "phone": number}
    with pytest.raises(ContentError, match=number):
        desk.drafts.save_record(desk["Efa"], draft_id, "services", "refuge", service)
    assert desk.tables() == before


def test_a_number_found_wrong_after_it_was_saved_is_not_published(desk, monkeypatch) -> None:
    """What nobody may say is looked for once more at the end: going back may bring it along."""
    draft_id = desk.write({("en", SHORT): "Ring 0800 000 0001."}, kind="wording")
    desk.approve(draft_id)
    monkeypatch.setitem(WRONG_NUMBERS, "08000000001", "a stranger's")
    before = desk.tables()

    with pytest.raises(ContentError, match="a stranger's"):
        desk.drafts.publish(desk["Petra"], draft_id)
    assert desk.tables() == before


@pytest.mark.parametrize(
    ("kind", "record_id", "data"),
    [
        ("answers", "money.debt", {}),
        ("answers", "money.debt", {"risk": "none"}),
        ("services", "refuge", {"publish": "A"}),
        ("nothing", "x", {"a": 1}),
        ("sources", "page", None),
    ],
)
def test_a_record_that_cannot_be_read_is_refused_before_it_is_stored(
    desk, kind, record_id, data
) -> None:
    """Half a record, one of no kind, and taking away what others lean on never get into a draft."""
    draft_id = desk.drafts.open(desk["Efa"], "money.debt")
    before = desk.tables()
    with pytest.raises(ContentError):
        desk.drafts.save_record(desk["Efa"], draft_id, kind, record_id, data)
    assert desk.tables() == before


def test_what_a_draft_leans_on_may_not_vanish_before_it_is_published(desk) -> None:
    """A record that was good when it was saved is looked at again at the end."""
    records = desk.store.read().records["answers"]
    draft_id = desk.drafts.open(desk["Efa"], "money.debt")
    leaning = {**records["money.debt"], "next": ["money.tax"]}
    desk.drafts.save_record(desk["Efa"], draft_id, "answers", "money.debt", leaning)
    desk.approve(draft_id)
    other = desk.drafts.open(desk["Efa"], "money.tax")
    desk.drafts.save_record(desk["Efa"], other, "answers", "money.tax", None)
    desk.approve(other)
    desk.drafts.publish(desk["Petra"], other)
    before = desk.tables()

    with pytest.raises(ContentError, match=r"money\.tax"):
        desk.drafts.publish(desk["Petra"], draft_id)
    assert desk.tables() == before


def test_handing_over_waits_and_saving_opens_again(desk) -> None:
    """An empty draft is not handed over; one that is edited again is open again."""
    draft_id = desk.drafts.open(desk["Efa"], "money.debt")
    with desk.refuses("draft_empty"):
        desk.drafts.submit(desk["Efa"], draft_id)
    desk.drafts.save_text(desk["Efa"], draft_id, "en", SHORT, "one")
    desk.drafts.submit(desk["Efa"], draft_id)
    assert desk.drafts.get(draft_id).state == "waiting"

    desk.drafts.save_text(desk["Efa"], draft_id, "en", SHORT, "two", 1)
    assert desk.drafts.get(draft_id).state == "open"


def test_an_empty_draft_is_not_published(desk) -> None:
    """A revision of nothing is none."""
    draft_id = desk.drafts.open(desk["Efa"], "money.debt")
    with desk.refuses("needs"):
        desk.drafts.publish(desk["Petra"], draft_id)


# --- how a change of English bears on its translations


@pytest.mark.parametrize("kind", ["", "grave", "Wording", None])
def test_there_are_three_kinds_of_change(desk, kind) -> None:
    """Another word for a kind is refused."""
    draft_id = desk.write({("en", SHORT): "new"})
    with desk.refuses("kind_wrong"):
        desk.drafts.set_kind(desk["Efa"], draft_id, kind, "why")


def test_a_change_of_english_needs_a_kind_and_of_others_none(desk) -> None:
    """Without a word of how it bears on translations no English text is published."""
    draft_id = desk.write({("en", SHORT): "new"})
    desk.approve(draft_id)
    assert desk.drafts.needs(desk.drafts.get(draft_id)) == [Need("kind", "en")]
    with desk.refuses("needs"):
        desk.drafts.publish(desk["Petra"], draft_id)

    assert needs(desk, desk.write({("cy", SHORT): "newydd"}, subject="other"), "kind") == set()


@pytest.mark.parametrize("kind", ["improved", "dangerous"])
def test_a_graver_change_needs_every_language_the_text_is_in(desk, kind) -> None:
    """All four, or the two that there are; each that comes is one less, the last publishes."""
    texts = {("en", SHORT): "new", ("en", "money.tax.more"): "more!"}
    draft_id = desk.write(texts, kind=kind)
    assert needs(desk, draft_id, "translation") == {
        *((language, SHORT) for language in ("es", "cy", "pt")),
        ("cy", "money.tax.more"),
    }
    desk.approve(draft_id)
    with desk.refuses("needs"):
        desk.drafts.publish(desk["Petra"], draft_id)

    for language, msgid in (("es", SHORT), ("cy", SHORT), ("cy", "money.tax.more")):
        desk.write({(language, msgid): f"new {language}"})
        desk.approve(draft_id)
        assert (language, msgid) not in needs(desk, draft_id, "translation")
        with desk.refuses("needs"):
            desk.drafts.publish(desk["Petra"], draft_id)
    desk.write({("pt", SHORT): "novo"})
    desk.approve(draft_id)
    desk.drafts.publish(desk["Petra"], draft_id)
    assert desk.store.load().stale == {}


def test_a_change_of_wording_alone_withholds_nothing(desk) -> None:
    """The translations still say the same: they stand as they are, without a word of warning."""
    desk.change({("en", SHORT): "the same, better said"}, "wording")

    assert needs(desk, desk.write({("en", SHORT): "x"}, kind="wording"), "translation") == set()
    assert {language: stands(desk, language) for language in LANGUAGES} == dict.fromkeys(
        LANGUAGES, Standing()
    )
    assert set(desk.store.load().stale.values()) == {"wording"}


def test_a_dangerous_change_takes_the_answer_away_at_once(desk) -> None:
    """Before anybody has agreed the interim text stands, in all languages; other answers stay."""
    draft_id = desk.write({("en", SHORT): "new"}, kind="dangerous")
    content = desk.store.load()

    assert content.is_switched_off(content.answers["money.debt"])
    for language in LANGUAGES:
        assert stands(desk, language) == Standing(is_withheld=True, warning=SWITCHED_OFF)
        assert stands(desk, language, "money.tax") == Standing()
    assert desk.drafts.get(draft_id).state == "open"


def test_publishing_a_dangerous_change_brings_the_answer_back_in_the_same_revision(desk) -> None:
    """There is no moment at which the old text stands again, nor one with nothing."""
    draft_id = desk.write(FOUR, kind="dangerous")
    desk.approve(draft_id)
    off = desk.store.latest_revision()
    revision = desk.drafts.publish(desk["Petra"], draft_id)

    assert revision == off + 1
    assert desk.store.read(off).records["switches"].keys() == {"answer.money.debt"}
    assert desk.store.read(revision).records["switches"] == {}
    for language in LANGUAGES:
        assert stands(desk, language) == Standing()
        assert desk.said(language, SHORT) == f"new {language}"


@pytest.mark.parametrize("way", ["another kind", "dropped"])
def test_a_dangerous_change_thought_better_of_leaves_the_answer_off(desk, way) -> None:
    """One person took it away; that the same person changes their mind does not bring it back."""
    draft_id = desk.write(FOUR, kind="dangerous")
    if way == "dropped":
        desk.drafts.drop(desk["Efa"], draft_id)
    else:
        desk.drafts.set_kind(desk["Efa"], draft_id, "wording", "not so bad")
        desk.approve(draft_id)
        desk.drafts.publish(desk["Petra"], draft_id)

    assert stands(desk, "en").warning == SWITCHED_OFF


@pytest.mark.parametrize("first", ["kind", "text"])
def test_a_dangerous_change_of_many_takes_each_of_them_away(desk, first) -> None:
    """Of an import, every answer whose English changes, whichever was said first; no others."""
    texts = {
        ("en", "money.tax.short"): "new",
        ("en", SHORT): "new",
        ("cy", "safety.plan.short"): "x",
    }
    draft_id = desk.drafts.open(desk["Olwen"], "import")
    if first == "kind":
        desk.drafts.set_kind(desk["Olwen"], draft_id, "dangerous", "why")
    desk.write(texts, subject="import", by="Olwen")
    if first == "text":
        desk.drafts.set_kind(desk["Olwen"], draft_id, "dangerous", "why")

    assert desk.store.load().switches == {"answer.money.debt", "answer.money.tax"}


@pytest.mark.parametrize("name", ["money.now", "safety.call"])
def test_a_dangerous_change_of_a_lifeline_leaves_it_where_it_is(desk, name) -> None:
    """A woman in danger is better served by an old line than by none."""
    texts = {(language, f"{name}.short"): "new" for language in LANGUAGES}
    draft_id = desk.write(texts, subject=name, kind="dangerous")
    assert desk.store.load().switches == frozenset()
    assert stands(desk, "en", name) == Standing()

    desk.approve(draft_id)
    desk.drafts.publish(desk["Petra"], draft_id)
    assert desk.said("en", f"{name}.short") == "new"


def test_only_a_new_english_brings_an_answer_back(desk) -> None:
    """A translation published in a dangerous draft leaves the dangerous English off."""
    draft_id = desk.write({("cy", SHORT): "newydd"}, kind="dangerous")
    desk.approve(draft_id)
    desk.drafts.publish(desk["Petra"], draft_id)

    assert stands(desk, "en").warning == SWITCHED_OFF


# --- what others have published meanwhile


def test_a_draft_that_was_overtaken_is_not_published(desk) -> None:
    """Somebody else's change is not written over unseen; saved again and agreed to, it may be."""
    draft_id = desk.write({("en", SHORT): "mine"}, kind="wording")
    desk.approve(draft_id)
    desk.change({("en", SHORT): "theirs"})

    with desk.refuses("overtaken"):
        desk.drafts.publish(desk["Petra"], draft_id)
    # The same text again: it is theirs that it would replace now, and somebody must see that.
    assert desk.drafts.save_text(desk["Efa"], draft_id, "en", SHORT, "mine", 1) == 2
    with desk.refuses("needs"):
        desk.drafts.publish(desk["Petra"], draft_id)
    desk.approve(draft_id)
    desk.drafts.publish(desk["Petra"], draft_id)
    assert desk.said("en", SHORT) == "mine"


def test_what_is_published_beside_a_draft_does_not_overtake_it(desk) -> None:
    """Another text, another language, a switch: the draft stands."""
    draft_id = desk.write({("en", SHORT): "mine"}, kind="wording")
    desk.approve(draft_id)
    desk.change({("cy", SHORT): "arall", ("en", "money.tax.short"): "other"})
    desk.takedowns.switch_off(desk["Efa"], "answer.money.debt", "why")

    assert desk.drafts.publish(desk["Petra"], draft_id)
    assert desk.said("cy", SHORT) == "arall"
