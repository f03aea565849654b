"""Revisions go into a real database and come back whole; no database error comes out."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from bot.content.database import MIGRATIONS
from bot.content.intake import take_in_shipped
from bot.content.never import DEAD_ADDRESSES, WRONG_NUMBERS
from bot.content.rows import Changes
from bot.content.staleness import UNSAID
from bot.content.store import ContentStore
from bot.content.tables import metadata
from bot.content.values import CHANGES
from bot.editing import tables as editing
from bot.errors import AssistantError, ContentError, ContentUnavailableError

SOURCE = {"title": "A page", "publisher": "Somebody", "url": "https://example.org", "date": "2026"}
ONE = Changes(
    records={("sources", "page"): SOURCE},
    texts={("en", "a.short"): "one", ("cy", "a.short"): "un"},
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database lies."""
    return tmp_path / "content.db"


@pytest.fixture
def store(path: Path) -> Iterator[ContentStore]:
    """A store with its tables and nothing in it."""
    opened = ContentStore(f"sqlite:///{path}")
    opened.migrate()
    yield opened
    opened.close()


def publish(store: ContentStore, changes: Changes, origin: str = "desk") -> int:
    return store.publish(changes, origin=origin, note="")


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(path)
    with connection:
        found = connection.execute(query).fetchall()
    connection.close()
    return found


