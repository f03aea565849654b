"""The content that ships with the project: catalogues in `locales/`, records in `data/`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.content.catalogue import read_texts
from bot.content.values import (
    Content,
    answer_from_data,
    service_from_data,
    source_from_data,
)
from bot.errors import ContentError
from bot.i18n import LOCALE_FOLDER, catalogue_path
from bot.languages import LANGUAGES

DATA_FOLDER = Path(__file__).resolve().parent / "data"
CATALOGUES = ("answers", "services")

Value = TypeVar("Value")


def read_shipped(data: Path = DATA_FOLDER, locales: Path = LOCALE_FOLDER) -> Content:
    """Reads everything that ships, as revision 0.

    Raises:
        ContentError: names the file or record that is not well formed.
    """
    return build_content(0, read_records(data), read_all_texts(locales))


def read_records(data: Path = DATA_FOLDER) -> dict[str, dict[str, Any]]:
    """Returns kind → record id → record, as plain data with dates in ISO form."""
    return {kind: _read_yaml(data / f"{kind}.yml") for kind in ("answers", "services", "sources")}


def read_all_texts(locales: Path = LOCALE_FOLDER) -> dict[tuple[str, str], str]:
    """Returns (language, msgid) → text of all shipped catalogues."""
    return {
        (language, msgid): text
        for language in LANGUAGES
        for name in CATALOGUES
        for msgid, text in read_texts(catalogue_path(locales, language, name), language).items()
    }


def build_content(
    revision: int,
    records: Mapping[str, Mapping[str, Mapping[str, Any]]],
    texts: Mapping[tuple[str, str], str],
) -> Content:
    """Makes one revision out of plain records and texts.

    Raises:
        ContentError: when a record is not well formed or names something that is not there.
    """
    content = Content(
        revision=revision,
        answers=_values(records["answers"], answer_from_data),
        services=_values(records["services"], service_from_data),
        sources=_values(records["sources"], source_from_data),
        texts=dict(texts),
    )
    _check_references(content)
    return content


def fingerprint(records: Mapping[str, Any], texts: Mapping[tuple[str, str], str]) -> str:
    """Returns a digest that changes when anything that ships does."""
    rows = [json.dumps(records, sort_keys=True), *(f"{key}={texts[key]}" for key in sorted(texts))]
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _values(
    records: Mapping[str, Mapping[str, Any]], build: Callable[[str, Mapping[str, Any]], Value]
) -> dict[str, Value]:
    return {record_id: build(record_id, data) for record_id, data in records.items()}


def _check_references(content: Content) -> None:
    for answer in content.answers.values():
        missing = [
            *(name for name in answer.sources if name not in content.sources),
            *(name for name in answer.services if name not in content.services),
            *(name for name in answer.next if name.partition("?")[0] not in content.answers),
        ]
        if missing:
            raise ContentError(f"{answer.id} names what is not there: {', '.join(missing)}")


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        # Through JSON, so that a date is the same text here and in the database.
        plain: dict[str, Any] = json.loads(json.dumps(data, default=str))
    except (OSError, YAMLError, ValueError) as error:
        raise ContentError(f"{path.name}: {error}") from error
    if not isinstance(plain, dict) or not plain:
        raise ContentError(f"{path.name}: no records")
    return plain
