"""The overlays for Kubernetes: valid by its own schema, closed where they may be, and of things that exist here."""

from __future__ import annotations

import re
from pathlib import Path

import kubernetes_validate
import pytest
from kustomized import (
    KUBERNETES,
    OVERLAYS,
    PARTS,
    component,
    container,
    labels,
    of,
    ours,
    parts,
    pod,
    rendered,
    selects,
    workloads,
)
from shown_commands import stands

from service.api.public import public_routes
from service.web import DRAIN_SECONDS
from workers.pool import GRACE_SECONDS

ROOT = Path(__file__).parents[2]
VERSION = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)[1]
every_overlay = pytest.mark.parametrize("overlay", OVERLAYS)


#: the oldest that the README names, and the newest whose schema is here
@pytest.mark.parametrize("version", ["1.30", "1.37"])
@every_overlay
def test_kubernetes_takes_every_object_of_an_overlay_by_its_schema(overlay, version):
    objects = rendered(f"overlays/{overlay}")
    assert len(objects) > 20
    assert "For 1.30 or newer." in (KUBERNETES / "README.md").read_text()
    for each in objects:
        kubernetes_validate.validate(each, version, strict=True)


def test_a_field_that_kubernetes_does_not_know_is_not_taken():
    wrong = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"selectors": {}}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, "1.37", strict=True)


def test_every_file_belongs_to_a_kustomization():
    for folder in {each.parent for each in KUBERNETES.rglob("*.yaml")}:
        told = (folder / "kustomization.yaml").read_text()
        left = {each.name for each in folder.iterdir()} - {"kustomization.yaml", "prometheus-adapter.yaml"}
        assert [name for name in sorted(left) if name not in told] == [], folder


@every_overlay
def test_every_part_of_the_tracker_runs_in_an_overlay_by_commands_that_exist(overlay):
    found = parts(overlay)
    assert set(found) == {component(each) for each in found.values()} == PARTS
    for each in found.values():
        stands(container(each)["args"])
        assert container(each)["image"] == f"bandwidth-order-tracker:{VERSION}"
    assert found["receiver"]["kind"] == "StatefulSet"
    assert found["clock"]["spec"]["replicas"] == 2
    assert ours(overlay)["commands"]["spec"]["replicas"] == 0
    assert container(ours(overlay)["commands"])["command"] == ["sleep", "infinity"]


@every_overlay
def test_every_pod_is_restricted_as_the_namespace_demands(overlay):
    (namespace,) = of(overlay, "Namespace")
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    for each in workloads(overlay):
        told = pod(each)["securityContext"]
        assert told["runAsNonRoot"]
        assert told["runAsUser"] == told["fsGroup"] > 0
        assert told["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod(each)["automountServiceAccountToken"] is pod(each)["enableServiceLinks"] is False
        assert container(each)["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        kinds = {kind for volume in pod(each)["volumes"] for kind in set(volume) - {"name"}}
        assert kinds <= {"projected", "emptyDir", "configMap", "secret"}
    image = (ROOT / "deploy" / "Dockerfile").read_text()
    assert {pod(each)["securityContext"]["runAsUser"] for each in ours(overlay).values()} == {10001}
    assert "USER 10001:10001" in image


@every_overlay
def test_every_container_says_what_it_needs_and_how_it_is_and_which_version(overlay):
    paths = {route.path for route in public_routes()}
    for each in workloads(overlay):
        told, name = container(each), each["metadata"]["name"]
        assert set(told["resources"]["requests"]) == {"cpu", "memory"}, name
        assert "memory" in told["resources"]["limits"], name
        assert re.fullmatch(r".+:(?!latest).+", told["image"]), name
        if name == "commands":
            continue
        is_called = bool(told.get("ports"))
        probes = {kind for kind in ("startupProbe", "livenessProbe", "readinessProbe") if kind in told}
        assert len(probes) == (3 if is_called else 2), name
        for probe in probes:
            if "httpGet" in told[probe]:
                assert told[probe]["httpGet"]["path"].partition("?")[0] in paths
                assert told[probe]["httpGet"]["port"] in {port["name"] for port in told["ports"]}
            elif component(each):
                assert told[probe]["exec"]["command"][:2] == ["order-tracker", "health"]
                stands(told[probe]["exec"]["command"][1:])


@every_overlay
def test_a_worker_is_asked_about_its_own_queue_and_readiness_about_what_is_sent_there(overlay):
    found = ours(overlay)
    for step in ("submit", "check", "deliver"):
        told = container(found[f"worker-{step}"])
        assert told["args"] == ["worker", step]
        assert told["livenessProbe"]["exec"]["command"][-1] == step
    assert container(found["api"])["readinessProbe"]["httpGet"]["path"] == "/readyz?for=orders"
    assert container(found["receiver"])["readinessProbe"]["httpGet"]["path"] == "/readyz"


@every_overlay
def test_the_end_of_a_pod_waits_for_what_is_under_way(overlay):
    for name, each in parts(overlay).items():
        told = container(each)
        before = told.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        assert before == (5 if "ports" in told else 0), name
        needs = DRAIN_SECONDS + 3 if "ports" in told else GRACE_SECONDS
        assert pod(each)["terminationGracePeriodSeconds"] >= before + needs + 5, name


@every_overlay
def test_callbacks_wait_on_a_disk_of_each_replica_that_outlives_it(overlay):
    receiver = ours(overlay)["receiver"]
    (claim,) = receiver["spec"]["volumeClaimTemplates"]
    (spool,) = [each["mountPath"] for each in container(receiver)["volumeMounts"] if each["name"] == "spool"]
    assert claim["metadata"]["name"] == "spool"
    assert container(receiver)["env"] == [{"name": "TRACKER_SPOOL_DIR", "value": spool}]
    assert set(receiver["spec"]["persistentVolumeClaimRetentionPolicy"].values()) == {"Retain"}
    assert f"--mode=0700 {spool} " in (ROOT / "deploy" / "Dockerfile").read_text()


@every_overlay
def test_nodes_are_emptied_one_pod_of_each_part_at_a_time(overlay):
    budgets = of(overlay, "PodDisruptionBudget")
    for each in parts(overlay).values():
        (budget,) = [told for told in budgets if selects(told["spec"]["selector"], labels(each))]
        assert budget["spec"]["maxUnavailable"] == 1
        assert {told["topologyKey"] for told in pod(each)["topologySpreadConstraints"]} == {
            "kubernetes.io/hostname",
            "topology.kubernetes.io/zone",
        }
