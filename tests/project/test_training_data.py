"""What is learnt from and what is measured on are different sentences."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from bot.content.references import rasa_name
from bot.content.shipped import read_records, read_shipped
from bot.languages import LANGUAGES
from bot.normalisation import clean, fold
from bot.plain_yaml import read_yaml
from bot.settings import ROOT
from bot.testing.situation import SAYS
from bot.testing.situation_files import files_in, read_situations


@dataclass(frozen=True)
class Sentence:
    """A sentence, the language and the intent that it stands for, and the file it is in."""

    text: str
    language: str
    intent: str
    file: str


def learnt() -> Iterator[Sentence]:
    """Yields every sentence of data/nlu."""
    for path in sorted((ROOT / "data" / "nlu").rglob("*.yml")):
        for block in read_yaml(path)["nlu"]:
            for line in block["examples"].splitlines():
                text = line.removeprefix("- ").strip()
                language = block["metadata"]["language"]
                yield Sentence(text, language, block["intent"], str(path.relative_to(ROOT)))


def measured() -> Iterator[Sentence]:
    """Yields every sentence of tests/understanding, tests/stories and tests/situations."""
    folder = ROOT / "tests" / "understanding"
    sets = [
        parent / f"{language}.tsv"
        for parent in (folder, folder / "held_out")
        for language in LANGUAGES
    ]
    for path in sets:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                name = str(path.relative_to(ROOT))
                yield Sentence(row["message"], path.stem, rasa_name(row["expected"]), name)
    for path in sorted((ROOT / "tests" / "stories").rglob("*.yml")):
        for story in read_yaml(path)["stories"]:
            for step in story["steps"]:
                if "user" in step:
                    name = str(path.relative_to(ROOT))
                    intent = step.get("intent", "")
                    yield Sentence(step["user"].strip(), path.parent.name, intent, name)

    for one in read_situations(files_in(ROOT / "tests" / "situations"), read_shipped()):
        for step in one.steps:
            for language, text in step.does.items() if step.act == SAYS else ():
                answers = step.expected[language].answers
                yield Sentence(
                    text, language, rasa_name(answers[0]), f"tests/situations/{one.file}"
                )


LEARNT = list(learnt())
MEASURED = list(measured())


def by_folding(sentences: list[Sentence]) -> dict[str, list[Sentence]]:
    found = defaultdict(list)
    for sentence in sentences:
        found[fold(sentence.text)].append(sentence)
    return found


def test_the_sentences_are_found() -> None:
    """The checks below are about the files there are, in all four languages."""
    for sentences in (LEARNT, MEASURED):
        assert {sentence.language for sentence in sentences} == set(LANGUAGES)
    assert len(LEARNT) > 3000
    assert len(MEASURED) > 500


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_that_is_measured_was_learnt(language) -> None:
    """A test sentence does not stand in data/nlu, in any language, nor differ by a mere accent."""
    known = by_folding(LEARNT)
    both = [
        f"{sentence.file}: {sentence.text} = {known[fold(sentence.text)][0].file}"
        for sentence in MEASURED
        if sentence.language == language and fold(sentence.text) in known
    ]

    assert both == []


def test_no_sentence_stands_for_two_answers() -> None:
    """A sentence means one thing, however it is spelt: two intents would teach a coin's toss."""
    both = {
        text: sorted({sentence.intent for sentence in found})
        for text, found in by_folding(LEARNT).items()
        if len({sentence.intent for sentence in found}) > 1
    }
    assert both == {}


def test_no_sentence_stands_for_two_languages() -> None:
    """A sentence is in one language: in two, it would teach that the one is the other."""
    both = {
        text: sorted({sentence.language for sentence in found})
        for text, found in by_folding(LEARNT).items()
        if len({sentence.language for sentence in found}) > 1
    }
    assert both == {}


def test_no_sentence_stands_twice() -> None:
    """Within a language no sentence is repeated; only another spelling of it may be."""
    seen = defaultdict(list)
    for sentence in LEARNT:
        seen[sentence.language, clean(sentence.text).casefold()].append(sentence.file)

    assert {key: files for key, files in seen.items() if len(files) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_is_measured_in_every_language(language) -> None:
    """Each answer that can be asked for has test sentences in each language."""
    never_asked = {"bot.unsure", "bot.fresh-start", "bot.trouble", "bot.interim"}
    wanted = {rasa_name(answer) for answer in set(read_records()["answers"]) - never_asked}
    found = {sentence.intent for sentence in MEASURED if sentence.language == language}

    assert wanted - found == set()


def test_no_sentence_is_empty_or_longer_than_a_message() -> None:
    """Each sentence says something, and could be sent."""
    for sentence in (*LEARNT, *MEASURED):
        assert 0 < len(sentence.text) <= 500, sentence


#: Two sentences are nearly the same when so much of their runs of three letters is shared.
NEARLY_THE_SAME = 0.8


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_that_is_measured_is_nearly_one_that_was_learnt(language) -> None:
    """One word or letter changed is not another sentence; below four words all are alike."""
    learnt = [sentence for sentence in LEARNT if sentence.language == language]
    measured = [
        sentence
        for sentence in MEASURED
        if sentence.language == language
        and sentence.file.endswith(".tsv")
        and len(fold(sentence.text).split()) >= 4
    ]
    runs = CountVectorizer(analyzer="char_wb", ngram_range=(3, 3), binary=True, dtype=np.float32)
    runs.fit([fold(sentence.text) for sentence in (*learnt, *measured)])
    ours, theirs = (
        runs.transform([fold(sentence.text) for sentence in sentences])
        for sentences in (learnt, measured)
    )
    shared = (theirs @ ours.T).toarray()
    either = np.asarray(theirs.sum(axis=1)) + np.asarray(ours.sum(axis=1)).T - shared
    near = np.argwhere(shared / either >= NEARLY_THE_SAME)

    assert [(measured[one].text, learnt[other].text) for one, other in near] == []
