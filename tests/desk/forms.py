"""What a browser would send from the page of a text."""

from __future__ import annotations

import html
import re

from flask.testing import FlaskClient

from bot.languages import LANGUAGES

ANSWER = "sharing.risk"
#: Each role, with the languages that it is given here.
ROLES = {
    "editor": [],
    "publisher": ["en", "es", "cy", "pt"],
    "translator": ["cy"],
    "approver": ["cy"],
    "tester": [],
    "administrator": [],
}


def form_of(page: str) -> dict[str, str]:
    """Returns the texts of a page's form, and what it remembers of them."""
    sent = dict(re.findall(r'name="(was-[^"]+)" value="([^"]+)"', page))
    for found in re.finditer(
        r'<textarea[^>]*name="(text-[^"]+)"[^>]*>\n(.*?)</textarea>', page, re.S
    ):
        # As a browser sends lines.
        sent[found[1]] = html.unescape(found[2]).replace("\n", "\r\n")
    return sent


def write(
    client: FlaskClient, language: str = "en", owner: str = ANSWER, page: str = "", **fields: str
):
    """Opens the page of a text, types, and sends it; `page` is one that was opened before."""
    address = f"/answers/{owner}/{language}"
    sent = form_of(page or client.get(address).text)
    typed = {name.replace("_", "-"): value for name, value in fields.items()}
    return client.post(address, data={**sent, **typed})


def main_of(page: str) -> str:
    """Returns what a page says, in words alone."""
    main = page[page.index("<main") :]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def everybody(desk) -> None:
    """Makes an editor, two publishers and a translator."""
    desk.person("Eve", ["editor"])
    desk.person("Pat", ["publisher"], LANGUAGES)
    desk.person("Tomos", ["translator"], ["es", "cy", "pt"])


def words(answer) -> str:
    """Returns the words of a page's markup, without regard to how they are broken into lines."""
    return " ".join(answer.get_data(as_text=True).split())