def migrate(path: Path, step: Callable[[Config], None]) -> None:
    engine = create_engine(f"sqlite:///{path}", future=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        step(config)
    engine.dispose()


def steps() -> int:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return len(list(ScriptDirectory.from_config(config).walk_revisions()))


# --- revisions


def test_a_store_begins_empty(store) -> None:
    """Before anything is published the revision is 0 and holds nothing."""
    assert store.latest_revision() == 0
    assert store.shipped_fingerprint() is None
    assert store.load().texts == {}


def test_what_is_published_comes_back(store) -> None:
    """A revision holds what it changed, and all that stood before."""
    first = publish(store, ONE)
    second = publish(store, Changes(texts={("en", "a.short"): "two", ("es", "a.short"): "uno"}))

    assert first < second == store.latest_revision() == store.load().revision
    assert store.load().texts == {
        ("en", "a.short"): "two",
        ("cy", "a.short"): "un",
        ("es", "a.short"): "uno",
    }
    assert set(store.load().sources) == {"page"}


def test_what_is_taken_away_is_gone_and_may_come_back(store) -> None:
    """None takes a text or a record away; a later revision can bring it again."""
    publish(store, ONE)
    publish(store, Changes(records={("sources", "page"): None}, texts={("en", "a.short"): None}))
    assert store.load().texts == {("cy", "a.short"): "un"}
    assert store.load().sources == {}

    publish(store, ONE)
    assert store.load().texts == dict(ONE.texts)
    assert set(store.load().sources) == {"page"}


def test_no_revision_changes_an_earlier_one(store, path) -> None:
    """What was said on any day can be read back: rows are added, never rewritten."""
    publish(store, ONE)
    before = rows(path, "SELECT * FROM texts") + rows(path, "SELECT * FROM records")
    publish(store, Changes(texts={("en", "a.short"): None}))

    after = rows(path, "SELECT * FROM texts") + rows(path, "SELECT * FROM records")
    assert set(before) < set(after)


def test_a_translation_remembers_the_english_it_was_made_from(store, path) -> None:
    """Two translations of one English text have its digest; of another text, another."""

    def digest(msgid: str, language: str) -> str:
        query = "SELECT msgid, language, source_fingerprint FROM texts ORDER BY revision_id"
        return {row[:2]: row[2] for row in rows(path, query)}[msgid, language]

    publish(store, ONE)
    assert digest("a.short", "en") is None
    first = digest("a.short", "cy")

    publish(store, Changes(texts={("es", "a.short"): "uno"}))
    assert digest("a.short", "es") == first

    publish(store, Changes(texts={("en", "a.short"): "two", ("cy", "a.short"): "dau"}))
    assert digest("a.short", "cy") != first


def test_the_origin_tells_what_staff_have_written(store) -> None:
    """What staff decided last can be told apart, what they took away included."""
    publish(store, ONE, "shipped")
    publish(store, Changes(texts={("cy", "a.short"): "un!"}))

    assert store.edited_at_desk() == (set(), {("cy", "a.short")})
    publish(store, Changes(texts={("cy", "a.short"): None}))
    assert store.edited_at_desk() == (set(), {("cy", "a.short")})
    publish(store, Changes(texts={("cy", "a.short"): "un"}), "shipped")
    assert store.edited_at_desk() == (set(), set())


@pytest.mark.parametrize("number", WRONG_NUMBERS)
def test_a_wrong_number_in_circulation_can_never_be_stored(store, number) -> None:
    """A number that rings at a stranger's is refused by name, in a row and in a text."""
    spaced = f"{number[:4]} {number[4:7]} {number[7:]}"
    for changes in (
        Changes(records={("services", "bawso"): {"phone": spaced}}),
        Changes(texts={("cy", "a.short"): f"Ffoniwch {spaced}."}),
    ):
        with pytest.raises(ContentError, match=number):
            publish(store, changes)
    assert store.latest_revision() == 0


@pytest.mark.parametrize("address", DEAD_ADDRESSES)
def test_a_dead_address_can_never_be_stored(store, address) -> None:
    """An address that was closed or taken over is refused by name."""
    with pytest.raises(ContentError, match=re.escape(address)):
        publish(store, Changes(records={("sources", "page"): {"url": f"https://{address}/x"}}))


def test_a_revision_that_fails_half_way_leaves_nothing(store, path) -> None:
    """Publishing is one step: a text that cannot be stored takes the whole revision with it."""
    publish(store, ONE)
    bad = Changes(records=ONE.records, texts={("en", "b.short"): object()})  # type: ignore[dict-item]

    with pytest.raises(ContentUnavailableError):
        publish(store, bad)

    assert store.latest_revision() == 1
    assert rows(path, "SELECT count(*) FROM records") == [(1,)]


def test_the_chat_reads_while_the_desk_writes(store, path) -> None:
    """A revision that is being written holds nobody up: the last one is read meanwhile."""
    publish(store, ONE)
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN EXCLUSIVE")
    writer.execute("DELETE FROM texts")

    assert store.load().texts == dict(ONE.texts)
    writer.execute("ROLLBACK")
    writer.close()


# --- translations of an older English text


A = "a.short"


def change(store: ContentStore, english: str | None, kind: str | None = None) -> None:
    """Publishes a changed English text as staff do, who say what kind of change it is."""
    publish(store, Changes(texts={("en", A): english}, kinds={A: kind} if kind else {}))


def translate(store: ContentStore, language: str, text: str | None) -> None:
    publish(store, Changes(texts={(language, A): text}))


@pytest.mark.parametrize("kind", CHANGES)
def test_a_changed_english_makes_its_translations_stale(store, kind) -> None:
    """The translations of a changed text are stale, each until it is published again."""
    publish(store, Changes(texts={("en", A): "one", ("cy", A): "un", ("es", A): "uno"}))
    assert store.load().stale == {}

    change(store, "another", kind)
    assert store.read().stale == {("cy", A): kind, ("es", A): kind}
    assert store.load().stale == store.read().stale

    translate(store, "cy", "un arall")
    assert store.load().stale == {("es", A): kind}
    translate(store, "es", "uno")
    assert store.load().stale == {}


def test_a_changed_english_leaves_other_texts_alone(store) -> None:
    """Only translations of the very text are stale."""
    publish(store, ONE)
    publish(store, Changes(texts={("en", "b.short"): "b", ("cy", "b.short"): "b"}))
    change(store, "another", "dangerous")

    assert store.load().stale == {("cy", A): "dangerous"}


def test_a_change_of_no_kind_is_shown_with_a_word_of_warning(store) -> None:
    """When nobody has said what a change means, the translation counts as less good."""
    publish(store, ONE)
    change(store, "another")

    assert store.load().stale == {("cy", A): UNSAID}


@pytest.mark.parametrize("kinds", permutations(CHANGES))
def test_the_gravest_change_since_the_translation_counts(store, kinds) -> None:
    """A small change after a grave one makes an old translation no less dangerous."""
    publish(store, ONE)
    for number, kind in enumerate(kinds):
        change(store, f"change {number}", kind)
    assert store.load().stale == {("cy", A): "dangerous"}

    translate(store, "cy", "newydd")
    change(store, "the last", "wording")
    assert store.load().stale == {("cy", A): "wording"}


def test_going_back_to_the_english_of_a_translation_makes_it_good_again(store) -> None:
    """A change that was taken back leaves nothing to be brought in step."""
    publish(store, ONE)
    change(store, "a mistake", "dangerous")
    change(store, ONE.texts["en", A], "wording")

    assert store.load().stale == {}


def test_a_translation_that_is_taken_away_is_not_stale(store) -> None:
    """What nobody can see waits for nobody."""
    publish(store, ONE)
    change(store, "another", "dangerous")
    translate(store, "cy", None)

    assert store.load().stale == {}


def test_a_translation_may_come_with_the_english_it_was_made_from(store) -> None:
    """A translation of an older text than the present one is stale from its first day."""
    publish(store, ONE)
    change(store, "another\n\none", "dangerous")
    older = {("es", A): ONE.texts["en", A]}
    publish(store, Changes(texts={("es", A): "uno"}, sources=older))
    assert store.load().stale[("es", A)] == "dangerous"

    present = {("es", A): "another one"}
    publish(store, Changes(texts={("es", A): "otro"}, sources=present))
    assert ("es", A) not in store.load().stale


# --- facts that have changed


FACT = {
    "says": "It is so.",
    "sources": ["page"],
    "as_of": "2026",
    "nations": [],
    "confidence": "V",
    "claimed_by": None,
    "check": None,
}
ANSWER = {
    "risk": "high",
    "nations": [],
    "facts": ["F1", "F2"],
    "next": [],
    "services": [],
    "as_of": "2026-11-22",
    "checked_on": None,
    "review_by": "2027-02-22",
    "owner": "rights",
    "native_read": [],
}
REGISTER = Changes(
    records={
        ("sources", "page"): SOURCE,
        ("facts", "F1"): FACT,
        ("facts", "F2"): FACT,
        ("answers", "a.b"): ANSWER,
        ("answers", "a.c"): {**ANSWER, "facts": ["F2"]},
    }
)


def test_a_changed_fact_marks_its_answers_until_they_are_published_again(store) -> None:
    """Whoever has read an answer against its changed facts publishes it, and the mark is gone."""
    publish(store, REGISTER)
    assert store.load().fact_changes == {}

    publish(store, Changes(records={("facts", "F2"): {**FACT, "says": "It is otherwise."}}))
    assert store.read().fact_changes == {"a.b": ("F2",), "a.c": ("F2",)}
    assert store.load().fact_changes == store.read().fact_changes

    publish(store, Changes(records={("facts", "F1"): {**FACT, "says": "So is this."}}))
    assert store.load().fact_changes == {"a.b": ("F1", "F2"), "a.c": ("F2",)}

    publish(store, Changes(records={("answers", "a.b"): ANSWER}))
    assert store.load().fact_changes == {"a.c": ("F2",)}


def test_a_fact_that_changes_together_with_its_answer_marks_nothing(store) -> None:
    """Published in one revision, the answer has been read against the fact."""
    publish(store, REGISTER)
    publish(store, Changes(records={("facts", "F1"): FACT, ("answers", "a.b"): ANSWER}))

    assert store.load().fact_changes == {}


def test_an_answer_that_is_taken_away_is_not_marked(store) -> None:
    """An answer that is gone waits for nobody."""
    publish(store, REGISTER)
    publish(store, Changes(records={("answers", "a.b"): None, ("facts", "F1"): FACT}))

    assert store.load().fact_changes == {}


# --- tables


#: Every table there is, and every column: of content, and of staff and what they do.
TABLES = {
    "revisions": {"id", "published_at", "origin", "fingerprint", "note"},
    "records": {"revision_id", "kind", "id", "data"},
    "texts": {"revision_id", "language", "msgid", "text", "source_fingerprint", "change"},
    "people": {
        *("id", "name", "key", "password", "totp_secret", "totp_sealed", "totp_step"),
        *("roles", "languages"),
        *("reads", "is_active", "failures", "locked_until"),
    },
    "recovery_codes": {"digest", "person_id"},
    "invitations": {"digest", "person_id", "ends_at"},
    "sessions": {"digest", "person_id", "seen_at", "ends_at"},
    "drafts": {
        *("id", "subject", "kind", "state", "why", "opened_by", "opened_at", "revision_id"),
    },
    "draft_entries": {
        *("draft_id", "part", "name", "value", "author_id", "saved_at", "version"),
        "base_revision",
    },
    "confirmations": {
        *("draft_id", "service_id", "person_id", "called_on", "spoke_to", "said", "digest"),
    },
    "approvals": {"draft_id", "part", "person_id", "digest", "at"},
    "history": {"id", "at", "who", "act", "what", "old", "new", "why", "digest"},
    "previews": {"digest", "draft_id", "ends_at"},
}


def test_there_is_no_place_for_a_conversation(store, path) -> None:
    """The tables are of content, of staff and what they do: none has a place for what she said."""
    names = {name for (name,) in rows(path, "SELECT name FROM sqlite_master WHERE type='table'")}

    assert names == {*TABLES, "alembic_version"}
    assert editing.people.metadata is metadata
    assert {
        name: {column.name for column in table.columns} for name, table in metadata.tables.items()
    } == TABLES


def test_migrations_make_the_tables_that_the_code_names(store, path) -> None:
    """A migrated database and the tables in the code do not differ."""
    engine = create_engine(f"sqlite:///{path}", future=True)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_migrating_again_keeps_everything(store) -> None:
    """A start on a filled database changes none of it."""
    take_in_shipped(store)
    before = store.load()
    store.migrate()

    assert store.load() == before


def test_migrations_go_down_and_up_on_a_filled_database(store, path) -> None:
    """Each step of the migrations can be taken back and taken again, with content in the tables."""
    take_in_shipped(store)
    publish(store, Changes(texts={("cy", "sharing.risk.label"): "un"}))
    for _ in range(steps()):
        migrate(path, lambda config: command.downgrade(config, "-1"))
    engine = create_engine(f"sqlite:///{path}", future=True)
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    engine.dispose()

    for _ in range(steps()):
        migrate(path, lambda config: command.upgrade(config, "+1"))
    assert store.latest_revision() == 0
    assert take_in_shipped(store) == 1
    assert store.load().text("cy", "sharing.risk.label")


def test_the_second_step_keeps_what_the_first_tables_held(path) -> None:
    """A database of the first version is brought up to date, and its texts stay as they were."""
    migrate(path, lambda config: command.upgrade(config, "0001"))
    rows(path, "INSERT INTO revisions VALUES (1, '2026-11-22 00:00:00', 'desk', NULL, '')")
    rows(path, "INSERT INTO texts VALUES (1, 'en', 'a.short', 'one', NULL)")
    rows(path, "INSERT INTO texts VALUES (1, 'cy', 'a.short', 'un', 'a digest')")
    store = ContentStore(f"sqlite:///{path}")
    store.migrate()

    assert store.load().texts == dict(ONE.texts)
    assert rows(path, "SELECT DISTINCT change FROM texts") == [(None,)]
    assert store.load().stale == {("cy", "a.short"): UNSAID}
    store.close()


# --- a database that is away or damaged

OPERATIONS = {
    "migrate": ContentStore.migrate,
    "read": ContentStore.read,
    "load": ContentStore.load,
    "latest_revision": ContentStore.latest_revision,
    "shipped_fingerprint": ContentStore.shipped_fingerprint,
    "publish": lambda store: publish(store, ONE),
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_file_that_is_no_database_is_an_error_of_ours(path, operation) -> None:
    """Whatever is asked of a file that holds something else, the error is ours."""
    path.write_bytes(b"not a database" * 100)

    with pytest.raises(ContentUnavailableError):
        OPERATIONS[operation](ContentStore(f"sqlite:///{path}"))


@pytest.mark.parametrize("operation", sorted(set(OPERATIONS) - {"migrate"}))
def test_a_database_without_tables_is_an_error_of_ours(path, operation) -> None:
    """Whatever is asked before the tables are made, the error is ours."""
    with pytest.raises(ContentUnavailableError):
        OPERATIONS[operation](ContentStore(f"sqlite:///{path}"))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_folder_in_the_place_of_the_database_is_an_error_of_ours(path, operation) -> None:
    """Whatever is asked of what cannot be opened, the error is ours."""
    path.mkdir()

    with pytest.raises(ContentUnavailableError):
        OPERATIONS[operation](ContentStore(f"sqlite:///{path}"))


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("nosuchdatabase://desk:hunter2@host/content", id="a kind nobody knows"),
        pytest.param("sqlite+nosuchdriver:///content.db", id="a driver nobody knows"),
        pytest.param("mysql+mysqldb://desk:hunter2@host/content", id="a driver not installed"),
        pytest.param("sqlite:///{file}/content.db", id="a file where a folder should be"),
    ],
)
def test_an_address_that_cannot_be_used_is_an_error_of_ours(tmp_path, address) -> None:
    """An address that no database answers to is refused by an error of ours, password unsaid."""
    (tmp_path / "file").write_text("x")

    with pytest.raises(AssistantError) as refused:
        ContentStore(address.format(file=tmp_path / "file")).migrate()

    assert "hunter2" not in str(refused.value)


