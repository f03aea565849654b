"""A tester's file with a mistake is refused in words that say in which line it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.content.values import Content
from bot.errors import SituationError
from bot.testing.situation import Situation
from bot.testing.situation_files import read_situations
from tests.robustness.made_up import damaged, json_values, tried
from tests.robustness.test_content_damage import YAML

GOOD = """\
- situation: She asks whether the police can tell
  about: The first question of many.
  steps:
    - she says:
        en: can the police tell the home office
        es: la policia puede contar
        cy: all yr heddlu ddweud
        pt: a policia pode contar
      answer: sharing.risk
      must say: {en: may, es: puede, cy: gall, pt: pode}
      must offer: [sharing.consent]
    - she taps: services.find?nation=wales
      answer: [services.find]
      must not show service: rights-of-women
    - she picks language: {en: cy, es: cy, cy: en, pt: cy}
      answer: services.find
      in language: cy
    - she goes back to step: 1
    - she starts again: yes
    - she sends nothing: yes
      answer: bot.greet
"""
#: What a hurried tester writes in the wrong place.
WORDS = [
    *(
        " answer: ",
        "  - ",
        "- situation: x\n",
        "steps:\n",
        "she says: ",
        "must say: ",
        "es: ",
        "no",
    ),
    *(
        "she goes back to step: 99\n",
        "she goes back to step: \u00b2\n",
        "nrm.what",
        "in language: ",
    ),
    *("services.find?", "services.find?a", "he" * 300),
]
LINE = re.compile(r"made-up\.yml, line [1-9]\d*: \S")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("situations") / "made-up.yml"


def check(path: Path, data: bytes, content: Content) -> list[Situation]:
    """Reads a file; every problem that it has is named with its line, which there is."""
    path.write_bytes(data)
    found, error = tried(SituationError, read_situations, [path], content)
    if error:
        assert error.problems
        assert all(LINE.match(problem) for problem in error.problems), error.problems
        return []
    assert all(one.steps and one.line >= 1 for one in found)
    return found


def test_the_file_is_good_before_it_is_damaged(path, content) -> None:
    """Otherwise every damage would be refused, and nothing learnt."""
    assert len(check(path, GOOD.encode(), content)[0].steps) == 6


@given(data=damaged(GOOD, [*YAML, *WORDS]))
def test_a_damaged_file_is_read_or_refused_by_its_line(path, content, data: bytes) -> None:
    """No accident to a file makes anything but situations, or sentences that name a line."""
    check(path, data, content)


@given(data=st.binary(max_size=100))
@example(data=b"\xff\xfe")
@example(data=b"")
@example(data=b"- " * 3_000)
@example(data=b"- situation: " + b"[" * 3_000 + b"]" * 3_000)
@example(data=b'- "\\UFFFFFFFF"')
@example(data=b"- situation: &a [*a]")
@example(data=b"- ? [a, b]\n  : x")
@example(data=b"- !!bool maybe")
def test_any_bytes_are_refused_by_a_line(path, content, data: bytes) -> None:
    """What is no such file at all is refused as kindly."""
    assert check(path, data, content) == []


@given(value=json_values)
def test_any_yaml_is_refused_by_a_line(path, content, value) -> None:
    """Lists of lists, numbers and nothing: all of it is YAML, and none of it a situation."""
    assert check(path, repr(value).encode(errors="ignore"), content) == []


@given(
    act=st.sampled_from(["she taps", "she says", "she goes back to step", "she picks language"]),
    value=json_values,
    answer=json_values,
)
def test_any_step_is_taken_or_refused_by_its_line(path, content, act, value, answer) -> None:
    """Any value where a tester writes one."""
    text = f"- situation: x\n  steps:\n    - {act}: {value!r}\n      answer: {answer!r}\n"
    check(path, text.encode(errors="ignore"), content)
