"""What the checks find, in sentences that say what to do at the desk.

A check speaks to a developer, in English, and may point to a file. Each of its sentences has one
here that can be translated. One that has none is shown as the check wrote it.
"""

from __future__ import annotations

import ast
import re

from bot.content.checks.finding import Finding
from bot.desk.gate import SPELLING
from bot.desk.parts import _


def plain(finding: Finding) -> str:
    """Returns what is wrong and what to do, in the language of whoever reads."""
    said = f"{finding.problem} {finding.remedy}".strip()
    for pattern, sentence in _sentences():
        found = re.fullmatch(pattern, said, re.DOTALL)
        if found:
            return sentence.format(
                **{name: _bare(text) for name, text in found.groupdict().items()}
            )
    return said


def quotation(finding: Finding) -> str:
    """Returns the sentence of a text that a finding quotes, "" when it quotes none."""
    found = re.search(
        r"(?:longest sentence|line does not): (['\"].*['\"])\.", finding.problem, re.DOTALL
    )
    return _bare(found[1]) if found else ""


def is_question(finding: Finding) -> bool:
    """Says whether an approver may answer it: a word that no dictionary has may be right."""
    return finding.check == SPELLING


def _sentences() -> list[tuple[str, str]]:
    return [*_of_form(), *_of_kept(), *_of_figures(), *_of_wording(), *_of_reading()]


def _of_form() -> list[tuple[str, str]]:
    return [
        (r"the text is missing\..*", _("The text is missing. Write it.")),
        (
            r"its placeholders are not those.*\. Write (?P<those>.*)\.",
            _("The words in braces are not those of the English. Write: {those}."),
        ),
        (
            r"it has (?P<here>\d+) lines or other bullets, the English (?P<there>\d+)\..*",
            _(
                "It has {here} lines and the English {there}, or other lines begin with a dash."
                " Write one line for each English line, and a dash where the English has one."
            ),
        ),
        (
            r"it has (?P<here>\d+) characters, (?P<most>\d+) are allowed\..*",
            _("It has {here} letters; at most {most} fit. Say it shorter."),
        ),
        (
            r"it has (?P<here>\d+) sentences\. Say the point in (?P<most>\d+)\.",
            _("It has {here} sentences. Say the point in {most}, and put the rest below it."),
        ),
        (
            r"it belongs to nothing\..*",
            _("There is no answer that this text belongs to. Take the text away."),
        ),
    ]


def _of_kept() -> list[tuple[str, str]]:
    return [
        (
            r"it no longer says (?P<words>['\"].*['\"]), which this answer must keep\..*",
            _(
                "It no longer says “{words}”, which this answer must keep. Put the words back, or"
                " change in the same draft what it must keep."
            ),
        ),
    ]


def _of_figures() -> list[tuple[str, str]]:
    return [
        (
            r"its numbers differ from the English: missing (?P<missing>\[.*?\]),"
            r" added (?P<added>\[.*?\])\..*",
            _(
                "The numbers are not those of the English. Missing here: {missing}. Only here:"
                " {added}. Make them the same."
            ),
        ),
        (
            r"its months differ from the English: (?P<here>.*) for (?P<there>.*)\. Make .*",
            _("The months are not those of the English: {here}, and not {there}."),
        ),
        (
            r"(?P<body>.*) is named in English and not here\. Name it: (?P<forms>.*)\.",
            _("The English names {body}. Name it here too: {forms}."),
        ),
        (
            r"its web addresses differ\..*",
            _("The web addresses are not those of the English. Make them the same."),
        ),
        (
            r"the number (?P<number>\d+) is a phone number outside the directory\..*",
            _(
                "The phone number {number} may not stand in a text. Take it out: numbers are shown"
                " from the list of services, where somebody has checked them."
            ),
        ),
        (
            r"the number (?P<number>\d+) is unknown\..*",
            _(
                "Nobody has written down what the number {number} counts. Take it out, or ask"
                " whoever looks after the program to add it."
            ),
        ),
        (
            r"(?P<number>\d+) is a wrong number in circulation: .*",
            _("{number} is a wrong number that goes round. Take it out."),
        ),
        (r"(?P<address>\S+) is dead\..*", _("The address {address} is dead. Take it out.")),
        (
            r"it is marked C and has a number\..*",
            _(
                "The service is marked C and has a number. Take the number out, or ring and mark"
                " it A."
            ),
        ),
        (
            r"(?P<address>['\"].*['\"]) is not an https address\..*",
            _("{address} is no web address that begins with https. Mend it."),
        ),
    ]


