"""A stub, to be written."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

pages = Blueprint("signing", __name__)


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> str:
    """Is a stub."""
    return ""


@pages.route("/invitation/<token>", methods=["GET", "POST"])
def take_up(token: str) -> str:
    """Is a stub."""
    return ""


@pages.route("/language", methods=["GET", "POST"])
def language() -> str:
    """Is a stub."""
    return ""


@pages.route("/sign-out", methods=["GET", "POST"])
def sign_out() -> str:
    """Is a stub."""
    return ""


def ask_again(request: Any) -> str:
    """Is a stub."""
    return ""
