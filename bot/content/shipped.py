"""The content that ships with the project: catalogues in `locales/`, records in `data/`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from bot.content.catalogue import read_sources, read_texts
from bot.content.records import (
    answer_from_data,
    fact_from_data,
    keeps_from_data,
    service_from_data,
    source_from_data,
)
from bot.content.staleness import UNSAID
from bot.content.values import Content, Fact, Service
from bot.errors import ContentError
from bot.i18n import LOCALE_FOLDER, catalogue_path
from bot.languages import DEFAULT_LANGUAGE, LANGUAGES
from bot.plain_yaml import read_yaml

DATA_FOLDER = Path(__file__).resolve().parent / "data"
CATALOGUES = ("answers", "services")
ORDER = "order"
#: What staff have put out of use for now: `chat`, `topic.` and a topic, `answer.` and an id.
SWITCHES = "switches"
#: The words that an answer's short text must never lose, whatever else is changed in it.
KEEPS = "keeps"
KINDS = ("answers", "services", "sources", "facts", KEEPS, ORDER, SWITCHES)
#: Those that ship, a file each.
_FILES = ("answers", "services", "sources", "facts", KEEPS)
#: Their order in the file is the order in which they are listed.
ORDERED = ("answers", "services")

Value = TypeVar("Value")


def read_shipped(data: Path = DATA_FOLDER, locales: Path = LOCALE_FOLDER) -> Content:
    """Reads everything that ships, as revision 0.

    Raises:
        ContentError: names the file or record that is not well formed.
    """
    texts = read_all_texts(locales)
    stale = stale_texts(texts, read_all_sources(locales))
    return build_content(0, read_records(data), texts, stale=stale)


def read_records(data: Path = DATA_FOLDER) -> dict[str, dict[str, Any]]:
    """Returns kind → record id → record, as plain data with dates in ISO form."""
    records = {kind: _read_yaml(data / f"{kind}.yml") for kind in _FILES}
    # A database gives records back in any order, and theirs means something. It is a record of
    # its own, so that a new answer does not change all that stand behind it.
    records[ORDER] = {kind: {"ids": list(records[kind])} for kind in ORDERED}
    records[SWITCHES] = {}
    return records


def read_all_texts(locales: Path = LOCALE_FOLDER) -> dict[tuple[str, str], str]:
    """Returns (language, msgid) → text of all shipped catalogues."""
    return {
        (language, msgid): text
        for language in LANGUAGES
        for name in CATALOGUES
        for msgid, text in read_texts(catalogue_path(locales, language, name), language).items()
    }


def read_all_sources(locales: Path = LOCALE_FOLDER) -> dict[tuple[str, str], str]:
    """Returns (language, msgid) → the English that each shipped translation was made from."""
    return {
        (language, msgid): text
        for language in LANGUAGES
        if language != DEFAULT_LANGUAGE
        for name in CATALOGUES
        for msgid, text in read_sources(catalogue_path(locales, language, name), language).items()
    }


def stale_texts(
    texts: Mapping[tuple[str, str], str], sources: Mapping[tuple[str, str], str]
) -> dict[tuple[str, str], str]:
    """Returns the keys of shipped translations made from another English than the present one.

    What kind of change it was, nobody has said.
    """
    return {
        (language, msgid): UNSAID
        for language, msgid in texts
        if language != DEFAULT_LANGUAGE
        and one_line(sources.get((language, msgid), ""))
        != one_line(texts.get((DEFAULT_LANGUAGE, msgid), ""))
    }


def one_line(text: str) -> str:
    """Returns a text as a catalogue's comment has it: one line, single spaces."""
    return " ".join(text.split())


def build_content(
    revision: int,
    records: Mapping[str, Mapping[str, Mapping[str, Any]]],
    texts: Mapping[tuple[str, str], str],
    *,
    stale: Mapping[tuple[str, str], str] | None = None,
    fact_changes: Mapping[str, tuple[str, ...]] | None = None,
) -> Content:
    """Makes one revision out of plain records and texts.

    Raises:
        ContentError: when a record is not well formed or names something that is not there.
    """
    content = Content(
        revision=revision,
        answers=_values(_in_order(records, "answers"), answer_from_data),
        services=_values(_in_order(records, "services"), service_from_data),
        sources=_values(records["sources"], source_from_data),
        facts=_values(records["facts"], fact_from_data),
        texts=dict(texts),
        stale=dict(stale or {}),
        fact_changes=dict(fact_changes or {}),
        switches=frozenset(records.get(SWITCHES, {})),
        keeps=_values(records.get(KEEPS, {}), keeps_from_data),
    )
    _check_references(content)
    return content


def fingerprint(
    records: Mapping[str, Any],
    texts: Mapping[tuple[str, str], str],
    sources: Mapping[tuple[str, str], str],
) -> str:
    """Returns a digest that changes when anything that ships does."""
    rows = [
        json.dumps(records, sort_keys=True),
        *(f"{key}={texts[key]}" for key in sorted(texts)),
        *(f"{key}<{sources[key]}" for key in sorted(sources)),
    ]
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _values(
    records: Mapping[str, Mapping[str, Any]], build: Callable[[str, Mapping[str, Any]], Value]
) -> dict[str, Value]:
    return {record_id: build(record_id, data) for record_id, data in records.items()}


def _in_order(
    records: Mapping[str, Mapping[str, Mapping[str, Any]]], kind: str
) -> dict[str, Mapping[str, Any]]:
    """Returns the records of a kind as they are listed; those that are not listed come last."""
    listed = records.get(ORDER, {}).get(kind, {}).get("ids", ())
    rows = records[kind]
    return {name: rows[name] for name in (*(one for one in listed if one in rows), *rows)}


def _check_references(content: Content) -> None:
    for answer in content.answers.values():
        _check_names(
            answer.id,
            *(name for name in answer.facts if name not in content.facts),
            *(name for name in answer.services if name not in content.services),
            *(name for name in answer.next if name.partition("?")[0] not in content.answers),
        )
    rests_on: tuple[Fact | Service, ...] = (*content.facts.values(), *content.services.values())
    for row in rests_on:
        _check_names(row.id, *(name for name in row.sources if name not in content.sources))


def _check_names(owner: str, *missing: str) -> None:
    if missing:
        raise ContentError(f"{owner} names what is not there: {', '.join(missing)}")


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        plain: dict[str, Any] = read_yaml(path)
    # The reader raises whatever a damaged file makes it stumble over.
    except Exception as error:
        raise ContentError(f"{path.name}: {error}") from error
    if not isinstance(plain, dict) or not plain:
        raise ContentError(f"{path.name}: no records")
    return plain
