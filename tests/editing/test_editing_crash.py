"""A process that dies while it publishes, and two that publish at once, leave everything whole."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from contextlib import suppress
from secrets import randbelow

import pytest
from sqlalchemy import func, select

from bot.content.store import ContentStore
from bot.content.tables import revisions
from bot.editing import history
from bot.errors import ContentUnavailableError
from bot.languages import LANGUAGES
from bot.settings import ROOT

KILLS, ROUNDS = 5, 4
PARTS = [f"part-{number}" for number in range(25)]
DEADLINE = 60

#: Goes to and fro between two revisions for ever, by two people, and says when it has begun.
LOOP = """
import sys
from bot.content.store import ContentStore
from bot.editing.drafts import Drafts
from bot.editing.people import People
url, *revisions = sys.argv[1:]
store = ContentStore(url)
people = {one.name: one for one in People(store.database).all()}
drafts = Drafts(store)
while True:
    for revision in revisions:
        draft_id = drafts.take_back(people["Olwen"], "money.debt", int(revision), "loop")
        if not drafts.get(draft_id).entries:
            # The one before was killed when it had published just this.
            drafts.drop(people["Olwen"], draft_id)
            continue
        parts = drafts.get(draft_id).parts
        if not parts:
            # The one before was killed when this stood already.
            continue
        for part in parts:
            drafts.approve(people["Owain"], draft_id, part)
        print("publishing", flush=True)
        drafts.publish(people["Olwen"], draft_id)
"""

#: Publishes each draft whose number it is told, and says what came of it.
PUBLISHER = """
import sys
from bot.content.store import ContentStore
from bot.editing.drafts import Drafts
from bot.editing.people import People
from bot.errors import EditingError
store = ContentStore(sys.argv[1])
people = {one.name: one for one in People(store.database).all()}
print("ready", flush=True)
for line in sys.stdin:
    try:
        print("revision", Drafts(store).publish(people["Petra"], int(line)), flush=True)
    except EditingError as error:
        print("refused", error, flush=True)
"""


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def line(process: subprocess.Popen[str]) -> str:
    """Returns what a process says next; it has said something, or it has failed."""
    assert process.stdout is not None
    said = process.stdout.readline().strip()
    assert said, "The process ended."
    return said


def texts_of(desk) -> dict[int, dict[tuple[str, str], str]]:
    """Returns the texts that each revision brought."""
    found: dict[int, dict[tuple[str, str], str]] = {}
    for revision, language, msgid, words, *_ in desk.tables()["texts"]:
        found.setdefault(revision, {})[language, msgid] = words
    return found


def is_whole(desk) -> None:
    """Everything that belongs to a revision is there, or nothing of it."""
    # A server may still be doing what the dead asked for last: it is waited for.
    with desk.store.database.connect(write=True):
        pass
    content = desk.store.load()
    words = {text for (_tag, msgid), text in content.texts.items() if "part-" in msgid}
    assert words in ({"one"}, {"two"}), "Texts of two revisions stand side by side."

    brought = texts_of(desk)
    published = {draft.revision_id: draft for draft in desk.drafts.all("published")}
    from_desk = {row[0] for row in desk.tables()["revisions"] if row[2] == "desk"}
    assert from_desk == set(published)
    for revision, draft in published.items():
        entries = {(entry.part, entry.name): entry.value for entry in draft.entries}
        assert brought[revision] == entries
        assert len(entries) == len(LANGUAGES) * len(PARTS)
    told = Counter(deed.act for deed in desk.deeds())
    assert told["published"] == len(published) * len(LANGUAGES) * len(PARTS)
    assert history.broken(desk.store.database) == []


def test_a_process_killed_while_it_publishes_leaves_the_old_or_the_new(desk) -> None:
    """Killed at any moment, by a signal that nothing can catch, no revision is there by half."""
    revisions = []
    for words in ("one", "two"):
        names = {(tag, f"money.debt.{part}"): words for tag in LANGUAGES for part in PARTS}
        revisions.append(str(desk.change(names)))
    is_whole(desk)

    for _ in range(KILLS):
        process = start(LOOP, desk.url, *revisions)
        with process:
            assert line(process) == "publishing"
            # Somewhere in the publishing, or in what comes before the next one.
            with suppress(subprocess.TimeoutExpired):
                process.wait(randbelow(200) / 1000)
            assert process.poll() is None, "The loop ended by itself."
            process.kill()
        is_whole(desk)

    # Nobody holds a lock for the dead: the next one publishes.
    desk.change({("en", "money.tax.short"): "and on"})


def test_of_two_processes_that_publish_one_draft_one_wins(desk) -> None:
    """Two people press the button in the same moment: one revision, and one is told why not."""
    processes = [start(PUBLISHER, desk.url) for _ in range(2)]
    try:
        assert [line(process) for process in processes] == ["ready", "ready"]
        for number in range(ROUNDS):
            draft_id = desk.write({("en", "money.debt.short"): str(number)}, kind="wording")
            desk.approve(draft_id)
            before = desk.store.latest_revision()
            for process in processes:
                assert process.stdin is not None
                process.stdin.write(f"{draft_id}\n")
                process.stdin.flush()

            said = sorted(line(process) for process in processes)
            assert said == ["refused draft_closed", f"revision {before + 1}"]
            assert desk.store.latest_revision() == before + 1
            assert desk.said("en", "money.debt.short") == str(number)
    finally:
        for process in processes:
            process.communicate(timeout=DEADLINE)
    told = Counter(deed.act for deed in desk.deeds())
    assert told["published"] == ROUNDS
    assert history.broken(desk.store.database) == []


def test_a_writer_that_hangs_holds_others_up_for_seconds_and_not_for_ever(desk) -> None:
    """Whoever cannot write is told so, with nothing changed; reading goes on meanwhile."""
    other = ContentStore(desk.url)
    with other.database.connect(write=True):
        with pytest.raises(ContentUnavailableError):
            desk.takedowns.switch_off(desk["Efa"], "chat", "why")
        assert desk.store.load().switches == frozenset()
    other.close()
    desk.takedowns.switch_off(desk["Efa"], "chat", "why")


def test_what_is_read_while_others_publish_is_of_one_moment(desk) -> None:
    """A chat that loads while somebody publishes holds the old or the new, and no mixture."""
    newest = select(func.max(revisions.c.id))
    with desk.store.database.connect() as connection:
        before = connection.execute(newest).scalar()
        desk.takedowns.switch_off(desk["Efa"], "chat", "why")
        assert connection.execute(newest).scalar() == before
    assert desk.store.latest_revision() == before + 1
