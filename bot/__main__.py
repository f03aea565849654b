"""The commands: `python -m bot run`, `train`, `key`."""

from __future__ import annotations

import argparse
import os
import sys

from bot.errors import AssistantError
from bot.logs import configure_logging
from bot.settings import ROOT, Settings


def run(settings: Settings) -> None:
    """Trains when that is needed, and serves the chat."""
    from bot.guard import check_configuration

    check_configuration(ROOT)
    train(settings)
    print("Loading…", flush=True)
    from bot.service import serve

    serve(settings)


def train(settings: Settings) -> None:
    """Trains a model when what it is made from has changed."""
    from bot import training

    if training.is_trained(settings):
        print("The model is up to date.", flush=True)
        return
    print("Training a model. This takes a minute or two…", flush=True)
    training.train(settings)
    print("Trained.", flush=True)


def key(_settings: Settings) -> None:
    """Prints a new key for ASSISTANT_STATE_KEYS."""
    from cryptography.fernet import Fernet

    print(Fernet.generate_key().decode())


COMMANDS = {"run": run, "train": train, "key": key}


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; an error of ours is one line and exit status 1."""
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    command = COMMANDS[parser.parse_args(arguments).command]
    # Rasa reports its use, and its errors, unless it is told not to.
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    # Rasa draws thousands of progress bars for what takes a second.
    os.environ["TQDM_DISABLE"] = "1"
    configure_logging()
    try:
        command(Settings.from_environment(os.environ))
    except AssistantError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
