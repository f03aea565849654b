"""A stub, to be written."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("past", __name__)


@pages.route("/history")
def index() -> str:
    """Is a stub."""
    return ""
