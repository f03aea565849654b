"""What the documents name is there."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from bot.__main__ import COMMANDS
from bot.settings import ROOT, SECRETS

DOCUMENTS = ["README.md", "CONTRIBUTING.md"]

#: A path ends in one of these, or has a slash in it.
ENDINGS = (".cfg", ".css", ".js", ".lock", ".md", ".po", ".pot", ".py", ".toml", ".tsv", ".yml")


def read(name: str) -> str:
    path = ROOT / name
    assert path.exists(), f"{name} is missing: write it"
    return path.read_text(encoding="utf-8")


def backquoted(text: str) -> list[str]:
    """Returns what stands between backquotes outside of blocks of commands."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"`([^`\n]+)`", prose)


def paths(text: str) -> list[str]:
    """Returns what is written as a path of the project."""
    return [
        word
        for word in backquoted(text)
        if re.fullmatch(r"[\w.<>{},*/…-]+", word)
        and ("/" in word or word.endswith(ENDINGS) or word in ("Makefile", "LICENSE"))
        # A page of the running chat, not a file.
        and not word.startswith("/")
    ]


def exists(path: str) -> bool:
    """Says whether a path is there; `<lang>` and `…` stand for any name, `{a,b}` for each."""
    for one in _alternatives(path):
        pattern = re.sub(r"<[^>]*>|…", "*", one).rstrip("/")
        # A bare name, such as `answers.po`, may stand in any folder.
        found = [*ROOT.glob(pattern)]
        if "/" not in one:
            found += [path for folder in _folders() for path in folder.rglob(pattern)]
        if not found and not _is_made(pattern):
            return False
    return True


def _folders() -> list[Path]:
    return [path for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")]


def _alternatives(path: str) -> list[str]:
    braces = re.search(r"\{([^{}]*)\}", path)
    if not braces:
        return [path]
    before, after = path[: braces.start()], path[braces.end() :]
    return [
        whole for part in braces[1].split(",") for whole in _alternatives(f"{before}{part}{after}")
    ]


def _is_made(path: str) -> bool:
    """Says whether the project makes the path when it runs, so that git ignores it."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    ignored = [line.strip("/") for line in lines if line and not line.startswith("#")]
    return any(fnmatch(part, pattern) for pattern in ignored for part in (path, path.split("/")[0]))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_is_there(document) -> None:
    """A file or a folder that a document names exists, or is made when the project runs."""
    named = paths(read(document))

    assert named
    assert [path for path in named if not exists(path)] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_within_the_project_leads_somewhere(document) -> None:
    """A link to another file of the project finds it."""
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", read(document))
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]

    assert [link for link in local if not exists(link)] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_is_there(document) -> None:
    """A command that a document gives is a target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", read(document), re.MULTILINE))

    assert named
    assert named - targets == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_of_the_program_is_there(document) -> None:
    """A `python -m bot …` that a document gives is a command of the program."""
    assert set(re.findall(r"-m bot (\w+)", read(document))) - set(COMMANDS) == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_setting_is_read(document) -> None:
    """A variable that a document names is one that the settings read."""
    code = (ROOT / "bot" / "settings.py").read_text(encoding="utf-8")
    read_by_code = set(re.findall(r'"((?:ASSISTANT_)?[A-Z]+(?:_[A-Z]+)*)"', code))
    names = {name.removeprefix("ASSISTANT_") for name in read_by_code}
    names |= {f"{name}_FILE" for name in SECRETS}
    named = set(re.findall(r"ASSISTANT_([A-Z_]+)", read(document)))

    assert named - names == set()
