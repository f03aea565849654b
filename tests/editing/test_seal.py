"""Secrets of second factors: sealed at rest, by a key that lies apart from the database."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.__main__ import main
from bot.content.store import ContentStore
from bot.desk.serve import invite_first, serve
from bot.editing import seal as sealing
from bot.editing.people import ADMINISTRATOR, People
from bot.editing.seal import Seal, key_file, open_seal, where_the_key_is
from bot.errors import EditingError, SettingsError
from bot.settings import Settings

KEY, OLDER = (Fernet.generate_key().decode() for _ in range(2))
POSTGRES = "postgresql+psycopg2://desk@localhost/content"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a desk on an SQLite database that is not there yet."""
    return replace(Settings(), database_url=f"sqlite:///{tmp_path / 'var' / 'content.db'}")


def people_of(desk, *keys: str) -> People:
    return People(desk.store.database, desk.clock, Seal(keys))


def into_the_clear(desk) -> None:
    """Keeps secrets as they were kept before."""
    for name, account in desk.accounts.items():
        desk.run(
            "UPDATE people SET totp_secret = :secret, totp_sealed = NULL WHERE name = :name",
            secret=account.secret,
            name=name,
        )


# --- the key


def test_a_key_is_made_beside_an_sqlite_database_and_stays(settings) -> None:
    """At its first use, for nobody else to read; afterwards it is the same for ever."""
    path = key_file(settings)
    assert path is not None
    first = open_seal(settings)

    assert path.name == "content.db.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert first.keys == (path.read_text().strip(),)
    assert open_seal(settings) == first
    assert list(path.parent.iterdir()) == [path]


def test_of_many_who_start_at_once_all_have_one_key(settings) -> None:
    """A key file that is there is never written over, and nobody reads half of one."""
    with ThreadPoolExecutor(16) as pool:
        seals = set(pool.map(lambda _: open_seal(settings), range(64)))
    assert len(seals) == 1


def test_a_key_that_comes_while_another_is_made_stays(settings, monkeypatch) -> None:
    """Between looking and making somebody else was quicker: theirs is taken."""
    path = key_file(settings)
    path.parent.mkdir()
    path.write_text(KEY)
    sealing._make(path)

    assert path.read_text() == KEY
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("held", ["", "no key", f"{KEY[:-4]}", "clé"], ids=range(4))
def test_a_damaged_key_file_stops_the_start_and_stays(settings, held) -> None:
    """A sentence says what to set or put back; a new key would shut everybody out."""
    path = key_file(settings)
    path.parent.mkdir()
    path.write_text(held, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"^ASSISTANT_DESK_KEYS must be set, or .+ put back"):
        open_seal(settings)
    assert path.read_text(encoding="utf-8") == held


def test_a_place_that_cannot_be_written_is_named(settings, tmp_path) -> None:
    """Where no key file can be made, the sentence says so, and nothing of a key is left."""
    (tmp_path / "var").write_text("a file")
    with pytest.raises(SettingsError, match=r"must be set, since .+ cannot be written: .+\.$"):
        open_seal(settings)


def test_with_postgresql_a_key_must_be_set(capsys, monkeypatch) -> None:
    """The desk refuses to start, by a sentence that says what to set and what prints one."""
    settings = replace(Settings(), database_url=POSTGRES)
    for start in (lambda: serve(settings, None), lambda: invite_first(settings, "Ada")):
        with pytest.raises(SettingsError, match=r"ASSISTANT_DESK_KEYS must be set.+`make key`"):
            start()
    assert open_seal(replace(settings, desk_keys=(KEY,))).keys == (KEY,)

    monkeypatch.setenv("ASSISTANT_DATABASE_URL", POSTGRES)
    assert main(["administrator", "Ada"]) == 1
    assert capsys.readouterr().err.startswith("ASSISTANT_DESK_KEYS must be set")


def test_a_key_that_is_set_seals_and_the_file_still_opens(settings) -> None:
    """Whoever begins to set keys need not invite anybody again; without a file none is made."""
    chosen = replace(settings, desk_keys=(KEY, OLDER))
    assert open_seal(chosen).keys == (KEY, OLDER)
    assert not key_file(settings).exists()

    before = open_seal(settings)
    assert open_seal(chosen).keys == (KEY, OLDER, *before.keys)
    assert open_seal(chosen).open(before.close("x")) == "x"
    assert before.open(open_seal(chosen).close("x")) is None


def test_a_backup_says_that_it_lacks_the_key(settings, monkeypatch, capsys, tmp_path) -> None:
    """Whoever makes one is told what else to keep, and that it belongs in another place."""
    assert str(key_file(settings)) in where_the_key_is(settings)
    assert "ASSISTANT_DESK_KEYS" in where_the_key_is(replace(settings, desk_keys=(KEY,)))

    open_seal(settings)
    _migrated(settings).close()
    monkeypatch.setenv("ASSISTANT_DATABASE_URL", settings.database_url)
    copy = tmp_path / "copy.db"
    assert main(["backup", str(copy)]) == 0
    said = capsys.readouterr().out
    assert f"{key_file(settings)}. Keep that too, in another place." in said
    assert key_file(settings).read_bytes().strip() not in copy.read_bytes()


