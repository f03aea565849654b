"""The desk's web application: who may come in, what every page has, and the pages themselves."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from flask import Flask, Response, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from bot.content.store import ContentStore
from bot.desk import (
    accounts,
    answers,
    exchange,
    facts,
    launch,
    past,
    services,
    signing,
    switches,
    tests_pages,
    tests_situations,
)
from bot.desk.parts import COOKIE, Parts, _, parts
from bot.desk.sentences import sentence
from bot.desk.tests_run import DeskTests
from bot.editing.drafts import Drafts
from bot.editing.people import DESK_LANGUAGES, People, utc_now
from bot.editing.previews import Previews
from bot.editing.takedowns import Takedowns
from bot.errors import ConflictError, ContentError, ContentUnavailableError, EditingError
from bot.i18n import Phrases
from bot.settings import Settings, chat_origin, desk_origin

#: Nothing runs but our own script, nothing is stored, and only we may frame the chat's preview.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'; frame-src {chat}"
)
_TOO_LARGE = 413
#: A catalogue of one language is some 400 KB.
_MOST_BYTES = 4 * 1024 * 1024

#: What can be read without an account.
_OPEN = {"static", "signing.sign_in", "signing.take_up", "signing.language", "health", "look"}


def create_app(
    settings: Settings, store: ContentStore, now: Callable[[], datetime] = utc_now
) -> Flask:
    """Builds the application.

    Args:
        settings: what the operator chose.
        store: with its tables made.
        now: the clock, in UTC.
    """
    app = Flask(__name__)
    is_secure = settings.desk_url.startswith("https://")
    app.config.update(
        # In memory: it guards forms and the sentences above a page, not sessions.
        SECRET_KEY=secrets.token_bytes(32),
        MAX_CONTENT_LENGTH=_MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=_MOST_BYTES,
        SESSION_COOKIE_NAME="desk_form",
        SESSION_COOKIE_HTTPONLY=True,
        # Lax: a link in a message opens the desk as it is; every form has a token of its own.
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_secure,
        WTF_CSRF_TIME_LIMIT=None,
        # Behind a proxy that speaks TLS the desk itself is asked in the clear.
        WTF_CSRF_SSL_STRICT=False,
    )
    CSRFProtect(app)
    app.extensions["desk"] = Parts(
        store=store,
        people=People(store.database, now),
        drafts=Drafts(store, now),
        takedowns=Takedowns(store, now),
        previews=Previews(store, now),
        phrases=Phrases(domain="desk", languages=DESK_LANGUAGES),
        now=now,
        chat_url=chat_origin(settings),
        desk_url=desk_origin(settings),
        is_secure=is_secure,
    )
    app.extensions["testing"] = DeskTests.of(settings)
    app.jinja_env.globals["_"] = _
    for module in (signing, accounts, answers, services, facts, switches, exchange, past, launch):
        app.register_blueprint(module.pages)
    for module in (tests_pages, tests_situations):
        app.register_blueprint(module.pages)
    app.before_request(_come_in)
    app.after_request(_protect)
    _explain(app)

    @app.get("/health")
    def health() -> str:
        return "ok"

    return app


def _come_in() -> ResponseReturnValue | None:
    """Finds out who asks and in which language; nobody gets further without an account."""
    desk = parts()
    token = request.cookies.get(COOKIE, "")
    g.person = desk.people.session(token) if token and request.endpoint != "static" else None
    known = g.person.reads if g.person else None
    chosen = session.get("language") or known
    best = request.accept_languages.best_match(DESK_LANGUAGES)
    g.language = chosen if chosen in DESK_LANGUAGES else best or "en"
    g.gettext = desk.phrases.gettext(g.language)
    if g.person is not None or request.endpoint in _OPEN or request.endpoint is None:
        return None
    if request.method == "POST":
        # Typed while the session ended: it comes along, and is sent once they are back.
        return signing.ask_again(request)
    return redirect(url_for("signing.sign_in", next=request.full_path.rstrip("?")))


def _protect(answer: Response) -> Response:
    chat = parts().chat_url
    answer.headers["Cache-Control"] = "no-store"
    # A report has a policy of its own, with no script at all.
    answer.headers.setdefault("Content-Security-Policy", _POLICY.format(chat=chat))
    answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if parts().is_secure:
        answer.headers["Strict-Transport-Security"] = "max-age=31536000"
    return answer


def _explain(app: Flask) -> None:
    """Says in a sentence what went wrong; what was typed is shown below, so that it can be kept."""

    def explain(text: str, status: int) -> tuple[str, int]:
        # What was too large to be read cannot be shown again.
        form = {} if status == _TOO_LARGE else request.form
        typed = {
            name: value
            for name, value in form.items()
            if name not in ("csrf_token", "password", "code") and value.strip()
        }
        return render_template("trouble.html", text=text, typed=typed), status

    @app.errorhandler(EditingError)
    def refused(error: EditingError) -> tuple[str, int]:
        status = 409 if isinstance(error, ConflictError) else 403
        return explain(sentence(error), status if error.code in ("may_not", "conflict") else 400)

    @app.errorhandler(ContentError)
    def unfit(error: ContentError) -> tuple[str, int]:
        return explain(str(error), 400)

    @app.errorhandler(ContentUnavailableError)
    def away(error: ContentUnavailableError) -> tuple[str, int]:
        return explain(_("The database cannot be reached. Nothing was changed. Try again."), 503)

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> tuple[str, int]:
        return explain(
            _("This page was open for too long. Load it again, and send once more."), 400
        )

    @app.errorhandler(HTTPException)
    def other(error: HTTPException) -> tuple[str, int]:
        sentences = {
            403: _("Your account may not do this. Ask an administrator."),
            404: _("There is no such page."),
            405: _("There is no such page."),
            413: _("This is too large."),
        }
        status = error.code or 500
        return explain(
            sentences.get(status, _("Something went wrong. Nothing was changed.")), status
        )

    @app.errorhandler(Exception)
    def failed(error: Exception) -> tuple[str, int]:
        # The class alone: a message may repeat what was typed.
        app.logger.error("request failed: %s", type(error).__name__)
        return explain(_("Something went wrong. Nothing was changed."), 500)
