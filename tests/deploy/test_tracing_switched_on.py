"""Tracing switched on in a deployment: the image that can, OpenTelemetry's variables, and a way to the collector."""

from __future__ import annotations

import json
import os
import re
from importlib.resources import files
from urllib.parse import urlsplit

import jsonschema
import kubernetes_validate
import pytest
import yaml
from kustomized import KUBERNETES, OVERLAYS, PARTS, component, container, labels, rendered, selects
from promtool import DEPLOY

from service.tracing import collecting

DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
TRACING = KUBERNETES / "components" / "tracing"


def _is_asked_for(told):
    """Tell whether a process would bring spans, given these variables and the packages."""
    return collecting._wanted(told) == "otlp"


def _tag(image):
    return image.partition(":")[2]


def _without_default(text):
    """Read a value as compose does where its variable is not set and has a default, or must be set and is."""
    return re.sub(r"\$\{\w+:(?:-([^}]*)|\?[^}]*)\}", lambda found: found[1] or "http://collector:4318", str(text))


def test_compose_builds_the_image_that_can_for_every_process_of_the_tracker():
    base = yaml.safe_load((DEPLOY.parent / "docker-compose.yml").read_text())
    more = yaml.safe_load((DEPLOY / "tracing.compose.yml").read_text())
    vendored = files("check_jsonschema").joinpath("builtin_schemas", "vendor", "compose-spec.json")
    jsonschema.validate(more, json.loads(vendored.read_text()))
    ours = {name for name, each in base["services"].items() if "build" in each and not each.get("profiles")}
    assert set(more["services"]) == ours
    for name, told in more["services"].items():
        assert told["image"] == f"{base['services'][name]['image']}-otel"
        assert told["build"] == {"args": {"PACKAGES": "otel"}}
        assert _is_asked_for({key: _without_default(value) for key, value in told["environment"].items()})
    assert not _is_asked_for(base["services"]["api"]["environment"])
    assert "ARG PACKAGES=requirements\n" in DOCKERFILE
    assert "deploy/${PACKAGES}.lock" in DOCKERFILE
    assert (DEPLOY / "otel.lock").exists()


@pytest.fixture(params=OVERLAYS)
def traced(request, tmp_path):
    """The objects of an overlay with the component."""
    told = {
        "resources": [os.path.relpath(KUBERNETES / "overlays" / request.param, tmp_path)],
        "components": [os.path.relpath(TRACING, tmp_path)],
    }
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(told))
    return rendered(tmp_path)


def test_kubernetes_takes_it_and_every_process_is_told_and_may_reach_the_collector(traced):
    for each in traced:
        kubernetes_validate.validate(each, "1.37", strict=True)
    (policy,) = [each["spec"] for each in traced if each["metadata"]["name"] == "to-collector"]
    settings = {
        each["metadata"]["name"]: each["data"]
        for each in traced
        if each["kind"] == "ConfigMap" and each["metadata"]["name"].startswith("settings-")
    }
    ours = [each for each in traced if each["kind"] in {"Deployment", "StatefulSet"} and component(each)]
    assert {component(each) for each in ours} == {*PARTS, "commands"}
    for each in ours:
        (told,) = [source["configMapRef"]["name"] for source in container(each)["envFrom"]]
        assert _is_asked_for(settings[told])
        assert "TRACKER_ACCOUNTS" in settings[told]
        assert _tag(container(each)["image"]).endswith("-otel")
        assert selects(policy["podSelector"], labels(each)) is (component(each) in PARTS)
    (rule,) = policy["egress"]
    where = urlsplit(settings[told]["OTEL_EXPORTER_OTLP_ENDPOINT"])
    assert rule["ports"] == [{"protocol": "TCP", "port": where.port}]
    (to,) = rule["to"]
    namespace = where.hostname.split(".")[1]
    assert to["namespaceSelector"] == {"matchLabels": {"kubernetes.io/metadata.name": namespace}}


def test_no_overlay_has_it_unasked():
    for overlay in OVERLAYS:
        made = rendered(f"overlays/{overlay}")
        assert "OTEL_" not in json.dumps(made)
        images = {container(each)["image"] for each in made if each["kind"] == "Deployment"}
        assert not any(_tag(image).endswith("-otel") for image in images)
