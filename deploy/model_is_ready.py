"""Fails when the model is not that of these files: `python -m deploy.model_is_ready`.

A chat that finds no fitting model trains one before it serves, for minutes, and with twice the
memory. That is right on one's own machine, and wrong in a service, whose model comes with the
release and lies where nothing can be written.
"""

from __future__ import annotations

import os
import sys

from bot.settings import Settings
from bot.training import is_trained


def main() -> str | None:
    """Returns what is wrong, None when nothing is."""
    settings = Settings.from_environment(os.environ)
    if is_trained(settings):
        return None
    return (
        f"The model in {settings.models} is not that of this release: train it where that is made."
    )


if __name__ == "__main__":
    sys.exit(main())
