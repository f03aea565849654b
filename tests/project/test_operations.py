"""What the documents for operators name is there; what they say of keys and packages holds."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from prometheus_client import generate_latest

from bot.__main__ import COMMANDS, WITH_ARGUMENT
from bot.content.intake import take_in_shipped
from bot.content.shipped import read_shipped
from bot.content.store import ContentStore
from bot.content.values import Content
from bot.conversation.sealed_state import ConversationState, Sealer
from bot.desk.app import create_app as create_desk
from bot.i18n import Phrases
from bot.settings import ROOT, SECRETS, STATE_LIMITS, Settings
from bot.web.metrics import KINDS, OUTCOMES, REFUSALS, About, Metrics
from bot.web.server import create_app as create_chat
from tests.project.test_readme import backquoted, exists, paths

DOCS = ROOT / "docs"
DOCUMENTS = ("OPERATIONS.md", "ADVISORIES.md", "CAPACITY.md")

in_each = pytest.mark.parametrize("document", DOCUMENTS)


def text_of(document: str) -> str:
    return (DOCS / document).read_text(encoding="utf-8")


def blocks(text: str) -> list[str]:
    """Returns the blocks of commands."""
    return re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def commands(text: str) -> str:
    """Returns everything that is meant to be typed."""
    return "\n".join([*blocks(text), *backquoted(text)])


def settings_read() -> set[str]:
    """Returns the variables that the settings read, as the code spells them."""
    tree = ast.parse((ROOT / "bot" / "settings.py").read_text(encoding="utf-8"))
    strings = {
        node.value.removeprefix("ASSISTANT_")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    names = {name for name in strings if re.fullmatch(r"[A-Z]+(_[A-Z]+)*", name)}
    return {f"ASSISTANT_{name}" for name in names | {f"{name}_FILE" for name in SECRETS}}


def settings_named(text: str) -> set[str]:
    return set(re.findall(r"ASSISTANT_[A-Z]+(?:_[A-Z]+)*", text))


# --- what is named is there


@in_each
def test_every_path_of_the_document_is_there(document: str) -> None:
    """A file or a folder of the project exists, or is made when the project runs."""
    named = paths(text_of(document))

    assert named
    assert [path for path in named if not exists(path)] == []


@in_each
def test_every_link_of_the_document_leads_somewhere(document: str) -> None:
    """A link to another file of the project finds it."""
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text_of(document))

    assert [link for link in links if "://" not in link and not (DOCS / link).exists()] == []


@in_each
def test_every_command_of_the_document_is_there(document: str) -> None:
    """Targets of the Makefile, commands of the program, and modules that are run."""
    text = text_of(document)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    made = set(re.findall(r"(?:^|&& |sudo )make ([a-z-]+)", commands(text), re.MULTILINE))
    ran = set(re.findall(r"-m bot ([a-z-]+)", text))
    modules = set(re.findall(r"-m ((?:bench|deploy)\.\w+)", text))

    assert made - targets == set()
    assert ran - {*COMMANDS, *WITH_ARGUMENT, "stories"} == set()
    assert [name for name in modules if importlib.util.find_spec(name) is None] == []


def test_operations_names_commands_of_both_kinds() -> None:
    """The search above looks where commands stand."""
    typed = commands(text_of("OPERATIONS.md"))
    assert "make backup FILE=" in typed
    assert "python -m bot verify-history" in typed


@in_each
def test_every_variable_of_the_document_is_read(document: str) -> None:
    """Nobody sets what nothing reads."""
    assert settings_named(text_of(document)) - settings_read() == set()


def test_every_variable_that_is_read_is_told_to_whoever_runs_it() -> None:
    """Each stands in the table of the README, or in what is said of operations."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = "\n".join(line for line in readme.splitlines() if line.startswith("| `ASSISTANT_"))
    told = settings_named(table) | settings_named(text_of("OPERATIONS.md"))

    assert len(settings_read()) > 20
    assert settings_read() - told == set()


def test_every_page_that_is_named_is_a_page(tmp_path: Path) -> None:
    """`/switches` and the others are pages of the desk, or addresses of the chat."""
    store = ContentStore(f"sqlite:///{tmp_path / 'content.db'}")
    store.migrate()
    take_in_shipped(store)
    pages = {rule.rule for rule in create_desk(Settings(), store).url_map.iter_rules()}
    store.close()
    chat = create_chat(lambda: None, Phrases(), Settings())  # type: ignore[arg-type, return-value]
    pages |= {f"/{route.path}" for route in chat.router.routes_all.values()}
    # What Prometheus reads has a port of its own.
    pages.add("/metrics")
    words = backquoted(text_of("OPERATIONS.md"))
    named = {word for word in words if re.fullmatch(r"/[a-z-]+(\.json)?", word)}

    assert {"/switches", "/services", "/ready", "/privacy.json"} <= named
    assert named - pages == set()


@pytest.mark.parametrize(
    "phrase",
    [
        "One answer",
        "The whole chat",
        "Dangerous",
        "This number is wrong: hide it now",
        "Invite again",
    ],
)
def test_what_is_pressed_at_the_desk_is_called_so_there(phrase: str) -> None:
    """The words of a button or a heading, as the desk has them."""
    pot = (ROOT / "locales" / "desk.pot").read_text(encoding="utf-8")
    assert f"*{phrase}*" in text_of("OPERATIONS.md")
    assert f'msgid "{phrase}"' in pot


def test_every_unit_that_is_named_ships() -> None:
    """Names of units are those of the files in deploy/systemd."""
    named = set(
        re.findall(r"rights-assistant(?:-\w+@?|\.target)", commands(text_of("OPERATIONS.md")))
    )
    units = {f"{name}.service".replace(".target.service", ".target") for name in named}

    assert len(units) == 3
    assert [unit for unit in units if not (ROOT / "deploy" / "systemd" / unit).exists()] == []


def test_every_block_of_commands_is_a_shells() -> None:
    """A quote or a bracket that is missing would be found in the night when it is needed."""
    found = blocks(text_of("OPERATIONS.md"))
    assert len(found) > 10
    for block in found:
        ran = subprocess.run(
            ["/bin/sh", "-n"], input=block, text=True, capture_output=True, check=False
        )
        assert (ran.returncode, ran.stderr) == (0, ""), block


@dataclass(frozen=True)
class Watched:
    """Stands for the published content in a figure."""

    current: Content
    answered_ago: float = 0.0


def test_every_figure_of_an_alert_is_one_that_the_chat_gives() -> None:
    """Names, and what their labels can be."""
    metrics = Metrics(Watched(read_shipped()), lambda: 0, About(), counts_unanswered=True)
    shown = generate_latest(metrics.registry).decode()
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", shown, re.MULTILINE))
    names = {*kinds, *(f"{name}_bucket" for name, kind in kinds.items() if kind == "histogram")}
    text = text_of("OPERATIONS.md")
    named = set(re.findall(r"\b(?:assistant|process)_[a-z_]+\b", text))

    assert len(named) > 7
    assert named - names == set()
    assert set(re.findall(r'outcome="(\w+)"', text)) <= {*OUTCOMES, *REFUSALS}
    assert set(re.findall(r'kind="(\w+)"', text)) <= {*KINDS}


# --- keys


def test_a_conversation_outlives_the_rotation_of_keys() -> None:
    """Whichever process sealed, before or after each step, any other opens it at the next turn."""
    text = text_of("OPERATIONS.md")
    (rotation,) = [block for block in blocks(text) if "# 1. " in block]
    contents = ["$old", *re.findall(r'echo "([^"]+)" > new', rotation)]
    assert len(contents) == 4
    keys = {"$old": Fernet.generate_key().decode(), "$new": Fernet.generate_key().decode()}
    sealers = [Sealer(tuple(keys[name] for name in one.split(","))) for one in contents]

    for before, after in pairwise(sealers):
        for one, other in ((before, after), (after, before)):
            other.unseal(one.seal(ConversationState(count=1)))


def test_the_old_key_stays_as_long_as_a_conversation_can_live() -> None:
    """What the document waits for, and what it says of the limits, is what they are."""
    text = text_of("OPERATIONS.md")
    assert f"sleep {60 * STATE_LIMITS.lifetime_minutes} " in text
    assert f"{STATE_LIMITS.idle_minutes} idle minutes by the limits that ship" in text


# --- packages

#: Opens the chat or the desk, and prints which packages it has read a file of.
LOADED = """
import importlib.metadata, re, sys
from pathlib import Path
from bot.without_tensorflow import leave_out_tensorflow
leave_out_tensorflow()
from bot.settings import Settings
settings = Settings(database_url=f"sqlite:///{sys.argv[2]}/content.db", environment="test")
if sys.argv[1] == "chat":
    from bot.service import open_service
    from bot.web.server import create_app
    service = open_service(settings)
    create_app(lambda: service.dialogue, service.dialogue.phrases, settings)
else:
    import bot.desk.serve
    from bot.content.store import ContentStore
    from bot.desk.app import create_app
    store = ContentStore(settings.database_url)
    store.migrate()
    create_app(settings, store)
read = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
files = {str(Path(file).resolve()) for file in read if file}
print(*(
    re.sub(r"[-_.]+", "-", package.metadata["Name"]).lower()
    for package in importlib.metadata.distributions()
    if any(str(Path(package.locate_file(file)).resolve()) in files for file in package.files or ())
))
"""


def locked() -> dict[str, str]:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock, re.MULTILINE))


def judged() -> dict[str, str]:
    """Returns what reads each package, as the table of what is not reached says it."""
    _, table = text_of("ADVISORIES.md").split("## What is not reached")
    rows = re.findall(r"^\| (`[^|]+) \| ([a-z, ]+) \|", table, re.MULTILINE)
    return {name: by for names, by in rows for name in re.findall(r"`([a-z0-9-]+)`", names)}


def test_what_is_judged_is_what_is_locked() -> None:
    """A package that moves on is judged anew."""
    text = text_of("ADVISORIES.md").split("For the developers alone")[0]
    told = re.findall(r"`([a-z0-9-]+)` (\d[0-9a-z.]*\w)", text)

    assert len(told) > 40
    assert {name: version for name, version in told if locked().get(name) != version} == {}
    assert f"the {len(locked())} packages of" in text


@pytest.mark.parametrize("program", ["chat", "desk"])
def test_a_program_reads_the_packages_that_are_said_to_be_read(
    program: str, tmp_path: Path
) -> None:
    """What is called out of reach because nothing imports it is not imported."""
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOADED, program, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"{ran.stderr[-2000:]}\nWithout a model: run `make train`."
    loaded = set(ran.stdout.split())
    said = {name for name, by in judged().items() if program in by}

    assert len(judged()) > 30
    assert {name for name in judged() if name in loaded} == said
