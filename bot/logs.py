"""Logging that cannot hold what a person wrote.

Rasa, its SDK and Sanic put messages, trackers and local variables into their log
lines and tracebacks, mostly when something fails. So of every logger that is not
ours only its name, the level and the class of an error come through; ours log
no words, and their tracebacks are dropped too.
"""

from __future__ import annotations

import logging
import sys
import warnings
from typing import Any

import structlog

OURS = ("bot", "actions")


class NothingPersonal(logging.Filter):
    """Takes out of a record everything that could hold a person's words."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Changes the record in place and lets it through."""
        error = _error_class(record)
        if record.name.split(".")[0] not in OURS:
            record.msg, record.args = error or "(message left out)", ()
        elif error:
            record.msg, record.args = f"{record.getMessage()} ({error})", ()
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def configure_logging() -> None:
    """Sets up all logging of the process. Call it before Rasa is imported."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(NothingPersonal())
    root = logging.getLogger()
    root.handlers = [handler]
    # A log call that fails would print its arguments.
    logging.raiseExceptions = False
    # Rasa logs whole messages at DEBUG; no level below this one exists here.
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    silence_warnings()
    # These bring handlers of their own, which would write past the filter.
    for name in ("spacy", "weasel"):
        logging.getLogger(name).disabled = True
    # Without this, Rasa's structlog events go to standard output, her words among them.
    structlog.configure(processors=[_drop], cache_logger_on_first_use=False)


def silence_warnings() -> None:
    """Lets no warning through, and none be kept. Call it again when all libraries are loaded.

    `warnings.warn` prints past every filter of the log, and what libraries warn of could repeat
    what a person wrote. Python keeps each text that is not ignored, to show it once only.
    """
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    # Libraries put filters of their own in front when they are imported.
    warnings.resetwarnings()
    warnings.simplefilter("ignore")


def _drop(_logger: Any, _method: str, _event: Any) -> Any:
    raise structlog.DropEvent


def _error_class(record: logging.LogRecord) -> str | None:
    if record.exc_info and record.exc_info[0]:
        return record.exc_info[0].__name__
    return None
