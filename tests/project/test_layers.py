"""Imports go down only, and what decides about a life needs neither Rasa nor a web framework."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bot.settings import ROOT

PACKAGES = ("bot", "actions", "bench")
FRAMEWORKS = {"rasa", "rasa_sdk", "sanic"}

GROUND = {
    f"bot.{name}"
    for name in (
        *("clock", "errors", "guard", "i18n", "languages", "listening", "logs"),
        *("memory", "normalisation", "numerics", "plain_yaml", "settings"),
    )
} | {"bot"}
#: From the bottom to the top. A module may import from its own layer and from those below.
LAYERS = (
    *("ground", "bot.content", "bot.editing", "bot.nlu", "bot.conversation"),
    *("bot.web", "bot.testing", "bot.desk"),
)
#: They put the parts together, so they may see everything, and nothing else may see them.
TOP = {
    *("bot.__main__", "bot.service", "bot.training", "bot.progress"),
    *("bot.together", "bot.without_tensorflow", "bench"),
}

#: Modules of bot/nlu that are Rasa's components or speak to its trackers. A new module of
#: bot/nlu is pure until somebody writes it down here.
EDGES = {
    "bot.nlu.conversation_language",
    "bot.nlu.data_importer",
    "bot.nlu.danger_override",
    "bot.nlu.intent_classifier",
    "bot.nlu.language_identifier",
    "bot.nlu.name_finder",
    "bot.nlu.sentence_featurizer",
    "bot.nlu.spacy_tokenizer",
}


def modules() -> dict[str, ast.Module]:
    """Returns the syntax tree of each module of ours, by its dotted name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


MODULES = modules()
NAMES = sorted(MODULES)


def imports(name: str) -> set[str]:
    """Returns what a module imports anywhere in it, ours down to the module."""
    found: set[str] = set()
    for node in ast.walk(MODULES[name]):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports by a relative path"
            found.update(_from(node))
    return found


def _from(node: ast.ImportFrom) -> Iterator[str]:
    for alias in node.names:
        module = f"{node.module}.{alias.name}"
        yield module if module in MODULES else str(node.module)


def ours(name: str) -> set[str]:
    """Returns the modules of ours that a module imports."""
    return {found for found in imports(name) if found.split(".")[0] in PACKAGES}


def inside(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def layer(name: str) -> str | None:
    """Returns the layer of a module, None for one that puts the parts together."""
    if name in GROUND:
        return "ground"
    return next((package for package in LAYERS if inside(name, package)), None)


def is_top(name: str) -> bool:
    return any(inside(name, top) for top in TOP)


def is_pure(name: str) -> bool:
    return layer(name) in ("ground", "bot.content", "bot.nlu") and name not in EDGES


PURE = [name for name in NAMES if is_pure(name)]


def test_the_modules_are_found() -> None:
    """The rules below are about the code there is, not about nothing."""
    assert set(NAMES) >= GROUND | EDGES
    assert "bot.content.migrations.versions.0001_content" in PURE
    assert {"bot.normalisation", "bot.nlu.answer_model", "bot.nlu.ngrams"} <= set(PURE)
    assert {"bot.nlu.danger.rules", "bot.nlu.encoder.encoder", "bot.nlu.welsh.gloss"} <= set(PURE)
    assert any(ours(name) for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_module_has_a_place(name) -> None:
    """A module stands in a layer, in the actions, or among the few that may see everything."""
    assert (layer(name) is not None) + is_top(name) + inside(name, "actions") == 1


@pytest.mark.parametrize("name", [name for name in NAMES if layer(name)])
def test_imports_go_down(name) -> None:
    """A module imports from its own layer and from those below: web, conversation, nlu, content."""
    own = LAYERS.index(str(layer(name)))
    allowed = LAYERS[: own + 1]

    assert {found for found in ours(name) if layer(found) not in allowed} == set()


@pytest.mark.parametrize("name", [name for name in NAMES if inside(name, "bot.desk")])
def test_the_two_faces_never_meet(name) -> None:
    """The desk knows nothing of the page, of conversations or of how a message is understood."""
    others = ("bot.web", "bot.conversation", "bot.nlu")
    assert not [found for found in ours(name) if any(inside(found, one) for one in others)]
    assert "rasa" not in {found.split(".")[0] for found in imports(name)}


@pytest.mark.parametrize("name", [name for name in NAMES if inside(name, "actions")])
def test_actions_see_content_and_the_ground_alone(name) -> None:
    """An action knows nothing of the web, of conversations or of how a message is understood."""
    allowed = ("ground", "bot.content")

    wrong = {
        found
        for found in ours(name)
        if not inside(found, "actions") and layer(found) not in allowed
    }
    assert wrong == set()
    assert not {found.split(".")[0] for found in imports(name)} & {"rasa", "sanic"}


@pytest.mark.parametrize("name", [name for name in NAMES if not is_top(name)])
def test_nobody_imports_what_puts_the_parts_together(name) -> None:
    """Only the commands, the service and the benchmarks see everything, and nobody sees them."""
    assert {found for found in ours(name) if is_top(found)} == set()


@pytest.mark.parametrize("name", PURE)
def test_pure_modules_name_no_framework(name) -> None:
    """The ground, the content and the pure part of understanding import neither Rasa nor Sanic."""
    assert {found.split(".")[0] for found in imports(name)} & FRAMEWORKS == set()


@pytest.mark.parametrize("name", PURE)
def test_pure_modules_rest_on_pure_modules(name) -> None:
    """No framework comes in by way of another module of ours."""
    assert {found for found in ours(name) if not is_pure(found)} == set()


def test_pure_modules_load_without_a_framework() -> None:
    """Loaded for real, all of them together bring in no part of Rasa, Sanic or TensorFlow."""
    # A migration's script is loaded by Alembic alone, and env.py only inside a migration.
    names = [name for name in PURE if "migrations" not in name]
    script = (
        f"import importlib, sys; [importlib.import_module(name) for name in {names!r}];"
        f"print(sorted({FRAMEWORKS | {'tensorflow'}!r} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("name", NAMES)
def test_no_module_imports_by_a_name_in_a_string(name) -> None:
    """Every import can be seen by these rules."""
    called = {
        getattr(node.func, "attr", getattr(node.func, "id", ""))
        for node in ast.walk(MODULES[name])
        if isinstance(node, ast.Call)
    }
    assert called & {"import_module", "__import__", "exec", "eval"} == set()


def test_no_imports_run_in_a_circle() -> None:
    """No module imports itself by way of others, at the top of a file or inside a function."""
    finished: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join((*path, name))
        if name not in finished and name in MODULES:
            for found in sorted(ours(name)):
                visit(found, (*path, name))
            finished.add(name)

    for name in NAMES:
        visit(name, ())
