"""The few files of the page: read once, and sent as they were then."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.i18n import Phrases
from bot.web.colours import STYLE, stylesheet
from bot.web.embed import loader

STATIC = Path(__file__).resolve().parent / "static"
TESTER = STATIC / "tester.js"

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


def file_routes(
    phrases: Phrases, colours: Mapping[str, str], is_for_testers: bool = False
) -> Blueprint:
    """Returns a route for each file, and one for the script that a partner's page loads.

    Args:
        phrases: of the interface.
        colours: in place of those in the style sheet.
        is_for_testers: the testers' script is among the files.

    Raises:
        SettingsError: when the page could not be read in these colours.
    """
    blueprint = Blueprint("files")
    for path in sorted(STATIC.iterdir()):
        if path == TESTER and not is_for_testers:
            continue
        text = stylesheet(colours) if path == STYLE else path.read_text(encoding="utf-8")
        _add(blueprint, f"/static/{path.name}", text)
    # Other sites load it: that is what it is for.
    cross_origin = {"Cross-Origin-Resource-Policy": "cross-origin"}
    _add(blueprint, "/widget.js", loader(phrases, colours), cross_origin)
    return blueprint


def _add(
    blueprint: Blueprint, url: str, text: str, headers: Mapping[str, str] | None = None
) -> None:
    # Pages themselves are not compressed: how well a secret of theirs can be compressed beside
    # what somebody else put there would tell of it (BREACH). There is no secret in a file.
    plain, packed = text.encode(), gzip.compress(text.encode(), mtime=0)
    path = Path(url)
    sent = {"Vary": "Accept-Encoding", **(headers or {})}

    @blueprint.get(url, name=path.stem)
    async def file(request: Request) -> HTTPResponse:
        is_packed = "gzip" in request.headers.get("accept-encoding", "")
        return response.raw(
            packed if is_packed else plain,
            content_type=_TYPES[path.suffix],
            headers={**sent, "Content-Encoding": "gzip"} if is_packed else sent,
        )
