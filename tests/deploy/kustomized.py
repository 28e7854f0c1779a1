"""What the overlays for Kubernetes come to: rendered by kubectl itself, which a package of ours brings."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import yaml
from promtool import DEPLOY

KUBERNETES = DEPLOY / "kubernetes"
OVERLAYS = sorted(each.name for each in (KUBERNETES / "overlays").iterdir())
#: of the tracker, by their component
PARTS = {"api", "receiver", "worker-submit", "worker-check", "worker-deliver", "clock"}
#: where pip puts it
KUBECTL = Path(sys.executable).parent / "kubectl"


@cache
def rendered(folder):
    """Return what kubectl would apply of a folder: all objects."""
    done = subprocess.run(
        [KUBECTL, "kustomize", KUBERNETES / folder], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


def of(overlay, *kinds):
    """Return the objects of an overlay that are of these kinds."""
    return [each for each in rendered(f"overlays/{overlay}") if each["kind"] in kinds]


def workloads(overlay):
    """Return what makes pods."""
    return of(overlay, "Deployment", "StatefulSet")


def ours(overlay):
    """Return those of them that run the tracker, by name."""
    return {each["metadata"]["name"]: each for each in workloads(overlay) if component(each)}


def parts(overlay):
    """Return those that run all the time."""
    return {name: each for name, each in ours(overlay).items() if name != "commands"}


def component(workload):
    """Return which part of the tracker it is, None for others."""
    return labels(workload).get("app.kubernetes.io/component")


def labels(workload):
    """Return the labels of its pods."""
    return workload["spec"]["template"]["metadata"]["labels"]


def pod(workload):
    """Return the form of its pods."""
    return workload["spec"]["template"]["spec"]


def container(workload):
    """Return the one container of its pods."""
    (only,) = pod(workload)["containers"]
    return only


def selects(selector, given):
    """Tell whether a selector takes labels."""
    if any(given.get(name) != value for name, value in selector.get("matchLabels", {}).items()):
        return False
    expressions = selector.get("matchExpressions", [])
    assert all(each["operator"] == "In" for each in expressions)
    return all(given.get(each["key"]) in each["values"] for each in expressions)
