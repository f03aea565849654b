"""Serves a desk to look at: `python -m tests.desk.look PORT`, then /look/Eve in a browser."""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from flask import redirect
from flask.typing import ResponseReturnValue

from bot.content.intake import take_in_shipped
from bot.content.store import ContentStore
from bot.desk.app import create_app
from bot.desk.parts import COOKIE
from bot.settings import Settings
from tests.desk.conftest import PASSWORD, Desk

EVERYBODY = {
    "Ada": (["administrator"], []),
    "Eve": (["editor"], []),
    "Pat": (["publisher"], ["en", "es", "cy", "pt"]),
    "Tomos": (["translator"], ["cy"]),
}


def main() -> None:
    """Serves until it is stopped."""
    store = ContentStore(f"sqlite:///{Path(tempfile.mkdtemp()) / 'content.db'}")
    store.migrate()
    take_in_shipped(store)
    clock = [datetime.now(timezone.utc)]
    app = create_app(Settings(), store, lambda: clock[0])
    desk = Desk(app, store, clock)
    for name, (roles, languages) in EVERYBODY.items():
        desk.person(name, roles, languages)

    @app.get("/look/<name>", endpoint="look")
    def look(name: str) -> ResponseReturnValue:
        answer = redirect("/")
        answer.set_cookie(COOKIE, desk.people.sign_in(name, PASSWORD, desk.code(name)))
        return answer

    app.run(port=int(sys.argv[1]))


if __name__ == "__main__":
    main()
