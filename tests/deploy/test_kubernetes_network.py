"""Who reaches whom on Kubernetes: services find their pods, and policies let through what is needed and no more."""

from __future__ import annotations

import pytest
from kustomized import OVERLAYS, container, labels, of, ours, selects, workloads

every_overlay = pytest.mark.parametrize("overlay", OVERLAYS)


@every_overlay
def test_selectors_find_pods_and_ports_lead_to_them(overlay):
    for each in workloads(overlay):
        assert selects(each["spec"]["selector"], labels(each))
    for service in of(overlay, "Service"):
        found = [e for e in workloads(overlay) if selects({"matchLabels": service["spec"]["selector"]}, labels(e))]
        assert len(found) == 1, service["metadata"]["name"]
        named = {port["name"] for port in container(found[0])["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= named
    services = {each["metadata"]["name"]: each for each in of(overlay, "Service")}
    for each in of(overlay, "StatefulSet"):
        assert services[each["spec"]["serviceName"]]["spec"]["clusterIP"] == "None"
    (ingress,) = of(overlay, "Ingress")
    (rule,) = ingress["spec"]["rules"]
    backends = {path["path"]: path["backend"]["service"]["name"] for path in rule["http"]["paths"]}
    assert backends == {"/callbacks/": "receiver", "/": "api"}


def _reaching(overlay, workload, way):
    """Return the policies that apply to the pods of a workload, by name."""
    return {
        each["metadata"]["name"]
        for each in of(overlay, "NetworkPolicy")
        if way in each["spec"]["policyTypes"] and selects(each["spec"]["podSelector"], labels(workload))
    }


@every_overlay
def test_only_those_who_ask_bandwidth_and_bring_events_reach_what_is_public(overlay):
    asks = {"api", "worker-submit", "worker-check", "commands"}
    for name, each in ours(overlay).items():
        more = {"bandwidth"} if name in asks else {"endpoints"} if name == "worker-deliver" else set()
        assert _reaching(overlay, each, "Egress") == {"nothing", "names", "to-server", *more}, name
        called = {"callers"} if name in {"api", "receiver"} else set()
        assert _reaching(overlay, each, "Ingress") == {"nothing", *called}, name


@every_overlay
def test_policies_name_pods_of_other_namespaces_by_their_own_labels(overlay):
    """A kustomization adds its labels to selectors: names would be asked of nobody."""
    (names_policy,) = [each for each in of(overlay, "NetworkPolicy") if each["metadata"]["name"] == "names"]
    (rule,) = names_policy["spec"]["egress"]
    assert selects(rule["to"][0]["podSelector"], {"k8s-app": "kube-dns"})
    nothing = [each["spec"] for each in of(overlay, "NetworkPolicy") if each["metadata"]["name"] == "nothing"]
    assert nothing == [{"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}]
