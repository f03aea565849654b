"""What the reverse proxy says when no chat process can, in the words that the chat itself uses.

`python -m deploy.refusal_pages` writes `deploy/nginx/errors/` anew; a test holds that the files say
what the catalogues say now.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bot.i18n import Phrases
from bot.languages import LANGUAGES
from bot.web.blocks import tappable
from bot.web.refusals import STATUS_CODES, refusal

FOLDER = Path(__file__).resolve().parent / "nginx" / "errors"

#: Our own fault; in `STATUS_CODES` it is what is left when no status fits.
TROUBLE = "trouble"
#: What the proxy can meet before or instead of the chat.
STATUSES = (400, 404, 413, 429, 502, 503, 504)
CODES = tuple(sorted({STATUS_CODES.get(status, TROUBLE) for status in STATUSES}))

# The page's script shows the text of `#error` in place of an answer. It finds none when the chat
# is away, says that nothing was sent, keeps her words, and offers to send them again.
_PAGE = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
</head>
<body>
<p{place}>{sentence}</p>
</body>
</html>
"""


def refusal_files(phrases: Phrases) -> Iterator[tuple[str, str]]:
    """Yields the name and the text of each file: a code, a language, JSON or a page."""
    for code in CODES:
        for language in LANGUAGES:
            sentence = refusal(phrases, language, code)
            error = {"error": {"code": code, "message": sentence}}
            yield f"{code}.{language}.json", json.dumps(error, ensure_ascii=False) + "\n"
            page = _PAGE.format(
                language=language,
                title=phrases.gettext(language)("Information"),
                place="" if code == TROUBLE else ' id="error"',
                sentence=tappable(sentence),
            )
            yield f"{code}.{language}.html", page


def write(folder: Path = FOLDER) -> None:
    """Writes the files, and takes away those that are none any more."""
    folder.mkdir(parents=True, exist_ok=True)
    files = dict(refusal_files(Phrases()))
    for path in folder.iterdir():
        if path.name not in files:
            path.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
