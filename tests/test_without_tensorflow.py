"""Rasa is read without TensorFlow, and nothing of ours misses it."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys

import pytest

from bot.settings import ROOT
from bot.without_tensorflow import Absent

#: Prints each file of TensorFlow or Keras that reading Rasa has brought in.
READ = """
import sys
from bot.without_tensorflow import leave_out_tensorflow
leave_out_tensorflow()
import rasa.core.agent, rasa.core.test, rasa.model_training
import bot.service
names = [name for name in sys.modules if name.split(".")[0] in ("tensorflow", "keras")]
assert names, "Rasa no longer imports TensorFlow"
print([name for name in names if getattr(sys.modules[name], "__file__", None)])
"""


def test_this_is_the_rasa_it_was_written_for() -> None:
    """Another Rasa may take more from TensorFlow than names: read its imports, then change this."""
    assert importlib.metadata.version("rasa") == "3.6.21"


def test_nothing_of_tensorflow_is_read() -> None:
    """Serving, training and testing import no file of it."""
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", READ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.stdout.strip(), ran.returncode) == ("[]", 0), ran.stderr[-2000:]


def test_a_decorator_leaves_a_function_as_it_is() -> None:
    """As `@tf.function` stands over methods that are never called."""
    assert Absent.function(len) is len


def test_to_use_it_is_an_error() -> None:
    """Whoever adds one of Rasa's networks to the pipeline is told why it cannot work."""
    with pytest.raises(RuntimeError, match="without_tensorflow"):
        Absent.constant([1.0], dtype="float32")
