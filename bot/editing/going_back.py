"""What stood of a subject at a revision, and how much of it can stand again."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection

from bot.content.staleness import digest
from bot.content.store import ContentStore
from bot.editing.draft import IMPROVED, RECORDS, WORDING
from bot.editing.draft_rows import made_from
from bot.languages import DEFAULT_LANGUAGE


def what_stood(
    connection: Connection, store: ContentStore, subject: str, revision: int
) -> tuple[str, dict[tuple[str, str], Any]]:
    """Returns the kind of change that going back is, and (part, name) → what it brings back.

    A translation that was out of step with its English even then stays away: it has to be made
    anew, and the change is no mere wording.
    """
    then, now = store.read(revision), store.read()
    changed = {
        key: then.texts.get(key)
        for key in sorted({*then.texts, *now.texts})
        if key[1].rpartition(".")[0] == subject and then.texts.get(key) != now.texts.get(key)
    }
    texts = {
        (language, msgid): text
        for (language, msgid), text in changed.items()
        if language == DEFAULT_LANGUAGE
        or text is None
        or made_from(connection, language, msgid, revision)
        == digest(then.texts.get((DEFAULT_LANGUAGE, msgid), ""))
    }
    found: dict[tuple[str, str], Any] = dict(texts)
    for group in ("answers", "services"):
        name = subject.removeprefix("service.") if group == "services" else subject
        old, new = then.records[group].get(name), now.records[group].get(name)
        if old is not None and old != new:
            found[RECORDS, f"{group}/{name}"] = old
    return (WORDING if texts == changed else IMPROVED), found
