"""What ships goes into the store, and what staff wrote there stays."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.content import intake
from bot.content.intake import take_in_shipped
from bot.content.rows import Changes, Records, Texts
from bot.content.shipped import read_all_sources, read_all_texts, read_records, read_shipped
from bot.content.staleness import UNSAID
from bot.content.store import ContentStore
from bot.errors import ContentError, ContentUnavailableError
from bot.languages import LANGUAGES

RISK = "sharing.risk.short"


class Shipment:
    """What ships, as a later version of the project might have it."""

    def __init__(self, records: Records, texts: Texts, sources: Texts) -> None:
        self.records = copy.deepcopy(records)
        self.texts = dict(texts)
        #: The English that each translation was made from.
        self.sources = dict(sources)

    def change(self, english: str, *in_step: str) -> None:
        """Changes an English text, and brings the comments of some translations in step."""
        self.texts["en", RISK] = english
        for language in in_step:
            self.sources[language, RISK] = english


@pytest.fixture(scope="module")
def shipped() -> tuple[Records, Texts, Texts]:
    """What ships now, read once."""
    return read_records(), read_all_texts(), read_all_sources()


@pytest.fixture
def shipment(monkeypatch: pytest.MonkeyPatch, shipped: tuple[Records, Texts, Texts]) -> Shipment:
    """What the store will be given; a test changes it as a new version would."""
    made = Shipment(*shipped)
    monkeypatch.setattr(intake, "read_records", lambda: copy.deepcopy(made.records))
    monkeypatch.setattr(intake, "read_all_texts", lambda: dict(made.texts))
    monkeypatch.setattr(intake, "read_all_sources", lambda: dict(made.sources))
    return made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ContentStore]:
    """A store with its tables and nothing in it."""
    opened = ContentStore(f"sqlite:///{tmp_path / 'content.db'}")
    opened.migrate()
    yield opened
    opened.close()


def edit(store: ContentStore, records: Any = None, texts: Any = None) -> int:
    """Publishes as staff do."""
    return store.publish(Changes(records or {}, texts or {}), origin="desk", note="")


def test_the_first_start_publishes_all_that_ships(store) -> None:
    """After the first start the store holds what the files hold, word for word."""
    assert take_in_shipped(store) == 1

    stored, shipped = store.load(), read_shipped()
    assert stored.texts == shipped.texts
    for kind in ("answers", "services", "sources", "facts"):
        assert getattr(stored, kind) == getattr(shipped, kind)
    for kind in ("answers", "services"):
        assert list(getattr(stored, kind)) == list(getattr(shipped, kind))
    assert stored.stale == stored.fact_changes == {}


def test_a_second_start_publishes_nothing(store, shipment) -> None:
    """Without news no revision is made, so that starts do not fill the database."""
    take_in_shipped(store)

    assert take_in_shipped(store) is None
    assert store.latest_revision() == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_version_brings_its_news(store, shipment, language) -> None:
    """A text that changed in the files is served after the next start, and nothing else moves."""
    take_in_shipped(store)
    before = store.load().texts
    shipment.texts[language, RISK] = "news"

    assert take_in_shipped(store) == 2
    assert store.load().texts == {**before, (language, RISK): "news"}


def test_what_no_longer_ships_goes(store, shipment) -> None:
    """A text or a record that a new version has dropped is served no more."""
    take_in_shipped(store)
    del shipment.texts["en", "sharing.risk.more"]
    del shipment.records["services"]["liberty"]
    for answer in shipment.records["answers"].values():
        answer["services"] = [name for name in answer["services"] if name != "liberty"]
    take_in_shipped(store)

    assert not store.load().has_text("en", "sharing.risk.more")
    assert "liberty" not in store.load().services


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_staff_wrote_is_never_overwritten(store, shipment, language) -> None:
    """A shipped text, however new, does not replace one that staff published."""
    take_in_shipped(store)
    edit(store, texts={(language, RISK): "by staff", (language, "new.answer.short"): "staff only"})
    shipment.texts[language, RISK] = "a new version's"
    shipment.texts[language, "sharing.risk.more"] = "news"
    take_in_shipped(store)

    assert store.load().text(language, RISK) == "by staff"
    assert store.load().text(language, "new.answer.short") == "staff only"
    assert store.load().text(language, "sharing.risk.more") == "news"


def test_a_record_of_staff_is_never_overwritten(store, shipment) -> None:
    """A number that staff confirmed stays confirmed when a new version ships the old row."""
    take_in_shipped(store)
    row = {**shipment.records["services"]["bawso"], "publish": "A", "checked_on": "2026-12-01"}
    edit(store, records={("services", "bawso"): row})
    shipment.records["services"]["bawso"]["url"] = "https://example.org"
    take_in_shipped(store)

    assert store.load().services["bawso"].publish == "A"
    assert store.load().services["bawso"].checked_on is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_staff_took_away_stays_away(store, shipment, language) -> None:
    """A text that staff withdrew does not come back with a new version of the project."""
    take_in_shipped(store)
    edit(store, texts={(language, "sharing.risk.more"): None})
    shipment.texts[language, "bot.thanks.short"] = "news"
    take_in_shipped(store)

    assert not store.load().has_text(language, "sharing.risk.more")


def test_a_service_that_staff_took_away_stays_away(store, shipment) -> None:
    """A service that closed and was withdrawn is not offered again after an update."""
    take_in_shipped(store)
    shown_by = {
        ("answers", name): {
            **row,
            "services": [one for one in row["services"] if one != "karma-nirvana"],
        }
        for name, row in shipment.records["answers"].items()
        if "karma-nirvana" in row["services"]
    }
    edit(store, records={("services", "karma-nirvana"): None, **shown_by})
    shipment.texts["en", "bot.thanks.short"] = "news"
    take_in_shipped(store)

    assert "karma-nirvana" not in store.load().services


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(
            lambda records: records["answers"]["sharing.risk"].update(next=["no.where"]), id="link"
        ),
        pytest.param(
            lambda records: records["answers"]["sharing.risk"].update(risk="?"), id="risk"
        ),
        pytest.param(lambda records: records["services"]["bawso"].pop("publish"), id="mark"),
    ],
)
def test_nothing_is_published_of_what_is_not_well_formed(store, shipment, spoil) -> None:
    """A version with a mistake in it is refused whole; the last good revision is served on."""
    take_in_shipped(store)
    spoil(shipment.records)
    shipment.texts["en", RISK] = "news"

    with pytest.raises(ContentError):
        take_in_shipped(store)

    assert store.latest_revision() == 1
    assert store.load().text("en", RISK) != "news"


def test_a_new_version_and_an_edit_that_do_not_fit_leave_a_revision_that_loads(
    store, shipment
) -> None:
    """When staff point at a page that a new version drops, what is served still holds together."""
    take_in_shipped(store)
    fact = {**shipment.records["facts"]["F1"], "sources": ["bawso-report"]}
    edit(store, records={("facts", "F1"): fact})
    for kind in ("facts", "services"):
        for row in shipment.records[kind].values():
            row["sources"] = [name for name in row["sources"] if name != "bawso-report"]
    del shipment.records["sources"]["bawso-report"]
    shipment.texts["en", "bot.thanks.short"] = "news"
    try:
        take_in_shipped(store)
    except ContentError:
        assert store.latest_revision() == 2

    assert store.load().facts["F1"].sources == ("bawso-report",)
    assert "services.lawrs" in store.load().answers


# --- the English that a translation was made from


TRANSLATED = ["es", "cy", "pt"]


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_of_an_older_english_is_known_as_one(store, shipment, language) -> None:
    """What the comment in the catalogue says, the store remembers: it is no present translation."""
    shipment.sources[language, RISK] = "What the English said once."
    take_in_shipped(store)

    assert store.load().stale == {(language, RISK): UNSAID}


def test_white_space_in_the_comment_is_no_change(store, shipment) -> None:
    """A comment holds the English on one line; a text of several lines is in step with it."""
    several = "One line.\n\n- Another.\n- A third."
    shipment.change(several)
    for language in TRANSLATED:
        shipment.sources[language, RISK] = " ".join(several.split())
    take_in_shipped(store)

    assert store.load().stale == {}


def test_a_new_english_makes_old_translations_stale(store, shipment) -> None:
    """When a new version changes the English alone, the translations of old are known as such."""
    take_in_shipped(store)
    shipment.change("news")
    take_in_shipped(store)
    assert store.load().stale == {(language, RISK): UNSAID for language in TRANSLATED}

    shipment.texts["cy", RISK] = "newyddion"
    shipment.sources["cy", RISK] = "news"
    take_in_shipped(store)
    assert store.load().stale == {("es", RISK): UNSAID, ("pt", RISK): UNSAID}


def test_a_translation_that_still_holds_is_not_stale(store, shipment) -> None:
    """Whoever finds that a translation says the new English too brings its comment in step."""
    take_in_shipped(store)
    shipment.change("news", *TRANSLATED)
    take_in_shipped(store)
    assert store.load().stale == {}


def test_a_comment_brought_in_step_later_ends_the_warning(store, shipment) -> None:
    """A version that changes nothing but comments is news all the same."""
    take_in_shipped(store)
    shipment.change("news")
    take_in_shipped(store)
    shipment.change("news", "cy")
    take_in_shipped(store)

    assert store.load().stale == {("es", RISK): UNSAID, ("pt", RISK): UNSAID}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_shipped_translation_of_english_that_staff_changed_is_stale(
    store, shipment, language
) -> None:
    """A new translation of the shipped English does not say what staff's English says."""
    take_in_shipped(store)
    changes = Changes(texts={("en", RISK): "by staff"}, kinds={RISK: "dangerous"})
    store.publish(changes, origin="desk", note="")
    shipment.texts[language, RISK] = "news"
    take_in_shipped(store)

    assert store.load().text("en", RISK) == "by staff"
    assert store.load().text(language, RISK) == "news"
    assert store.load().stale[language, RISK] == "dangerous"


def test_a_new_version_of_a_fact_marks_the_answers_that_did_not_change(store, shipment) -> None:
    """An answer that a new version has not touched waits until somebody has read it again."""
    take_in_shipped(store)
    shipment.records["facts"]["F2"]["says"] = "It is otherwise."
    shipment.records["answers"]["sharing.risk"]["as_of"] = "2026-12-01"
    take_in_shipped(store)

    resting = {name for name, row in shipment.records["answers"].items() if "F2" in row["facts"]}
    assert "sharing.risk" in resting
    assert store.load().fact_changes == dict.fromkeys(resting - {"sharing.risk"}, ("F2",))


def test_a_database_that_is_away_is_said_so(tmp_path) -> None:
    """Without tables nothing can be taken in, and the error is ours."""
    with pytest.raises(ContentUnavailableError):
        take_in_shipped(ContentStore(f"sqlite:///{tmp_path / 'other.db'}"))
