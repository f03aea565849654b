"""The manifests for Kubernetes: each rule that a cluster would not hold by itself."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from bot.settings import ROOT, SECRETS, Settings
from bot.web.contract import MAX_BODY_BYTES

FOLDER = ROOT / "deploy" / "kubernetes"
#: In MiB, as measured.
RESIDENT = 700
_UNITS = {"Mi": 1, "Gi": 1024}


def documents(name: str) -> list[dict[str, Any]]:
    """Returns the documents of one file."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    return list(yaml.safe_load_all(text))


def applied() -> dict[tuple[str, str], dict[str, Any]]:
    """Returns everything that is applied, by kind and name."""
    names = documents("kustomization.yaml")[0]["resources"]
    found = [one for name in names for one in documents(name)]
    return {(one["kind"], one["metadata"]["name"]): one for one in found}


def pod(name: str) -> dict[str, Any]:
    """Returns the pod of a deployment."""
    spec: dict[str, Any] = applied()["Deployment", name]["spec"]["template"]["spec"]
    return spec


def container(name: str) -> dict[str, Any]:
    """Returns the one container of a deployment."""
    (only,) = pod(name)["containers"]
    return only


def test_everything_is_applied_but_the_example_of_a_secret() -> None:
    """No file is forgotten, and none with a secret is applied."""
    files = {path.name for path in FOLDER.iterdir()} - {"kustomization.yaml"}
    assert files - set(documents("kustomization.yaml")[0]["resources"]) == {"secret.example.yaml"}
    assert "Secret" not in {kind for kind, _ in applied()}


def test_everything_is_in_a_namespace_that_refuses_what_asks_for_more() -> None:
    """Pods are held to the strictest of Kubernetes' own profiles."""
    namespace = applied()["Namespace", "rights-assistant"]
    labels = namespace["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    others = [one for (kind, _), one in applied().items() if kind != "Namespace"]
    assert {one["metadata"]["namespace"] for one in others} == {"rights-assistant"}


@pytest.mark.parametrize("name", ["chat", "desk"])
def test_a_pod_is_locked_in(name: str) -> None:
    """Nobody, without a token, a capability or a place to write on a disk."""
    spec, only = pod(name), container(name)
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] == 10001
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is False
    assert spec["serviceAccountName"] == "rights-assistant"
    assert only["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    written = [one["emptyDir"] for one in spec["volumes"] if "emptyDir" in one]
    assert written
    assert all(one["medium"] == "Memory" and one["sizeLimit"] for one in written)
    assert {tuple(one)[1] for one in spec["volumes"]} == {"emptyDir", "secret"}
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec)


@pytest.mark.parametrize("name", ["chat", "desk"])
def test_a_pod_runs_our_command_with_the_secrets_it_needs(name: str) -> None:
    """Secrets are files, each pod sees its own, and the settings are ones that are read."""
    spec, only = pod(name), container(name)
    assert only["image"] == "rights-assistant:VERSION"
    assert only["args"] == [{"chat": "run", "desk": "desk"}[name]]
    given = {one["name"]: one["value"] for one in only["env"]}
    given |= applied()["ConfigMap", "rights-assistant"]["data"]
    assert not {f"ASSISTANT_{secret}" for secret in SECRETS} & set(given)
    (secret,) = [one["secret"] for one in spec["volumes"] if "secret" in one]
    shown = {item["path"] for item in secret["items"]}
    assert shown == {value.rpartition("/")[2] for key, value in given.items() if "_FILE" in key}
    assert {item["key"] for item in secret["items"]} <= set(
        documents("secret.example.yaml")[0]["stringData"]
    )
    assert secret["secretName"] == documents("secret.example.yaml")[0]["metadata"]["name"]
    # Read as the program reads them, but for the files, which are not there.
    plain = {key: value for key, value in given.items() if not key.endswith("_FILE")}
    settings = Settings.from_environment(plain)
    assert (settings.environment, settings.host) == ("service", "0.0.0.0")  # noqa: S104
    assert settings.is_behind_proxy == (name == "chat")


@pytest.mark.parametrize("name", ["chat", "desk"])
def test_the_ports_are_those_that_the_program_listens_on(name: str) -> None:
    """From the ingress to the process, each step names the same one."""
    port = {"chat": Settings().chat_port, "desk": Settings().desk_port}[name]
    ports = {one["name"]: one["containerPort"] for one in container(name)["ports"]}
    assert ports["http"] == port
    (served,) = applied()["Service", name]["spec"]["ports"]
    assert served["targetPort"] == "http"
    assert applied()["Service", name]["spec"]["selector"] == {"app.kubernetes.io/name": name}
    (rule,) = applied()["Ingress", name]["spec"]["rules"]
    (path,) = rule["http"]["paths"]
    assert path["backend"]["service"] == {"name": name, "port": {"name": "http"}}
    allowed = applied()["NetworkPolicy", name]["spec"]["ingress"][0]["ports"]
    assert [one["port"] for one in allowed] == [port]


