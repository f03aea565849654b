"""The form of a situation: what was typed, and the situation that it makes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from bot.desk.editor import cleaned
from bot.desk.parts import _
from bot.languages import LANGUAGES
from bot.testing.adding import Trouble
from bot.testing.situation import (
    ACTS,
    BACK,
    PICKS,
    SAYS,
    SILENT,
    TAPS,
    Expected,
    Situation,
    Step,
)
from bot.testing.situation_files import ANSWER, LANGUAGE, UNCLEAR

MOST_STEPS = 8
#: With its topic before it, a name fits into the history.
MOST_IN_NAME, MOST_IN_ABOUT = 110, 300

TEXTS = tuple(f"text-{language}" for language in LANGUAGES)
SAY = tuple(f"say-{language}" for language in LANGUAGES)
NEVER = tuple(f"never-{language}" for language in LANGUAGES)
OFFERS, SHOWS = ("offer-1", "offer-2", "offer-3"), ("show-1", "show-2", "show-3")
#: What she does with, by what she does.
_WITH = {SAYS: TEXTS, TAPS: ("button",), PICKS: ("picked",), BACK: ("back",)}
_EXPECTED = ("answer", *SAY, *NEVER, *OFFERS, *SHOWS, "tongue", "warn")
STEP = ("act", *TEXTS, "button", "picked", "back", *_EXPECTED)
#: One phrase to a line; everything else is one line.
_OF_LINES = {*SAY, *NEVER}
#: Words of the file → the fields of a step that make them.
_FIELDS = {
    **_WITH,
    ANSWER: ("answer",),
    LANGUAGE: ("tongue",),
    UNCLEAR: ("warn",),
    "must say": SAY,
    "must not say": NEVER,
    "must offer": OFFERS,
    "must show service": SHOWS,
}
_SPLIT = re.compile(r"[,;\s]+")


@dataclass(frozen=True)
class Typed:
    """What stands in the form; a step is a field of each name in `STEP`."""

    topic: str = ""
    name: str = ""
    about: str = ""
    steps: list[dict[str, str]] = field(default_factory=lambda: [dict.fromkeys(STEP, "")])

    def changed(self, do: str) -> Typed:
        """Returns it with a step more (`add`), or without one (`drop-2`)."""
        steps = list(self.steps)
        if do == "add" and len(steps) < MOST_STEPS:
            steps.append(dict.fromkeys(STEP, ""))
        number = do.removeprefix("drop-")
        if do != number and number.isdecimal() and 1 <= int(number) <= len(steps) > 1:
            steps.pop(int(number) - 1)
        return Typed(self.topic, self.name, self.about, steps)


def typed(form: MultiDict[str, str]) -> Typed:
    """Returns the form as somebody has filled it."""
    count = form.get("count", 1, type=int) or 1
    numbers = range(1, min(max(count, 1), MOST_STEPS) + 1)
    return Typed(
        form.get("topic", ""),
        _line(form.get("name", "")),
        _line(form.get("about", "")),
        [{name: _value(name, form.get(f"{name}-{n}", "")) for name in STEP} for n in numbers],
    )


def situation(form: Typed) -> Situation:
    """Returns the situation that a form makes, as far as it goes."""
    return Situation(
        form.name,
        form.about,
        form.topic,
        f"{form.topic}.yml",
        0,
        tuple(_steps(form.steps)),
    )


def problems(form: Typed, topics: Collection[str], taken: Collection[str]) -> dict[str, str]:
    """Returns what is missing or does not go together, by the name of its field.

    Args:
        form: as it was filled.
        topics: those that can be chosen.
        taken: names that other situations have.
    """
    found = {}
    if form.topic not in topics:
        found["topic"] = _("Choose a topic.")
    if not form.name:
        found["name"] = _("Write in a sentence what happens to her.")
    if form.name in taken:
        found["name"] = _("There is a situation of this name. Give this one another.")
    for name, text, most in (
        ("name", form.name, MOST_IN_NAME),
        ("about", form.about, MOST_IN_ABOUT),
    ):
        if len(text) > most:
            found[name] = _("At most {most} letters.").format(most=most)
    for number, step in enumerate(form.steps, 1):
        found |= {f"{name}-{number}": text for name, text in _of_step(step)}
    if all(step["act"] in SILENT for step in form.steps):
        found.setdefault("act-1", _("Nothing is answered here: she must say or tap something."))
    return found


def placed(form: Typed, troubles: Iterable[Trouble]) -> tuple[dict[str, str], list[str]]:
    """Puts what the reader of the files says at the fields it is about; returns the rest beside.

    The reader speaks English alone; a browser is told so.
    """
    at: dict[str, str] = {}
    others: list[str] = []
    for trouble in troubles:
        text = Markup('<span lang="en">{}</span>').format(trouble.text)
        name = _field(form, trouble)
        if not name:
            others.append(text)
        elif name in at:
            at[name] += Markup(" ") + text
        else:
            at[name] = text
    return at, others


def _field(form: Typed, trouble: Trouble) -> str:
    if trouble.step == 0:
        return {"situation": "name", "about": "about"}.get(trouble.word, "")
    names = _FIELDS.get(trouble.word, ("act",))
    step = form.steps[trouble.step - 1]
    for name in names:
        # A word may be made of several fields: the reader says which text or language it means.
        language = name.rpartition("-")[2]
        id_ = step[name].partition("?")[0]
        if f"({language})" in trouble.text or (id_ and f"'{id_}" in trouble.text):
            return f"{name}-{trouble.step}"
    return f"{names[0]}-{trouble.step}"


def _of_step(step: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    act = step["act"]
    if act not in ACTS:
        yield "act", _("Choose what she does.")
        return
    does = _WITH.get(act, ())
    missing = {
        SAYS: _("Write what she says."),
        TAPS: _("Say which button she taps."),
        PICKS: _("Choose the language that she picks."),
        BACK: _("Say to which step she goes back."),
    }.get(act, "")
    for name in does:
        if not step[name]:
            yield name, missing
    for name in (one for names in _WITH.values() for one in names):
        if name not in does and step[name]:
            yield name, _("This does not go with what she does. Empty it, or choose again above.")
    if act not in SILENT and not _SPLIT.sub("", step["answer"]):
        yield "answer", _("Write which answer must come.")
    if act in SILENT:
        for name in _EXPECTED:
            if step[name]:
                yield name, _("Nothing is answered in this step. Empty it.")


def _steps(steps: Iterable[Mapping[str, str]]) -> Iterable[Step]:
    may_alarm = False
    for step in steps:
        act = step["act"]
        does = dict.fromkeys(LANGUAGES, step[_WITH[act][0]] if act in _WITH else "yes")
        if act == SAYS:
            does = {language: step[f"text-{language}"] for language in LANGUAGES}
        # From the step where it is said on.
        may_alarm = may_alarm or bool(step["warn"])
        expected = {} if act in SILENT else _expected(step, does, may_alarm=may_alarm)
        yield Step(act, does, expected)


def _expected(
    step: Mapping[str, str], does: Mapping[str, str], *, may_alarm: bool
) -> dict[str, Expected]:
    return {
        language: Expected(
            answers=tuple(filter(None, _SPLIT.split(step["answer"]))),
            language=step["tongue"] or (does[language] if step["act"] == PICKS else language),
            says=tuple(step[f"say-{language}"].splitlines()),
            never_says=tuple(step[f"never-{language}"].splitlines()),
            offers=tuple(step[name] for name in OFFERS if step[name]),
            shows=tuple(step[name] for name in SHOWS if step[name]),
            may_alarm=may_alarm,
        )
        for language in LANGUAGES
    }


def _value(name: str, text: str) -> str:
    if name not in _OF_LINES:
        return _line(text)
    return "\n".join(filter(None, (_line(line) for line in text.splitlines())))


def _line(text: str) -> str:
    """Returns a text as one line, without what nobody can see."""
    one = " ".join(cleaned(text).split())
    # Two signs join letters, of emojis and of some languages, and are not drawn themselves.
    return "".join(letter for letter in one if letter.isprintable() or letter in "\u200c\u200d")
