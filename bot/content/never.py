"""Numbers and addresses that are wrong or dead, and that nothing of ours may ever hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

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


def never_said(text: str) -> Iterator[str]:
    """Yields why a text may not be stored or shown; nothing when it may."""
    for number in sorted(set(numbers(text)) & set(WRONG_NUMBERS)):
        yield f"{number} is a wrong number in circulation: {WRONG_NUMBERS[number]}."
    for address in DEAD_ADDRESSES:
        if address in text.casefold():
            yield f"{address} is dead."


def numbers(text: str) -> list[str]:
    """Returns the numbers of a text, those written in groups as one."""
    whole = re.sub(r"(?<=\d)[.,](?=\d{3}(?!\d))", "", text)
    whole = re.sub(r"\+44 ?(\(0\))? ?", "0", whole)
    return re.findall(r"\d+", re.sub(r"(?<=\d)(?:[ \u00a0\u202f()]+|-)(?=\d)", "", whole))
