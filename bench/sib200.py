"""How sentences that nobody here wrote are understood: their topics, and that they are not ours.

Run it with `python -m bench.sib200 FOLDER [--skip-default] [--limit N]`. The folder holds the
files of SIB-200 (github.com/dadelani/sib-200, CC BY-SA 4.0) in our four languages, such as
`cym_train.tsv`: sentences of news and encyclopaedias, the same in every language, each with one
of seven topics. Two tables: how many topics are right, by our features and answer model and by
the pipeline that a project of `rasa init` is trained with, both trained here on the same
sentences; and what the whole assistant, as it was trained, answers to them. It never learns from
them. Rasa's default takes minutes to train (`--skip-default` leaves it out), and comes out a
little different each time.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from bench.classifiers import first_labels, heading, read, row
from bench.messages import Case
from bench.understanding import REFUSALS, Result, ask
from bot.languages import LANGUAGES
from bot.logs import configure_logging
from bot.nlu.answer_model import AnswerModel
from bot.nlu.encoder.encoder import SentenceEncoder
from bot.nlu.features import Features
from bot.normalisation import clean
from bot.plain_yaml import read_yaml
from bot.settings import Settings

#: What the files call our languages.
FILES = {"en": "eng", "es": "spa", "cy": "cym", "pt": "por"}
#: So many training sentences a topic and language.
PER_TOPIC = 25
OUT_OF_SCOPE = "bot.out-of-scope"
#: Where Rasa keeps its default; `rasa init` writes it into a project as comments.
DEFAULT_CONFIG = Path("engine", "recipes", "config_files", "default_config.yml")
#: Parts of it that could not make one more topic right.
LEFT_OUT = ("EntitySynonymMapper", "ResponseSelector", "FallbackClassifier")


@dataclass(frozen=True)
class Sentence:
    """A sentence with its topic; its index is the same in every language."""

    language: str
    index: str
    topic: str
    text: str


#: Gives each of some sentences the topic it is taken for.
Classify = Callable[[Sequence[Sentence]], list[str]]
Train = Callable[[Sequence[Sentence]], Classify]


def read_sentences(folder: Path, part: str, limit: int | None = None) -> Iterator[Sentence]:
    """Yields the first sentences of a part (`train`, `test`) in each language, or all of them."""
    for language in LANGUAGES:
        path = folder / f"{FILES[language]}_{part}.tsv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file, delimiter="\t")
            next(rows)
            for index, topic, text in islice(rows, limit):
                # A slash in the name of an intent has a meaning to Rasa.
                yield Sentence(language, index, topic.replace("/", "-"), text)


def few(sentences: Sequence[Sentence]) -> list[Sentence]:
    """Returns the first sentences of each topic, the same ones in every language."""
    indices: dict[str, list[str]] = defaultdict(list)
    for sentence in sentences:
        if sentence.language == LANGUAGES[0]:
            indices[sentence.topic].append(sentence.index)
    wanted = {index for found in indices.values() for index in found[:PER_TOPIC]}
    return [sentence for sentence in sentences if sentence.index in wanted]


def train_ours(sentences: Sequence[Sentence]) -> Classify:
    """Trains our features and answer model; reading and encoding are part of it."""
    # Straight from the encoder: its store of vectors is for the assistant's own phrases.
    encoder = SentenceEncoder(Settings.from_environment(os.environ).encoder)

    def seen(asked: Sequence[Sentence]) -> tuple[Any, list[str]]:
        texts, letters = read([(sentence.language, sentence.text) for sentence in asked])
        return encoder.encode(texts), letters

    features, dense, sparse = Features.fit(*seen(sentences))
    model = AnswerModel.train(dense, sparse, [sentence.topic for sentence in sentences])

    def classify(asked: Sequence[Sentence]) -> list[str]:
        return [str(topic) for topic in first_labels(features, model, *seen(asked))]

    return classify


def train_default(sentences: Sequence[Sentence]) -> Classify:
    """Trains Rasa's default pipeline, in a folder that is thrown away."""
    # Imported here: Rasa takes seconds, and the logs are to be configured before.
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu
    from rasa.shared.utils.io import write_yaml

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # An empty cache: what was trained before would take no time. Rasa also reports its use.
        os.environ["RASA_CACHE_DIRECTORY"] = str(folder / "cache")
        os.environ["RASA_TELEMETRY_ENABLED"] = "false"
        config, data = folder / "config.yml", folder / "nlu.yml"
        write_yaml(default_config(), config)
        write_yaml(training_data(sentences), data)
        # Rasa says where it has written.
        with redirect_stdout(io.StringIO()):
            agent = Agent.load(train_nlu(str(config), str(data), str(folder)))

    async def parse(asked: Sequence[Sentence]) -> list[str]:
        found = [await agent.parse_message(sentence.text) for sentence in asked]
        return [parsed["intent"]["name"] for parsed in found]

    return lambda asked: asyncio.run(parse(asked))


