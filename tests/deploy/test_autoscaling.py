"""How many of each on Kubernetes: by how long work has waited, as both autoscalers are told."""

from __future__ import annotations

import os

import pytest
import yaml
from kustomized import KUBERNETES, PARTS, of, ours, rendered
from published_metrics import names, strange


@pytest.mark.parametrize("overlay", ["sentinel", "managed"])
def test_what_is_scaled_by_how_long_work_waits_has_no_number_of_its_own(overlay):
    scaled = {each["spec"]["scaleTargetRef"]["name"]: each["spec"] for each in of(overlay, "HorizontalPodAutoscaler")}
    assert set(scaled) == PARTS - {"receiver", "clock"}
    for name, told in scaled.items():
        assert "replicas" not in ours(overlay)[name]["spec"]
        assert 2 <= told["minReplicas"] < told["maxReplicas"]
    asked = {
        step
        for name in ("submit", "check", "deliver")
        for each in scaled[f"worker-{name}"]["metrics"]
        for step in each["external"]["metric"]["selector"]["matchExpressions"][0]["values"]
    }
    assert asked == {"submit", "batch", "check", "adopt", "deliver"}


def test_both_ways_to_scale_read_metrics_that_are_told_and_agree():
    adapter = yaml.safe_load((KUBERNETES / "components" / "autoscaling" / "prometheus-adapter.yaml").read_text())
    (rule,) = adapter["externalRules"]
    asked = rule["metricsQuery"].replace("<<.Series>>", rule["seriesQuery"]).replace("<<.LabelMatchers>>", "{}")
    queries = [asked.replace("{{}}", "")]
    autoscaled = {each["metadata"]["name"]: each["spec"] for each in of("sentinel", "HorizontalPodAutoscaler")}
    external = {told["metrics"][0]["external"]["metric"]["name"] for told in autoscaled.values() if _external(told)}
    assert external == {rule["name"]["as"]}
    text = (KUBERNETES / "components" / "keda" / "scaled-objects.yaml").read_text()
    for each in yaml.safe_load_all(text):
        ours_, (trigger,) = autoscaled[each["metadata"]["name"]], each["spec"]["triggers"]
        queries.append(trigger["metadata"]["query"])
        assert each["spec"]["scaleTargetRef"] == {"name": each["metadata"]["name"]}
        assert each["spec"]["maxReplicaCount"] == ours_["maxReplicas"]
        assert each["spec"]["advanced"]["horizontalPodAutoscalerConfig"]["behavior"] == ours_["behavior"]
        metric = ours_["metrics"][0]["external"]
        assert trigger["metadata"]["threshold"] == metric["target"]["averageValue"]
        steps = "|".join(metric["metric"]["selector"]["matchExpressions"][0]["values"])
        assert f'step=~"{steps}"' in trigger["metadata"]["query"]
    for query in queries:
        assert "unless on (account) (order_tracker_account_paused == 1)" in query
        assert len(names(query)) == 2
        assert list(strange(query)) == []


def test_keda_may_take_the_place_of_the_autoscaler(tmp_path):
    told = {
        "resources": [os.path.relpath(KUBERNETES / "base", tmp_path)],
        "components": [os.path.relpath(KUBERNETES / "components" / "keda", tmp_path)],
    }
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(told))
    made = rendered(tmp_path)
    scaled = {each["spec"]["scaleTargetRef"]["name"] for each in made if each["kind"] == "ScaledObject"}
    fixed = {each["metadata"]["name"] for each in made if "replicas" in each.get("spec", {})}
    assert scaled == {"worker-submit", "worker-check", "worker-deliver"}
    assert fixed == {*PARTS, "commands"} - scaled


def _external(told):
    return told["metrics"][0]["type"] == "External"
