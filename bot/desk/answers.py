"""A stub, to be written."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("answers", __name__)


@pages.route("/")
def home() -> str:
    """Is a stub."""
    return ""


@pages.route("/answers")
def index() -> str:
    """Is a stub."""
    return ""
