"""What the rest of the assistant may rely on when it asks for a vector."""

from __future__ import annotations

import gc
import types
from pathlib import Path

import numpy as np
import pytest

from bot.nlu.encoder.encoder import DIMENSION, MAX_TOKENS, SentenceEncoder

MESSAGES = [
    "can i call the police",
    "mi marido me quitó el pasaporte y dice que me van a deportar si hablo con alguien",
    "heddlu",
    "vao me deportar se eu denunciar meu marido?",
]


def test_each_text_has_a_row_of_unit_length(encoder: SentenceEncoder) -> None:
    """Cosines can be had by multiplying, with no further step."""
    vectors = encoder.encode(MESSAGES)

    assert vectors.shape == (len(MESSAGES), DIMENSION)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_no_texts_give_no_rows(encoder: SentenceEncoder) -> None:
    """An empty batch is a batch of the right width."""
    assert encoder.encode([]).shape == (0, DIMENSION)


def test_same_text_has_same_vector_after_others(encoder: SentenceEncoder) -> None:
    """Nothing one woman writes has an effect on how another is understood."""
    before = encoder.encode(MESSAGES[:1])
    encoder.encode(MESSAGES[1:])

    np.testing.assert_array_equal(encoder.encode(MESSAGES[:1]), before)


def test_two_encoders_agree(built: Path, encoder: SentenceEncoder) -> None:
    """A restart does not change what a message means."""
    np.testing.assert_array_equal(SentenceEncoder(built).encode(MESSAGES), encoder.encode(MESSAGES))


def test_text_has_same_vector_alone_and_in_a_batch(encoder: SentenceEncoder) -> None:
    """Training encodes in batches and serving one by one; both see the same vector."""
    alone = np.concatenate([encoder.encode([text]) for text in MESSAGES])

    np.testing.assert_allclose(encoder.encode(MESSAGES), alone, atol=1e-3)


def test_meaning_is_nearer_than_language(encoder: SentenceEncoder) -> None:
    """A question is closer to its translation than to another question of its language."""
    asked, translated, other = encoder.encode(
        ["Will the police deport me?", "¿La policía me va a deportar?", "What is the weather?"]
    )

    assert asked @ translated > asked @ other


def test_what_lies_beyond_the_limit_is_not_read(encoder: SentenceEncoder) -> None:
    """A long text is read up to the documented length, whatever follows."""
    read = "he hit me " * MAX_TOKENS
    first, second = encoder.encode([read, read + "and now I want to know about the weather"])

    np.testing.assert_array_equal(first, second)


def test_words_within_the_limit_are_read(encoder: SentenceEncoder) -> None:
    """A question at the end of a message of ordinary length still counts."""
    told = "he hit me " * 10
    first, second = encoder.encode([told, told + "will i be deported?"])

    assert float(first @ second) < 0.999


@pytest.mark.parametrize(
    "text", ["", " \n\t ", "🙏🏽👩‍👧", "मुझे मदद चाहिए", "he\0lp", "\ud83d", "\u200d"]
)
def test_any_text_has_a_vector(encoder: SentenceEncoder, text: str) -> None:
    """Whatever a phone sends, the turn does not fail here."""
    (vector,) = encoder.encode([text])

    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)


def test_space_that_a_keyboard_adds_changes_nothing(encoder: SentenceEncoder) -> None:
    """The space that phones put behind a chosen word is no part of the message."""
    first, second = encoder.encode(["ayuda", " ayuda "])

    np.testing.assert_array_equal(first, second)


def test_no_text_is_kept(encoder: SentenceEncoder) -> None:
    """Nothing that the encoder holds has a word of what it was given."""
    name = "zqxhername"
    encoder.encode([f"my name is {name}", name])

    assert not [text for text in _texts_held_by(encoder) if name in text]


def _texts_held_by(holder: object) -> list[str]:
    """Finds all text that can be reached from an object without leaving its own state."""
    seen: dict[int, object] = {}
    waiting: list[object] = [holder]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, (type, types.ModuleType, types.FunctionType)):
            continue
        seen[id(thing)] = thing
        waiting.extend(gc.get_referents(thing))
    return [thing for thing in seen.values() if isinstance(thing, str)]
