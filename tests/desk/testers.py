"""What testers send to the desk and read there, and a run of tests that only pretends."""

from __future__ import annotations

import html
import json
import re
import sys
from datetime import datetime, timezone
from html.parser import HTMLParser

from bot.editing import history
from bot.languages import LANGUAGES
from bot.testing.asked import Asked
from bot.testing.results import Broken, Cell, Results
from bot.testing.told import Progress

NOW = datetime(2026, 11, 26, 10, tzinfo=timezone.utc)
ATTACK = "<script>alert('x')</script>"
OLD = """\
- situation: She greets
  about: A greeting is answered.
  steps:
    - she says:
        en: hello
        es: hola
        cy: helo
        pt: ola
      answer: bot.greet
"""
#: Writes what it was given, says how far it has come, and waits to be told to stop.
FAKE = """
import json, os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
folder = sys.argv[1]
with open(folder + "/given.json", "w") as file:
    given = {name: os.environ.get(name) for name in os.environ if "ASSISTANT" in name}
    json.dump([sys.argv[2:], given, os.nice(0), os.getpgid(0) == os.getpid()], file)
def tell(**values):
    with open(folder + "/progress.json", "w") as file:
        json.dump(values, file)
try:
    tell(done=3, of=8, what="<b>She asks</b> (cy, json)", ended=False, error="")
    with open(folder + "/ready", "w") as file:
        file.write("ready")
    while True:
        signal.pause()
except KeyboardInterrupt:
    tell(done=3, of=8, what="", ended=True, error="")
"""


def run(client, **form):
    """Sends the form that runs everything, with what is given in place."""
    fields = {"topic": "", "part": "", "languages": list(LANGUAGES), "content": "shipped"}
    return client.post("/tests/run", data={**fields, **form})


def is_ready(place) -> None:
    """Waits until the command that only pretends is where it waits itself."""
    assert (place.runs.folder / "ready").read_text(encoding="utf-8") == "ready"


def ended(place, progress: Progress | None, printed: str = "", code: str = "pass") -> None:
    """Lets a run be started that ends at once, having said this."""
    place.runs._command = (sys.executable, "-c", code)
    assert place.runs.start(Asked(), "Tess", NOW)
    place.runs.process.wait(20)
    (place.runs.folder / "run.log").write_text(printed, encoding="utf-8")
    if progress is not None:
        (place.runs.folder / "progress.json").write_text(json.dumps(progress.__dict__))


def results(*broken: Broken, **values) -> Results:
    """Returns results of two topics."""
    cells = (Cell("bot", "cy", 1, 3), Cell("nrm", "en", 5, 5))
    given = {
        **{"content": "live", "revision": 7, "when": "2026-11-26T09:30:00+00:00", "seconds": 1.0},
        **{"cells": cells, "by_door": {}, "lacks": None, "complaints": ()},
    }
    return Results(**{**given, **values}, broken=broken)


def deeds(desk, act: str) -> list:
    return [deed for deed in history.read(desk.store.database) if deed.act == act]


def form_with(steps: list[dict[str, str]], **fields: str) -> dict[str, str]:
    """Returns what a browser sends of the form of a situation."""
    sent = {"topic": "bot", "name": "She asks", "about": "", "count": str(len(steps)), **fields}
    for number, step in enumerate(steps, 1):
        sent |= {f"{name}-{number}": value for name, value in step.items()}
    return sent


def says(**more: str) -> dict[str, str]:
    """Returns the fields of a step in which she says something."""
    texts = {f"text-{language}": f"{language} words" for language in LANGUAGES}
    return {"act": "she says", **texts, "answer": "bot.greet", **more}


class _Fields(HTMLParser):
    """Reads the fields of the form of a situation as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: list) -> None:
        of = dict(attrs)
        if tag == "input" and of.get("name") and (of.get("type") != "checkbox" or "checked" in of):
            self.values[of["name"]] = of.get("value") or ""
        elif tag == "textarea":
            self._area = of["name"]
            self.values[self._area] = ""
        elif tag == "select":
            self._select = of["name"]
            self.values[self._select] = ""
        elif tag == "option" and self._select and "selected" in of:
            self.values[self._select] = of["value"] or ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        self._area = "" if tag == "textarea" else self._area
        self._select = "" if tag == "select" else self._select


def fields_of(page) -> dict[str, str]:
    reader = _Fields()
    form = page.text.partition('action="/tests/situations/new"')[2]
    reader.feed(form)
    # As a browser reads and sends lines.
    sent = {name: value.removeprefix("\n") for name, value in reader.values.items()}
    return {
        name: value.replace("\n", "\r\n")
        for name, value in sent.items()
        if value and name != "csrf_token"
    }


def add(client, sent: dict[str, str], do: str = "save"):
    return client.post("/tests/situations/new", data={**sent, "do": do})


def problem_at(page, name: str) -> str:
    found = re.search(rf'id="{name}-wrong">(.*?)</p>', page.text, re.S)
    return html.unescape(re.sub("<[^>]+>", "", found[1])) if found else ""
