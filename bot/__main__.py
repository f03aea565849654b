"""The commands: `python -m bot` and `run`, `train`, `key`, `content-report`, `launch-checks`."""

from __future__ import annotations

import argparse
import os
import sys

from bot.errors import AssistantError
from bot.guard import check_configuration, check_dumps, check_environment
from bot.listening import listen
from bot.logs import configure_logging
from bot.memory import forbid_dumps, start_wiping
from bot.progress import progress
from bot.settings import ROOT, Settings

#: Set before the libraries that read them are imported.
QUIET = {
    # Rasa reports its use, and its errors, unless it is told not to.
    "RASA_TELEMETRY_ENABLED": "false",
    # Rasa prints progress bars and a paragraph for what takes a second.
    "LOG_LEVEL": "ERROR",
    # TensorFlow and SQLAlchemy talk of processors and of versions to come.
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


def run(settings: Settings) -> None:
    """Trains when that is needed, and serves the chat."""
    forbid_dumps(of_others=settings.environment == "service")
    check_dumps()
    check_configuration(ROOT)
    # The port first: nobody should wait for a model to learn that it is taken.
    with listen(settings) as listener:
        train(settings)
        with progress("Starting"):
            from bot.service import open_service

            service = open_service(settings)
        service.serve(listener)


def train(settings: Settings) -> None:
    """Trains a model when what it is made from has changed."""
    from bot import training

    if training.is_trained(settings):
        print("The model is up to date.", flush=True)
        return
    with progress("Training a model, which takes some minutes"):
        training.train(settings)


def key(_settings: Settings) -> None:
    """Prints a new key for ASSISTANT_STATE_KEYS."""
    from cryptography.fernet import Fernet

    print(Fernet.generate_key().decode())


def content_report(settings: Settings) -> None:
    """Writes the report on everything that is published, and says where it lies."""
    from bot.content.opening import open_content
    from bot.content.report.figures import report
    from bot.content.report.page import write

    published = open_content(settings)
    path = ROOT / "var" / "content-report.html"
    with progress("Reading every text in four languages"):
        figures = report(published.current, settings.clock().date())
        write(figures, path)
    published.stop()
    print(
        f"{len(figures.findings)} findings, {len(figures.due)} things to look at: {path}",
        flush=True,
    )


def launch_checks(_settings: Settings) -> None:
    """Writes the page of the facts that must be checked before launch."""
    from bot.content.launch import launch_page
    from bot.content.shipped import read_shipped

    page = launch_page(read_shipped())
    (ROOT / "docs" / "LAUNCH-CHECKS.md").write_text(page, encoding="utf-8")
    print(page, flush=True)


COMMANDS = {
    "run": run,
    "train": train,
    "key": key,
    "content-report": content_report,
    "launch-checks": launch_checks,
}


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; an error of ours is one line and exit status 1."""
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    command = COMMANDS[parser.parse_args(arguments).command]
    configure_logging()
    try:
        if command is run:
            # What the operator has set is looked at before it is overwritten below.
            check_environment(os.environ)
            start_wiping(["-m", "bot", "run"])
        os.environ.update(QUIET)
        command(Settings.from_environment(os.environ))
    except AssistantError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
