"""How much is made up: a little and always the same, or as much as ROBUSTNESS_EXAMPLES says."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

# A folder of its own in the working tree would be a new file to the privacy check.
set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "assistant-hypothesis")

_MANY = os.environ.get("ROBUSTNESS_EXAMPLES")

settings.register_profile(
    "robustness",
    # The same input in each run, so that a change and nothing else turns a test red.
    derandomize=_MANY is None,
    max_examples=int(_MANY or 60),
    # What fails is written into a test by a person; a file of it would be seen by nobody.
    database=None,
    # No test asserts on time: the machine may be busy.
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("robustness")
