"""A dialogue of its own for a measurement: shipped content in a database that is thrown away."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.content.opening import open_content
from bot.logs import configure_logging
from bot.numerics import ONE_THREAD, use_kernels
from bot.settings import Settings
from bot.without_tensorflow import leave_out_tensorflow

if TYPE_CHECKING:
    from bot.web.dialogue import Dialogue


def open_dialogue() -> Dialogue:
    """Loads the trained model with shipped content, as the service does."""
    use_kernels()
    os.environ.update(ONE_THREAD)
    configure_logging()
    leave_out_tensorflow()
    from bot.service import make_dialogue

    folder = Path(tempfile.mkdtemp(prefix="assistant-bench-"))
    settings = replace(
        Settings.from_environment(os.environ), database_url=f"sqlite:///{folder / 'content.db'}"
    )
    return make_dialogue(settings, open_content(settings))
