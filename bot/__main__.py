"""The commands: `python -m bot` and a name; a bare `make` says what the common ones do."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from bot.errors import AssistantError, ContentError, ContentUnavailableError, ModelError
from bot.guard import check_configuration, check_dumps, check_environment
from bot.languages import LANGUAGES
from bot.listening import take
from bot.logs import configure_logging
from bot.memory import forbid_dumps, start_wiping
from bot.numerics import ONE_THREAD, use_kernels
from bot.progress import progress, say
from bot.settings import ROOT, Settings
from bot.without_tensorflow import leave_out_tensorflow

#: Set before the libraries that read them are imported.
QUIET = {
    # Rasa reports its use, and its errors, unless it is told not to.
    "RASA_TELEMETRY_ENABLED": "false",
    # Rasa prints progress bars and a paragraph for what takes a second.
    "LOG_LEVEL": "ERROR",
    # SQLAlchemy talks of versions to come.
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


def run(settings: Settings) -> None:
    """Trains when that is needed, and serves the chat."""
    forbid_dumps(of_others=settings.environment != "test")
    check_dumps()
    check_configuration(ROOT)
    # The port first: nobody should wait for a model to learn that it is taken.
    with take(settings) as listener:
        _have_model(settings, may_train=settings.environment != "service")
        with progress("Starting"):
            from bot.service import open_service

            service = open_service(settings)
        service.serve(listener)


def train(settings: Settings) -> None:
    """Trains a model when what it is made from has changed."""
    _have_model(settings, may_train=True)


def _have_model(settings: Settings, *, may_train: bool) -> None:
    """Trains where that may be done; a service is never kept waiting by it, or given another model.

    Raises:
        ModelError: when there is not the model of this release, and none may be trained.
    """
    from bot import training

    if training.is_trained(settings):
        say("The model is up to date.")
        return
    if not may_train:
        raise ModelError(
            f"{settings.models} does not hold the model of this release: bring it with the release,"
            " or train it with `make train` before the start."
        )
    with progress("Training a model, which takes some minutes"):
        training.train(settings)


def key(_settings: Settings) -> None:
    """Prints a new key for ASSISTANT_STATE_KEYS or ASSISTANT_DESK_KEYS."""
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


def desk(settings: Settings) -> None:
    """Serves the staff desk."""
    forbid_dumps(of_others=settings.environment != "test")
    check_dumps()
    with take(settings, "DESK_PORT") as listener:
        from bot.desk.serve import serve

        serve(settings, listener)


def up(settings: Settings) -> None:
    """Serves the chat and the desk, each in a process of its own, until one of them ends."""
    train(settings)
    # Once, before two processes would do it side by side.
    from bot.content.opening import open_content
    from bot.together import run_together

    open_content(settings).stop()
    run_together("run", "desk")


def administrator(settings: Settings, name: str) -> None:
    """Invites the first administrator, and prints where to take the invitation up."""
    from bot.desk.serve import invite_first

    address = invite_first(settings, name)
    print(f"Within seven days, {name} can choose a password here:\n{address}", flush=True)


def verify_history(settings: Settings) -> None:
    """Says whether the history of editing is whole."""
    from bot.content.database import Database
    from bot.editing.upkeep import verify

    problems = verify(Database(settings.database_url))
    print("\n".join(problems) or "The history is whole.", flush=True)
    if problems:
        raise ContentError(f"{len(problems)} rows of the history do not hold.")


def backup(settings: Settings, path: str) -> None:
    """Writes everything but conversations, which there are none of, into one file."""
    from bot.content.store import ContentStore
    from bot.editing import upkeep
    from bot.editing.seal import where_the_key_is

    upkeep.backup(ContentStore(settings.database_url), Path(path))
    print(f"Written: {path}\n{where_the_key_is(settings)}", flush=True)


def restore(settings: Settings, path: str) -> None:
    """Puts a backup in the place of the database; the present one is kept beside it."""
    from bot.editing import upkeep

    kept = upkeep.restore(Path(path), settings.database_url)
    print(f"Restored. What was there is kept: {kept}" if kept else "Restored.", flush=True)


def dead_links(settings: Settings) -> None:
    """Asks each address of sources and services whether it is still there."""
    from bot.content.opening import open_content
    from bot.editing import upkeep

    published = open_content(settings)
    with progress("Asking each address"):
        found = upkeep.dead_links(published.current)
    published.stop()
    print("\n".join(map(str, found)) or "Every address answers.", flush=True)


def stories(settings: Settings, only: str, languages: list[str], content: str) -> int:
    """Runs the story tests, and writes the testers' report."""
    from bot.testing import report
    from bot.testing.asked import Asked
    from bot.testing.run import run as run_stories
    from bot.testing.told import Telling
    from bot.training import model_path

    train(settings)
    folder = ROOT / "var" / "stories"
    asked = Asked(only, tuple(languages), content)
    with Telling(folder) as telling:
        results = run_stories(settings, asked, model_path(settings), telling)
        path = report.write(results, folder)
    verdict = "Everything is as it must be" if results.is_green else "Something broke"
    print(
        f"{verdict}: {results.tests} tests, {len(results.broken)} broke,"
        f" {len(results.lacks or ())} gaps, {results.seconds:.0f} s. Report: {path}",
        flush=True,
    )
    return 0 if results.is_green else 1


