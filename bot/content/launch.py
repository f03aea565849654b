"""The facts that somebody must check before launch, in order of the harm a mistake could do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.content.values import Content, Fact

#: Rank of harm → what it is about and who can check it. After the research behind the register,
#: which ranks its own open questions; a rank that no fact has is left out there too.
RANKS: dict[int, tuple[str, str]] = {
    1: (
        "The police and the Home Office: the law, the consent rule, what forces do",
        "A lawyer signs the wording. LAWRS and Southall Black Sisters took part in the talks on"
        " the consent rule and may hold its text.",
    ),
    2: (
        "Helplines and what they say of themselves",
        "Ring every line: languages, hours, silent calls, what shows on a bill, what it passes on.",
    ),
    4: (
        "Trafficking, modern slavery and the NRM",
        "A lawyer, against the present statutory guidance and list of first responders.",
    ),
    5: ("Visas and staying in the UK", "A regulated immigration adviser signs the wording."),
    6: ("Wales", "A lawyer in Wales; the Welsh Government and BAWSO on the fund and the NHS."),
    7: ("The super-complaint's recommendations", "Against the report itself."),
    9: ("Rights over her data", "A data protection lawyer."),
    10: ("Everything else that nobody has verified", "A lawyer, in the order of the answers."),
}


@dataclass(frozen=True)
class LaunchCheck:
    """A fact to check, and the answers that fall with it."""

    fact: Fact
    answers: tuple[str, ...]


def launch_checks(content: Content) -> dict[int, list[LaunchCheck]]:
    """Returns rank of harm → the facts to check, those that most answers rest on first."""
    ranked: dict[int, list[LaunchCheck]] = {}
    for fact in content.facts.values():
        if fact.check is not None:
            answers = tuple(
                answer.id for answer in content.answers.values() if fact.id in answer.facts
            )
            ranked.setdefault(fact.check, []).append(LaunchCheck(fact, answers))
    return {
        rank: sorted(ranked[rank], key=lambda check: -len(check.answers)) for rank in sorted(ranked)
    }


def launch_page(content: Content) -> str:
    """Returns the page of the docs that lists them, as Markdown."""
    lines = [
        "# To be checked before launch",
        "",
        "The facts of the register that somebody must check before a woman relies on them, in",
        "order of the harm that a mistake could do. Those that most answers rest on come first.",
        "This page is made by `make launch-checks` from `bot/content/data/facts.yml`.",
        "",
        "V: read in a copy of the page of the body that issued it. V2: in a second source. S: in a",
        "document that the project came from. I: an inference. G: general knowledge, verified by"
        " nobody.",
    ]
    for rank, checks in launch_checks(content).items():
        title, who = RANKS.get(rank, RANKS[10])
        lines += ["", f"## {title}", "", who, "", *_table(content, checks)]
    return "\n".join(lines) + "\n"


def _table(content: Content, checks: Iterable[LaunchCheck]) -> list[str]:
    rows = [
        "| fact | what it says | graded | as of | sources | answers |",
        "|---|---|---|---|---|---|",
    ]
    for check in checks:
        fact = check.fact
        sources = ", ".join(
            f"[{content.sources[name].publisher}]({content.sources[name].url})"
            for name in fact.sources
        )
        answers = ", ".join(f"`{name}`" for name in check.answers)
        cells = (
            fact.id,
            fact.says.strip(),
            fact.confidence,
            fact.as_of or "undated",
            sources or "none named",
            answers or ("never published" if not fact.publish else "none yet"),
        )
        rows.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    return rows
