"""Numbers, phone numbers, links and named bodies: the same in four languages, and none made up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from babel.dates import get_month_names

from bot.content.checks.finding import Finding, pairs
from bot.content.never import never_said, numbers
from bot.content.values import Content
from bot.languages import DEFAULT_LANGUAGE, LOCALES
from bot.plain_yaml import read_yaml

DATA = Path(__file__).resolve().parent / "data"

#: The lines that may stand in a sentence; every other number is shown by its service's row.
LINES = frozenset({"999", "111", "101", "55", "116123", "85258"})

#: What the Welsh months are after "o" (from) and "i" (to).
_MUTATED_MONTHS = {
    "fawrth": 3,
    "fai": 5,
    "fehefin": 6,
    "orffennaf": 7,
    "fedi": 9,
    "dachwedd": 11,
    "ragfyr": 12,
}

_PHONE = re.compile(r"\d{9,}")


@lru_cache(maxsize=1)
def figures() -> dict[str, str]:
    """Returns each number that a text may hold beside years and lines, and what it counts."""
    found: dict[str, str] = read_yaml(DATA / "figures.yml")
    return found


@lru_cache(maxsize=1)
def bodies() -> dict[str, dict[str, list[str]]]:
    """Returns the named bodies: name in English → language → what may stand for it."""
    found: dict[str, dict[str, list[str]]] = read_yaml(DATA / "bodies.yml")
    return found


def find(content: Content) -> Iterator[Finding]:
    """Yields numbers, links and names that differ, are unknown, or may never be shown."""
    yield from _between_languages(content)
    yield from _unknown_numbers(content)
    yield from _forbidden(content)
    yield from _links(content)


def months(text: str, language: str) -> Counter[tuple[int, int]]:
    """Returns the months of a text that have a year, as (year, month)."""
    found = _month_pattern(language).findall(text)
    return Counter((int(year), _month_numbers(language)[name.casefold()]) for name, year in found)


@cache
def _month_numbers(language: str) -> dict[str, int]:
    names = get_month_names("wide", locale=LOCALES[language])
    numbered = {name.casefold(): number for number, name in names.items()}
    return numbered | (_MUTATED_MONTHS if language == "cy" else {})


@cache
def _month_pattern(language: str) -> re.Pattern[str]:
    names = "|".join(map(re.escape, _month_numbers(language)))
    return re.compile(rf"\b({names}),? (?:del? )?((?:19|20)\d\d)\b", re.IGNORECASE)


def _written(found: Counter[tuple[int, int]]) -> str:
    return ", ".join(f"{year}-{month:02}" for year, month in sorted(found.elements())) or "none"


def _between_languages(content: Content) -> Iterator[Finding]:
    for msgid, language, english, text in pairs(content):
        there, here = Counter(numbers(english)), Counter(numbers(text))
        if there != here:
            yield Finding(
                "figures",
                msgid,
                language,
                f"its numbers differ from the English: missing {sorted(there - here)},"
                f" added {sorted(here - there)}.",
                "Make them the same.",
            )
        if months(english, DEFAULT_LANGUAGE) != months(text, language):
            yield Finding(
                "figures",
                msgid,
                language,
                "its months differ from the English:"
                f" {_written(months(text, language))} for"
                f" {_written(months(english, DEFAULT_LANGUAGE))}.",
                "Make them the same.",
            )
        for name, forms in bodies().items():
            if _names(english, [name]) and not _names(text, forms.get(language, [name])):
                yield Finding(
                    "figures",
                    msgid,
                    language,
                    f"{name} is named in English and not here.",
                    f"Name it: {' or '.join(forms.get(language, [name]))}.",
                )
        if sorted(_addresses(english)) != sorted(_addresses(text)):
            yield Finding(
                "figures", msgid, language, "its web addresses differ.", "Make them the same."
            )


def _unknown_numbers(content: Content) -> Iterator[Finding]:
    for (language, msgid), text in content.texts.items():
        for number in numbers(text):
            if number in LINES or number in figures() or re.fullmatch(r"(19|20)\d\d", number):
                continue
            kind = "a phone number outside the directory" if _PHONE.fullmatch(number) else "unknown"
            yield Finding(
                "figures",
                msgid,
                language,
                f"the number {number} is {kind}.",
                "Take it out, or add it to figures.yml with what it counts.",
            )


def _forbidden(content: Content) -> Iterator[Finding]:
    rows = [(f"service.{row.id}", repr(row)) for row in content.services.values()]
    rows += [(row.id, f"{row.title} {row.url}") for row in content.sources.values()]
    rows += [(row.id, row.says) for row in content.facts.values()]
    rows += [(msgid, text) for (_, msgid), text in content.texts.items()]
    for where, text in rows:
        for reason in never_said(text):
            yield Finding("figures", where, None, reason, "Take it out.")
    for row in content.services.values():
        if row.publish == "C" and row.phone:
            yield Finding(
                "figures",
                f"service.{row.id}",
                None,
                "it is marked C and has a number.",
                "Take the number out, or confirm it and mark the row A.",
            )


def _links(content: Content) -> Iterator[Finding]:
    rows = [(f"service.{row.id}", row.url) for row in content.services.values() if row.url]
    rows += [(f"source {row.id}", row.url) for row in content.sources.values()]
    for where, url in rows:
        parts = urlsplit(url)
        is_well_formed = (
            parts.scheme == "https"
            and re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", parts.hostname or "")
            and not re.search(r"\s", url)
        )
        if not is_well_formed:
            yield Finding(
                "figures", where, None, f"{url!r} is not an https address.", "Mend the address."
            )
    seen: dict[str, str] = {}
    for row in content.sources.values():
        if row.url in seen:
            yield Finding(
                "figures",
                f"source {row.id}",
                None,
                f"{seen[row.url]} has the same address.",
                "Keep one of the two.",
            )
        seen[row.url] = row.id


def _names(text: str, forms: list[str]) -> bool:
    # Most forms are nowhere in a text, and looking for a plain one costs a tenth.
    return any(
        form in text and re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text) for form in forms
    )


def _addresses(text: str) -> list[str]:
    return re.findall(r"\b[\w-]+\.(?:org|uk|wales|com|gov)[\w./-]*", text.lower())
