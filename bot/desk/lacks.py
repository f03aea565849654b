"""What a draft is about and what it still lacks, in words, and where that is mended."""

from __future__ import annotations

from flask import url_for

from bot.desk.names import Names
from bot.desk.parts import _, parts
from bot.editing.draft import Draft, Need
from bot.languages import ENDONYMS


def part_name(part: str) -> str:
    """Returns what a part of a draft is called: a language, or the facts of a record."""
    return ENDONYMS.get(part, "") or _("the record")


def subject_name(subject: str, named: Names) -> str:
    """Returns what a draft is about, in words."""
    kind, _dot, rest = subject.partition(".")
    if kind == "import" and rest in ENDONYMS:
        return _("Translations into {language}").format(language=ENDONYMS[rest])
    if kind == "switch":
        return _("To be switched on again: {what}").format(what=_switch_name(rest, named))
    return named.what(subject)


def needs_of(of: Draft, named: Names) -> list[tuple[str, str]]:
    """Returns what a draft still lacks, each in words and with the place where it is mended."""
    return [in_words(one, of, named) for one in parts().drafts.needs(of)]


def editing_address(shown: Draft, msgid: str, language: str, again: int | None = None) -> str:
    """Returns the page where a text of a draft is written."""
    owner = msgid.rpartition(".")[0]
    named = None if owner == shown.subject else shown.id
    return url_for("answers.edit", answer_id=owner, language=language, draft=named, again=again)


def _switch_name(switch: str, named: Names) -> str:
    kind, _dot, rest = switch.partition(".")
    if kind == "topic":
        return named.topic(rest)
    return named.answer(rest) if kind == "answer" else _("the whole chat")


def in_words(need: Need, shown: Draft, named: Names) -> tuple[str, str]:
    """Returns what a draft lacks in words, and where it is mended."""
    if need.what == "kind":
        written = _first(shown, need.part)
        return (
            _("Nobody has said what kind of change the English is."),
            editing_address(shown, written, need.part),
        )
    if need.what == "translation":
        text = _("{language}: the text “{name}” must be brought in step with the English.")
        return (
            text.format(language=part_name(need.part), name=need.name),
            editing_address(shown, need.name, need.part),
        )
    if need.what == "call":
        text = _("Somebody must ring {service}, and write down what was confirmed.")
        address = url_for("services.edit", service_id=need.name)
        return text.format(service=named.service(need.name)), address
    text = _("{part}: somebody who did not write it must approve it.")
    return text.format(part=part_name(need.part)), f"#part-{need.part}"


def _first(shown: Draft, part: str) -> str:
    return next((entry.name for entry in shown.entries if entry.part == part), "")
