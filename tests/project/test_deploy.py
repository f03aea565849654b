"""What the assistant is run with agrees with the program, and keeps its promises."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.desk.app import create_app as create_desk
from bot.i18n import Phrases
from bot.settings import ROOT, SECRETS, Settings
from bot.training import _INGREDIENTS as INGREDIENTS
from bot.web.contract import MAX_BODY_BYTES
from bot.web.server import _SECONDS as CHAT_SECONDS
from deploy.refusal_pages import FOLDER as ERRORS
from deploy.refusal_pages import refusal_files

DEPLOY = ROOT / "deploy"
NGINX, SYSTEMD = DEPLOY / "nginx", DEPLOY / "systemd"
CONTAINER, KUBERNETES = DEPLOY / "container", DEPLOY / "kubernetes"
UNITS = ("rights-assistant-chat@.service", "rights-assistant-desk.service")
PYTHON = "/opt/rights-assistant/current/.venv/bin/python"
#: A user that is nobody on the machine outside.
USER = 10001
#: As much as is resident when a chat serves, in MiB.
RESIDENT = 700


def test_the_errors_of_the_proxy_say_what_the_chat_says(phrases: Phrases) -> None:
    """Whatever the catalogues say is there, in each language, as JSON and as a page."""
    shipped = {path.name: path.read_text(encoding="utf-8") for path in ERRORS.iterdir()}
    assert shipped == dict(refusal_files(phrases)), "run `python -m deploy.refusal_pages`"


def test_each_error_that_nginx_names_is_there() -> None:
    """No code in the configuration is without a file, and no file without a code."""
    named = set(re.findall(r"/refusal/(\w+)\.", (NGINX / "rights-assistant.conf").read_text()))
    assert named == {path.name.partition(".")[0] for path in ERRORS.iterdir()}


def test_nginx_takes_bodies_of_the_size_that_the_program_takes(published) -> None:
    """Neither more nor less than the chat and the desk, and all of it in memory."""
    desk = create_desk(Settings(), published.store).config["MAX_CONTENT_LENGTH"]
    text = (NGINX / "rights-assistant.conf").read_text()
    for name in ("client_max_body_size", "client_body_buffer_size"):
        assert [_bytes(size) for size in _values(text, name)] == [MAX_BODY_BYTES, desk]
    forward = (NGINX / "forward.conf").read_text()
    assert _values(forward, "proxy_max_temp_file_size") == ["0"]
    assert (_values(forward, "proxy_cache"), _values(forward, "proxy_store")) == (["off"], ["off"])


def test_nginx_closes_idle_connections_before_the_chat_does() -> None:
    """A request never meets a connection that the other end has just closed."""
    for folder in (NGINX, CONTAINER):
        kept = _values((folder / "upstreams.conf").read_text(), "keepalive_timeout")
        assert len(kept) == 1
        assert int(kept[0].rstrip("s")) < CHAT_SECONDS["KEEP_ALIVE_TIMEOUT"]


def test_nginx_waits_only_so_long_for_a_request() -> None:
    """Whoever sends it drop by drop is let go."""
    limits = (NGINX / "limits.conf").read_text()
    for name in ("client_header_timeout", "client_body_timeout", "send_timeout"):
        assert _values(limits, name) == ["10s"]
    assert _values(limits, "gzip") == ["off"]


def test_nginx_and_systemd_name_the_same_processes() -> None:
    """Each port that nginx asks is one that the target starts, and the other way round."""
    asked = re.findall(r"server 127\.0\.0\.1:(\d+)", (NGINX / "upstreams.conf").read_text())
    started = re.findall(r"chat@(\d+)\.service", (SYSTEMD / "rights-assistant.target").read_text())
    assert sorted(asked) == sorted([*started, str(Settings().desk_port)])
    assert len(started) > 1


# --- systemd


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_is_locked_in(unit: str) -> None:
    """It writes in its own folders alone, dumps and swaps nothing, and speaks to nobody else."""
    found = _directives(SYSTEMD / unit)
    wanted = {
        "CapabilityBoundingSet": "",
        "DynamicUser": "yes",
        "IPAddressAllow": "localhost",
        "IPAddressDeny": "any",
        "LimitCORE": "0",
        "MemoryDenyWriteExecute": "yes",
        "MemorySwapMax": "0",
        "NoNewPrivileges": "yes",
        "PrivateDevices": "yes",
        "PrivateTmp": "yes",
        "PrivateUsers": "yes",
        "ProtectHome": "yes",
        "ProtectProc": "invisible",
        "ProtectSystem": "strict",
        "Restart": "always",
        "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6",
        "RestrictNamespaces": "yes",
        "SystemCallArchitectures": "native",
        "TimeoutStopSec": "30",
        "UMask": "0077",
    }
    assert {name: found[name][-1] for name in wanted} == wanted
    assert found["SystemCallFilter"][:2] == [
        "@system-service",
        "~@privileged @resources @keyring @memlock",
    ]


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_gets_its_secrets_as_files_of_its_own(unit: str) -> None:
    """No secret is in an environment, which more people can read."""
    found = _directives(SYSTEMD / unit)
    given = dict(line.split("=", 1) for line in found["Environment"])
    credentials = [line.partition(":")[0] for line in found["LoadCredential"]]
    files = {name: value for name, value in given.items() if name.endswith("_FILE")}
    assert sorted(files.values()) == sorted(f"%d/{name}" for name in credentials)
    assert set(files) <= {f"ASSISTANT_{name}_FILE" for name in SECRETS}
    assert not {f"ASSISTANT_{name}" for name in SECRETS} & set(given)


def test_the_units_run_the_commands_that_there_are() -> None:
    """One chat, one desk; the chat only with the model of its release."""
    chat, desk = (_directives(SYSTEMD / unit) for unit in UNITS)
    assert chat["ExecStart"] == [f"{PYTHON} -m bot run"]
    assert chat["ExecStartPre"] == [f"{PYTHON} -m deploy.model_is_ready"]
    assert desk["ExecStart"] == [f"{PYTHON} -m bot desk"]
    # It ends its requests on SIGINT alone, and says so by its status.
    assert (desk["KillSignal"], desk["SuccessExitStatus"]) == (["SIGINT"], ["130"])


def test_systemd_takes_the_units_and_thinks_them_safe(tmp_path) -> None:
    """No directive is unknown, and what is left open is little."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.fail("There is no systemd-analyze: run `apt-get install systemd`.")
    for path in SYSTEMD.iterdir():
        # Verifying looks for the program, which is somewhere else here.
        text = path.read_text().replace(PYTHON, sys.executable)
        (tmp_path / path.name).write_text(text)
        if "@" in path.name:
            (tmp_path / path.name.replace("@", "@5005")).write_text(text)
    units = [str(tmp_path / name.replace("@", "@5005")) for name in UNITS]
    target = str(tmp_path / "rights-assistant.target")
    for arguments in (
        ["verify", "--man=no", *units, target],
        ["security", "--offline=true", "--no-pager", "--threshold=15", *units],
    ):
        asked = subprocess.run([program, *arguments], capture_output=True, text=True)
        assert asked.returncode == 0, asked.stdout[-500:] + asked.stderr
        assert asked.stderr == ""


