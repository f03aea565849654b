"""A stub, to be written."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("accounts", __name__)


@pages.route("/accounts")
def index() -> str:
    """Is a stub."""
    return ""
