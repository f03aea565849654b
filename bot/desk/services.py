"""A stub, to be written."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("services", __name__)


@pages.route("/services")
def index() -> str:
    """Is a stub."""
    return ""


@pages.route("/due")
def due() -> str:
    """Is a stub."""
    return ""
