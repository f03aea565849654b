"""Reads the YAML files beside the code as plain data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


def read_yaml(path: Path) -> Any:
    """Returns what a file holds: dictionaries, lists, texts and numbers; a day is its ISO text.

    Raises:
        OSError, YAMLError, ValueError: when it cannot be read.
    """
    # Not `pure`: libyaml's parser takes a tenth of the time, and what a value is, by YAML 1.2, is
    # ruamel's to say all the same: an unquoted `no` is a word.
    data = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    # Through JSON, so that what is read here is the same as what a database gives back.
    return json.loads(json.dumps(data, default=str))
