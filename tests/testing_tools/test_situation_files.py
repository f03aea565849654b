"""Files of situations: every value is text, and what is wrong is said with line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.values import Content
from bot.errors import SituationError
from bot.languages import LANGUAGES
from bot.settings import ROOT
from bot.testing.situation_files import files_in, read_situations

GOOD = """\
- situation: She asks, and says no
  about: A bare no is a word.
  steps:
    - she says:
        en: will they tell
        es: van a decir
        cy: fyddan nhw'n deud
        pt: vao dizer
      answer: sharing.risk
      must say: 999
      must offer: [sharing.consent]
    - she says: {en: no, es: no, cy: na, pt: nao}
      answer: bot.what
      may warn first: "yes"
    - she goes back to step: 1
    - she taps: bot.more
      answer: [sharing.risk]
      in language: cy
"""


@pytest.fixture
def read(tmp_path: Path, content: Content):
    """Reads a text as if it were a file of the topic `nrm`."""

    def read_text(text: str):
        path = tmp_path / "nrm.yml"
        path.write_text(text, encoding="utf-8")
        return read_situations([path], content)

    return read_text


def complaint(read, old: str, new: str) -> str:
    """Returns what is said of a good file in which something was changed."""
    assert old in GOOD
    with pytest.raises(SituationError) as refused:
        read(GOOD.replace(old, new))
    return str(refused.value)


def test_what_ships_is_well_formed_and_enough(content) -> None:
    """Sixty situations at least, each in four languages and of three steps or more on average."""
    found = read_situations(files_in(ROOT / "tests" / "situations"), content)
    talks = [one for one in found if one.topic != "danger"]
    assert len(talks) >= 60
    assert all(one.languages == LANGUAGES for one in found)
    assert all(3 <= len(one.steps) <= 8 for one in talks)


def test_every_value_is_text(read) -> None:
    """An unquoted `no` is the word that she typed, and 999 has its three digits."""
    first, second, *_ = read(GOOD)[0].steps
    assert dict(second.does) == {"en": "no", "es": "no", "cy": "na", "pt": "nao"}
    assert first.expected["pt"].says == ("999",)


def test_what_is_expected_is_read(read) -> None:
    """Topic, answers, buttons, the reply's language, where a line about 999 may stand on top."""
    situation = read(GOOD)[0]
    asked, refused, back, more = situation.steps
    assert (situation.topic, situation.file, situation.line) == ("nrm", "nrm.yml", 1)
    assert asked.expected["es"].offers == ("sharing.consent",)
    assert not asked.expected["es"].may_alarm
    assert refused.expected["es"].may_alarm
    assert (dict(back.expected), back.does["en"]) == ({}, "1")
    assert {one.language for one in more.expected.values()} == {"cy"}


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("        cy: fyddan nhw'n deud\n", "", 5, "`she says` lacks cy"),
        ("cy: na,", "cy: '',", 12, "`she says` lacks cy"),
        ("      answer: bot.what\n", "", 12, "does not say which answer must come"),
        ("answer: bot.what", "answer: bot.wat", 13, "'bot.wat' is not an answer that there is"),
        ("must say: 999", "must sya: 999", 10, "'must sya' is not a word of a step"),
        ("she goes back to step: 1", "she goes back to step: 7", 15, "cannot go back to step '7'"),
        ("in language: cy", "in language: fr", 18, "'fr' is not a language"),
        ("must offer: [sharing.consent]", "must offer: [sharing.x]", 11, "'sharing.x' is not an"),
        ("must say: 999", "must show service: nobody", 10, "'nobody' is not a service"),
        (
            "    - she taps: bot.more\n",
            "    - she taps: bot.more\n      she says: x\n",
            16,
            "one thing",
        ),
        ("She asks, and says no", "", 1, "has no name"),
        ("en: will they tell", f"en: {'a' * 501}", 5, "longer than 500"),
        ("answer: bot.what", "answer: bot.what: x", 13, "not YAML"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(read, old, new, line, said) -> None:
    """Whoever wrote the file finds the place, and reads what to do."""
    found = complaint(read, old, new)
    assert said in found
    assert f"nrm.yml, line {line}:" in found
    assert all(one.rstrip().endswith((".", "…")) for one in found.splitlines())


def test_two_situations_of_one_name_are_refused(read) -> None:
    """Both places are named."""
    with pytest.raises(SituationError, match=r"line 19.*also the name.*nrm.yml, line 1"):
        read(GOOD + GOOD)


@pytest.mark.parametrize("text", ["", "[]", "nothing", "- 1\n", "- situation: x\n"])
def test_a_file_without_situations_is_refused(read, text) -> None:
    """Nothing to test is an error, and never green."""
    with pytest.raises(SituationError, match=r"nrm.yml, line \d+:"):
        read(text)