def default_config() -> dict[str, Any]:
    """Returns Rasa's default configuration, without what plays no part here."""
    import rasa

    config: dict[str, Any] = read_yaml(Path(rasa.__file__).parent / DEFAULT_CONFIG)
    pipeline = [part for part in config["pipeline"] if part["name"] not in LEFT_OUT]
    return {**config, "pipeline": pipeline}


def training_data(sentences: Sequence[Sentence]) -> dict[str, Any]:
    """Returns the sentences as Rasa reads them, a topic as an intent."""
    examples: dict[str, str] = defaultdict(str)
    for sentence in sentences:
        examples[sentence.topic] += f"- {sentence.text}\n"
    blocks = [{"intent": topic, "examples": lines} for topic, lines in examples.items()]
    return {"version": "3.1", "nlu": blocks}


def compare(
    pipelines: Mapping[str, Train], training: Sequence[Sentence], test: Sequence[Sentence]
) -> None:
    """Trains each pipeline, and prints how many topics of the test it gets right."""
    print(f"topics: {len(training)} sentences to learn from, {len(test)} others to tell\n")
    heading("right, %")
    languages = np.array([sentence.language for sentence in test])
    topics = np.array([sentence.topic for sentence in test])
    for name, train in pipelines.items():
        began = time.perf_counter()
        classify = train(training)
        seconds = time.perf_counter() - began
        right = np.asarray(np.array(classify(test)) == topics, dtype=np.bool_)
        row(f"{name}, trained in {seconds:.1f} s", right, languages)


async def ask_all(sentences: Sequence[Sentence]) -> list[Result]:
    """Asks the assistant each sentence, as the door hands it on, in a conversation of its own."""
    from bench.running import open_dialogue

    dialogue = open_dialogue()
    return [
        await ask(dialogue, Case(each.language, "unrelated", OUT_OF_SCOPE, clean(each.text)))
        for each in sentences
    ]


def report(results: Sequence[Result]) -> None:
    """Prints what the assistant made of text that is not its business."""
    print(f"\nunrelated text: {len(results)} sentences, each asked on a page in its language\n")
    heading("share, %")
    languages = np.array([result.case.language for result in results])
    shares = {
        "refused": [result.answers[0] in REFUSALS for result in results],
        "danger first": [result.is_alarm for result in results],
        "reply in its language": [result.language == result.case.language for result in results],
    }
    for name, found in shares.items():
        row(name, np.array(found, dtype=np.bool_), languages)


def main() -> None:
    """Reads the arguments and prints both tables."""
    parser = argparse.ArgumentParser(description="Measures on sentences that nobody here wrote.")
    parser.add_argument("folder", type=Path, help="holds the files of SIB-200")
    parser.add_argument("--skip-default", action="store_true", help="leave Rasa's default out")
    parser.add_argument("--limit", type=int, help="test on so many sentences a language")
    arguments = parser.parse_args()
    configure_logging()
    training = few(list(read_sentences(arguments.folder, "train")))
    test = list(read_sentences(arguments.folder, "test", arguments.limit))
    pipelines: dict[str, Train] = {"ours": train_ours}
    if not arguments.skip_default:
        pipelines["Rasa's default"] = train_default
    compare(pipelines, training, test)
    report(asyncio.run(ask_all(test)))


if __name__ == "__main__":
    main()
