"""The content report as one HTML file that needs no server."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.content.checks.finding import NAMES
from bot.content.launch import RANKS
from bot.content.report.figures import Report, names
from bot.errors import ContentError


def write(report: Report, path: Path) -> None:
    """Writes the page, and the folder it lies in.

    Raises:
        ContentError: when it cannot be written there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html(report), encoding="utf-8")
    except OSError as error:
        raise ContentError(f"{path} cannot be written ({type(error).__name__})") from error


def html(report: Report) -> str:
    """Returns the page."""
    environment = Environment(
        loader=PackageLoader("bot.content.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["names"] = names
    page: str = environment.get_template("report.html").render(
        report=report, languages=NAMES, ranks=RANKS
    )
    return page