def _migrated(settings):
    store = ContentStore(settings.database_url)
    store.migrate()
    return store


# --- at rest


def test_no_secret_lies_in_the_database_in_the_clear(desk) -> None:
    """Not one, in any table: each is sealed, and opens with the key alone."""
    dump = repr(desk.tables())
    assert not any(account.secret in dump for account in desk.accounts.values())
    assert people_of(desk, KEY).without_factor() == {one.id for one in desk.people.all()}
    assert desk.people.without_factor() == set()


def test_what_was_in_the_clear_is_sealed_at_the_start(desk) -> None:
    """Nobody is invited again for it, and everybody signs in as before."""
    into_the_clear(desk)
    sealed = people_of(desk, KEY)
    assert sealed.without_factor() == set()
    sealed.seal_secrets()

    dump = repr(desk.tables())
    assert not any(account.secret in dump for account in desk.accounts.values())
    assert sealed.without_factor() == set()
    assert sealed.sign_in("Efa", desk.password, desk.fresh_code("Efa"))


def test_of_what_was_in_the_clear_nothing_is_left_in_the_file(desk) -> None:
    """Not in a page that is free now, nor in what was written ahead; PostgreSQL keeps its own."""
    into_the_clear(desk)
    if desk.store.database.kind != "sqlite":
        people_of(desk, KEY).seal_secrets()
        assert not any(one.secret in repr(desk.tables()) for one in desk.accounts.values())
        return
    path = Path(desk.url.removeprefix("sqlite:///"))
    held = [desk.accounts[name].secret.encode() for name in desk.names]
    assert all(secret in path.read_bytes() + _ahead(path) for secret in held)
    people_of(desk, KEY).seal_secrets()
    assert not any(secret in path.read_bytes() + _ahead(path) for secret in held)


def _ahead(path: Path) -> bytes:
    ahead = path.with_name(f"{path.name}-wal")
    return ahead.read_bytes() if ahead.exists() else b""


def test_after_a_start_the_older_key_is_not_needed(desk) -> None:
    """The newest key seals all anew, so that one that leaked can be taken away."""
    into_the_clear(desk)
    people_of(desk, OLDER).seal_secrets()
    people_of(desk, KEY, OLDER).seal_secrets()

    assert people_of(desk, KEY).without_factor() == set()
    assert len(people_of(desk, OLDER).without_factor()) == len(desk.names)


# --- a key that is not here


def test_without_the_key_somebody_is_told_to_be_invited_again(desk) -> None:
    """Whoever knows the password is told; whoever does not learns nothing; it counts as a try."""
    elsewhere = people_of(desk, KEY)
    for password, expected in ((desk.password, "factor_lost"), ("another password", "wrong")):
        with pytest.raises(EditingError) as refused:
            elsewhere.sign_in("Efa", password, desk.fresh_code("Efa"))
        assert refused.value.code == expected
    assert not elsewhere.confirm(desk["Efa"], desk.fresh_code("Efa"))
    for _ in range(2):
        with pytest.raises(EditingError):
            elsewhere.sign_in("Efa", desk.password, "x")
    with pytest.raises(EditingError, match="locked"):
        elsewhere.sign_in("Efa", desk.password, "x")


def test_without_the_key_a_code_on_paper_lets_in(desk) -> None:
    """They are digests, which need no key."""
    elsewhere = people_of(desk, KEY)
    code = desk.accounts["Efa"].recovery_codes[0]
    assert elsewhere.session(elsewhere.sign_in("Efa", desk.password, code)) == desk["Efa"]


def test_without_the_key_somebody_who_is_invited_again_gets_in(desk) -> None:
    """A new second factor is sealed by the key that is here; the others stay as they were."""
    elsewhere = people_of(desk, KEY)
    token = elsewhere.invite_again(desk["Ada"], desk["Efa"].id)
    secret = desk.accounts["Eben"].secret
    elsewhere.take_up(token, desk.password, secret, desk.clock.code(secret))
    desk.clock.forward(minutes=1)

    assert elsewhere.sign_in("Efa", desk.password, desk.clock.code(secret))
    elsewhere.seal_secrets()
    assert desk["Efa"].id not in elsewhere.without_factor()
    assert desk["Ada"].id not in desk.people.without_factor()


def test_when_no_administrator_has_a_second_factor_the_command_helps(desk) -> None:
    """A database that was restored elsewhere without its key is no end."""
    assert desk.people.has_administrator()
    with desk.refuses("has_administrator"):
        desk.people.add_first("Siân")

    elsewhere = people_of(desk, KEY)
    assert not elsewhere.has_administrator()
    secret = desk.accounts["Ada"].secret
    elsewhere.take_up(elsewhere.add_first("Ada"), desk.password, secret, desk.clock.code(secret))
    assert elsewhere.has_administrator()
    assert desk["Ada"].may(ADMINISTRATOR)