def _of_wording() -> list[tuple[str, str]]:
    lost = (
        r", and this line does not: (?P<line>['\"].*['\"])\. Say it, with one of: (?P<forms>.*)\."
    )
    return [
        (
            rf"the English says what may happen{lost}",
            _(
                "The English says that something may or can happen, and this sentence says it"
                " without “may”: “{line}”. Use one of: {forms}."
            ),
        ),
        (
            rf"the English says that nobody can promise{lost}",
            _(
                "The English says that nobody can promise this, and this sentence does not:"
                " “{line}”. Use one of: {forms}."
            ),
        ),
        (
            rf"the English says that it is not confirmed{lost}",
            _(
                "The English says that this is not confirmed, and this sentence does not:"
                " “{line}”. Use one of: {forms}."
            ),
        ),
        (
            r"it says (?P<word>['\"].*['\"]), which nobody may promise or tell her to do\..*",
            _(
                "It says “{word}”. Nobody may promise that or tell her to do it. Say what may"
                " happen, and who can advise her."
            ),
        ),
        (
            r"it rests on (?P<facts>.*), which nobody has verified, and does not say so\."
            r" Say it, with one of: (?P<forms>.*)\.",
            _("Nobody has verified {facts}, and the text does not say so. Use one of: {forms}."),
        ),
        (
            r"(?P<fact>\S+) is a claim of (?P<body>.*), and the text does not say whose\..*",
            _("{fact} is what {body} says. Say whose words these are, or leave them out."),
        ),
        (
            r"it does not say that a lawyer must be asked\. Say it, with one of: (?P<forms>.*)\.",
            _("It must say that a lawyer can advise her. Use one of: {forms}."),
        ),
        (
            r"the English says (?P<term>['\"].*['\"]), and no word of the glossary.*\."
            r" Use (?P<forms>.*)\.",
            _("For “{term}” we always use the same word: {forms}. Use it here."),
        ),
        (
            r"it says (?P<word>['\"].*['\"])\. Say (?P<instead>.*) instead\.",
            _("We do not say “{word}”. Say {instead}."),
        ),
        (
            r"words of another language stand in it: (?P<words>.*)\. Write .*",
            _("Words of another language stand in it: {words}. Write it all in one language."),
        ),
    ]


def _of_reading() -> list[tuple[str, str]]:
    return [
        (
            r"it is hard to read \((?P<measure>.*?)\); its longest sentence:"
            r" (?P<line>['\"].*['\"])\. Use .*",
            _(
                "The answer is hard to read. Begin with its longest sentence: “{line}…”. Make two"
                " of it, and use short words."
            ),
        ),
        (
            r"(?P<word>['\"].*['\"]) is official Welsh\. Say (?P<instead>['\"].*['\"]), as .*",
            _("“{word}” is official Welsh. Say “{instead}”, as people speak."),
        ),
        (
            r"(?P<word>['\"].*['\"]) is in no dictionary\..*",
            _("“{word}” is in no dictionary. Mend it; if it is right, the approver can say so."),
        ),
        (
            r"The spelling .*cannot be checked here: .*",
            _("The spelling cannot be checked on this computer. Read each word yourself."),
        ),
    ]


def _bare(text: str | None) -> str:
    """Returns a quoted text without its quotation marks, and a list as words: none is a dash."""
    try:
        value = ast.literal_eval(text or "")
    except (SyntaxError, ValueError):
        return text or ""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return value if isinstance(value, str) else text or ""
