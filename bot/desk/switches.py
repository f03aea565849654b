"""A stub, to be written."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("switches", __name__)


@pages.route("/switches")
def index() -> str:
    """Is a stub."""
    return ""
