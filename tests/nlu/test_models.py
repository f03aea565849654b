from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import onnx
import pytest

from bot.nlu.features import Matrix
from bot.nlu.models import Models, Reading

PHRASES = {
    "safety_danger": ["he comes with a knife", "he is hitting me", "a knife and he comes"],
    "safety_suicide": ["no reason to live", "i want to end my life", "my life has no reason"],
    "bread": ["bake some bread", "bread with butter", "how to bake bread", "some butter"],
    "visa": ["my visa ended", "a visa for work", "work and visa papers"],
}
LABELS = tuple(PHRASES)
#: As often each phrase comes, a little differently each time.
TIMES = 40
CANARY = "zarzaparrilla"
ASKED = ["he comes with a knife", "my visa", "bread for life", CANARY, "", "मदद"]


def around(label: str, count: int, seed: int = 1) -> Matrix:
    """Returns noisy points of length 1 around a label's own direction."""
    axis = LABELS.index(label)
    points = np.random.default_rng([seed, axis]).normal(0, 0.01, (count, 384))
    points[:, axis] += 1
    return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True), np.float32)


@pytest.fixture(scope="module")
def models() -> Models:
    texts = [text for own in PHRASES.values() for text in own * TIMES]
    labels = [label for label, own in PHRASES.items() for _ in own * TIMES]
    vectors = np.concatenate([around(label, len(own) * TIMES) for label, own in PHRASES.items()])
    return Models.train(vectors, texts, labels)


def read(models: Models, label: str, text: str) -> Reading:
    return models.read(around(label, 1, seed=2)[0], text)


@pytest.mark.parametrize("label", LABELS)
def test_a_message_is_read_by_all_models_at_once(models: Models, label: str) -> None:
    """Answer, danger, kind of danger and known words agree on what is plain."""
    reading = read(models, label, PHRASES[label][0])
    is_danger = label in {"safety_danger", "safety_suicide"}
    assert reading.answers.ranking[0][0] == label
    assert (reading.danger.danger > 0.5) is is_danger
    assert (reading.danger.asked > 0.5) is is_danger
    if is_danger:
        assert (reading.danger.suicide >= 0.5) is (label == "safety_suicide")
    assert reading.known_share == 1


def test_danger_that_is_asked_for_is_what_both_its_answers_have(models: Models) -> None:
    """Torn between attack and suicide, the answer model is still sure that it is danger."""
    between = around("safety_danger", 1)[0] + around("safety_suicide", 1)[0]
    reading = models.read(between, "a knife to end my life")
    shares = dict(reading.answers.ranking)
    assert reading.danger.asked == pytest.approx(shares["safety_danger"] + shares["safety_suicide"])
    assert min(shares["safety_danger"], shares["safety_suicide"]) > 0


def test_words_that_no_phrase_has_are_told(models: Models) -> None:
    """A language that is none of ours is told by its words, whatever its vector looks like."""
    assert read(models, "visa", "my visa qwerty asdfgh").known_share == 0.5
    assert read(models, "safety_danger", "qwerty asdfgh").known_share == 0


@pytest.mark.parametrize("text", ASKED)
@pytest.mark.parametrize("label", LABELS)
def test_loaded_models_read_as_the_trained_ones(
    models: Models, tmp_path: Path, label: str, text: str
) -> None:
    """What was trained is what is served: ranking, danger and known words."""
    models.save(tmp_path)
    before, after = (read(one, label, text) for one in (models, Models.load(tmp_path)))
    assert dict(after.answers.ranking) == pytest.approx(dict(before.answers.ranking), abs=1e-6)
    assert after.answers.ranking[0][0] == before.answers.ranking[0][0]
    assert after.answers.familiarity == pytest.approx(before.answers.familiarity, abs=1e-6)
    for name in ("danger", "suicide", "asked"):
        found, expected = getattr(after.danger, name), getattr(before.danger, name)
        assert found == pytest.approx(expected, abs=1e-6)
    assert after.known_share == before.known_share


def test_stored_models_are_numbers_and_words(models: Models, tmp_path: Path) -> None:
    """Arrays, JSON and a graph of sums: nothing in the archive runs when it is read."""
    models.save(tmp_path)
    for path in tmp_path.iterdir():
        assert path.suffix in {".json", ".npy", ".npz", ".onnx"}
    for path in tmp_path.glob("*.np[yz]"):
        stored = np.load(path, allow_pickle=False)
        arrays = [stored[name] for name in stored] if path.suffix == ".npz" else [stored]
        assert arrays
        assert {array.dtype.kind for array in arrays} <= {"f", "i"}
    for path in tmp_path.glob("*.json"):
        json.loads(path.read_text(encoding="utf-8"))
    for path in tmp_path.glob("*.onnx"):
        model = onnx.load(path, load_external_data=False)
        assert {node.domain for node in model.graph.node} <= {"", "com.microsoft"}
        assert not any(constant.external_data for constant in model.graph.initializer)


class Running:
    """What leaves a mark when somebody unpickles it."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.mark,)


@pytest.mark.parametrize("name", ["answers.npz", "danger.npz"])
def test_a_file_with_something_that_runs_is_refused(
    models: Models, tmp_path: Path, name: str
) -> None:
    """An archive that somebody has tampered with stops the start, and runs nothing."""
    models.save(tmp_path)
    mark = tmp_path / "mark"
    with np.load(tmp_path / name) as file:
        arrays = dict(file)
    arrays[min(arrays)] = np.array([Running(mark)], dtype=object)
    np.savez(tmp_path / name, **arrays)
    with pytest.raises(ValueError, match="allow_pickle"):
        Models.load(tmp_path)
    assert not mark.exists()


def test_what_the_models_are_asked_leaves_no_trace(models: Models, tmp_path: Path) -> None:
    """After a message no file and nothing in memory is other than before."""
    untouched, asked = tmp_path / "untouched", tmp_path / "asked"
    untouched.mkdir()
    asked.mkdir()
    models.save(untouched)
    in_memory = pickle.dumps((models.features, models.danger))
    for label in LABELS:
        read(models, label, f"my name is {CANARY} and he comes with a knife")
    models.save(asked)
    for path in untouched.iterdir():
        assert (asked / path.name).read_bytes() == path.read_bytes()
    assert pickle.dumps((models.features, models.danger)) == in_memory
    assert CANARY.encode() not in in_memory
    assert b"knife" in in_memory
