"""What ships goes into the store, and what staff wrote there stays."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.content import intake
from bot.content.intake import take_in_shipped
from bot.content.shipped import read_all_texts, read_records, read_shipped
from bot.content.store import Changes, ContentStore
from bot.errors import ContentError, ContentUnavailableError
from bot.languages import LANGUAGES

RISK = "sharing.risk.short"


class Shipment:
    """What ships, as a later version of the project might have it."""

    def __init__(self) -> None:
        self.records: dict[str, dict[str, Any]] = copy.deepcopy(read_records())
        self.texts = read_all_texts()


@pytest.fixture
def shipment(monkeypatch: pytest.MonkeyPatch) -> Shipment:
    """What the store will be given; a test changes it as a new version would."""
    made = Shipment()
    monkeypatch.setattr(intake, "read_records", lambda: copy.deepcopy(made.records))
    monkeypatch.setattr(intake, "read_all_texts", lambda: dict(made.texts))
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
    assert (stored.answers, stored.services, stored.sources) == (
        shipped.answers,
        shipped.services,
        shipped.sources,
    )


def test_a_second_start_publishes_nothing(store) -> None:
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
    edit(store, records={("services", "karma-nirvana"): None})
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
    answer = {**shipment.records["answers"]["services.lawrs"], "sources": ["bawso-report"]}
    edit(store, records={("answers", "services.lawrs"): answer})
    for other in shipment.records["answers"].values():
        other["sources"] = [name for name in other["sources"] if name != "bawso-report"]
    del shipment.records["sources"]["bawso-report"]
    try:
        take_in_shipped(store)
    except ContentError:
        assert store.latest_revision() == 2

    assert "services.lawrs" in store.load().answers


def test_a_database_that_is_away_is_said_so(tmp_path) -> None:
    """Without tables nothing can be taken in, and the error is ours."""
    with pytest.raises(ContentUnavailableError):
        take_in_shipped(ContentStore(f"sqlite:///{tmp_path / 'other.db'}"))