def test_an_error_tells_its_kind_and_nothing_of_the_address(path) -> None:
    """A message of the driver may repeat an address or a text, so only its class is told."""
    path.write_bytes(b"not a database" * 100)

    with pytest.raises(ContentUnavailableError) as failed:
        ContentStore(f"sqlite:///{path}").load()

    assert str(failed.value) == "DatabaseError"


def test_a_database_of_a_later_version_is_an_error_of_ours(store, path) -> None:
    """Going back to an older program says so in an error of ours, and leaves the tables alone."""
    publish(store, ONE)
    rows(path, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(ContentUnavailableError):
        store.migrate()
    assert store.load().texts == dict(ONE.texts)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param("UPDATE records SET data = '{'", id="half a record"),
        pytest.param("UPDATE records SET data = '[1]'", id="a list for a record"),
        pytest.param("UPDATE records SET data = '{\"title\": 1}'", id="fields missing"),
        pytest.param("UPDATE records SET kind = 'other'", id="a kind nobody knows"),
        pytest.param("UPDATE records SET kind = 'facts', data = '{}'", id="an empty fact"),
        pytest.param(
            "UPDATE records SET kind = 'answers', data = '{\"facts\": 1}'", id="facts of no list"
        ),
    ],
)
def test_content_that_is_not_well_formed_is_an_error_of_ours(store, path, damage) -> None:
    """A record that somebody has spoilt in the database is named as content, not stumbled over."""
    publish(store, ONE)
    rows(path, damage)

    with pytest.raises(ContentError):
        store.load()
