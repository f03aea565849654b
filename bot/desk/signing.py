"""Coming in and going out: signing in, taking up an invitation, and choosing a language."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

import segno
from flask import (
    Blueprint,
    Request,
    Response,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from bot.desk.parts import COOKIE, _, parts
from bot.desk.sentences import sentence
from bot.desk.tries import Tries
from bot.editing.people import DESK_LANGUAGES, LEAST_PASSWORD_CHARACTERS
from bot.editing.second_factor import new_totp_secret, totp_address
from bot.errors import EditingError

pages = Blueprint("signing", __name__)

# Nothing that a browser reads as another site: it takes `\` for `/` and drops tabs and line ends.
_OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
# Before the names of fields that wait while somebody signs in, so that they meet none of ours.
_TYPED = "typed-"


@pages.record_once
def _begin_to_count(state: BlueprintSetupState) -> None:
    state.app.extensions["desk_tries"] = Tries()


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Asks for name, password and code, and lets in whoever has all three."""
    if request.method == "GET":
        path = own_path(request.args.get("next", ""))
        return redirect(path) if g.person else _ask(path)
    try:
        _count_try()
        token = parts().people.sign_in(
            request.form.get("name", ""), request.form.get("password", ""), _code()
        )
    except EditingError as error:
        form = request.form
        typed = _waiting() if "again" in form else None
        return _ask(own_path(form.get("next", "")), typed, form.getlist("file"), error)
    return _let_in(token)


@pages.route("/invitation/<token>", methods=["GET", "POST"])
def take_up(token: str) -> ResponseReturnValue:
    """Lets somebody who is invited choose a password and scan a second factor.

    Raises:
        EditingError: `invitation_ended` when there is no such invitation, or no longer.
    """
    person = parts().people.invited(token)
    if person is None:
        raise EditingError("invitation_ended")
    error = None
    if request.method == "POST":
        secret = _secret(token)
        if secret is None:
            flash(_("The picture on this page is new. Scan it again."))
            return redirect(request.path, 303)
        try:
            codes = _sign_up(token, secret)
        except EditingError as refused:
            error = refused
        else:
            session.pop("authenticator")
            # Not by a redirect: the codes would have to be kept somewhere on the way.
            return render_template("signing/codes.html", codes=codes)
    secret = _secret(token) or new_totp_secret()
    session["authenticator"] = {"token": token, "secret": secret}
    address = totp_address(secret, person.name)
    page = render_template(
        "signing/take_up.html",
        person=person,
        address=address,
        picture=segno.make(address, error="m").svg_inline(
            scale=1, light="#fff", omitsize=True, svgclass="qr", lineclass=None
        ),
        secret=" ".join(re.findall("..?.?.?", secret)),
        least=LEAST_PASSWORD_CHARACTERS,
        error=error and sentence(error),
    )
    return page, 400 if error else 200


@pages.route("/sign-out", methods=["POST"])
def sign_out() -> ResponseReturnValue:
    """Ends the session, here and in the database."""
    parts().people.sign_out(request.cookies.get(COOKIE, ""))
    session.clear()
    answer = redirect(url_for("signing.sign_in", out="yes"), 303)
    answer.delete_cookie(COOKIE, path="/", secure=parts().is_secure, httponly=True, samesite="Lax")
    return answer


@pages.route("/language", methods=["POST"])
def language() -> ResponseReturnValue:
    """Shows the desk in another language from now on, and goes back to where they were."""
    if request.form.get("language") in DESK_LANGUAGES:
        session["language"] = request.form["language"]
    return redirect(own_path(request.form.get("back", "")), 303)


def ask_again(request: Request) -> ResponseReturnValue:
    """Answers a form that arrives after its session ended: asks to sign in, and keeps what it held.

    Files cannot be kept in a page; they are asked for again afterwards.
    """
    if request.endpoint == "signing.sign_out":
        return redirect(url_for("signing.sign_in"), 303)
    typed = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name != current_app.config["WTF_CSRF_FIELD_NAME"]
    ]
    return _ask(own_path(request.full_path.rstrip("?")), typed, list(request.files))


