"""Numbers, phone numbers, links and named bodies: the same in four languages, and none made up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from bot.content.checks.finding import Finding, pairs
from bot.content.values import Content
from bot.plain_yaml import read_yaml

DATA = Path(__file__).resolve().parent / "data"

#: The lines that may stand in a sentence; every other number is shown by its service's row.
LINES = frozenset({"999", "111", "101", "55", "116123", "85258"})

#: In circulation and wrong, or dead: each would ring at a stranger's, or nowhere
#: (facts, part 2 and addendum, section 2).
WRONG_NUMBERS = {
    "08088010100": "Live Fear Free, as a page of GOV.UK has it",
    "0800121700": "the Modern Slavery Helpline, as one council has it",
    "08088000631": "Migrant Help, as it was",
    "03003038151": "the Salvation Army's line, as it was before 2021",
    "08088029999": "Rape Crisis, as it was",
    "02085710800": "Southall Black Sisters, of one source alone",
    "08081454909": "LAWRS, from memory and never confirmed",
    "07534424826": "LAWA, of March 2020",
    "07308305295": "LAWA, of March 2020",
    "02072516577": "the family line of Rights of Women, not the one for immigration",
}
DEAD_ADDRESSES = (
    "emergencysms.net",
    "emergencysms.org",
    "chat.womensaid.org.uk",
    "jo@samaritans.org",
)

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


def numbers(text: str) -> list[str]:
    """Returns the numbers of a text, those written in groups as one."""
    whole = re.sub(r"(?<=\d)[.,](?=\d{3}(?!\d))", "", text)
    whole = re.sub(r"\+44 ?(\(0\))? ?", "0", whole)
    return re.findall(r"\d+", re.sub(r"(?<=\d)(?:[ \u00a0\u202f()]+|-)(?=\d)", "", whole))


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
        for number in set(numbers(text)) & set(WRONG_NUMBERS):
            yield Finding(
                "figures",
                where,
                None,
                f"{number} is a wrong number in circulation: {WRONG_NUMBERS[number]}.",
                "Take it out.",
            )
        for address in DEAD_ADDRESSES:
            if address in text.casefold():
                yield Finding("figures", where, None, f"{address} is dead.", "Take it out.")
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
    return any(re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text) for form in forms)


def _addresses(text: str) -> list[str]:
    return re.findall(r"\b[\w-]+\.(?:org|uk|wales|com|gov)[\w./-]*", text.lower())
