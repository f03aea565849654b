"""Makes small contents of a few rows, for tests that need to know all that stands in them."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.content.values import Answer, Content, Fact, Service, Source
from bot.languages import LANGUAGES

#: The last day on which the rows made here are in time.
REVIEW_BY = date(2027, 2, 22)


def source(name: str = "page", **values: Any) -> Source:
    """Returns a source, with the values that matter to a test."""
    plain = {"title": "A page", "publisher": "Somebody", "url": f"https://example.org/{name}"}
    return Source(**{"id": name, "date": "2026", **plain, **values})


def fact(name: str, **values: Any) -> Fact:
    """Returns a fact, with the values that matter to a test."""
    plain: dict[str, Any] = {
        "says": f"What {name} says.",
        "sources": ("page",),
        "as_of": "2026",
        "nations": (),
        "confidence": "V",
        "claimed_by": None,
        "check": None,
    }
    return Fact(**{"id": name, **plain, **values})


def answer(name: str, **values: Any) -> Answer:
    """Returns an answer, with the values that matter to a test."""
    plain: dict[str, Any] = {
        "risk": "high",
        "nations": ("wales",),
        "facts": (),
        "next": (),
        "services": (),
        "as_of": date(2026, 11, 22),
        "checked_on": None,
        "review_by": REVIEW_BY,
        "owner": "rights",
        "native_read": (),
    }
    return Answer(**{"id": name, **plain, **values})


def service(name: str, **values: Any) -> Service:
    """Returns a service, with the values that matter to a test."""
    plain: dict[str, Any] = {
        "nations": ("wales",),
        "needs": ("talk",),
        "languages": (),
        "interpreters": False,
        "phone": None,
        "publish": "A",
        "sms": None,
        "email": None,
        "url": None,
        "hours": None,
        "hours_publish": None,
        "bank_holidays": None,
        "free": None,
        "papers_needed": None,
        "warning": None,
        "sources": ("page",),
        "as_of": date(2026, 11, 22),
        "checked_on": None,
        "review_by": REVIEW_BY,
        "owner": "directory",
        "native_read": (),
    }
    return Service(**{"id": name, **plain, **values})


def content_of(*rows: Answer | Service | Fact | Source, **values: Any) -> Content:
    """Returns a revision of some rows; each answer has a label and a short text everywhere."""

    def of(kind: type) -> dict[str, Any]:
        return {row.id: row for row in rows if isinstance(row, kind)}

    texts = {
        (language, f"{name}.{part}"): f"{name} {part} {language}"
        for name in of(Answer)
        for part in ("label", "short")
        for language in LANGUAGES
    }
    plain: dict[str, Any] = {
        "revision": 1,
        "answers": of(Answer),
        "services": of(Service),
        "sources": of(Source) or {"page": source()},
        "facts": of(Fact),
        "texts": texts,
    }
    return Content(**{**plain, **values})