def own_path(address: str) -> str:
    """Returns an address when it is a path of the desk, else the path of its start."""
    return address if _OWN_PATH.fullmatch(address) else "/"


def _ask(
    path: str,
    typed: list[tuple[str, str]] | None = None,
    files: list[str] | None = None,
    error: EditingError | None = None,
) -> tuple[str, int]:
    """Shows the page to sign in; `typed` is a form that waits, None where none does."""
    page = render_template(
        "signing/sign_in.html",
        path=path,
        typed=typed,
        prefix=_TYPED,
        files=files or [],
        # The name alone comes back: the others are typed afresh.
        name=request.form.get("name", "") if error else "",
        error=error and _said(error),
    )
    if error:
        return page, 429 if error.code in ("locked", "rush") else 400
    return page, 200 if typed is None else 403


def _said(error: EditingError) -> str:
    """Returns what to tell somebody who did not get in, and what they can do."""
    sentences = {
        "rush": _(
            "Many people are signing in just now, so this takes a little longer. You have done"
            " nothing wrong. Wait a few seconds, then sign in again."
        ),
        "factor_lost": _(
            "The desk can no longer read the connection to your phone, so its codes do not work."
            " Use one of your recovery codes, or ask an administrator to invite you again."
        ),
    }
    return sentences.get(error.code) or sentence(error)


def _count_try() -> None:
    """Counts a try to sign in, or asks to wait.

    Raises:
        EditingError: `locked` or `rush`: none is taken now.
    """
    tries: Tries = current_app.extensions["desk_tries"]
    now, turn = parts().now(), _turn()
    try:
        tries.add(now, _address(), turn)
    except EditingError as error:
        # Whoever comes too early keeps their turn.
        if error.code == "rush" and not (turn and tries.is_good(now, turn)):
            session["turn"] = [secrets.token_urlsafe(16), now.isoformat()]
        raise


def _turn() -> tuple[str, datetime] | None:
    """Returns the turn that this browser was given; nobody but us can write it."""
    turn = session.get("turn")
    return (turn[0], datetime.fromisoformat(turn[1])) if turn else None


def _address() -> str | None:
    """Returns where a request comes from; None when only a proxy's address is known.

    With TLS there is a proxy, since the desk itself speaks none, and its address is everybody's:
    only where `ProxyFix` was told to believe the proxy is there an address of one's own.
    """
    if parts().is_secure and "werkzeug.proxy_fix.orig" not in request.environ:
        return None
    return request.remote_addr


def _let_in(token: str) -> Response:
    form = request.form
    path = own_path(form.get("next", ""))
    _begin_afresh()
    if "again" in form:
        g.person = parts().people.session(token)
        answer = make_response(
            render_template(
                "signing/back.html", path=path, typed=_waiting(), files=form.getlist("file")
            )
        )
    else:
        answer = make_response(redirect(path, 303))
    answer.set_cookie(
        COOKIE, token, path="/", secure=parts().is_secure, httponly=True, samesite="Lax"
    )
    return answer


def _begin_afresh() -> None:
    """Drops whatever the browser held: somebody else may have put it there."""
    parts().people.sign_out(request.cookies.get(COOKIE, ""))
    chosen = session.get("language")
    session.clear()
    if chosen in DESK_LANGUAGES:
        session["language"] = chosen


def _waiting() -> list[tuple[str, str]]:
    return [
        (name.removeprefix(_TYPED), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(_TYPED)
    ]


def _secret(token: str) -> str | None:
    """Returns the secret that was shown for this invitation, None when there was none."""
    shown = session.get("authenticator") or {}
    return str(shown["secret"]) if shown.get("token") == token else None


def _sign_up(token: str, secret: str) -> list[str]:
    password = request.form.get("password", "")
    if password != request.form.get("password_again", ""):
        raise EditingError("passwords_differ")
    return parts().people.take_up(token, password, secret, _code())


def _code() -> str:
    """Returns the code without the gap that apps show in it."""
    return "".join(request.form.get("code", "").split())
