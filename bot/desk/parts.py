"""What every page of the desk works with: the store, its rules, and who is asking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from flask import abort, current_app, g

from bot.content.store import ContentStore
from bot.content.values import Content
from bot.editing.drafts import Drafts
from bot.editing.people import People, Person
from bot.editing.previews import Previews
from bot.editing.takedowns import Takedowns
from bot.i18n import Phrases

#: The cookie that holds a session's token.
COOKIE = "desk"


@dataclass(frozen=True)
class Parts:
    """The parts of a running desk."""

    store: ContentStore
    people: People
    drafts: Drafts
    takedowns: Takedowns
    previews: Previews
    phrases: Phrases
    now: Callable[[], datetime]
    #: Where the chat is reached, for previews.
    chat_url: str
    #: Where staff reach the desk, for invitations: a request's own host could be anybody's.
    desk_url: str
    #: Whether staff come by TLS.
    is_secure: bool = False

    @property
    def content(self) -> Content:
        """What is published now."""
        return self.store.load()

    @property
    def today(self) -> date:
        """The day it is."""
        return self.now().date()


def parts() -> Parts:
    """Returns the parts of the desk that answers this request."""
    return cast(Parts, current_app.extensions["desk"])


def me() -> Person:
    """Returns who is signed in; a page that nobody is needs no `me`."""
    return cast(Person, g.person)


def require(*roles: str) -> None:
    """Answers 403 unless they have one of these roles."""
    if not me().may(*roles):
        abort(403)


def _(text: str) -> str:
    """Translates a sentence of the desk into the language its reader chose."""
    translate: Callable[[str], str] = g.get("gettext", lambda same: same)
    return translate(text)


def as_form(data: dict[str, Any]) -> dict[str, str]:
    """Returns plain values as a form has them: text, and nothing for None."""
    return {name: "" if value is None else str(value) for name, value in data.items()}
