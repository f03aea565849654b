"""Pictures of every page, for people to look at, where they are asked for: `PICTURES=yes`."""

from __future__ import annotations

import os
from urllib.parse import quote

from playwright.sync_api import Page

from bot.settings import ROOT

FOLDER = ROOT / "var" / "pictures"
#: Nobody looks at them after each run, and they take a minute of it.
ARE_WANTED = bool(os.environ.get("PICTURES"))


def keep(page: Page, name: str) -> None:
    """Keeps a picture of a whole page."""
    if ARE_WANTED:
        FOLDER.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(FOLDER / f"{name}.png"), full_page=True)


def write_gallery() -> None:
    """Writes a page of all pictures, what belongs together side by side."""
    if ARE_WANTED:
        (FOLDER / "index.html").write_text(_gallery(), encoding="utf-8")


def _gallery() -> str:
    pictures = "".join(
        f'<figure><a href="{quote(path.name)}"><img src="{quote(path.name)}" alt="" loading="lazy">'
        f"</a><figcaption>{path.stem}</figcaption></figure>"
        for path in sorted(FOLDER.glob("*.png"))
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Pictures of the chat</title>'
        "<style>body{font:1rem system-ui}figure{display:inline-block;width:15rem;margin:.5rem;"
        "vertical-align:top}img{width:100%;border:1px solid}</style>"
        f"<h1>Pictures of the chat</h1>{pictures}</html>"
    )
