"""A chat starts from the snapshot when the database is away, and goes on when it is back."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from bot.content import intake
from bot.content.opening import open_content, open_for_chat
from bot.errors import ContentUnavailableError
from tests.content.away import (
    MOMENT,
    MORE,
    OFTEN,
    RISK,
    chat,
    kept,
    publish,
    run_once,
    run_statement,
    settings_of,
    until,
)


def test_while_the_database_is_away_a_chat_starts_from_the_snapshot(place, path, caplog) -> None:
    """What it serves is what was published, to the last text; the log says how old that is."""
    run_once(place, path)
    revision = publish(place, "edited")
    with chat(place, path) as before:
        said = before.current
    place.go_away()

    with chat(place, path) as opened:
        assert opened.current == said
        assert opened.current.text("en", RISK) == "edited"
        assert opened.snapshot_at == MOMENT

    line = next(record for record in caplog.messages if "starts from the snapshot" in record)
    assert f"revision {revision}, read at 2026-11-25 22:30:00 UTC" in line
    assert place.url not in caplog.text
    place.come_back()


def test_meanwhile_nobody_says_what_tables_there_are(place, path) -> None:
    """The kind of database is known by its address; its tables are known when it is back."""
    with chat(place, path) as opened:
        tables = opened.tables
    assert tables
    assert "revisions" in tables
    place.go_away()

    with chat(place, path) as opened:
        assert (opened.kind, opened.tables) == (place.kind, None)
        place.come_back()
        opened.refresh()
        assert (opened.kind, opened.tables) == (place.kind, tables)
        assert opened.snapshot_at is None


def test_when_the_database_is_back_edits_are_live_again(place, path) -> None:
    """The watch finds it by itself, and the snapshot follows."""
    run_once(place, path)
    place.go_away()

    with chat(place, path) as opened:
        opened.start()
        place.come_back()
        until(lambda: opened.snapshot_at is None)
        revision = publish(place, "edited")
        until(lambda: opened.current.text("en", RISK) == "edited")
        until(lambda: kept(place, path).stored.revision == revision)


def test_what_ships_is_taken_in_when_the_database_is_back(place, path, monkeypatch) -> None:
    """A new version of the program that started without it publishes its news then."""
    run_once(place, path)
    place.go_away()
    texts = {**intake.read_all_texts(), ("en", RISK): "news"}
    monkeypatch.setattr(intake, "read_all_texts", lambda: texts)

    with chat(place, path) as opened:
        with pytest.raises(ContentUnavailableError):
            opened.refresh()
        assert opened.current.text("en", RISK) != "news"
        place.come_back()
        opened.refresh()
        assert opened.current.text("en", RISK) == "news"


def test_what_staff_withdrew_does_not_come_back(place, path) -> None:
    """The snapshot is rewritten at the revision that took it away."""
    with chat(place, path) as opened:
        assert opened.current.has_text("en", MORE)
        publish(place, None, MORE)
        opened.refresh()
    place.go_away()

    with chat(place, path) as opened:
        assert not opened.current.has_text("en", MORE)
    place.come_back()


def test_a_database_that_was_lost_is_not_filled_with_what_ships(place, path, caplog) -> None:
    """What was withdrawn would come back: the snapshot is served until it is put back."""
    run_once(place, path)
    publish(place, None, MORE)
    run_once(place, path)
    place.lose_all()

    with chat(place, path) as opened:
        assert not opened.current.has_text("en", MORE)
        assert f"it is empty, and was not: put it back, or remove {path}" in caplog.text
        opened.start()
        place.put_back()
        until(lambda: opened.snapshot_at is None)
        assert not opened.current.has_text("en", MORE)


def test_without_its_snapshot_a_lost_database_begins_anew(embedded, path) -> None:
    """Whoever takes the snapshot away says that it is meant."""
    run_once(embedded, path)
    publish(embedded, "edited")
    embedded.lose_all()
    path.unlink()

    with chat(embedded, path) as opened:
        assert opened.snapshot_at is None
        assert opened.current.text("en", RISK) != "edited"


def test_a_database_of_a_later_version_is_not_away(embedded, path) -> None:
    """Its content moves on, and an older program would not see it: it does not start."""
    run_once(embedded, path)
    run_statement(embedded.url, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(ContentUnavailableError, match=r"^CommandError$"):
        open_for_chat(settings_of(embedded, path))


def test_without_a_snapshot_set_nothing_is_written(embedded, tmp_path) -> None:
    """Nor does a chat start without its database; nor is one written for a command that reads."""
    settings = replace(settings_of(embedded, tmp_path / "none"), snapshot=None)
    open_for_chat(settings).stop()
    open_content(replace(settings, snapshot=tmp_path / "none")).stop()
    assert [one.name for one in tmp_path.iterdir()] == ["content.db"]

    embedded.go_away()
    with pytest.raises(ContentUnavailableError, match=r"^OperationalError$"):
        open_for_chat(settings)


def test_coming_back_with_the_same_number_it_is_read_all_the_same(embedded, path) -> None:
    """A database that was put back meanwhile may have another revision under that number."""
    run_once(embedded, path)
    publish(embedded, "edited")
    run_once(embedded, path)
    embedded.go_away()

    with chat(embedded, path) as opened:
        embedded.come_back()
        run_statement(embedded.url, "UPDATE texts SET text = 'another' WHERE text = 'edited'")
        opened.refresh()
        assert opened.current.text("en", RISK) == "another"


def test_while_it_is_away_the_log_says_so_once(embedded, path, caplog) -> None:
    """An attempt a second would fill the disk; that it is back is said, too."""
    caplog.set_level(logging.INFO, "bot")
    run_once(embedded, path)
    embedded.go_away()

    opened = open_for_chat(settings_of(embedded, path))
    attempts: list[None] = []

    def count() -> None:
        attempts.append(None)
        opened.store.latest_revision()

    opened._prepare, opened._poll_seconds = count, OFTEN
    opened.start()
    until(lambda: len(attempts) > 5)
    embedded.come_back()
    until(lambda: opened.snapshot_at is None)
    opened.stop()

    said = [one for one in caplog.messages if "not refreshed" in one or "back" in one]
    assert said == [
        "content not refreshed: ContentUnavailableError (OperationalError)",
        "The database is back: revision 1",
    ]
