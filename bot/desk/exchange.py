"""A stub, to be written."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("exchange", __name__)


@pages.route("/translators")
def index() -> str:
    """Is a stub."""
    return ""
