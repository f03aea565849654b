"""A situation is added to a file only when every run can read it, and nothing else changes."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from bot.errors import SituationError
from bot.languages import LANGUAGES
from bot.testing import adding
from bot.testing.adding import FOLDER, SituationFolder, written_as
from bot.testing.situation import (
    AGAIN,
    BACK,
    NOTHING,
    PICKS,
    SAYS,
    TAPS,
    Expected,
    Situation,
    Step,
)
from bot.testing.situation_files import files_in, read_situations

OLD = """\
# Written by hand.
- situation: She greets
  steps:
    - she taps: bot.greet   # a tap
      answer: bot.greet
"""
#: What YAML would take for something else, if it did not stand in quotation marks.
AWKWARD = [
    "no",
    "999",
    "null",
    "- is this a list",
    "he said: come here",
    "money # and more",
    "{not a map}, [nor a list]",
    "'quoted' and \"quoted\"",
    "back\\slash \\n",
    "* & ! | > % @ `",
    "wyt ti'n iawn? ŵŷâ não señora",
    "emoji 🙏🏽 and 👩‍👧",
    "ends with a colon:",
    "? a question first",
    "~",
]


@pytest.fixture
def folder(tmp_path):
    """A folder with one file, in which a comment stands."""
    (tmp_path / "bot.yml").write_text(OLD, encoding="utf-8")
    return SituationFolder(tmp_path)


def one(text: str = "hello", name: str = "She comes back", topic: str = "bot", **more) -> Situation:
    """Returns a situation of one step."""
    expected = {language: Expected(("bot.greet",), language, **more) for language in LANGUAGES}
    step = Step(SAYS, dict.fromkeys(LANGUAGES, text), expected)
    return Situation(name, "", topic, f"{topic}.yml", 0, (step,))


def bare(situation: Situation) -> Situation:
    """Returns a situation without the lines it stands in."""
    steps = tuple(replace(step, line=0) for step in situation.steps)
    return replace(situation, line=0, steps=steps)


def read(folder: SituationFolder, content) -> list[Situation]:
    return [bare(found) for found in read_situations(files_in(folder.path), content)]


def test_what_is_written_is_read_as_it_was(content, tmp_path) -> None:
    """Every situation that ships, written by us and read by the reader, is the same."""
    situations = read_situations(files_in(FOLDER), content)
    assert situations
    for number, situation in enumerate(situations):
        path = tmp_path / str(number) / situation.file
        path.parent.mkdir()
        path.write_text(written_as(situation).text, encoding="utf-8")

        assert [bare(found) for found in read_situations([path], content)] == [bare(situation)]


@pytest.mark.parametrize("text", AWKWARD)
def test_no_text_becomes_something_else(content, folder, text) -> None:
    """What she says, a name and a phrase are kept letter by letter, whatever YAML makes of them."""
    added = one(text, name=text, says=(text,), never_says=(f"{text} {text}",))
    added = replace(added, about=text)

    assert folder.add(added, content) == []

    assert read(folder, content)[-1] == added


def test_every_act_and_every_expectation_comes_back(content, folder) -> None:
    """A step of each kind, with lists that differ by language and one that is the same."""
    by_language = {
        language: Expected(
            ("safety.danger", "bot.greet"),
            "cy",
            says=("999", f"word {language}"),
            never_says=() if language == "en" else ("no: never",),
            offers=("safety.danger?now=no",),
            shows=("refuge-helpline",),
            hides=("live-fear-free",),
            may_alarm=True,
        )
        for language in LANGUAGES
    }
    plain = {language: Expected(("bot.greet",), language) for language in LANGUAGES}
    welsh = {language: Expected(("bot.greet",), "cy") for language in LANGUAGES}
    alarm = {language: replace(plain[language], may_alarm=True) for language in LANGUAGES}
    everything = Situation(
        "All of it",
        "Each act once.",
        "bot",
        "bot.yml",
        0,
        (
            Step(PICKS, dict.fromkeys(LANGUAGES, "cy"), welsh),
            Step(NOTHING, dict.fromkeys(LANGUAGES, "yes"), plain),
            Step(SAYS, {one: f"{one} words" for one in LANGUAGES}, by_language),
            Step(BACK, dict.fromkeys(LANGUAGES, "1"), {}),
            Step(TAPS, dict.fromkeys(LANGUAGES, "services.find?nation=wales"), alarm),
            Step(AGAIN, dict.fromkeys(LANGUAGES, "yes"), {}),
        ),
    )

    assert folder.add(everything, content) == []

    assert read(folder, content)[-1] == everything


def test_what_stood_in_the_file_stays_letter_by_letter(content, folder) -> None:
    """Comments and all; the new one stands below, with an empty line between."""
    folder.add(one(), content)

    text = (folder.path / "bot.yml").read_text(encoding="utf-8")
    assert text == f"{OLD}\n{written_as(one()).text}"
    assert [path.name for path in folder.path.iterdir()] == ["bot.yml"]


def test_a_topic_without_a_file_gets_one(content, folder) -> None:
    """The file has the name of the topic."""
    assert folder.add(one(topic="nrm"), content) == []

    assert [found.topic for found in read(folder, content)] == ["bot", "nrm"]
    assert folder.topics(content)[:2] == ["bot", "nrm"]


def test_what_is_wrong_is_said_with_step_and_word_and_nothing_is_written(content, folder) -> None:
    """Each trouble names the step and the word of the file that it is about."""
    expected = {
        language: Expected(("bot.gret",), language, offers=("no button",), shows=("nowhere",))
        for language in LANGUAGES
    }
    wrong = one()
    steps = (*wrong.steps, Step(SAYS, dict.fromkeys(LANGUAGES, "a" * 501), expected))

    troubles = folder.add(replace(wrong, steps=steps), content)

    assert {(trouble.step, trouble.word) for trouble in troubles} == {
        (2, SAYS),
        (2, "answer"),
        (2, "must offer"),
        (2, "must show service"),
    }
    [of_answer] = [trouble.text for trouble in troubles if trouble.word == "answer"]
    assert "'bot.gret' is not an answer that there is" in of_answer
    assert ".yml" not in of_answer
    assert (folder.path / "bot.yml").read_text(encoding="utf-8") == OLD


def test_a_name_is_given_once(content, folder) -> None:
    """In the same file or in another."""
    for topic in ("bot", "nrm"):
        [trouble] = folder.add(one(name="She greets", topic=topic), content)
        assert (trouble.step, trouble.word) == (0, "situation")
    assert [path.name for path in folder.path.iterdir()] == ["bot.yml"]


def test_nothing_is_added_to_a_file_that_is_not_well_formed(content, folder) -> None:
    """What was wrong before is said with its own line, and is not blamed on the new one."""
    path = folder.path / "bot.yml"
    path.write_text(OLD.replace("answer:", "answr:"), encoding="utf-8")

    troubles = folder.add(one(), content)

    assert {(trouble.step, trouble.word) for trouble in troubles} == {(0, "")}
    assert "bot.yml, line 5" in " ".join(trouble.text for trouble in troubles)
    assert "She comes back" not in path.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_read_hides_no_other(content, folder) -> None:
    """The list shows what it can, and says what is wrong."""
    (folder.path / "nrm.yml").write_text("- situation: [", encoding="utf-8")

    situations, problems = folder.read(content)

    assert [found.name for found in situations] == ["She greets"]
    assert len(problems) == 1
    assert problems[0].startswith("nrm.yml, line ")
    with pytest.raises(SituationError):
        read(folder, content)


def test_a_change_made_elsewhere_is_seen(content, folder) -> None:
    """Files that were read before are read again when they change, and forgotten when they go."""
    folder.read(content)
    path = folder.path / "bot.yml"
    path.write_text(OLD.replace("She greets", "She greets again"), encoding="utf-8")
    assert [found.name for found in folder.read(content)[0]] == ["She greets again"]
    path.unlink()
    assert folder.read(content) == ([], [])


def test_a_write_that_fails_leaves_the_file_as_it_was(content, folder, monkeypatch) -> None:
    """Whoever reads meanwhile has the old file; nothing half-written is left."""

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(adding.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        folder.add(one(), content)

    assert (folder.path / "bot.yml").read_text(encoding="utf-8") == OLD
    assert [path.name for path in folder.path.iterdir()] == ["bot.yml"]


def test_a_folder_that_is_not_there_is_not_writable(content, tmp_path) -> None:
    """Nothing is listed, and whoever adds is told."""
    away = SituationFolder(tmp_path / "away")
    assert not away.is_writable
    assert away.read(content) == ([], [])
    with pytest.raises(FileNotFoundError):
        away.add(one(), content)


def test_two_who_add_at_once_lose_nothing(content, folder) -> None:
    """Each is in the file afterwards, whichever came first."""
    threads = [
        threading.Thread(target=folder.add, args=(one(name=f"Number {number}"), content))
        for number in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    names = {found.name for found in read(folder, content)}
    assert names == {"She greets", *(f"Number {number}" for number in range(6))}