def test_a_chat_is_asked_how_it_is() -> None:
    """It may take its time to start, and gets no turn before it is ready."""
    only = container("chat")
    paths = {
        probe: only[probe]["httpGet"]["path"]
        for probe in ("startupProbe", "livenessProbe", "readinessProbe")
    }
    assert paths == {
        "startupProbe": "/health",
        "livenessProbe": "/health",
        "readinessProbe": "/ready",
    }
    start = only["startupProbe"]
    assert start["periodSeconds"] * start["failureThreshold"] >= 120


def test_an_upgrade_of_the_chat_is_not_noticed() -> None:
    """A new pod answers before an old one goes, and that one ends what it has begun."""
    deployment = applied()["Deployment", "chat"]["spec"]
    assert deployment["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    command, seconds = container("chat")["lifecycle"]["preStop"]["exec"]["command"]
    assert command == "sleep"
    assert pod("chat")["terminationGracePeriodSeconds"] >= int(seconds) + 30


def test_the_chat_grows_and_shrinks_by_itself() -> None:
    """By the processor, which is what a turn costs; never below two, whoever empties machines."""
    scaler = applied()["HorizontalPodAutoscaler", "chat"]["spec"]
    assert scaler["scaleTargetRef"]["name"] == "chat"
    assert scaler["minReplicas"] >= 2
    assert [one["resource"]["name"] for one in scaler["metrics"]] == ["cpu"]
    # Both would say how many, and the last to be applied would win.
    assert "replicas" not in applied()["Deployment", "chat"]["spec"]
    budget = applied()["PodDisruptionBudget", "chat"]["spec"]
    assert budget["maxUnavailable"] == 1
    assert budget["selector"]["matchLabels"] == {"app.kubernetes.io/name": "chat"}


def test_there_is_one_desk() -> None:
    """Two would not know each other's forms."""
    deployment = applied()["Deployment", "desk"]["spec"]
    assert (deployment["replicas"], deployment["strategy"]["type"]) == (1, "Recreate")


def test_a_chat_has_the_memory_that_was_measured() -> None:
    """What is resident, and what lies in files of memory while it starts."""
    resources = container("chat")["resources"]
    files = sum(
        _mebibytes(one["emptyDir"]["sizeLimit"])
        for one in pod("chat")["volumes"]
        if "emptyDir" in one
    )
    assert _mebibytes(resources["requests"]["memory"]) > RESIDENT
    assert _mebibytes(resources["limits"]["memory"]) > RESIDENT + files
    assert resources["requests"]["cpu"] == "1"


def test_nobody_reaches_anything_but_what_is_named() -> None:
    """First nothing, in both directions; then the ingress, the database and names."""
    policies = {name: one["spec"] for (kind, name), one in applied().items() if "Policy" in kind}
    assert policies["default-deny"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    out = [rule for one in policies.values() for rule in one.get("egress", [])]
    assert [[port["port"] for port in rule["ports"]] for rule in out] == [[5432], [53, 53]]
    into = [rule for one in policies.values() for rule in one.get("ingress", [])]
    whence = [
        source["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
        for rule in into
        for source in rule["from"]
    ]
    assert whence == ["ingress-nginx", "monitoring", "ingress-nginx"]
    assert all(rule["ports"] for rule in (*into, *out))


def test_the_ingress_does_what_nginx_does() -> None:
    """The same limits, the same retries, no log, as in the configuration of a machine."""
    notes = applied()["Ingress", "chat"]["metadata"]["annotations"]
    said = {name.partition("/")[2]: value for name, value in notes.items()}
    assert said["enable-access-log"] == "false"
    nginx = (FOLDER.parent / "nginx" / "rights-assistant.conf").read_text()
    retries = re.search(r"proxy_next_upstream (.*);", nginx)
    assert said["proxy-next-upstream"] == (retries and retries[1])
    assert said["proxy-body-size"] == said["client-body-buffer-size"] == "16k"
    assert MAX_BODY_BYTES == 16 * 1024
    assert said["proxy-max-temp-file-size"] == "0"
    assert said["proxy-read-timeout"] + "s" in nginx
    desk = applied()["Ingress", "desk"]["metadata"]["annotations"]
    assert "nginx.ingress.kubernetes.io/whitelist-source-range" in desk
    for name in ("chat", "desk"):
        assert applied()["Ingress", name]["spec"]["tls"]


def _mebibytes(size: str) -> int:
    return int(size[:-2]) * _UNITS[size[-2:]]