def test_the_example_of_an_environment_is_one_that_is_read(monkeypatch) -> None:
    """Its settings are known, are right, and hold no secret."""
    lines = (SYSTEMD / "environment.example").read_text().splitlines()
    given = dict(line.lstrip("#").split("=", 1) for line in lines if "=" in line.split(" ")[0])
    settings = Settings.from_environment(given)
    assert settings.environment == "service"
    assert settings.page.public_url == "https://chat.example.org"
    assert settings.page.partners
    assert not set(given) & {f"ASSISTANT_{name}" for name in SECRETS}


def test_a_start_without_the_model_of_the_release_says_so() -> None:
    """It ends before anything is trained."""
    started = subprocess.run(
        [sys.executable, "-m", "deploy.model_is_ready"],
        cwd=ROOT,
        env={"PATH": "", "ASSISTANT_MODELS": "/nowhere"},
        capture_output=True,
        text=True,
    )
    assert started.returncode == 1
    assert started.stderr.startswith("The model in /nowhere is not that of this release")


# --- containers


def test_the_image_is_made_in_stages_and_serves_from_the_last() -> None:
    """What makes it stays behind; what serves is nobody, and hears its signals."""
    build, serve = _stages()
    assert any("-m bot train" in text for _, text in build)
    for name, text in serve:
        assert not re.search(r"\b(apt|apt-get|uv|train)\b", text), text
        assert name != "COPY" or text.startswith("--from=build ")
    last = dict(serve)
    assert last["USER"] == f"{USER}:{USER}"
    assert last["STOPSIGNAL"] == "SIGINT"
    assert last["ENTRYPOINT"] == '["/opt/rights-assistant/.venv/bin/python", "-m", "bot"]'
    assert last["CMD"] == '["run"]'
    assert "/health" in last["HEALTHCHECK"]
    assert "model_is_ready" in last["RUN"]
    # Nothing comes after it that root would do.
    assert "RUN" not in [name for name, _ in serve[[name for name, _ in serve].index("USER") :]]


def test_the_image_holds_only_what_is_named_and_everything_that_a_model_is_made_of() -> None:
    """Each file that is copied is there; nothing comes from an address; nothing else is seen."""
    instructions = [one for stage in _stages() for one in stage]
    assert "ADD" not in [name for name, _ in instructions]
    copied = {
        source
        for name, text in instructions
        if name == "COPY" and not text.startswith("--")
        for source in text.split()[:-1]
    }
    assert not [source for source in sorted(copied) if not (ROOT / source).exists()]
    ignored = (CONTAINER / "Containerfile.dockerignore").read_text().splitlines()
    assert {line[1:] for line in ignored if line.startswith("!")} == copied
    assert "*" in ignored
    assert {name.partition("/")[0] for name in INGREDIENTS} <= copied


