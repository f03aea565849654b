"""What is past its date, and what was translated from an older English text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.content.checks.finding import Finding
from bot.content.freshness import is_overdue
from bot.content.values import Content


def find(content: Content, today: date) -> Iterator[Finding]:
    """Yields overdue answers, stale translations, and answers whose facts have changed.

    Overdue rows of the directory are not among them: a number stays up, and staff are told
    by the report.
    """
    for answer in content.answers.values():
        if is_overdue(answer, today):
            yield Finding(
                "review",
                answer.id,
                None,
                f"its review was due by {answer.review_by}.",
                "Read its sources again; then set as_of and review_by.",
            )
        if answer.review_by <= answer.as_of:
            yield Finding(
                "review", answer.id, None, "it is due before it was written.", "Mend review_by."
            )
    for (language, msgid), kind in content.stale.items():
        yield Finding(
            "review",
            msgid,
            language,
            f"the English has changed since this was translated ({kind}).",
            "Bring the text in step, and the English in the comment above it.",
        )
    for name, facts in content.fact_changes.items():
        yield Finding(
            "review",
            name,
            None,
            f"facts it rests on have changed: {', '.join(facts)}.",
            "Read it against them, and publish it again.",
        )
