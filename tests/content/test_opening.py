"""A service does not start before the lifelines have been rung."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.content.directory import LIFELINES
from bot.content.opening import require_lifelines
from bot.content.rows import Changes
from bot.content.store import ContentStore
from bot.content.values import Content
from bot.errors import UnsafeStartError
from bot.settings import Settings
from tests.content.away import settings_of

RUNG = date(2026, 11, 25)


def rung(content: Content, *names: str) -> Content:
    """Returns the content with a call recorded to each of these."""
    called = {name: replace(content.services[name], checked_on=RUNG) for name in names}
    return replace(content, services={**content.services, **called})


def test_the_lifelines_are_in_the_directory(content) -> None:
    """Each of the five that the rule names is a service that ships."""
    assert set(LIFELINES) <= set(content.services)


@pytest.mark.parametrize("missing", LIFELINES)
def test_one_lifeline_that_nobody_rang_is_enough_to_refuse(content, missing) -> None:
    """The sentence names the service, and what to do."""
    others = (name for name in LIFELINES if name != missing)

    with pytest.raises(UnsafeStartError, match=f"no call to {missing} is recorded.*desk.*trial"):
        require_lifelines(rung(content, *others))


def test_with_all_five_rung_it_may_start(content) -> None:
    """Calls to the five suffice, whatever is left to check of the others."""
    require_lifelines(rung(content, *LIFELINES))


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """With what the model was loaded, which here is not."""
    found: list[Settings] = []
    monkeypatch.setattr("bot.service.make_dialogue", lambda settings, _: found.append(settings))
    return found


def as_shipped(environment: str, folder: Path) -> Settings:
    database = f"sqlite:///{folder / 'content.db'}"
    return Settings(environment=environment, database_url=database)


def test_as_shipped_a_service_does_not_start(tmp_path, loaded) -> None:
    """ASSISTANT_ENV=service ends before it loads anything."""
    from bot.service import open_service

    with pytest.raises(UnsafeStartError, match="live-fear-free"):
        open_service(as_shipped("service", tmp_path))
    assert loaded == []


def test_as_shipped_a_trial_starts(tmp_path, loaded) -> None:
    """Whoever has rung nobody yet can look at the chat, which says so."""
    from bot.service import open_service

    open_service(as_shipped("trial", tmp_path))
    assert len(loaded) == 1


@pytest.fixture
def in_service(embedded, path) -> Settings:
    """A service with a snapshot beside its database."""
    return replace(settings_of(embedded, path), environment="service")


def test_on_a_snapshot_too_a_service_needs_the_lifelines(embedded, in_service, loaded) -> None:
    """That the database is away does not make up for calls that nobody recorded."""
    from bot.service import open_service

    open_service(replace(in_service, environment="trial"))
    embedded.go_away()

    with pytest.raises(UnsafeStartError, match="live-fear-free"):
        open_service(in_service)
    assert len(loaded) == 1


def test_on_a_snapshot_with_all_five_rung_a_service_starts(embedded, in_service, loaded) -> None:
    """What was recorded at the desk is in the snapshot."""
    from bot.service import open_service

    open_service(replace(in_service, environment="trial"))
    desk = ContentStore(embedded.url)
    services = desk.read().records["services"]
    calls = {
        ("services", name): {**services[name], "checked_on": RUNG.isoformat()} for name in LIFELINES
    }
    desk.publish(Changes(records=calls), origin="desk", note="")
    desk.close()
    open_service(in_service)
    embedded.go_away()

    open_service(in_service)
    assert len(loaded) == 3