def test_what_is_installed_in_the_image_is_known_by_its_hash() -> None:
    """The installer too. What is taken out again is what the lock would put in."""
    installs = [text for name, text in _stages()[0] if name == "RUN" and "install " in text]
    syncs = [text for name, text in _stages()[0] if name == "RUN" and "sync " in text]
    for text in re.findall(r"(?:pip install|pip sync)[^&]*", " ".join(installs + syncs)):
        assert "--require-hashes" in text
    assert "--hash=sha256:" in (CONTAINER / "uv.txt").read_text()
    locked = set(re.findall(r"(?m)^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text()))
    taken_out = {
        line
        for line in (CONTAINER / "not-for-serving.txt").read_text().splitlines()
        if line and not line.startswith("#")
    }
    assert taken_out <= locked


@pytest.mark.parametrize("name", ["database", "chat-1", "chat-2", "desk", "proxy"])
def test_each_container_is_locked_in(name: str) -> None:
    """Nothing to write to, no capability, no way to more, no swap, an end to its memory."""
    service = _compose()["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not str(service["user"]).startswith("0")
    assert service["mem_limit"] == service["memswap_limit"]
    assert (service["mem_swappiness"], service["ulimits"]["core"]) == (0, 0)
    assert ("ports" in service) == (name == "proxy")
    assert set(service["networks"]) == ({"inside", "outside"} if name == "proxy" else {"inside"})
    for variable in service.get("environment", {}):
        assert variable.removeprefix("ASSISTANT_") not in SECRETS


def test_the_containers_fit_together() -> None:
    """The image is ours, secrets are files, and nginx knows where each one is."""
    document = _compose()
    services = document["services"]
    assert document["networks"]["inside"]["internal"] is True
    addresses = {name: _address(one) for name, one in services.items()}
    asked = re.findall(r"server ([\d.]+):(\d+)", (CONTAINER / "upstreams.conf").read_text())
    ports = {"chat-1": 5005, "chat-2": 5005, "desk": 5006}
    assert asked == [(addresses[name], str(port)) for name, port in ports.items()]
    for name in ports:
        service = services[name]
        assert service["image"].startswith("rights-assistant:")
        assert (ROOT / "deploy" / "container" / service["build"]["context"]).resolve() == ROOT
        assert (ROOT / service["build"]["dockerfile"]).exists()
        files = {value for key, value in service["environment"].items() if key.endswith("_FILE")}
        assert files == {f"/run/secrets/{secret}" for secret in service["secrets"]}
        assert _mebibytes(service["mem_limit"]) > (RESIDENT if name != "desk" else 0)
    for service in services.values():
        assert set(service.get("secrets", [])) <= set(document["secrets"])


def test_the_containers_upstreams_are_those_of_a_machine_but_for_the_addresses() -> None:
    """What is mended in one is mended in the other."""

    def without_servers(folder: Path) -> str:
        return re.sub(r"\n *server [^\n]*", "", (folder / "upstreams.conf").read_text())

    assert without_servers(CONTAINER) == without_servers(NGINX)


def _address(service: dict[str, Any]) -> str:
    return str(service["networks"]["inside"]["ipv4_address"])


# --- reading


def _values(text: str, name: str) -> list[str]:
    """Returns what an nginx directive is set to, wherever it stands."""
    return re.findall(rf"(?m)^ *{name} ([^;]*);", text)


def _bytes(size: str) -> int:
    return int(size[:-1]) * {"k": 1024, "m": 1024 * 1024}[size[-1]]


def _mebibytes(size: str) -> float:
    """Reads a size as Docker and Kubernetes write it."""
    number, unit = re.fullmatch(r"(\d+)([A-Za-z]+)", size).groups()
    return int(number) * {"m": 1, "mi": 1, "g": 1024, "gi": 1024}[unit.lower()]


def _directives(path: Path) -> dict[str, list[str]]:
    """Returns each directive of a unit with its values in their order."""
    found: dict[str, list[str]] = {}
    for line in path.read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def _stages() -> list[list[tuple[str, str]]]:
    """Returns the instructions of each stage of the Containerfile: a name, and what follows."""
    text = (CONTAINER / "Containerfile").read_text()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    stages: list[list[tuple[str, str]]] = []
    for line in joined.splitlines():
        name, _, rest = line.partition(" ")
        if name == "FROM":
            stages.append([])
        if stages:
            stages[-1].append((name, " ".join(rest.split())))
    return stages


def _compose() -> dict[str, Any]:
    # Not by ruamel: Rasa teaches that to read `${…}` from the environment, wherever it stands.
    text = (CONTAINER / "compose.yml").read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.safe_load(text)
    return document