COMMANDS = {
    "up": up,
    "run": run,
    "desk": desk,
    "train": train,
    "key": key,
    "content-report": content_report,
    "launch-checks": launch_checks,
    "verify-history": verify_history,
    "dead-links": dead_links,
}
#: Those that need a name or a path.
WITH_ARGUMENT = {"administrator": administrator, "backup": backup, "restore": restore}


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; an error of ours is one line and exit status 1."""
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    kinds = parser.add_subparsers(dest="command", required=True)
    for name, known in (*COMMANDS.items(), *WITH_ARGUMENT.items()):
        about = (known.__doc__ or "").partition("\n")[0]
        kind = kinds.add_parser(name, help=about, description=about)
        if name in WITH_ARGUMENT:
            kind.add_argument("argument", metavar="NAME" if name == "administrator" else "FILE")
    _add_stories(kinds)
    asked = parser.parse_args(arguments)
    command = COMMANDS.get(asked.command)
    configure_logging()
    leave_out_tensorflow()
    use_kernels()
    try:
        if command is run:
            # What the operator has set is looked at before it is overwritten below.
            check_environment(os.environ)
            os.environ.update(ONE_THREAD)
            start_wiping(["-m", "bot", "run"])
        os.environ.update(QUIET)
        settings = Settings.from_environment(os.environ)
        if asked.command == "stories":
            return stories(settings, asked.only, asked.languages, asked.content)
        if command:
            command(settings)
        else:
            WITH_ARGUMENT[asked.command](settings, asked.argument)
    except AssistantError as error:
        print(_sentence(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _sentence(error: AssistantError) -> str:
    said = str(error)
    # A database's own message may repeat its address: the class of its error alone comes this far.
    is_bare = isinstance(error, ContentUnavailableError) and said.isidentifier()
    return (
        f"The database cannot be used ({said}): is ASSISTANT_DATABASE_URL right?"
        if is_bare
        else said
    )


def _add_stories(kinds: Any) -> None:
    about = (stories.__doc__ or "").partition("\n")[0]
    kind = kinds.add_parser("stories", help=about, description=about)
    kind.add_argument("--only", default="", help="a topic, or a part of a situation's name")
    kind.add_argument(
        "--in",
        dest="languages",
        nargs="*",
        choices=LANGUAGES,
        default=list(LANGUAGES),
        help="languages, all without it",
    )
    kind.add_argument("--content", choices=("shipped", "live"), default="shipped")


if __name__ == "__main__":
    sys.exit(main())
