"""Runs Rasa without TensorFlow, which it imports at start whether or not anything uses it.

No component of `config.yml` is a neural network of Rasa's, and yet Rasa 3.6 reads its own at every
start: two seconds and 230 MB. There is no setting for that, so the names that Rasa takes from
TensorFlow are given stand-ins. They can be named, subclassed and used as decorators, which is all
that an import does; to call one is an error. `tests/test_without_tensorflow.py` holds
which Rasa this was written for.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Sequence
from typing import Any

LEFT_OUT = frozenset(
    {"tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras"}
)


class _StandIn(type):
    """The class of `Absent`: whatever is taken from it is `Absent` again."""

    def __getattr__(cls, name: str) -> type[Absent]:
        return _stand_in(name)

    def __getitem__(cls, _item: object) -> type[Absent]:
        return Absent

    def __call__(cls, *arguments: Any, **named: Any) -> Any:
        if len(arguments) == 1 and not named and callable(arguments[0]):
            return arguments[0]  # `@tf.function` and its like
        raise RuntimeError("TensorFlow is left out here: see bot/without_tensorflow.py.")


class Absent(metaclass=_StandIn):
    """Stands for any class or function of TensorFlow."""


def _stand_in(name: str) -> type[Absent]:
    if name.startswith("__"):
        raise AttributeError(name)
    return Absent


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds TensorFlow and all modules in it, with nothing in them."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: types.ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] not in LEFT_OUT:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def exec_module(self, module: types.ModuleType) -> None:
        module.__dict__["__getattr__"] = _stand_in


def leave_out_tensorflow() -> None:
    """Makes every later `import tensorflow` of this process find stand-ins.

    Nothing happens where TensorFlow has been imported already, or was left out before.
    """
    if "tensorflow" not in sys.modules and not any(
        isinstance(finder, _Finder) for finder in sys.meta_path
    ):
        sys.meta_path.insert(0, _Finder())
